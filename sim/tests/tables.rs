//! The checker compares tables after a call. One slot of the core is shown wrong on purpose.

use boards::SIM_LARGE as PLAN;
use sim::engine::{Engine, Sample, Signal, Status};
use sim::host::{Space, Write};
use sim::select::{Kind, open};
use sim::session::{Call, Ending, Job, Settings, simulate};

/// An engine whose slot `slot` reads with these bits flipped.
struct Flipped {
    engine: Box<dyn Engine>,
    slot: u32,
    bits: u64,
}

impl Engine for Flipped {
    fn name(&self) -> &'static str {
        self.engine.name()
    }
    fn reset(&mut self) {
        self.engine.reset();
    }
    fn write(&mut self, writes: &[Write]) {
        self.engine.write(writes);
    }
    fn read(&mut self, space: Space, start: u32, values: &mut [u64]) {
        self.engine.read(space, start, values);
        if space == Space::Stack
            && let Some(value) = self.slot.checked_sub(start).and_then(|i| values.get_mut(i as usize))
        {
            *value ^= self.bits;
        }
    }
    fn run(&mut self, limit: u64, samples: &mut Vec<Sample>) -> u64 {
        self.engine.run(limit, samples)
    }
    fn status(&self) -> Status {
        self.engine.status()
    }
    fn signals(&self) -> &[Signal] {
        self.engine.signals()
    }
    fn peek(&mut self, words: &mut Vec<u32>) {
        self.engine.peek(words);
    }
}

const TEXT: &str = r#"(module
  (table $t 3 10 funcref) (table 1 1 funcref)
  (func $f (export "run") (drop (table.grow $t (ref.func $f) (i32.const 1)))))"#;

/// What the checker says if these bits of a slot are wrong.
fn with(slot: u32, bits: u64) -> Option<String> {
    let module = firmware_loader::parse_text(TEXT).unwrap();
    let image = firmware_loader::image(&module, &sim::load::target(&PLAN)).unwrap();
    let engine = |waves| -> sim::Result<Box<dyn Engine>> {
        Ok(Box::new(Flipped { engine: open(Kind::Jit, &PLAN, waves)?, slot, bits }))
    };
    let job =
        Job { module: &module, image: &image, plan: &PLAN, call: Some(Call { function: 0, args: &[] }), open: &engine };
    match simulate(&job, &mut Settings::checked()).unwrap().ending {
        Ending::Different(difference, _) => Some(difference.what.clone()),
        Ending::Returned(_) => None,
        other => panic!("{other:?}"),
    }
}

#[test]
fn tables_are_compared_at_the_end() {
    // Slots: two descriptors, then ten elements and one.
    assert_eq!(with(0, 0), None);
    assert_eq!(with(0, 1 << 32), Some("table 0 after the call".into()), "the size");
    assert_eq!(with(2, 1), Some("table 0 after the call".into()), "the first element");
    assert_eq!(with(5, 1), Some("table 0 after the call".into()), "the new element");
    assert_eq!(with(6, 1), None, "beyond the size");
    assert_eq!(with(12, 1), Some("table 1 after the call".into()), "the other table");
}
