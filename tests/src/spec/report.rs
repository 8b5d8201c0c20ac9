//! What came out of a run, by set, file and kind of directive.

use std::collections::BTreeMap;
use std::ops::AddAssign;

/// What a directive asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A module that has to be instantiated, or to be valid.
    Module,
    /// A name for an instance.
    Register,
    /// A call outside an assertion.
    Action,
    Return,
    CallTrap,
    /// An instantiation that traps.
    ModuleTrap,
    Exhaustion,
    Invalid,
    MalformedBinary,
    MalformedText,
    Unlinkable,
    /// Known to no part of Wafer.
    Other,
    /// A whole script that cannot be read, whatever it asks for.
    Script,
}

impl Kind {
    pub const ALL: [Kind; 13] = {
        use Kind::*;
        [
            Module,
            Register,
            Action,
            Return,
            CallTrap,
            ModuleTrap,
            Exhaustion,
            Invalid,
            MalformedBinary,
            MalformedText,
            Unlinkable,
            Other,
            Script,
        ]
    };

    pub fn name(self) -> &'static str {
        match self {
            Kind::Module => "module",
            Kind::Register => "register",
            Kind::Action => "action",
            Kind::Return => "return",
            Kind::CallTrap => "trap in a call",
            Kind::ModuleTrap => "trap of a module",
            Kind::Exhaustion => "exhaustion",
            Kind::Invalid => "invalid",
            Kind::MalformedBinary => "malformed binary",
            Kind::MalformedText => "malformed text",
            Kind::Unlinkable => "unlinkable",
            Kind::Other => "other",
            Kind::Script => "script",
        }
    }
}

/// How many directives.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// As expected.
    pub passed: u32,
    /// With another result.
    pub failed: u32,
    /// Not executed.
    pub skipped: u32,
}

impl Tally {
    pub fn total(self) -> u32 {
        self.passed + self.failed + self.skipped
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Tally) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

/// Numbers by kind; kinds that do not occur are absent.
pub type Tallies = BTreeMap<Kind, Tally>;

/// A directive that did not pass.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missed {
    pub line: usize,
    pub kind: Kind,
    /// What was expected and what came instead, or why it was skipped.
    pub reason: String,
}

/// What came out of one script.
#[derive(Clone, Debug)]
pub struct FileReport {
    pub name: String,
    pub tallies: Tallies,
    pub failed: Vec<Missed>,
    pub skipped: Vec<Missed>,
}

impl FileReport {
    pub fn new(name: &str) -> FileReport {
        FileReport { name: name.into(), tallies: Tallies::new(), failed: Vec::new(), skipped: Vec::new() }
    }

    /// Of a script that cannot be read, for this reason.
    pub fn unread(name: &str, reason: &str) -> FileReport {
        // The first line says what is wrong, the others show where.
        let reason = format!("cannot be read: {}", reason.lines().next().unwrap_or_default());
        let skipped = vec![Missed { line: 1, kind: Kind::Script, reason }];
        let tallies = Tallies::from([(Kind::Script, Tally { skipped: 1, ..Tally::default() })]);
        FileReport { tallies, skipped, ..FileReport::new(name) }
    }
}

/// What came out of one set or folder, or of those of its files that were run.
#[derive(Clone, Debug)]
pub struct Report {
    /// The set's name, or the folder's.
    pub name: String,
    pub files: Vec<FileReport>,
}

/// The sums over some files.
pub fn sums<'a>(files: impl IntoIterator<Item = &'a FileReport>) -> Tallies {
    let mut sum = Tallies::new();
    for (&kind, &tally) in files.into_iter().flat_map(|file| &file.tallies) {
        *sum.entry(kind).or_default() += tally;
    }
    sum
}

impl Report {
    /// The sums over all files.
    pub fn tallies(&self) -> Tallies {
        sums(&self.files)
    }

    /// Whether not even one script was read, so that there was nothing to execute.
    pub fn is_unread(&self) -> bool {
        self.tallies().keys().all(|&kind| kind == Kind::Script)
    }

    /// One line for each directive that failed: `file:line: reason`.
    pub fn failures(&self) -> Vec<String> {
        self.lines(|file| &file.failed)
    }

    /// The same for those skipped.
    pub fn skipped(&self) -> Vec<String> {
        self.lines(|file| &file.skipped)
    }

    fn lines(&self, list: impl Fn(&FileReport) -> &Vec<Missed>) -> Vec<String> {
        let line = |file: &FileReport, missed: &Missed| format!("{}:{}: {}", file.name, missed.line, missed.reason);
        self.files.iter().flat_map(|file| list(file).iter().map(move |missed| line(file, missed))).collect()
    }

    /// Panics with the list unless everything was executed and as expected.
    pub fn assert_clean(&self) {
        let lines: Vec<_> = self.failures().into_iter().chain(self.skipped()).collect();
        assert!(lines.is_empty(), "{} missed\n{}", lines.len(), lines.join("\n"));
    }
}
