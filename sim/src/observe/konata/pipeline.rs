//! Which group is in which stage, followed from cycle to cycle.

use super::log::{End, Handle, Line, Lines};
use super::signals::Seen;
use crate::engine::Sample;
use crate::machine::texts;
use crate::observe::Cycle;
use crate::observe::stalls::{Follower, Stall};
use firmware_loader::gate::file_offset;
use isa::module::Module;

/// A group in the pipeline, with the number of its instructions as far as it is known.
struct Group {
    pc: u32,
    count: u8,
    line: Line,
}

/// The groups in the stages of a call.
pub struct Pipeline<'m> {
    module: &'m Module,
    compact: bool,
    /// Cycles of the calls before this one.
    base: u64,
    follower: Follower,
    a: Option<Group>,
    d: Option<Group>,
    x: Option<Group>,
    m: Option<Group>,
    /// That with which the sequencer goes on.
    s: Option<Group>,
    /// Cycles since the last group retired, by what they passed with.
    waited: Vec<(Stall, u64)>,
    last: u64,
}

impl<'m> Pipeline<'m> {
    pub fn new(module: &'m Module, compact: bool, base: u64) -> Pipeline<'m> {
        let (follower, waited) = (Follower::default(), Vec::new());
        let (a, d, x, m, s) = (None, None, None, None, None);
        Pipeline { module, compact, base, follower, a, d, x, m, s, waited, last: 0 }
    }

    /// The first cycle, of all, of which something is still to be written.
    pub fn begin(&self) -> u64 {
        let groups = [&self.a, &self.d, &self.x, &self.m, &self.s].into_iter().flatten();
        groups.map(|group| group.line.begin()).min().unwrap_or(self.base + self.last + 1)
    }

    /// A cycle has passed with these values of [`super::signals::names`], and those of [`Follower::SIGNALS`] behind them.
    pub fn cycle(&mut self, cycle: &Cycle<'_>, log: &mut impl Lines) {
        self.last = cycle.number;
        let (own, others) = cycle.values.split_at(cycle.values.len() - Follower::SIGNALS.len());
        let seen = Seen::new(own, self.compact);
        let stall = self.follower.step(others, cycle.millicode);
        if let Some(stall) = stall {
            match self.waited.last_mut() {
                Some((last, cycles)) if *last == stall => *cycles += 1,
                _ => self.waited.push((stall, 1)),
            }
        }
        self.agree(&seen, log);
        let in_m = self.m.as_ref().map(|group| group.line.handle);
        if let Some(sample) = cycle.retired {
            self.retire(&seen, sample, log);
        }
        self.drop(&seen, log);
        self.link(&seen, in_m);
        self.advance(&seen, log);
    }

    /// The log ends, or another call begins.
    pub fn close(&mut self, log: &mut impl Lines) {
        for group in [&mut self.a, &mut self.d, &mut self.x, &mut self.m, &mut self.s] {
            if let Some(group) = group.take() {
                end(self.module, self.base + self.last, group, End::Open, log);
            }
        }
    }

    /// Groups that were in the pipeline before it was looked at, and such as fetch has given up for others.
    fn agree(&mut self, seen: &Seen, log: &mut impl Lines) {
        let now = self.base + self.last;
        let stage = if seen.front.arrived { "A" } else { "F" };
        let pc = |place: &Option<Group>| place.as_ref().map(|group| group.pc);
        // D may wait for the rest of an instruction.
        let in_d = if seen.d_valid != 0 || seen.reads_entry != 0 { Some(seen.d_pc) } else { pc(&self.d) };
        let in_x = (seen.x_valid != 0 && seen.x_silent == 0).then_some(seen.x_pc);
        let in_m = (seen.m_valid != 0 && seen.m_retires != 0).then_some(seen.m_pc);
        let in_s = pc(&self.s).filter(|_| seen.sequencing != 0 || seen.r_sequence != 0);
        let places = [
            (&mut self.a, seen.front.a, stage),
            (&mut self.d, in_d, "D"),
            (&mut self.x, in_x, "X"),
            (&mut self.m, in_m, "M"),
            (&mut self.s, in_s, "S"),
        ];
        for (place, pc, stage) in places {
            if let Some(mut group) = place.take_if(|group| Some(group.pc) != pc) {
                let why = if stage == "A" || stage == "F" { "fetch goes on elsewhere" } else { "out of sight" };
                group.line.details.push(format!("dropped: {why}"));
                end(self.module, now - 1, group, End::Flushed, log);
            }
            let Some(pc) = pc else { continue };
            let group = place.get_or_insert_with(|| Group { pc, count: 1, line: log.line(now, stage) });
            // The compact core may have to read the bytes of a group in A again.
            if stage != "F" {
                group.line.enter(now, stage);
            }
        }
        self.x.iter_mut().for_each(|group| group.count = seen.x_count as u8);
    }

    /// A group retires: that with which the sequencer is done, or the one in M.
    fn retire(&mut self, seen: &Seen, sample: &Sample, log: &mut impl Lines) {
        let now = self.base + self.last;
        let group = if seen.sequencing != 0 { self.s.take() } else { self.m.take() };
        let line = group.map_or_else(|| log.line(now, "M"), |group| group.line);
        let mut group = Group { pc: sample.pc, count: sample.count, line };
        for (Stall { cause, behind }, cycles) in self.waited.drain(..) {
            let whose = if behind { "of the group before" } else { "before it" };
            group.line.details.push(format!("{cycles} {whose}: {}", cause.words()));
        }
        end(self.module, now, group, End::Retired, log);
    }

    /// Groups that leave the pipeline in this cycle and do not retire.
    fn drop(&mut self, seen: &Seen, log: &mut impl Lines) {
        let now = self.base + self.last;
        let dropped = self.follower.dropped().words();
        let stopped = self.m.take_if(|_| seen.stops != 0).map(|group| (group, "it stops"));
        let wrong = self.x.take_if(|_| seen.x_live == 0).map(|group| (group, dropped));
        let [in_a, in_d] = [&mut self.a, &mut self.d].map(|place| place.take_if(|_| seen.flush != 0));
        let ahead = [in_a, in_d].into_iter().flatten().map(|group| (group, dropped));
        for (mut group, why) in stopped.into_iter().chain(wrong).chain(ahead) {
            group.line.details.push(format!("dropped: {why}"));
            end(self.module, now, group, End::Flushed, log);
        }
    }

    /// The group that leaves D takes the result of the one in X or in M before it is in its slot.
    fn link(&mut self, seen: &Seen, in_m: Option<Handle>) {
        let Some(group) = self.d.as_mut().filter(|_| seen.issues != 0) else { return };
        let a = seen.a_used != 0;
        let from_x = (a && seen.a_in_x != 0) || seen.b_in_x != 0;
        let from_m = (a && seen.a_in_m != 0) || seen.b_in_m != 0;
        let in_x = self.x.as_ref().map(|group| group.line.handle);
        for producer in [in_x.filter(|_| from_x), in_m.filter(|_| from_m)].into_iter().flatten() {
            group.line.link(self.base + self.last, producer);
        }
    }

    /// What the stages have in the next cycle, from the last one to the first.
    fn advance(&mut self, seen: &Seen, log: &mut impl Lines) {
        let now = self.base + self.last;
        if seen.r_sequence != 0 {
            self.s = self.m.take();
        }
        if seen.x_leave != 0 && seen.x_silent == 0 {
            let place = if seen.to_sequencer != 0 { &mut self.s } else { &mut self.m };
            *place = self.x.take();
        }
        if seen.passes != 0 {
            self.x = self.d.take();
        }
        if let Some(group) = self.a.take_if(|_| seen.front.leaves) {
            match &mut self.d {
                Some(whole) if seen.front.continues => whole.line.absorb(now, group.line),
                place => *place = Some(group),
            }
        }
        if let Some(pc) = seen.front.f {
            self.a = Some(Group { pc, count: 1, line: log.line(now, "F") });
        }
    }
}

/// A line ends, with its group in words.
fn end(module: &Module, cycle: u64, group: Group, end: End, log: &mut impl Lines) {
    let Group { pc, count, mut line } = group;
    let offset = file_offset(module, pc);
    line.label = match module.function_at(pc) {
        Some(_) => {
            let (text, function) = texts(module, &Sample { pc, count, ..Sample::default() });
            format!("{function} {offset:#06x}: {text}")
        }
        None => format!("{offset:#06x}: in no function of the module"),
    };
    log.end(cycle, line, end);
}
