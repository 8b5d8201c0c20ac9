//! A profile for the Firefox Profiler. It knows samples and milliseconds and no cycles: here a sample stands for a cycle
//! (its weight is how many), and a microsecond of the time line for one, too. What passed within one slice of time is in
//! the order of its functions and not of time.

use super::report::Report;
use super::slices::{Count, Key};
use crate::observe::stalls::Cause;
use fxprof_processed_profile::{
    CategoryColor, CategoryHandle, CategoryPairHandle, CpuDelta, Frame, FrameFlags, FrameInfo, Profile,
    ReferenceTimestamp, SamplingInterval, StackHandle, ThreadHandle, Timestamp, WeightType,
};
use std::collections::HashMap;
use std::io::{self, Write};

/// Nanoseconds that stand for a cycle.
const CYCLE: u64 = 1000;

/// Writes the profile as JSON.
pub fn write(report: &Report<'_>, output: &mut dyn Write) -> io::Result<()> {
    let name = report.name();
    let begin = Timestamp::from_nanos_since_reference(0);
    let epoch = ReferenceTimestamp::from_millis_since_unix_epoch(0.0);
    let mut profile = Profile::new(name, epoch, SamplingInterval::from_nanos(CYCLE));
    let process = profile.add_process(name, 1, begin);
    let thread = profile.add_thread(process, 1, begin, true);
    profile.set_thread_name(thread, "core");
    profile.set_thread_samples_weight_type(thread, WeightType::Samples);
    let mut stacks = Stacks::new(profile, thread, report);
    let (mut passed, mut last) = (0, 0);
    for slice in report.slices() {
        for (key, Count { cycles, .. }) in slice {
            let stack = stacks.of(report, &key);
            // A weight has 31 bits.
            let mut left = cycles;
            while left > 0 {
                let weight = i32::try_from(left).unwrap_or(i32::MAX);
                let time = Timestamp::from_nanos_since_reference(passed * CYCLE);
                let busy = CpuDelta::from_nanos((passed - last) * CYCLE);
                stacks.profile.add_sample(thread, time, Some(stack), busy, weight);
                last = passed;
                passed += u64::from(weight.unsigned_abs());
                left -= u64::from(weight.unsigned_abs());
            }
        }
    }
    let end = Timestamp::from_nanos_since_reference(passed * CYCLE);
    stacks.profile.set_thread_end_time(thread, end);
    stacks.profile.set_process_end_time(process, end);
    serde_json::to_writer(output, &stacks.profile).map_err(io::Error::from)
}

/// The stacks of a profile.
struct Stacks {
    profile: Profile,
    thread: ThreadHandle,
    retires: CategoryHandle,
    stalls: HashMap<Cause, CategoryPairHandle>,
    /// Of the nodes of the report.
    nodes: Vec<StackHandle>,
}

impl Stacks {
    fn new(mut profile: Profile, thread: ThreadHandle, report: &Report<'_>) -> Stacks {
        let retires = profile.add_category("A group retires", CategoryColor::Green);
        let stalled = profile.add_category("No group retires", CategoryColor::Orange);
        let stall = |&(cause, _, words): &(Cause, _, &str)| (cause, profile.add_subcategory(stalled, words));
        let stalls = Cause::ALL.iter().map(stall).collect();
        let mut stacks = Stacks { profile, thread, retires, stalls, nodes: Vec::new() };
        for (parent, name) in report.nodes() {
            let parent = parent.map(|parent| stacks.nodes[parent.place()]);
            let stack = stacks.push(parent, name, retires.into());
            stacks.nodes.push(stack);
        }
        stacks
    }

    /// Functions, then the source line if there is one, then why no group retired if none did.
    fn of(&mut self, report: &Report<'_>, key: &Key) -> StackHandle {
        let category = key.cause.map_or(self.retires.into(), |cause| self.stalls[&cause]);
        let mut stack = self.nodes[key.node.place()];
        if let Some(line) = report.line(key) {
            stack = self.push(Some(stack), &format!("{}:{}", line.file, line.line), category);
        }
        match report.stall(key) {
            Some(stall) => self.push(Some(stack), &format!("[{stall}]"), category),
            None => stack,
        }
    }

    fn push(&mut self, below: Option<StackHandle>, name: &str, category_pair: CategoryPairHandle) -> StackHandle {
        let frame = Frame::Label(self.profile.intern_string(name));
        let info = FrameInfo { frame, category_pair, flags: FrameFlags::empty() };
        let frame = self.profile.intern_frame(self.thread, info);
        self.profile.intern_stack(self.thread, below, frame)
    }
}
