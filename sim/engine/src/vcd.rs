//! Waveforms as value change dumps (IEEE 1364-2005, clause 18).
use crate::{
    Sig, Sim,
    elab::States,
    error::{Error, Result},
    jit::Entry,
};
use std::{
    io::{self, Write},
    ops::Range,
};

/// A writer of a value change dump for one [`Sim`].
///
/// A cycle takes two units of time; the clock rises at its beginning. Values
/// are those settled before the edge that ends the cycle.
///
/// A signal that is only ever compared with or assigned from constants of one
/// family, as `State$Idle` and `State$Run`, has a companion `NAME$state`: a
/// vector of ASCII codes with the state's name, `?` for a value without one.
/// Set the viewer's data format to ASCII; the format itself knows no enums.
///
/// ```
/// # use engine::{Design, Models, Options, Sim, Vcd};
/// # let text = "module top(input clk, output reg [3:0] q); always @(posedge clk) q <= q + 4'h1; endmodule";
/// # let mut sim = Sim::new(Design::parse(text, "top", &Models::none())?, Options::default())?;
/// let mut text = Vec::new();
/// let mut vcd = Vcd::new(&mut sim, &mut text, &[""], 3..6)?;
/// vcd.run(&mut sim, 10)?;
/// assert!(String::from_utf8_lossy(&text).contains("$var wire 4"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Vcd<W: Write> {
    out: W,
    entry: Entry,
    clock: Option<String>,
    window: Range<u64>,
    traced: Vec<Traced>,
    /// Serial number of the simulation it was made for, which owns the code.
    owner: u64,
}

struct Traced {
    sig: Sig,
    width: u32,
    code: String,
    last: Option<u128>,
    states: Option<Companion>,
}

/// The text beside a signal that holds states.
struct Companion {
    code: String,
    width: usize,
    states: States,
}

impl Companion {
    fn new(states: &States, code: String) -> Companion {
        let longest = states.values().map(String::len).max().unwrap_or(0);
        Companion {
            code,
            width: 8 * longest.max(1),
            states: states.clone(),
        }
    }

    fn write(&self, out: &mut impl Write, value: u128) -> io::Result<()> {
        let text = self.states.get(&value).map_or("?", String::as_str);
        let bits: String = text.bytes().map(|b| format!("{b:08b}")).collect();
        // a shorter vector is extended with zeros at the left
        writeln!(out, "b{bits} {}", self.code)
    }
}

fn failed(e: io::Error) -> Error {
    Error::nowhere("vcd", e.to_string())
}

/// The short name of variable `i`: its digits to base 94, from `!` up.
fn code(mut i: usize) -> String {
    let mut out = String::new();
    loop {
        out.push((b'!' + (i % 94) as u8) as char);
        i /= 94;
        if i == 0 {
            return out;
        }
    }
}

impl<W: Write> Vcd<W> {
    /// Traces all signals of the given scopes (`core.alu`; an empty name is
    /// the whole design) in the cycles of `window`, counted as
    /// [`Sim::cycles`] does. Writes the header.
    ///
    /// # Errors
    /// A scope without signals, or a writer that fails.
    pub fn new(sim: &mut Sim, mut out: W, scopes: &[&str], window: Range<u64>) -> Result<Self> {
        let mut ids: Vec<u32> = Vec::new();
        for scope in scopes {
            let prefix = if scope.is_empty() {
                String::new()
            } else {
                format!("{scope}.")
            };
            let found: Vec<u32> = sim.design().matching(&prefix).collect();
            if found.is_empty() {
                return Err(Error::nowhere(*scope, "no such scope"));
            }
            ids.extend(found);
        }
        ids.sort_unstable();
        ids.dedup();
        let clock = sim.design().clock().map(|s| s.name.clone());
        let entry = sim.compile_settle(&ids)?;
        let mut named = Vec::new();
        for id in ids {
            let s = &sim.design().signals()[id as usize];
            if Some(&s.name) != clock.as_ref() {
                named.push((s.name.clone(), s.width, sim.sig(&s.name)?));
            }
        }
        // scopes are written by walking names in their order
        named.sort_by(|a, b| path(&a.0).cmp(&path(&b.0)));
        let count = named.len();
        let trace = |(i, (_, width, sig)): (usize, &(String, u32, Sig))| {
            let states = sim.design().states.get(&sig.0);
            Traced {
                sig: *sig,
                width: *width,
                code: code(i + 1),
                last: None,
                states: states.map(|s| Companion::new(s, code(count + i + 1))),
            }
        };
        let traced: Vec<Traced> = named.iter().enumerate().map(trace).collect();
        header(&mut out, clock.as_deref(), &named, &traced).map_err(failed)?;
        Ok(Vcd {
            out,
            entry,
            clock,
            window,
            traced,
            owner: sim.serial,
        })
    }

    /// Runs `count` cycles like [`Sim::run`], writing those in the window.
    ///
    /// # Panics
    /// If `sim` is not the simulation this was made for.
    pub fn run(&mut self, sim: &mut Sim, count: u64) -> Result<u64> {
        let mut ran = 0;
        while ran < count {
            let now = sim.cycles();
            let step = if self.window.contains(&now) {
                self.sample(sim)?;
                1
            } else if now < self.window.start {
                (self.window.start - now).min(count - ran)
            } else {
                count - ran
            };
            let done = sim.run(step);
            ran += done;
            if done < step || sim.stopped() {
                break;
            }
        }
        self.out.flush().map_err(failed)?;
        Ok(ran)
    }

