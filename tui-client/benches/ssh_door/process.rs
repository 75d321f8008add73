//! The processes of a run, each with one part in it, so that what each takes of the machine is told apart: how much it has
//! computed, how long it has waited for a core, and its memory, as the kernel counts them.

use std::io::{BufRead as _, BufReader, Lines, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

/// A process that ends with this.
pub(crate) struct Process(pub(crate) Child);

/// What it has taken of the machine until now.
#[derive(Clone, Copy)]
pub(crate) struct Taken {
    computed: Duration,
    waited: Duration,
    at: Instant,
}

/// What it took of the machine in a time: cores it computed on, and cores it would have computed on had they been free.
#[derive(Clone, Copy)]
pub(crate) struct Cores {
    pub(crate) computing: f64,
    pub(crate) waiting: f64,
}

impl Process {
    /// Its resident memory.
    pub(crate) fn kilobytes(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.0.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        line.trim().trim_end_matches(" kB").parse().unwrap()
    }

    /// What all its threads have taken.
    pub(crate) fn taken(&self) -> Taken {
        let mut taken = Taken { computed: Duration::ZERO, waited: Duration::ZERO, at: Instant::now() };
        for thread in std::fs::read_dir(format!("/proc/{}/task", self.0.id())).unwrap().flatten() {
            // One that has ended meanwhile has taken little.
            let stat = std::fs::read_to_string(thread.path().join("schedstat")).unwrap_or_default();
            let mut nanoseconds = stat.split(' ').filter_map(|number| number.trim().parse().ok());
            taken.computed += Duration::from_nanos(nanoseconds.next().unwrap_or_default());
            taken.waited += Duration::from_nanos(nanoseconds.next().unwrap_or_default());
        }
        taken
    }

    /// What it has taken since.
    pub(crate) fn since(&self, before: Taken) -> Cores {
        let now = self.taken();
        let time = (now.at - before.at).as_secs_f64();
        let cores = |now: Duration, before: Duration| now.saturating_sub(before).as_secs_f64() / time;
        Cores { computing: cores(now.computed, before.computed), waiting: cores(now.waited, before.waited) }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

/// This program in another part, which is told lines and tells lines.
pub(crate) struct Part {
    pub(crate) process: Process,
    told: ChildStdin,
    tells: Lines<BufReader<ChildStdout>>,
}

impl Part {
    pub(crate) fn start(args: &[&str]) -> Self {
        let program = std::env::current_exe().unwrap();
        let mut command = Command::new(program);
        let mut child = command.args(args).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let (told, tells) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
        Self { process: Process(child), told, tells: tells.lines() }
    }

    /// The next number it tells.
    pub(crate) fn number(&mut self) -> u64 {
        self.tells.next().expect("a process of the benchmark has ended").unwrap().parse().unwrap()
    }

    pub(crate) fn tell(&mut self, line: &str) {
        writeln!(self.told, "{line}").unwrap();
    }

    /// Asks for a number.
    pub(crate) fn ask(&mut self, what: &str) -> u64 {
        self.tell(what);
        self.number()
    }
}

/// In a part: what the main process says, line by line. It ends with the main process, and this process with it.
pub(crate) fn on_lines(mut heard: impl FnMut(&str) + Send + 'static) {
    std::thread::spawn(move || {
        std::io::stdin().lines().map_while(Result::ok).for_each(|line| heard(&line));
        std::process::exit(0);
    });
}
