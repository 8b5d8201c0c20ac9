//! Lines of text: indentation, comments, and where a long line goes on.

/// Columns of a line.
const COLUMNS: usize = 110;
const INDENT: &str = "    ";

#[derive(Default)]
pub struct Writer {
    text: String,
    depth: usize,
}

impl Writer {
    pub fn text(self) -> String {
        self.text
    }

    /// A line. Where it is too long, it goes on in the next one, deeper by one step, with an operator or behind a comma.
    pub fn line(&mut self, line: impl AsRef<str>) {
        let mut open = INDENT.repeat(self.depth);
        let mut first = true;
        for piece in pieces(line.as_ref()) {
            if !first && open.len() + 1 + piece.len() > COLUMNS {
                self.text += open.trim_end();
                self.text.push('\n');
                open = INDENT.repeat(self.depth + 1);
                first = true;
            }
            if !first {
                open.push(' ');
            }
            open += piece;
            first = false;
        }
        self.text += open.trim_end();
        self.text.push('\n');
    }

    /// Items with commas between them, as many in a line as fit.
    pub fn list(&mut self, items: impl Iterator<Item = String>) {
        let mut lines: Vec<String> = Vec::new();
        for item in items {
            match lines.last_mut() {
                Some(line) if self.fits(&format!("{line}, {item},")) => *line += &format!(", {item}"),
                Some(line) => {
                    line.push(',');
                    lines.push(item);
                }
                None => lines.push(item),
            }
        }
        lines.iter().for_each(|line| self.line(line));
    }

    /// Whether the line fits in one.
    pub fn fits(&self, line: &str) -> bool {
        self.depth * INDENT.len() + line.len() <= COLUMNS
    }

    pub fn comment(&mut self, lines: &[&str]) {
        for line in lines {
            self.text += &INDENT.repeat(self.depth);
            self.text += format!("// {line}").trim_end();
            self.text.push('\n');
        }
    }

    pub fn blank(&mut self) {
        if !self.text.ends_with("\n\n") && !self.text.is_empty() {
            self.text.push('\n');
        }
    }

    /// Text of several lines as it is.
    pub fn verbatim(&mut self, text: &str) {
        for line in text.trim_end().lines() {
            if !line.trim().is_empty() {
                self.text += &INDENT.repeat(self.depth);
                self.text += line.trim_end();
            }
            self.text.push('\n');
        }
    }

    pub fn indented(&mut self, write: impl FnOnce(&mut Writer)) {
        self.depth += 1;
        write(self);
        self.depth -= 1;
    }
}

/// The line in pieces between which it may be broken: before an operator, and behind a comma.
fn pieces(line: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut start = 0;
    for (at, _) in line.match_indices(' ') {
        let (before, after) = (&line[start..at], &line[at + 1..]);
        let operator =
            after.split(' ').next().is_some_and(|word| matches!(word, "&" | "|" | "^" | "+" | "&&" | "||" | "?" | ":"));
        if operator || before.ends_with(',') {
            pieces.push(before);
            start = at + 1;
        }
    }
    pieces.push(&line[start..]);
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lines_go_on_with_an_operator() {
        let mut writer = Writer::default();
        let names: Vec<_> = (0..9).map(|i| format!("a_rather_long_name{i}")).collect();
        writer.line(format!("wire all = {};", names.join(" & ")));
        let text = writer.text();
        assert!(text.lines().all(|line| line.len() <= COLUMNS), "{text}");
        assert!(text.lines().skip(1).all(|line| line.starts_with("    & ")), "{text}");
        assert_eq!(text.split_whitespace().collect::<Vec<_>>().join(" "), format!("wire all = {};", names.join(" & ")));
    }
}
