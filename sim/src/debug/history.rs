//! What the host has answered since the program began, so that it need not be asked again when the program is repeated.

use crate::import::{Answer, CoreMemory};
use firmware_loader::host::Memory;

/// The answers in their order, and the next one that a repetition gets.
#[derive(Default)]
pub(super) struct History {
    answers: Vec<Answer>,
    next: usize,
}

impl History {
    /// The program begins again.
    pub fn rewind(&mut self) {
        self.next = 0;
    }

    /// Whether the next answer was given before.
    pub fn is_known(&self) -> bool {
        self.next < self.answers.len()
    }

    /// Adds an answer of the host itself.
    pub fn push(&mut self, answer: &Answer) {
        self.answers.push(answer.clone());
        self.next = self.answers.len();
    }

    /// The next answer as it was before, with what was written into memory; `None` if it has not been given yet.
    pub fn repeat(&mut self, memory: &mut CoreMemory<'_>) -> Option<Answer> {
        let answer = self.answers.get(self.next)?.clone();
        self.next += 1;
        for (address, bytes) in &answer.writes {
            let Ok(()) = memory.write(*address, bytes);
        }
        Some(answer)
    }
}
