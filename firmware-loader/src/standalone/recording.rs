//! A recording: requests of the wire, as the levels of a line.

use crate::upload::{Block, Step, Upload, writes};
use boards::Board;
use isa::boot::Recording;
use isa::host::Space;
use isa::image::Image;
use isa::wire::{Command, Commit, Hello, Range, Request};

/// A board answers within this part of a second (`isa::wire`).
const ANSWERS_WITHIN: u32 = 1000;

/// What makes `board` load an image at power-on and call a function without parameters. The image must have been made for
/// its plan, and needs no start function and no host. All that decides what the call does is in the image, so that it is
/// compared before.
pub fn recording(board: &Board, image: &Image, function: u32) -> Vec<u8> {
    let (guard, upload) = Upload::new(image, board.plan, &hello(board)).unattended();
    let guard = guard.iter().flat_map(|guard| writes(Command::Load, guard));
    let mut call = Request::new(0, Command::Call);
    call.row = function;
    let call = Step { command: Command::Call, request: call, bytes: 0, work: 0 };
    recorded(board, guard.chain(loading(&upload)).chain([call]))
}

/// Bytes of flash that no recording for this board exceeds, or all that there are behind its bitstream.
pub fn most(board: &Board) -> usize {
    let plan = board.plan;
    let rows = |space: Space| match space {
        // As many as there are, not as many as have an address.
        Space::Memory => (plan.memory_bytes() / Space::Memory.row_bytes() as u64) as u32,
        _ => space.rows(plan),
    };
    let loaded = [Space::Code, Space::Marks, Space::Branches, Space::Functions, Space::Stack, Space::Memory];
    let full = |space: Space| Block { space, first: 0, bytes: vec![0; rows(space) as usize * space.row_bytes()] };
    let hello = hello(board);
    let range = |&space: &Space| Range { space: space as u8, first: 0, rows: rows(space) };
    let upload = Upload {
        cleared_from: 0,
        cleared: rows(Space::Memory),
        blocks: loaded.map(full).into(),
        commit: Commit {
            crc: 0,
            image: 0,
            registers: [0; 6],
            ranges: loaded.iter().filter(|&&space| hello.can_read(space)).map(range).collect(),
        },
    };
    recorded(board, loading(&upload)).len().min((board.flash.bytes - board.flash.address) as usize)
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
