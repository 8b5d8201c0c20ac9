//! A board that stands alone: a module's image and a call of it, as what is written into the configuration flash.

use crate::upload::{Block, Step, Upload, writes};
use boards::Board;
use isa::boot::Recording;
use isa::host::Space;
use isa::image::Image;
use isa::types::Value;
use isa::wire::{Command, Commit, Hello, Range, Request};

/// A board answers within this part of a second (`isa::wire`).
const ANSWERS_WITHIN: u32 = 1000;

/// What makes `board` load an image at power-on and call a function with these arguments. The image must have been made
/// for its plan, and needs no start function and no host.
pub fn recording(board: &Board, image: &Image, function: u32, args: &[Value]) -> Vec<u8> {
    let upload = Upload::new(image, board.plan, &hello(board));
    let slots = args.iter().flat_map(|value| value.bits.to_le_bytes()).collect();
    let arguments = Block { space: Space::Stack, first: image.layout.base, bytes: slots };
    let mut call = Request::new(0, Command::Call);
    call.row = function;
    let call = Step { command: Command::Call, request: call, bytes: 0, work: 0 };
    recorded(board, loading(&upload).chain(writes(Command::Poke, &arguments)).chain([call]))
}

/// Bytes of flash that no recording for this board exceeds.
pub fn most(board: &Board) -> usize {
    let loaded = [Space::Code, Space::Marks, Space::Branches, Space::Functions, Space::Stack, Space::Memory];
    let full = |space: Space| {
        let bytes = vec![0; space.rows(board.plan) as usize * space.row_bytes()];
        Block { space, first: 0, bytes }
    };
    let hello = hello(board);
    let range = |&space: &Space| Range { space: space as u8, first: 0, rows: space.rows(board.plan) };
    let ranges = loaded.iter().filter(|&&space| hello.can_read(space)).map(range).collect();
    let upload = Upload {
        cleared_from: 0,
        cleared: Space::Memory.rows(board.plan),
        blocks: loaded.map(full).into(),
        commit: Commit { crc: 0, image: 0, registers: [0; 6], ranges },
    };
    recorded(board, loading(&upload)).len()
}

fn hello(board: &Board) -> Hello {
    Hello::of_board(board.name, board.plan, board.core_hz)
}

fn loading(upload: &Upload) -> impl Iterator<Item = Step> {
    upload.clear().into_iter().chain(upload.writes()).chain([upload.commit()])
}

fn recorded(board: &Board, steps: impl Iterator<Item = Step>) -> Vec<u8> {
    let mut recording = Recording::new(board.bit_cycles());
    for (step, sequence) in steps.zip((1..=u8::MAX).cycle()) {
        let request = Request { sequence, ..step.request };
        recording.send(&request.encode());
        recording.pause(u64::from(board.core_hz / ANSWERS_WITHIN) + step.work);
    }
    recording.into_bytes()
}
