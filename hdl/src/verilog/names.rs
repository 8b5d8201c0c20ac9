//! Names: of rust-hdl's paths in Verilog, and of modules.

/// The variables of the loops around a statement, the innermost one last, and their values in this turn.
pub type Loops = Vec<(String, usize)>;

/// The Verilog name of a path as rust-hdl's macro notes it: `fetch$hold$next`, `lanes[i + 1]$q`, `State::Idle`.
pub fn flat(path: &str, loops: &Loops) -> Option<String> {
    let path = path.trim_start_matches('.').replace('.', "$").replace("::", "$");
    let mut rest = path.trim_end_matches("$next");
    let mut name = String::new();
    while let Some((before, after)) = rest.split_once('[') {
        let (index, after) = after.split_once(']')?;
        name += &format!("{before}${}", Index::value(index, loops)?);
        rest = after;
    }
    Some(name + rest)
}

/// An index of an array: numbers and loop variables with `+`, `-`, `*` and parentheses.
struct Index<'a> {
    rest: &'a str,
    loops: &'a Loops,
}

impl Index<'_> {
    fn value(text: &str, loops: &Loops) -> Option<usize> {
        let mut index = Index { rest: text, loops };
        let value = index.sum()?;
        index.rest.trim().is_empty().then_some(value)
    }

    fn sum(&mut self) -> Option<usize> {
        let mut value = self.product()?;
        loop {
            value = match self.operator(&['+', '-']) {
                Some('+') => value.checked_add(self.product()?)?,
                Some(_) => value.checked_sub(self.product()?)?,
                None => return Some(value),
            };
        }
    }

    fn product(&mut self) -> Option<usize> {
        let mut value = self.atom()?;
        while self.operator(&['*']).is_some() {
            value = value.checked_mul(self.atom()?)?;
        }
        Some(value)
    }

    fn operator(&mut self, of: &[char]) -> Option<char> {
        self.rest = self.rest.trim_start();
        let operator = self.rest.chars().next().filter(|c| of.contains(c))?;
        self.rest = &self.rest[1..];
        Some(operator)
    }

    fn atom(&mut self) -> Option<usize> {
        if self.operator(&['(']).is_some() {
            let value = self.sum()?;
            return self.operator(&[')']).map(|_| value);
        }
        let end = self.rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest;
        let variable = self.loops.iter().rev().find(|(name, _)| name == word).map(|&(_, value)| value);
        variable.or_else(|| word.parse().ok())
    }
}

/// `LoadAlign` as `load_align`.
pub fn snake(name: &str) -> String {
    let mut snake = String::new();
    for c in name.chars() {
        if c.is_uppercase() && !snake.is_empty() {
            snake.push('_');
        }
        snake.extend(c.to_lowercase());
    }
    snake
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn indices_of_loops_become_numbers() {
        let loops = vec![("i".to_string(), 3)];
        assert_eq!(flat("lanes[(i+1)]$d$next", &loops).as_deref(), Some("lanes$4$d"));
        assert_eq!(flat("lanes[7-i*2]$q", &loops).as_deref(), Some("lanes$1$q"));
        assert_eq!(flat("lanes[j]", &loops), None);
    }

    #[test]
    fn paths_are_one_name() {
        assert_eq!(flat("State::Idle", &Vec::new()).as_deref(), Some("State$Idle"));
        assert_eq!(flat(".bus.ready", &Vec::new()).as_deref(), Some("bus$ready"));
        assert_eq!(snake("LoadAlign"), "load_align");
    }
}