    /// Writes what has changed since the last sample, for the present cycle.
    ///
    /// # Panics
    /// If `sim` is not the simulation this was made for.
    pub fn sample(&mut self, sim: &mut Sim) -> Result<()> {
        assert_eq!(self.owner, sim.serial, "made for another simulation");
        sim.settle(self.entry);
        self.write_changes(sim).map_err(failed)
    }

    fn write_changes(&mut self, sim: &Sim) -> io::Result<()> {
        let time = 2 * sim.cycles();
        writeln!(self.out, "#{time}")?;
        if self.clock.is_some() {
            writeln!(self.out, "1!")?;
        }
        for t in &mut self.traced {
            let value = sim.get(t.sig);
            if t.last.replace(value) == Some(value) {
                continue;
            }
            if t.width == 1 {
                writeln!(self.out, "{value}{}", t.code)?;
            } else {
                writeln!(self.out, "b{value:b} {}", t.code)?;
            }
            if let Some(states) = &t.states {
                states.write(&mut self.out, value)?;
            }
        }
        if self.clock.is_some() {
            writeln!(self.out, "#{}\n0!", time + 1)?;
        }
        Ok(())
    }
}

/// Scope and last part of a hierarchical name.
fn path(name: &str) -> (&str, &str) {
    name.rsplit_once('.').unwrap_or(("", name))
}

fn header(
    out: &mut impl Write,
    clock: Option<&str>,
    named: &[(String, u32, Sig)],
    traced: &[Traced],
) -> io::Result<()> {
    writeln!(out, "$timescale 1ns $end\n$scope module top $end")?;
    if let Some(clock) = clock {
        writeln!(out, "$var wire 1 ! {clock} $end")?;
    }
    let mut open: Vec<&str> = Vec::new();
    for ((name, width, _), t) in named.iter().zip(traced) {
        let (scope, last) = path(name);
        let scope: Vec<&str> = scope.split('.').filter(|s| !s.is_empty()).collect();
        let common = open.iter().zip(&scope).take_while(|(a, b)| a == b).count();
        for _ in common..open.len() {
            writeln!(out, "$upscope $end")?;
        }
        for part in &scope[common..] {
            writeln!(out, "$scope module {part} $end")?;
        }
        let range = if *width == 1 {
            String::new()
        } else {
            format!(" [{}:0]", width - 1)
        };
        writeln!(out, "$var wire {width} {} {last}{range} $end", t.code)?;
        if let Some(s) = &t.states {
            let (width, high) = (s.width, s.width - 1);
            writeln!(
                out,
                "$var reg {width} {} {last}$state [{high}:0] $end",
                s.code
            )?;
        }
        open = scope;
    }
    for _ in 0..=open.len() {
        writeln!(out, "$upscope $end")?;
    }
    writeln!(out, "$enddefinitions $end")
}

#[cfg(test)]
mod tests {
    use crate::{Design, Models, Options, Sim, Vcd};

    const TEXT: &str = "module top(input clk, output [3:0] y); wire a; sub s(.clk(clk), .q(y));
        assign a = y[0]; endmodule
        module sub(input clk, output reg [3:0] q); wire [3:0] next$; assign next$ = q + 4'h1;
        always @(posedge clk) q <= next$; endmodule";

    #[test]
    fn writes_chosen_scopes_in_the_window() {
        let design = Design::parse(TEXT, "top", &Models::none()).unwrap();
        let mut sim = Sim::new(design, Options::default()).unwrap();
        let mut out = Vec::new();
        let mut vcd = Vcd::new(&mut sim, &mut out, &["s"], 2..4).unwrap();
        assert_eq!(vcd.run(&mut sim, 10), Ok(10));
        let text = String::from_utf8(out).unwrap();
        let expected = "$timescale 1ns $end
$scope module top $end
$var wire 1 ! clk $end
$scope module s $end
$var wire 1 \" clk $end
$var wire 4 # next$ [3:0] $end
$var wire 4 $ q [3:0] $end
$upscope $end
$upscope $end
$enddefinitions $end
#4
1!
0\"
b11 #
b10 $
#5
0!
#6
1!
b100 #
b11 $
#7
0!
";
        assert_eq!(text, expected);
        assert!(Vcd::new(&mut sim, Vec::new(), &["t"], 0..1).is_err());
    }

    #[test]
    fn states_have_names_beside_them() {
        let text = "module top(input clk, output reg [1:0] s, output reg [1:0] n);
            localparam State$Idle = 0; localparam State$Run = 1; localparam Other$A = 0;
            always @(posedge clk) begin n <= n + 2'h1; if (n == Other$A) n <= State$Run;
            case (s) State$Idle: s <= State$Run; default: s <= s + 2'h1; endcase end endmodule";
        let design = Design::parse(text, "top", &Models::none()).unwrap();
        let mut sim = Sim::new(design, Options::default()).unwrap();
        let mut out = Vec::new();
        let mut vcd = Vcd::new(&mut sim, &mut out, &[""], 0..3).unwrap();
        assert_eq!(vcd.run(&mut sim, 3), Ok(3));
        let text = String::from_utf8(out).unwrap();
        let declared = text.lines().find(|l| l.contains("s$state")).unwrap();
        assert_eq!(declared, "$var reg 32 % s$state [31:0] $end");
        let shown: Vec<String> = text
            .lines()
            .filter_map(|l| l.strip_prefix('b')?.strip_suffix(" %"))
            .map(|bits| {
                bits.as_bytes()
                    .chunks(8)
                    .map(|c| c.iter().fold(0u8, |v, b| v << 1 | (b - b'0')) as char)
                    .collect()
            })
            .collect();
        assert_eq!(shown, ["Idle", "Run", "?"]);
        assert!(!text.contains("n$state"), "two families name it");
    }
}
