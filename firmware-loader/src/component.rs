//! An image as writes to the registers of the component (`isa::component`), as text for `$readmemh`.

use crate::choice::Choice;
use crate::output::shown;
use crate::upload::cleared;
use isa::component::{Register, Write};
use isa::device::{Around, Device};
use isa::host::{Space, control};
use isa::image::Image;
use isa::module::{ExportKind, Module};
use isa::plan::CorePlan;
use isa::rows::Row;
use std::fmt::Write as _;

/// Writes that load a module, run its start function and call a function, in this order. Whoever makes them waits before
/// each until the component is not busy.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Writes {
    pub list: Vec<Write>,
    /// The space and the row that are chosen.
    chosen: Option<(Space, u32)>,
    /// What MIDDLE and HIGH hold.
    upper: [Option<u32>; 2],
}

impl Writes {
    /// Of `module` on a core of `plan`, for which the image must have been made; the call at the end is `choice`.
    pub fn new(module: &Module, mut image: Image, plan: &CorePlan, choice: Option<&Choice>) -> Writes {
        image.place(module, Around::Component);
        let mut writes = Writes::default();
        let (first, rows) = cleared(&image, plan);
        if rows > 0 {
            writes.write(Register::Row, first);
            writes.write(Register::Clear, rows);
            writes.upper[1] = None;
        }
        for Row { space, number, bits } in image.rows(plan) {
            writes.row(space, number, bits);
        }
        for (number, word) in image.memory_rows() {
            writes.row(Space::Memory, number, word.into());
        }
        let registers = control::IMAGE.into_iter().zip(image.registers());
        for (register, bits) in registers.filter(|&(register, _)| plan.has_resolver() || register != control::RESOLVE) {
            writes.row(Space::Control, register, bits);
        }
        if let Some(start) = module.start {
            writes.start(start);
        }
        if let Some(choice) = choice {
            for (slot, value) in (image.layout.base..).zip(&choice.args) {
                writes.row(Space::Stack, slot, value.bits.into());
            }
            writes.start(choice.function);
        }
        writes
    }

    fn write(&mut self, register: Register, value: u32) {
        self.list.push(Write::new(register, value));
    }

    fn start(&mut self, function: u32) {
        self.write(Register::Start, function);
        // What a call does with devices changes the registers.
        *self = Writes { list: std::mem::take(&mut self.list), ..Writes::default() };
    }

    fn row(&mut self, space: Space, number: u32, bits: u128) {
        if self.chosen.is_none_or(|(chosen, _)| chosen != space) {
            self.write(Register::Space, space as u32);
        }
        if self.chosen.is_none_or(|(_, row)| row != number) {
            self.write(Register::Row, number);
        }
        let words = [(Register::Middle, (bits >> 32) as u32), (Register::High, (bits >> 64) as u32)];
        for (i, (register, word)) in words.into_iter().enumerate().take(space.row_bytes() / 4 - 1) {
            if self.upper[i] != Some(word) {
                self.write(register, word);
                self.upper[i] = Some(word);
            }
        }
        self.write(Register::Low, bits as u32);
        self.chosen = Some((space, number + 1));
    }

    /// As `$readmemh` reads it, a line for each write: the register's byte address, then the value. Comments say what
    /// whoever answers imports and calls functions has to know.
    pub fn text(&self, module: &Module, base: u32, plan: &CorePlan) -> String {
        let mut text = format!(
            "// {} writes for a core of the plan {}, and a last one that does nothing\n",
            self.list.len(),
            plan.name
        );
        // Writing to a string cannot fail.
        let _ = writeln!(text, "// arguments and results: slots from {base} on");
        for (index, import) in (0..).map_while(|index| Some((index, module.imported_function(index)?))) {
            let device = Device::of_import(module, import).and_then(Result::ok);
            let on_bus = device.is_some_and(|device| device.number(Around::Component) > 0);
            let answered = if on_bus { "by the component" } else { "over the registers" };
            let (from, name) = (shown(&import.module), shown(&import.name));
            let _ = writeln!(text, "// function {index}, imported, answered {answered}: {from}.{name}");
        }
        for export in module.exports.iter().filter(|export| export.kind == ExportKind::Function) {
            let _ = writeln!(text, "// function {}, exported: {}", export.index, shown(&export.name));
        }
        for Write { register, value } in self.list.iter().chain([&Write::END]) {
            let _ = writeln!(text, "{:02x}_{value:08x}", register.offset());
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Target, image, parse_text};
    use boards::{ALCHITRY_CU, ICEBREAKER};
    use isa::types::{ValType, Value};

    const MODULE: &str = r#"(module (import "wafer" "bus_read" (func (param i32) (result i32)))
        (import "env" "log" (func (param i32))) (memory 1) (data (i32.const 8) "\01\02\03\04\05\06\07\08")
        (func $begin (drop (call 0 (i32.const 4)))) (start $begin)
        (func (export "f") (param i64) (call 1 (i32.wrap_i64 (local.get 0)))))"#;

