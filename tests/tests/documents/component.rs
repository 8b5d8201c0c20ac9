//! The tables of docs/component.md are those of the contract.

use isa::component::{Access, Register, status};
use isa::device::{Around, Device};
use std::fmt::Write;
use tests::generated::check;

#[test]
fn the_registers_are_those_of_the_contract() {
    let mut text = "| address | register | access | meaning |\n|--------:|----------|--------|---------|\n".to_string();
    for register in Register::ALL {
        let access = match register.access() {
            Access::Read => "read",
            Access::Write => "write",
            Access::Both => "read, write",
        };
        let meaning: Vec<_> = register.meaning().iter().map(|line| line.trim()).collect();
        let (offset, name, meaning) = (register.offset(), register.name(), meaning.join(" "));
        writeln!(text, "| {offset:#04x} | {name} | {access} | {meaning} |").unwrap();
    }
    check("docs/component.md", "registers", &text);

    let mut text = "| bit | name | meaning |\n|----:|------|---------|\n".to_string();
    for (bit, name, meaning) in status::ALL.iter().map(|&(bit, name, meaning)| (bit, name, meaning.trim())) {
        writeln!(text, "| {bit} | {name} | {meaning} |").unwrap();
    }
    check("docs/component.md", "status", &text);
    check("docs/component.md", "bus devices", &devices_of_the_bus());
}

fn devices_of_the_bus() -> String {
    let mut text = "| name | type | does |\n|------|------|------|\n".to_string();
    for device in Device::ALL.iter().filter(|device| device.number(Around::Component) > 0) {
        let types = [("param", device.params()), ("result", device.results())];
        let types = types.into_iter().filter(|(_, types)| !types.is_empty()).map(|(word, types)| {
            let names: Vec<_> = types.iter().map(|ty| ty.name()).collect();
            format!("({word} {})", names.join(" "))
        });
        let types: Vec<_> = types.collect();
        writeln!(text, "| `{}` | `{}` | {} |", device.name(), types.join(" "), device.meaning()).unwrap();
    }
    text
}
