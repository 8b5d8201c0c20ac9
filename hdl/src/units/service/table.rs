//! What the service unit does for each instruction, generated from the instruction table.

use crate::units::service::Service;
use isa::op::{Op, PREFIX};
use rust_hdl::prelude::*;

/// Combinational. Codes without a service instruction give `illegal`.
#[derive(LogicBlock)]
pub struct ServiceTable {
    /// Code of an instruction's row.
    pub code: Signal<In, Bits<8>>,
    /// Whether the row has a prefix.
    pub prefixed: Signal<In, Bit>,
    pub service: Signal<Out, Service>,
    _table: Vec<Service>,
}

/// What to do for the row with this code.
fn service(prefixed: bool, code: u32) -> Service {
    let op = Op::from_code(if prefixed { PREFIX } else { 0 }, code);
    let (memory, table) = (Service::default(), Service { table: true, ..Service::default() });
    let range = |kind| Service { range: true, ..kind };
    let kind = match op {
        Some(Op::MemorySize) => Service { size: true, ..memory },
        Some(Op::MemoryGrow) => Service { grow: true, ..memory },
        Some(Op::MemoryFill) => range(Service { fill: true, ..memory }),
        Some(Op::MemoryCopy) => range(memory),
        Some(Op::MemoryInit) => range(Service { segment: true, ..memory }),
        Some(Op::DataDrop) => Service { segment: true, discard: true, ..memory },
        Some(Op::TableGet) => Service { element: true, ..table },
        Some(Op::TableSet) => Service { set: true, ..table },
        Some(Op::TableSize) => Service { size: true, ..table },
        Some(Op::TableGrow) => Service { grow: true, ..table },
        Some(Op::TableFill) => range(Service { fill: true, ..table }),
        Some(Op::TableCopy) => range(table),
        Some(Op::TableInit) => range(Service { segment: true, ..table }),
        Some(Op::ElemDrop) => Service { segment: true, discard: true, ..table },
        Some(Op::RefNull) => Service { ref_null: true, ..memory },
        Some(Op::RefIsNull) => Service { ref_is_null: true, ..memory },
        Some(Op::RefFunc) => Service { ref_func: true, ..memory },
        _ => return Service { illegal: true, ..memory },
    };
    let (pops, pushes) = op.and_then(Op::arity).unwrap_or((0, 0));
    Service { pops: u64::from(pops).into(), pushes: pushes == 1, ..kind }
}

impl Default for ServiceTable {
    fn default() -> Self {
        let _table = [false, true].iter().flat_map(|&p| (0..256).map(move |code| service(p, code))).collect();
        Self { code: Default::default(), prefixed: Default::default(), service: Default::default(), _table }
    }
}

impl Logic for ServiceTable {
    fn update(&mut self) {
        let row = usize::from(self.prefixed.val()) << 8 | self.code.val().index();
        self.service.next = self._table[row];
    }

    fn connect(&mut self) {
        self.service.connect();
    }

    fn hdl(&self) -> Verilog {
        let bits = |&service: &Service| Bits::<{ Service::BITS }>::from(service).to_u64();
        let width = Service::BITS;
        let illegal = bits(&service(false, 0));
        let mut text = "always @(*) begin\n   case ({prefixed, code})\n".to_string();
        for (row, service) in self._table.iter().enumerate().filter(|(_, service)| bits(service) != illegal) {
            text += &format!("      9'd{row}: service = {width}'d{};\n", bits(service));
        }
        text += &format!("      default: service = {width}'d{illegal};\n   endcase\nend\n");
        Verilog::Custom(text)
    }
}