    fn writes(plan: &CorePlan, text: &str, choice: Option<&Choice>) -> (Module, Image, Vec<(Register, u32)>) {
        let module = parse_text(text).unwrap();
        let target = Target::of_plan(plan, boards::PLANS);
        let image = crate::gate::hosted_image(&module, &target, |_| true, Default::default()).unwrap();
        let list = Writes::new(&module, image.clone(), plan, choice).list;
        (module, image, list.into_iter().map(|write| (write.register, write.value)).collect())
    }

    /// What the registers make of a list: rows by space and number.
    fn played(list: &[(Register, u32)]) -> Vec<(u32, u32, u128)> {
        let (mut space, mut row, mut upper, mut rows) = (0, 0, [0u32; 2], Vec::new());
        for &(register, value) in list {
            match register {
                Register::Space => space = value,
                Register::Row => row = value,
                Register::Middle => upper[0] = value,
                Register::High => upper[1] = value,
                Register::Low => {
                    let [middle, high] = upper.map(u128::from);
                    rows.push((space, row, u128::from(value) | middle << 32 | high << 64));
                    row += 1;
                }
                _ => {}
            }
        }
        rows
    }

    #[test]
    fn a_list_writes_what_the_image_has() {
        for plan in [&ALCHITRY_CU, &ICEBREAKER] {
            let (module, mut image, list) = writes(plan, MODULE, None);
            image.place(&module, Around::Component);
            let tables = image.rows(plan).map(|row| (row.space, row.number, row.bits));
            let memory = image.memory_rows().into_iter().map(|(row, word)| (Space::Memory, row, word.into()));
            let expected: Vec<_> = tables.chain(memory).collect();
            let played = played(&list);
            for (&(space, row, bits), (expected_space, number, expected_bits)) in played.iter().zip(&expected) {
                let mask = (1 << (8 * expected_space.row_bytes())) - 1;
                assert_eq!((space, row, bits & mask), (*expected_space as u32, *number, *expected_bits));
            }
            let registers = control::IMAGE.len() - usize::from(!plan.has_resolver());
            assert_eq!(played.len(), expected.len() + registers);
            assert_eq!(list.last(), Some(&(Register::Start, module.start.unwrap())));
            assert_eq!(list[1].0, Register::Clear);
            assert_eq!(image.functions[0].lead, Device::BusRead.number(Around::Component));
        }
    }

    #[test]
    fn a_call_is_behind_the_start_function() {
        let args = vec![Value { ty: ValType::I64, bits: 0x1_0000_0002 }];
        let choice = Choice { function: 3, name: "f".into(), args, missing: 0 };
        let (module, image, list) = writes(&ALCHITRY_CU, MODULE, Some(&choice));
        let at = list.iter().position(|&(register, _)| register == Register::Start).unwrap();
        let base = image.layout.base;
        let call = [(Register::Space, 5), (Register::Row, base), (Register::Middle, 1), (Register::Low, 2)];
        assert_eq!((list[at].1, &list[at + 1..at + 5], list[at + 5]), (2, &call[..], (Register::Start, 3)));
        let text = Writes::new(&module, image, &ALCHITRY_CU, Some(&choice)).text(&module, base, &ALCHITRY_CU);
        assert!(text.contains("// function 0, imported, answered by the component: wafer.bus_read\n"), "{text}");
        assert!(text.contains("// function 1, imported, answered over the registers: env.log\n"), "{text}");
        assert!(
            text.contains("// function 3, exported: f\n") && text.ends_with("\n28_00000003\n00_00000000\n"),
            "{text}"
        );
    }

    #[test]
    fn a_module_without_memory_clears_nothing() {
        let module = parse_text("(module (func (export \"f\")))").unwrap();
        let image = image(&module, &Target::of_plan(&ALCHITRY_CU, boards::PLANS)).unwrap();
        let list = Writes::new(&module, image, &ALCHITRY_CU, None).list;
        assert!(list.iter().all(|write| write.register != Register::Clear && write.register != Register::Start));
    }
}
