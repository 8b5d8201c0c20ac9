//! What a run did, in intervals of equal length that grow with it, so that there are never many.

/// What an interval holds.
pub trait Merge {
    /// Adds what a later interval holds.
    fn merge(&mut self, later: Self);
}

/// The intervals of a run.
#[derive(Debug)]
pub struct Intervals<T> {
    complete: Vec<T>,
    last: T,
    /// Most intervals that are complete; an even number.
    most: usize,
    /// Cycles of an interval, and of the last one so far.
    length: u64,
    passed: u64,
}

impl<T: Default + Merge> Intervals<T> {
    /// Of so many cycles at the beginning of a run.
    pub fn new(most: usize, shortest: u64) -> Intervals<T> {
        Intervals { complete: Vec::new(), last: T::default(), most, length: shortest, passed: 0 }
    }

    /// A cycle has passed: what comes from now on may belong to another interval.
    pub fn pass(&mut self) {
        self.passed += 1;
        if self.passed < self.length {
            return;
        }
        self.passed = 0;
        self.complete.push(std::mem::take(&mut self.last));
        if self.complete.len() >= self.most {
            self.length *= 2;
            let mut all = std::mem::take(&mut self.complete).into_iter();
            while let Some(mut interval) = all.next() {
                all.next().into_iter().for_each(|later| interval.merge(later));
                self.complete.push(interval);
            }
        }
    }

    /// The interval of the present cycle.
    pub fn last(&mut self) -> &mut T {
        &mut self.last
    }

    /// All intervals in the order of time.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.complete.iter_mut().chain([&mut self.last])
    }

    /// Cycles of an interval; the last one may have fewer.
    pub fn length(&self) -> u64 {
        self.length
    }

    /// The intervals in the order of time, which are empty then.
    pub fn take(&mut self) -> Vec<T> {
        let mut all = std::mem::take(&mut self.complete);
        all.push(std::mem::take(&mut self.last));
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    impl Merge for u64 {
        fn merge(&mut self, later: u64) {
            *self += later;
        }
    }

    #[test]
    fn intervals_grow_with_the_run_and_lose_nothing() {
        const CYCLES: u64 = 200_001;
        let mut intervals = Intervals::<u64>::new(256, 256);
        for _ in 0..CYCLES {
            *intervals.last() += 1;
            intervals.pass();
        }
        // 256 intervals of 1,024 would have room for more, 256 of 512 have not.
        assert_eq!(intervals.length(), 1024);
        let cycles = intervals.take();
        assert_eq!(cycles.len(), 196);
        assert!(cycles[..195].iter().all(|&cycles| cycles == 1024), "{cycles:?}");
        assert_eq!(cycles[195], CYCLES - 195 * 1024);
    }
}
