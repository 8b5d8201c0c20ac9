//! Boards: the loader's session at the pins of the emitted system on chip, and the chip's netlists.

mod adding;
mod chip;
mod component;
mod devices;
mod made_up;
mod served;
mod session;
mod standalone;

// What the file of a board names, as in the crate `boards`.
use boards::{Board, Flash, FlashPins, Pins, family};
