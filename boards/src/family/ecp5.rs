//! Lattice ECP5. Limits of its PLL are those of FPGA-DS-02012, ECP5 and ECP5-5G Family Data Sheet.

use super::Part;
use crate::{Board, Pins, Pull};
use isa::plan::CorePlan;
use std::ops::RangeInclusive;
use std::path::Path;
use std::process::Command;

/// A part, on a board.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ecp5 {
    /// As nextpnr-ecp5 calls it.
    pub device: &'static str,
    pub package: &'static str,
    /// Speed grade: 6, 7 or 8.
    pub speed: u8,
    /// The board, as openFPGALoader calls it.
    pub programmer: &'static str,
}

impl Part for Ecp5 {
    fn family(&self) -> &'static str {
        "ecp5"
    }

    fn variables(&self) -> String {
        let Ecp5 { device, package, speed, programmer } = self;
        format!("DEVICE := {device}\nPACKAGE := {package}\nSPEED := {speed}\nPROGRAMMER := {programmer}\n")
    }

    /// Logical preferences, for nextpnr-ecp5: all pins have 3.3 V.
    fn constraints(&self, board: &Board) -> String {
        let clock = format!("FREQUENCY PORT \"clock\" {} MHZ;\n", board.oscillator_mhz);
        let lines = board.ports().map(|(port, pin)| {
            let pull = match Pins::pull(&port) {
                Pull::Up => "UP",
                Pull::Down => "DOWN",
                Pull::None => "NONE",
            };
            format!("LOCATE COMP \"{port}\" SITE \"{pin}\";\nIOBUF PORT \"{port}\" IO_TYPE=LVCMOS33 PULLMODE={pull};\n")
        });
        [clock].into_iter().chain(lines).collect()
    }

    fn writes_flash(&self, address: u32, file: &Path) -> Command {
        let mut command = Command::new("openFPGALoader");
        command.args(["--board", self.programmer, "--write-flash", "--offset", &address.to_string()]).arg(file);
        command
    }

    fn flash_tool(&self) -> &'static str {
        "apt-get install openfpgaloader"
    }

    fn synthesis(&self, _plan: &CorePlan) -> String {
        "synth_ecp5".into()
    }
}

/// In Hz.
const INPUT: RangeInclusive<u64> = 8_000_000..=400_000_000;
const PHASE_DETECTOR: RangeInclusive<u64> = 10_000_000..=400_000_000;
const OSCILLATOR: RangeInclusive<u64> = 400_000_000..=800_000_000;
const OUTPUT: RangeInclusive<u64> = 3_125_000..=400_000_000;
/// What the oscillator's frequency is near to if there is a choice: in the middle.
const MIDDLE: u64 = 600_000_000;
/// The highest divisor.
const DIVISOR: u64 = 128;

/// Settings of an `EHXPLLL` whose output `CLKOP` goes back to the phase detector, and whose output `CLKOS` is the clock:
/// output = input / `input` * `feedback` / `output`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pll {
    /// `CLKI_DIV`: what the phase detector compares is the input divided by this,
    pub input: u8,
    /// `CLKOP_DIV`: and the oscillator's clock divided by this;
    pub feedback: u8,
    /// `CLKOS_DIV`: the clock is the oscillator's divided by this.
    pub output: u8,
}

