//! The modules of emitted Verilog, as far as a harness has to know them: what a name in a module is declared as, which
//! module an instance is of, and what its states are called.

use std::collections::BTreeMap;

/// A wire or register.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Declaration {
    /// `[7:0]`, or nothing for one bit.
    pub range: String,
    /// The value at power-on, if it is a register that has one.
    pub initial: Option<String>,
}

#[derive(Default)]
struct Module {
    declarations: BTreeMap<String, Declaration>,
    /// Module by instance.
    instances: BTreeMap<String, String>,
    /// Value by state, as `State$Idle`.
    states: BTreeMap<String, String>,
}

/// All modules of a file.
pub struct Hierarchy {
    modules: BTreeMap<String, Module>,
}

impl Hierarchy {
    /// Of Verilog that `hdl` has emitted: a module begins and ends at the beginning of a line.
    pub fn of(verilog: &str) -> Hierarchy {
        let bodies = verilog.split("\nendmodule").filter_map(|text| {
            let (_, module) =
                format!("\n{text}").split_once("\nmodule ").map(|(a, b)| (a.to_string(), b.to_string()))?;
            let (name, body) = module.split_once('(')?;
            Some((name.trim().to_string(), Module::of(body)))
        });
        Hierarchy { modules: bodies.collect() }
    }

    /// Whether there is a module of this name.
    pub fn has(&self, module: &str) -> bool {
        self.modules.contains_key(module)
    }

    /// What `path`, names with dots between them, is from the module `top` on.
    pub fn declaration(&self, top: &str, path: &str) -> Result<&Declaration, String> {
        let (instances, name) = path.rsplit_once('.').unwrap_or(("", path));
        let module = self.module(top, instances)?;
        let missing =
            || format!("the emitted Verilog has no signal `{path}` in `{top}`; the harness has to name another one");
        self.modules[module].declarations.get(name).ok_or_else(missing)
    }

    /// States of the machine in the module of an instance: name and value.
    pub fn states(&self, top: &str, instances: &str) -> Result<&BTreeMap<String, String>, String> {
        Ok(&self.modules[self.module(top, instances)?].states)
    }

    fn module<'a>(&'a self, top: &'a str, instances: &str) -> Result<&'a str, String> {
        let mut module = top;
        for name in instances.split('.').filter(|name| !name.is_empty()) {
            let known = self.modules.get(module).and_then(|module| module.instances.get(name));
            module = known.ok_or_else(|| format!("the emitted Verilog has no instance `{name}` in `{module}`"))?;
        }
        if self.modules.contains_key(module) {
            return Ok(module);
        }
        Err(format!("the emitted Verilog has no module `{module}`"))
    }
}

impl Module {
    fn of(body: &str) -> Module {
        let mut module = Module::default();
        let body = uncommented(body);
        let (ports, statements) = body.split_once(");").unwrap_or((&body, ""));
        for port in ports.split(',') {
            module.declare(port);
        }
        for statement in statements.split(';') {
            // What follows a block's end is a statement of its own.
            let statement = statement.rsplit("end\n").next().unwrap_or(statement).trim();
            match statement.split_whitespace().next() {
                Some("wire" | "reg") => module.declare(statement),
                Some("localparam") => module.name_states(statement),
                Some(_) => module.instantiate(statement),
                None => {}
            }
        }
        module
    }

    /// `input wire [7:0] a`, `reg [7:0] a = 8'd0`, `wire a, b`.
    fn declare(&mut self, text: &str) {
        let Some(rest) = ["wire ", "reg "].iter().find_map(|kind| text.split_once(kind)).map(|(_, rest)| rest.trim())
        else {
            return;
        };
        let (range, names) = match rest.split_once(']') {
            Some((range, names)) if rest.starts_with('[') => (format!("{range}]"), names),
            _ => (String::new(), rest),
        };
        let (names, value) = names.split_once('=').map_or((names, None), |(names, value)| (names, Some(value)));
        let register = !text.trim_start().starts_with("wire");
        let initial = value.filter(|_| register).map(|value| value.trim().to_string());
        for name in names.split(',') {
            let name = name.trim().to_string();
            self.declarations.entry(name).or_insert(Declaration { range: range.clone(), initial: initial.clone() });
        }
    }

    /// `localparam [1:0] State$Idle = 2'd0, State$Run = 2'd1`.
    fn name_states(&mut self, text: &str) {
        for word in text.split(',').filter(|word| word.contains("State$")) {
            let Some((name, value)) = word.split_once('=') else { continue };
            let name = name.split_whitespace().last().unwrap_or(name);
            self.states.insert(name.into(), value.trim().into());
        }
    }

    /// `alu alu(.clock(clock), ...)`.
    fn instantiate(&mut self, text: &str) {
        let Some((head, _)) = text.split_once('(') else { return };
        if let [module, name] = head.split_whitespace().collect::<Vec<_>>()[..] {
            self.instances.insert(name.into(), module.into());
        }
    }
}

fn uncommented(text: &str) -> String {
    let line = |line: &str| line.split_once("//").map_or(line, |(code, _)| code).to_string() + "\n";
    text.lines().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "// Two.
module inner(
    input wire clock,
    // The count, (with brackets); and more.
    output reg [7:0] count
);
    localparam [1:0] State$Idle = 2'd0,
        State$Run = 2'd1;
    reg [1:0] state = 2'd0;
    always @(*) begin
        count = 8'd0;
    end
    wire [3:0] low = count[3:0];
endmodule

module outer(
    input wire clock
);
    wire [7:0] inner$count;
    inner inner(
        .clock(clock), .count(inner$count)
    );
endmodule
";

    #[test]
    fn signals_are_found_by_their_paths() {
        let hierarchy = Hierarchy::of(TEXT);
        let found = |path| hierarchy.declaration("outer", path).cloned();
        assert_eq!(found("inner.count").unwrap().range, "[7:0]");
        assert_eq!(found("inner.low"), Ok(Declaration { range: "[3:0]".into(), initial: None }));
        assert_eq!(found("inner.state").unwrap().initial.as_deref(), Some("2'd0"));
        assert_eq!(found("clock").unwrap().range, "");
        assert!(found("inner.absent").unwrap_err().contains("`inner.absent`"));
        assert!(found("absent.count").unwrap_err().contains("`absent`"));
        assert_eq!(hierarchy.states("outer", "inner").unwrap()["State$Run"], "2'd1");
    }
}
