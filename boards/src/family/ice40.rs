//! Lattice iCE40. Limits and filter ranges of its PLL are those of FPGA-TN-02052, iCE40 sysCLOCK PLL Design and Usage
//! Guide.

use super::Part;
use crate::Board;
use isa::plan::{CorePlan, Multiplier};
use std::ops::RangeInclusive;
use std::path::Path;
use std::process::Command;

/// A part, on a board.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ice40 {
    /// As nextpnr-ice40 calls it.
    pub device: &'static str,
    pub package: &'static str,
    /// Whether the pin of the clock is the pad of the PLL, which then is the only one to see it.
    pub clock_is_pll_pad: bool,
}

/// How yosys runs ABC: a chip with resolver takes some 80 LUTs less than with its own script, or twice with `-abc2`.
const ABC: &str = "scratchpad -set abc.script +strash;dch,-f;if,-C,16,-F,3;mfs2;lutpack,-S,1";

/// What keeps one LUT behind what comes late (`hdl/src/prim/late.rs`): these modules are mapped by themselves, and become
/// part of the rest when all is LUTs. A carry that goes nowhere else then comes to the LUT itself.
const LATE: &str = "late_choice late_sum";
const JOIN: &str = "flatten; opt_lut -dlogic SB_CARRY:I0=1:I1=2:CI=3 -dlogic SB_CARRY:CO=3; opt_clean -purge";

impl Part for Ice40 {
    fn family(&self) -> &'static str {
        "ice40"
    }

    fn variables(&self) -> String {
        let Ice40 { device, package, .. } = self;
        format!("DEVICE := {device}\nPACKAGE := {package}\n")
    }

    /// A file of physical constraints, for nextpnr-ice40 and icebox, which has no clocks.
    fn constraints(&self, board: &Board) -> String {
        board.ports().map(|(port, pin)| format!("set_io {port} {pin}\n")).collect()
    }

    fn writes_flash(&self, address: u32, file: &Path) -> Command {
        let mut command = Command::new("iceprog");
        command.args(["-o", &address.to_string()]).arg(file);
        command
    }

    fn flash_tool(&self) -> &'static str {
        "apt-get install fpga-icestorm"
    }

    fn synthesis(&self, plan: &CorePlan) -> String {
        let memory = if plan.has_single_port_memory() { " -spram" } else { "" };
        let multipliers = if plan.units.multiplier == Multiplier::Serial { "" } else { " -dsp" };
        let synthesis = format!("{ABC}; synth_ice40 -dff{memory}{multipliers}");
        if !plan.prepares() {
            return synthesis;
        }
        format!(
            "setattr -mod -set keep_hierarchy 1 {LATE}; {synthesis}; setattr -mod -unset keep_hierarchy {LATE}; {JOIN}"
        )
    }
}

/// The PLL's input, and what its phase detector compares, in Hz.
const INPUT: RangeInclusive<u64> = 10_000_000..=133_000_000;
const OSCILLATOR: RangeInclusive<u64> = 533_000_000..=1_066_000_000;
const OUTPUT: RangeInclusive<u64> = 16_000_000..=275_000_000;
/// Below this many MHz at the phase detector the filter range is 1, 2, ...
const FILTER: [u64; 5] = [17, 26, 44, 66, 101];

/// Settings of the PLL with feedback path `SIMPLE`: output = input * (DIVF + 1) / (DIVR + 1) / 2^DIVQ. They are
/// parameters of an `SB_PLL40_CORE` or `SB_PLL40_PAD`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pll {
    /// The input is divided by one more than this, 4 bits,
    pub divr: u8,
    /// multiplied by one more than this, 7 bits,
    pub divf: u8,
    /// and divided by two so many times, 3 bits.
    pub divq: u8,
    pub filter_range: u8,
}

