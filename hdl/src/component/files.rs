//! The component as files: its Verilog, and what tools and programs need beside it.

use crate::emit::{COMPONENT_TOP, Error, component_verilog};
use isa::component::{Register, status};
use isa::host::Space;
use isa::plan::CorePlan;
use std::fmt::Write;

/// A file by its name.
pub struct File {
    pub name: &'static str,
    pub text: String,
}

/// The files of the component with the core of `plan`.
///
/// # Errors
/// There is no Verilog of it.
pub fn files(plan: &CorePlan) -> Result<Vec<File>, Error> {
    let fusesoc = include_str!("files/wafer_core.core").replace("VERSION", env!("CARGO_PKG_VERSION"));
    let fixed = |name, text: &str| File { name, text: text.into() };
    Ok(vec![
        File { name: "wafer_core.v", text: component_verilog(plan)? },
        File { name: "wafer_core.vh", text: header("localparam [31:0] ", " =", ";") },
        File { name: "wafer_core.h", text: format!("#pragma once\n\n{}", header("#define ", "", "")) },
        fixed("wafer_core.vlt", include_str!("../../waivers.vlt")),
        fixed("wafer_core.core", &fusesoc),
        fixed("wafer_core.py", include_str!("files/wafer_core.py")),
        fixed("instance.v", include_str!("files/instance.v")),
    ])
}

/// A constant of the registers, and what it is.
struct Constant {
    name: String,
    value: u32,
    what: &'static str,
}

/// The numbers that whoever uses the registers needs.
fn constants() -> Vec<Constant> {
    let top = COMPONENT_TOP.to_uppercase();
    let register = |&register: &Register| Constant {
        name: format!("{top}_{}", register.name()),
        value: register.offset(),
        what: "byte address of a register",
    };
    let bit = |&(value, name, _): &(u32, &str, &str)| Constant {
        name: format!("{top}_STATUS_{name}"),
        value,
        what: "bit of STATUS",
    };
    let spaces = [("STACK", Space::Stack), ("MEMORY", Space::Memory)];
    let space = |(name, space)| Constant {
        name: format!("{top}_SPACE_{name}"),
        value: space as u32,
        what: "number of a space",
    };
    let registers = Register::ALL.iter().map(register);
    registers.chain(status::ALL.iter().map(bit)).chain(spaces.map(space)).collect()
}

/// The constants as lines of a language: what stands before the name, behind it, and behind the value.
fn header(before: &str, behind_name: &str, behind: &str) -> String {
    constants().into_iter().fold(String::new(), |mut text, Constant { name, value, what }| {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{before}{name}{behind_name} {value}{behind} // {what}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whoever instantiates it connects every port.
    #[test]
    fn files_name_every_port() {
        let files = files(boards::BOARDS[0].plan).unwrap();
        let text = |name| &files.iter().find(|file| file.name == name).unwrap().text;
        let top = text("wafer_core.v").split_once("\nmodule wafer_core(\n").unwrap().1.split_once(");").unwrap().0;
        let ports = top.lines().filter(|line| !line.trim().starts_with("//"));
        let ports: Vec<_> = ports.filter_map(|line| line.trim_end_matches(',').split(' ').next_back()).collect();
        assert!(ports.len() > 20 && ports.contains(&"wbm_cyc_o"), "{ports:?}");
        for port in ports {
            assert!(text("instance.v").contains(&format!(".{port}(")), "instance.v has no {port}");
            let litex = ["i_", "o_"].iter().any(|way| text("wafer_core.py").contains(&format!(" {way}{port}=")));
            assert!(litex, "wafer_core.py has no {port}");
        }
        for file in ["wafer_core.v", "wafer_core.vlt"] {
            assert!(text("wafer_core.core").contains(file), "wafer_core.core has no {file}");
        }
    }

    /// They meet no others in a larger design.
    #[test]
    fn names_of_modules_begin_with_that_of_the_top() {
        let text = component_verilog(boards::BOARDS[0].plan).unwrap();
        let modules: Vec<_> = text.lines().filter_map(|line| line.strip_prefix("module ")).collect();
        assert!(modules.len() > 50 && modules.iter().all(|name| name.starts_with(COMPONENT_TOP)), "{modules:?}");
        assert_eq!(modules.iter().filter(|name| **name == "wafer_core(").count(), 1);
    }
}
