//! Numbers of the contract as constants in hardware, by name: what a block compares with or writes comes from `isa`.

use isa::component::Register;
use isa::device::{Around, Device};
use isa::group::Role;
use isa::host::{Space, control};
use isa::op::{Op, PREFIX};
use isa::resolution::Limit;
use isa::stream::BEHIND_BODY;
use isa::types::{EMPTY_BLOCK, ValType};
use rust_hdl::prelude::*;

macro_rules! names {
    ($(#[$doc:meta])* $name:ident: $width:literal { $($constant:ident = $value:expr,)* }) => {
        $(#[$doc])*
        #[derive(LogicBlock, Default)]
        pub struct $name {
            $(pub $constant: Signal<Out, Bits<$width>>,)*
        }

        impl Logic for $name {
            fn update(&mut self) {
                $(self.$constant.next = $crate::prim::ram::bits_from(u128::from($value));)*
            }

            fn connect(&mut self) {
                $(self.$constant.connect();)*
            }

            fn hdl(&self) -> Verilog {
                let names = [$((stringify!($constant), u64::from($value))),*];
                let line = |(name, value)| format!("always @(*) {name} = {}'d{value};\n", $width);
                Verilog::Custom(names.into_iter().map(line).collect())
            }
        }
    };
}

pub(crate) use names;

names! {
    /// Address spaces of the host port.
    Spaces: 3 {
        control = Space::Control as u8,
        code = Space::Code as u8,
        marks = Space::Marks as u8,
        branches = Space::Branches as u8,
        functions = Space::Functions as u8,
        stack = Space::Stack as u8,
        memory = Space::Memory as u8,
        frames = Space::Frames as u8,
    }
}

names! {
    /// Registers of the host port.
    Registers: 4 {
        stack_base = control::STACK_BASE,
        memory_bytes = control::MEMORY_BYTES,
        layout = control::LAYOUT,
        memory_window = control::MEMORY_WINDOW,
        memory_most = control::MEMORY_MOST,
        resolve = control::RESOLVE,
        start = control::START,
        resume = control::RESUME,
        call = control::CALL,
        halt = control::HALT,
    }
}

/// The byte of an instruction without prefix.
fn opcode(op: Op) -> u8 {
    op.row().code
}

names! {
    /// Opcodes that fetch, decode and resolver tell from the others, and the byte behind a body, which is none. `passes`
    /// only passes on its operand.
    Opcodes: 8 {
        select = opcode(Op::Select),
        select_typed = opcode(Op::SelectTyped),
        i64_const = opcode(Op::I64Const),
        f32_const = opcode(Op::F32Const),
        f64_const = opcode(Op::F64Const),
        passes = opcode(Op::I32ReinterpretF32),
        block_end = opcode(Op::End),
        prefix = PREFIX,
        behind_body = BEHIND_BODY,
    }
}

names! {
    /// What the resolver compares a number with.
    Limits: 4 {
        locals = Limit::Local as u8,
        tables = Limit::Table as u8,
        memories = Limit::Memory as u8,
        alignment = Limit::Alignment as u8,
    }
}

names! {
    /// Roles of bytes in a group, as marks.
    Roles: 4 {
        source = Role::Source as u8,
        operation = Role::Operation as u8,
        destination = Role::Destination as u8,
        binary = Role::Binary as u8,
    }
}

names! {
    /// Bytes that are types.
    TypeCodes: 8 {
        empty = EMPTY_BLOCK,
        i32 = ValType::I32.code(),
        i64 = ValType::I64.code(),
        f32 = ValType::F32.code(),
        f64 = ValType::F64.code(),
        funcref = ValType::FuncRef.code(),
        externref = ValType::ExternRef.code(),
    }
}

names! {
    /// Devices that a chip answers.
    DeviceNumbers: 3 {
        leds = Device::Leds.number(Around::Chip),
        buttons = Device::Buttons.number(Around::Chip),
        serial_write = Device::SerialWrite.number(Around::Chip),
    }
}

names! {
    /// Devices that the component answers.
    BusDevices: 3 {
        read = Device::BusRead.number(Around::Component),
        write = Device::BusWrite.number(Around::Component),
        error = Device::BusError.number(Around::Component),
    }
}

names! {
    /// Registers of the component.
    ComponentRegisters: 4 {
        status = Register::Status as u8,
        stop_pc = Register::StopPc as u8,
        callee = Register::Function as u8,
        slot = Register::Slot as u8,
        space = Register::Space as u8,
        row = Register::Row as u8,
        low = Register::Low as u8,
        middle = Register::Middle as u8,
        high = Register::High as u8,
        clear = Register::Clear as u8,
        start = Register::Start as u8,
        resume = Register::Resume as u8,
        halt = Register::Halt as u8,
    }
}