impl Pll {
    /// The settings that make `output` of `input`, both in Hz, with the highest frequency at the phase detector.
    /// `None` if none make it exactly.
    pub fn new(input: u32, output: u32) -> Option<Pll> {
        let [input, output] = [input, output].map(u64::from);
        if !INPUT.contains(&input) || !OUTPUT.contains(&output) {
            return None;
        }
        (0..16).filter(|divr| INPUT.contains(&(input / (divr + 1)))).find_map(|divr| {
            (1..7).find_map(|divq| {
                let oscillator = output << divq;
                let times = oscillator * (divr + 1) / input;
                let exact = oscillator * (divr + 1) % input == 0;
                let found = exact && OSCILLATOR.contains(&oscillator) && (1..=128).contains(&times);
                let compared = input / (divr + 1) / 1_000_000;
                let filter_range = 1 + FILTER.iter().filter(|&&mhz| compared >= mhz).count() as u8;
                found.then(|| Pll { divr: divr as u8, divf: (times - 1) as u8, divq: divq as u8, filter_range })
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    /// Of MHz.
    fn pll(input: u32, output: u32) -> Option<Pll> {
        Pll::new(input * 1_000_000, output * 1_000_000)
    }

    /// 100 MHz / 5 * 32 = 640 MHz, / 2^4 = 40 MHz; 100 MHz / 5 * 43 = 860 MHz, / 2^4 = 53.75 MHz; 12 MHz * 48 = 576 MHz,
    /// / 2^5 = 18 MHz; by the note's tables.
    #[test]
    fn settings_are_those_made_by_hand() {
        assert_eq!(pll(100, 40), Some(Pll { divr: 4, divf: 31, divq: 4, filter_range: 2 }));
        let odd = Pll { divr: 4, divf: 42, divq: 4, filter_range: 2 };
        assert_eq!(Pll::new(100_000_000, 53_750_000), Some(odd));
        assert_eq!(pll(12, 18), Some(Pll { divr: 0, divf: 47, divq: 5, filter_range: 1 }));
    }

    #[test]
    fn what_no_setting_makes_exactly_is_refused() {
        for (input, output) in [(9, 18), (134, 40), (12, 15), (12, 276), (12, 19), (100, 41)] {
            assert_eq!(pll(input, output), None, "{input} to {output} MHz");
        }
    }

    /// The number after `name:` in what icepll prints.
    fn printed(text: &str, name: &str) -> Option<u8> {
        let line = text.lines().find(|line| line.trim_start().starts_with(name))?;
        line.split_whitespace().nth(1)?.parse().ok()
    }

    /// What icepll finds exactly, with the same settings.
    #[test]
    fn settings_are_those_of_icepll() {
        if Command::new("icepll").arg("-h").output().is_err() {
            // Not through `println!`, which says nothing for tests that pass.
            let _ = writeln!(std::io::stderr(), "skipped: icepll is not installed; apt-get install fpga-icestorm");
            return;
        }
        let (mut exact, mut refused) = (0, 0);
        let inputs = [10, 12, 16, 25, 48, 50, 100, 133].into_iter();
        for (input, output) in inputs.flat_map(|input| (16..60).map(move |output| (input, output))) {
            let output_text = output.to_string();
            let run = Command::new("icepll").args(["-i", &input.to_string(), "-o", &output_text]).output();
            let text = String::from_utf8_lossy(&run.expect("it ran before").stdout).into_owned();
            let achieved = text.lines().find(|line| line.contains("achieved")).expect("a frequency");
            let found = achieved.contains(&format!(" {output}.000 MHz"));
            let setting = |name| printed(&text, name).expect("a setting");
            match pll(input, output) {
                Some(Pll { divr, divf, divq, filter_range }) => {
                    let theirs = ["DIVR:", "DIVF:", "DIVQ:", "FILTER_RANGE:"].map(setting);
                    assert_eq!([divr, divf, divq, filter_range], theirs, "{input} to {output} MHz");
                    exact += 1;
                }
                None => {
                    // It rounds to kHz.
                    let made = f64::from(input) * f64::from(setting("DIVF:") + 1)
                        / f64::from(setting("DIVR:") + 1)
                        / f64::from(1 << setting("DIVQ:"));
                    assert!(!found || made != f64::from(output), "{input} to {output} MHz: {text}");
                    refused += 1;
                }
            }
        }
        assert!(exact > 100 && refused > 20, "{exact} exact, {refused} refused");
    }
}
