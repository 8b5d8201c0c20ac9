//! A virtual board behind a pseudo-terminal, and the loader at it: two processes, as for a user.

use std::io::{BufRead, BufReader, Read};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::channel;
use std::thread;
use std::time::{Duration, Instant};

/// How long a process may take for anything.
const PATIENCE: Duration = Duration::from_secs(100);

/// `sim serve`, until it is dropped.
pub struct Served {
    process: Child,
    port: String,
    tools: String,
}

/// What a process has left.
#[derive(Debug)]
pub struct Output {
    pub status: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Served {
    /// Starts it with these options. `tools` is the program of that name of this crate.
    pub fn new(tools: &str, options: &[&str]) -> Served {
        let mut process = spawn(tools, "sim", &[&["serve"], options].concat());
        let output = process.stdout.take().expect("it is piped");
        let (sender, name) = channel();
        thread::spawn(move || {
            let mut line = String::new();
            // Nobody listens any more if it took too long.
            let _ = sender.send(BufReader::new(output).read_line(&mut line).map(|_| line));
        });
        let name = name.recv_timeout(PATIENCE);
        let mut served = Served { process, port: String::new(), tools: tools.into() };
        let name = name.expect("it is up in time").expect("its output can be read");
        served.port = name.trim_end().into();
        assert!(!served.port.is_empty(), "sim serve {options:?} ended: {}", read(served.process.stderr.take()));
        served
    }

    /// Runs the loader at it.
    pub fn loader(&self, arguments: &[&str]) -> Output {
        let mut process = self.start(arguments);
        let (stdout, stderr) = (process.stdout.take(), process.stderr.take());
        let [stdout, stderr] = [thread::spawn(|| read(stdout)), thread::spawn(|| read(stderr))];
        let status = wait(&mut process);
        let [stdout, stderr] = [stdout, stderr].map(|reader| reader.join().expect("it only reads"));
        let status = status.unwrap_or_else(|| panic!("loader {arguments:?} takes too long:\n{stdout}{stderr}"));
        Output { status: status.code(), stdout, stderr }
    }

    /// Starts the loader at it, with pipes as outputs.
    pub fn start(&self, arguments: &[&str]) -> Child {
        spawn(&self.tools, "firmware-loader", &[&["--port", &self.port], arguments].concat())
    }

    /// The object that the loader prints.
    pub fn json(&self, arguments: &[&str]) -> serde_json::Value {
        let output = self.loader(&[arguments, &["--json"]].concat());
        serde_json::from_str(&output.stdout).unwrap_or_else(|e| panic!("{arguments:?}: {e}: {output:?}"))
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn spawn(tools: &str, name: &str, arguments: &[&str]) -> Child {
    let mut command = Command::new(tools);
    command.arg0(name).args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.spawn().unwrap_or_else(|e| panic!("{tools}: {e}"))
}

/// How it ended; `None` if it had to be killed.
fn wait(process: &mut Child) -> Option<ExitStatus> {
    let end = Instant::now() + PATIENCE;
    while Instant::now() < end {
        if let Some(status) = process.try_wait().expect("it is a child") {
            return Some(status);
        }
        thread::sleep(Duration::from_millis(5));
    }
    let _ = process.kill();
    let _ = process.wait();
    None
}

fn read(from: Option<impl Read>) -> String {
    let mut bytes = Vec::new();
    from.expect("it is piped").read_to_end(&mut bytes).expect("a pipe can be read");
    String::from_utf8_lossy(&bytes).into_owned()
}
