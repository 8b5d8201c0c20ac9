//! Boards: the loader's session at the pins of the emitted system on chip, and the chip's netlists.

mod chip;
mod devices;
mod served;
mod session;
