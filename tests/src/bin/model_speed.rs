//! How fast the golden model runs the kernels: `cargo run --release -p tests --bin model_speed`.

use model::{Limits, Outcome, Store, Thread};
use std::time::{Duration, Instant};
use tests::kernels::{self, Kernel};

/// Long enough to measure, per kernel and way of running.
const TIME: Duration = Duration::from_millis(500);

/// Instructions per second over as many calls as fit into [`TIME`].
fn rate(kernel: &Kernel, run: impl Fn(&mut Thread, &mut Store) -> Outcome) -> f64 {
    let mut store = Store::new(Limits::default());
    let instance = store.instantiate(&kernel.module, |_| None).expect("kernels import nothing");
    let function = store.exported_function(instance, "run").expect("kernels export `run`");
    let begin = Instant::now();
    let mut instructions = 0;
    while begin.elapsed() < TIME {
        let mut thread = Thread::new(&mut store, function, &[kernel.argument]).expect("enough stack");
        assert_eq!(run(&mut thread, &mut store), Outcome::Returned(vec![kernel.expected]), "{}", kernel.name);
        instructions += thread.retired();
    }
    instructions as f64 / begin.elapsed().as_secs_f64()
}

fn main() {
    tests::say!("{:10} {:>22} {:>22}", "", "to the end, million/s", "with records");
    for kernel in kernels::all() {
        let plain = rate(&kernel, |thread, store| thread.run(store));
        let recorded = rate(&kernel, |thread, store| {
            thread.run_observed(store, |record| {
                std::hint::black_box(record);
            })
        });
        tests::say!("{:10} {:22.1} {:22.1}", kernel.name, plain / 1e6, recorded / 1e6);
    }
}
