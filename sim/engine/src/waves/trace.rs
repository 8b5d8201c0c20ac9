//! The waves of a [`Sim`].
use super::{Variable, WaveFile};
use crate::{
    Sig, Sim,
    elab::States,
    error::{Error, Result},
    jit::Entry,
};
use std::{io, ops::Range, path::Path};

/// A tracer of one [`Sim`].
///
/// A cycle takes two units of time; the clock rises at its beginning. Values
/// are those settled before the edge that ends the cycle.
///
/// A signal that is only ever compared with or assigned from constants of one
/// family, as `State$Idle` and `State$Run`, has a companion `NAME$state`: a
/// text with the state's name, `?` for a value without one. Set the viewer's
/// data format to ASCII.
///
/// ```
/// # use engine::{Design, Models, Options, Sim, WaveFile, Waves};
/// # let text = "module top(input clk, output reg [3:0] q); always @(posedge clk) q <= q + 4'h1; endmodule";
/// # let mut sim = Sim::new(Design::parse(text, "top", &Models::none())?, Options::default())?;
/// let mut text = Vec::new();
/// let mut waves = Waves::new(&mut sim, WaveFile::vcd(&mut text), &[""], 3..6)?;
/// waves.run(&mut sim, 10)?;
/// waves.finish()?;
/// assert!(String::from_utf8_lossy(&text).contains("$var wire 4"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Waves<'w> {
    file: WaveFile<'w>,
    entry: Entry,
    clock: Option<Variable>,
    window: Range<u64>,
    traced: Vec<Traced>,
    /// Serial number of the simulation it was made for, which owns the code.
    owner: u64,
}

struct Traced {
    sig: Sig,
    variable: Variable,
    last: Option<u128>,
    /// The text beside a signal that holds states.
    states: Option<(Variable, States)>,
}

fn failed(e: io::Error) -> Error {
    Error::nowhere("waves", e.to_string())
}

impl<'w> Waves<'w> {
    /// [`Waves::new`] for a file: FST if its name ends in `.fst`, else VCD.
    ///
    /// # Errors
    /// As there, or a file that cannot be created.
    pub fn create(sim: &mut Sim, path: &Path, scopes: &[&str], window: Range<u64>) -> Result<Waves<'static>> {
        let file = WaveFile::create(path);
        let file = file.map_err(|e| Error::nowhere(path.display().to_string(), e.to_string()))?;
        Waves::new(sim, file, scopes, window)
    }

    /// Traces all signals of the given scopes (`core.alu`; an empty name is
    /// the whole design) in the cycles of `window`, counted as
    /// [`Sim::cycles`] does. Declares them.
    ///
    /// # Errors
    /// A scope without signals, or a file that cannot be written.
    pub fn new(sim: &mut Sim, mut file: WaveFile<'w>, scopes: &[&str], window: Range<u64>) -> Result<Self> {
        let ids = inside(sim, scopes)?;
        let entry = sim.compile_settle(&ids)?;
        let (clock, traced) = declare(sim, &mut file, &ids).map_err(failed)?;
        let owner = sim.serial;
        Ok(Waves { file, entry, clock, window, traced, owner })
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
        self.file.time(time)?;
        if let Some(clock) = self.clock {
            self.file.change(clock, 1)?;
        }
        for t in &mut self.traced {
            let value = sim.get(t.sig);
            if t.last.replace(value) == Some(value) {
                continue;
            }
            self.file.change(t.variable, value)?;
            if let Some((variable, states)) = &t.states {
                let name = states.get(&value).map_or("?", String::as_str);
                self.file.change_text(*variable, name)?;
            }
        }
        if let Some(clock) = self.clock {
            self.file.time(time + 1)?;
            self.file.change(clock, 0)?;
        }
        Ok(())
    }

    /// Writes what is still buffered; without this, a file may be unreadable.
    pub fn finish(self) -> Result<()> {
        self.file.finish().map_err(failed)
    }
}