impl Pll {
    /// The settings that make `output` of `input`, both in Hz, with the highest frequency at the phase detector and an
    /// oscillator near the middle of its range. `None` if none make it exactly.
    pub fn new(input: u32, output: u32) -> Option<Pll> {
        let [input, output] = [input, output].map(u64::from);
        if !INPUT.contains(&input) || !OUTPUT.contains(&output) {
            return None;
        }
        let divisors = || 1..=DIVISOR;
        divisors().filter(|by| PHASE_DETECTOR.contains(&(input / by))).find_map(|by| {
            let found = divisors().filter_map(|divided| {
                let oscillator = output * divided;
                let feedback = oscillator * by / input;
                let exact = feedback * input == oscillator * by && divisors().contains(&feedback);
                (exact && OSCILLATOR.contains(&oscillator)).then_some((oscillator, feedback, divided))
            });
            let (_, feedback, divided) = found.min_by_key(|&(oscillator, ..)| oscillator.abs_diff(MIDDLE))?;
            Some(Pll { input: by as u8, feedback: feedback as u8, output: divided as u8 })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pll(input: u8, feedback: u8, output: u8) -> Option<Pll> {
        Some(Pll { input, feedback, output })
    }

    /// Of MHz.
    fn made(input: u32, output: u32) -> Option<Pll> {
        Pll::new(input * 1_000_000, output * 1_000_000)
    }

    /// 25 MHz * 24 = 600 MHz, / 12 = 50 MHz, and / 10 = 60 MHz. Multiples of both 45 and 25 MHz are 450 and 675 MHz, which
    /// is nearer to 600. 12 MHz * 50 = 600 MHz, / 25 = 24 MHz. The least multiple of 100 and 55 MHz, 1,100 MHz, is too high,
    /// but 100 MHz / 2 * 11 = 550 MHz, / 10 = 55 MHz; and so it is for 56 MHz up to 100 MHz / 5 * 28 = 560 MHz.
    #[test]
    fn settings_are_those_made_by_hand() {
        assert_eq!(made(25, 50), pll(1, 24, 12));
        assert_eq!(made(25, 60), pll(1, 24, 10));
        assert_eq!(made(25, 45), pll(1, 27, 15));
        assert_eq!(made(12, 24), pll(1, 50, 25));
        assert_eq!(made(100, 55), pll(2, 11, 10));
        assert_eq!(made(100, 56), pll(5, 28, 10));
    }

    /// The input, the output, or a common multiple of 25 (12.5) and 47 MHz, 1,175 MHz, is out of range; 8 MHz are too few
    /// for the phase detector.
    #[test]
    fn what_no_setting_makes_exactly_is_refused() {
        for (input, output) in [(7, 14), (401, 50), (25, 3), (25, 401), (25, 47), (8, 16)] {
            assert_eq!(made(input, output), None, "{input} to {output} MHz");
        }
    }

    /// All that are found, by the formula alone.
    #[test]
    fn what_is_found_makes_the_clock_within_the_limits() {
        let mut count = 0;
        for (input, output) in (8..=100).flat_map(|input| (4..=100).map(move |output| (input, output))) {
            let Some(found) = made(input, output) else { continue };
            let [by, feedback, divided] = [found.input, found.feedback, found.output].map(f64::from);
            let compared = f64::from(input) / by;
            let oscillator = compared * feedback;
            assert!((oscillator / divided - f64::from(output)).abs() < 1e-9, "{input} to {output} MHz: {found:?}");
            assert!((399.999..800.001).contains(&oscillator) && compared >= 9.999, "{found:?}");
            count += 1;
        }
        assert!(count > 3000, "{count}");
    }

    #[test]
    fn constraints_name_every_pin_and_what_it_is_when_nothing_drives_it() {
        let board = &crate::ulx3s_85::BOARD;
        let text = board.constraints();
        for line in [
            "FREQUENCY PORT \"clock\" 25 MHZ;",
            "LOCATE COMP \"leds[0]\" SITE \"B2\";",
            "IOBUF PORT \"leds[0]\" IO_TYPE=LVCMOS33 PULLMODE=NONE;",
            "IOBUF PORT \"reset_n\" IO_TYPE=LVCMOS33 PULLMODE=UP;",
            "IOBUF PORT \"rx\" IO_TYPE=LVCMOS33 PULLMODE=UP;",
            "IOBUF PORT \"buttons[3]\" IO_TYPE=LVCMOS33 PULLMODE=DOWN;",
            "LOCATE COMP \"high[0]\" SITE \"L2\";",
        ] {
            assert!(text.lines().any(|found| found == line), "{text}");
        }
        assert_eq!(text.lines().count(), 1 + 2 * board.ports().count());
    }
}