/// The signals of these scopes.
fn inside(sim: &Sim, scopes: &[&str]) -> Result<Vec<u32>> {
    let mut ids: Vec<u32> = Vec::new();
    for scope in scopes {
        let prefix = if scope.is_empty() { String::new() } else { format!("{scope}.") };
        let found: Vec<u32> = sim.design().matching(&prefix).collect();
        if found.is_empty() {
            return Err(Error::nowhere(*scope, "no such scope"));
        }
        ids.extend(found);
    }
    ids.sort_unstable();
    ids.dedup();
    Ok(ids)
}

/// Declares the clock and these signals, scope by scope.
fn declare(sim: &Sim, file: &mut WaveFile<'_>, ids: &[u32]) -> io::Result<(Option<Variable>, Vec<Traced>)> {
    let design = sim.design();
    let clock = design.clock().map(|s| s.name.as_str());
    let variable = clock.map(|name| file.wire(&["top"], name, 1)).transpose()?;
    let mut named: Vec<(&str, u32)> = Vec::new();
    for id in ids {
        let name = design.signals()[*id as usize].name.as_str();
        if Some(name) != clock {
            named.push((name, *id));
        }
    }
    named.sort_by_key(|&(name, _)| path(name));
    let mut traced = Vec::with_capacity(named.len());
    for (name, id) in named {
        let (scope, name) = path(name);
        let mut scopes = vec!["top"];
        scopes.extend(scope.split('.').filter(|s| !s.is_empty()));
        let variable = file.wire(&scopes, name, design.signals()[id as usize].width)?;
        let states = match design.states.get(&id) {
            Some(states) => {
                let longest = states.values().map(String::len).max().unwrap_or(0);
                let text = file.text(&scopes, &format!("{name}$state"), longest as u32)?;
                Some((text, states.clone()))
            }
            None => None,
        };
        traced.push(Traced { sig: Sig(id), variable, last: None, states });
    }
    Ok((variable, traced))
}

/// Scope and last part of a hierarchical name.
fn path(name: &str) -> (&str, &str) {
    name.rsplit_once('.').unwrap_or(("", name))
}

#[cfg(test)]
mod tests {
    use crate::{Design, Models, Options, Sim, WaveFile, Waves};

    const TEXT: &str = "module top(input clk, output [3:0] y); wire a; sub s(.clk(clk), .q(y));
        assign a = y[0]; endmodule
        module sub(input clk, output reg [3:0] q); wire [3:0] next$; assign next$ = q + 4'h1;
        always @(posedge clk) q <= next$; endmodule";

    #[test]
    fn writes_chosen_scopes_in_the_window() {
        let design = Design::parse(TEXT, "top", &Models::none()).unwrap();
        let mut sim = Sim::new(design, Options::default()).unwrap();
        let mut out = Vec::new();
        let mut waves = Waves::new(&mut sim, WaveFile::vcd(&mut out), &["s"], 2..4).unwrap();
        assert_eq!(waves.run(&mut sim, 10), Ok(10));
        waves.finish().unwrap();
        let text = String::from_utf8(out).unwrap();
        let expected = "$timescale 1 ns $end
$scope module top $end
$var wire 1 ! clk $end
$scope module s $end
$var wire 1 \" clk $end
$var wire 4 # next$ $end
$var wire 4 $ q $end
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
        assert!(Waves::new(&mut sim, WaveFile::vcd(Vec::new()), &["t"], 0..1).is_err());
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
        let mut waves = Waves::new(&mut sim, WaveFile::vcd(&mut out), &[""], 0..3).unwrap();
        assert_eq!(waves.run(&mut sim, 3), Ok(3));
        waves.finish().unwrap();
        let text = String::from_utf8(out).unwrap();
        let declared = text.lines().find(|l| l.contains("s$state")).unwrap();
        assert_eq!(declared, "$var reg 32 $ s$state $end");
        let shown: Vec<String> = text
            .lines()
            .filter_map(|l| l.strip_prefix('b')?.strip_suffix(" $"))
            .map(|bits| {
                bits.as_bytes().chunks(8).map(|c| c.iter().fold(0u8, |v, b| v << 1 | (b - b'0')) as char).collect()
            })
            .collect();
        assert_eq!(shown, ["Idle", "Run", "?"]);
        assert!(!text.contains("n$state"), "two families name it");
    }
}
