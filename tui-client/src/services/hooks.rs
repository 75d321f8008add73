//! Runs hooks: a program for a message, as a child process that gets a line of JSON on its standard input. No shell reads its
//! arguments; of the environment it gets what a program of a person's session needs, of the open files nothing. So many run at
//! once at most; one that comes meanwhile is left out, and that is told. One that takes too long is ended, with what it
//! has started itself.

use std::collections::HashSet;
use std::env;
use std::io;
use std::mem::{Discriminant, discriminant};
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group};
use shared::text::is_safe;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::{Child, ChildStderr, ChildStdin, Command};
use tokio::sync::{Semaphore, mpsc};
use tokio::time::timeout;

use crate::app::escape_sequences::strip;
use crate::effect::Hook;
use crate::event::HookFailure;

/// The hooks that run at once. Messages that come faster have none, and that is told.
const AT_ONCE: usize = 4;
/// Failures that nobody has heard yet; more are of the same kind.
const FAILURES: usize = 8;

/// How many bytes of what a hook says on its standard error are kept for the notice of its failure.
const SAID: usize = 256;
/// How long the rest of that may take after its end.
const LAST_WORDS: Duration = Duration::from_millis(200);

/// What a hook gets of our environment.
const ENVIRONMENT: [&str; 16] = [
    "PATH",
    "HOME",
    "USER",
    "LOGNAME",
    "SHELL",
    "LANG",
    "LC_ALL",
    "LC_CTYPE",
    "LC_MESSAGES",
    "TZ",
    "TMPDIR",
    "DISPLAY",
    "WAYLAND_DISPLAY",
    "XDG_RUNTIME_DIR",
    "DBUS_SESSION_BUS_ADDRESS",
    "TMUX",
];

/// A failure, and the program it is of.
type Failure = (String, HookFailure);

/// The hooks that run.
pub(super) struct Hooks {
    free: Arc<Semaphore>,
    sink: mpsc::Sender<Failure>,
    failures: mpsc::Receiver<Failure>,
    /// What was told already.
    told: HashSet<(String, Discriminant<HookFailure>)>,
}

impl Default for Hooks {
    fn default() -> Self {
        let (sink, failures) = mpsc::channel(FAILURES);
        Self { free: Arc::new(Semaphore::new(AT_ONCE)), sink, failures, told: HashSet::new() }
    }
}

impl Hooks {
    /// Starts a hook, unless too many run. Needs a runtime.
    pub(super) fn run(&self, hook: Hook) {
        let Ok(place) = self.free.clone().try_acquire_owned() else {
            return tell(&self.sink, hook, HookFailure::Behind);
        };
        let started = start(&hook);
        let sink = self.sink.clone();
        match started {
            Ok(child) => {
                // Made before the task is: one that is dropped before it ran ends what the hook has started, too.
                let group = Group::of(&child);
                tokio::spawn(async move {
                    let ended = attend(child, group, &hook).await;
                    drop(place);
                    if let Err(why) = ended {
                        tell(&sink, hook, why);
                    }
                });
            }
            Err(error) => tell(&sink, hook, HookFailure::NotStarted(error.to_string())),
        }
    }

    /// What failed before is told again.
    pub(super) fn tell_again(&mut self) {
        self.told.clear();
    }

    /// The next failure that was not told yet. Cancel safe.
    pub(super) async fn next_failure(&mut self) -> Failure {
        loop {
            let Some((program, why)) = self.failures.recv().await else {
                return std::future::pending().await;
            };
            if self.told.insert((program.clone(), discriminant(&why))) {
                return (program, why);
            }
        }
    }
}

fn tell(sink: &mpsc::Sender<Failure>, hook: Hook, why: HookFailure) {
    sink.try_send((hook.argv.into_iter().next().unwrap_or_default(), why)).ok();
}

fn start(hook: &Hook) -> io::Result<Child> {
    let (program, arguments) = hook.argv.split_first().ok_or(io::ErrorKind::InvalidInput)?;
    let environment = ENVIRONMENT.into_iter().filter_map(|name| Some((name, env::var_os(name)?)));
    let mut command = Command::new(program);
    command.args(arguments).env_clear().envs(environment);
    // Its output is not for the screen. Keys that send signals are not for it.
    command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped()).process_group(0);
    command.kill_on_drop(true).spawn()
}

/// The process group of a hook. Dropped before the hook has ended, at its limit or when the client quits, it is killed.
struct Group(Option<Pid>);

impl Group {
    fn of(child: &Child) -> Self {
        Self(child.id().and_then(|id| Pid::from_raw(i32::try_from(id).ok()?)))
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        self.0.map(|group| kill_process_group(group, Signal::KILL).ok());
    }
}

/// Gives a hook its line, and waits for its end.
async fn attend(mut child: Child, mut group: Group, hook: &Hook) -> Result<(), HookFailure> {
    let mut errors = child.stderr.take();
    let mut said = Vec::new();
    let run = async {
        let input = child.stdin.take();
        let talk = async { tokio::join!(give(input, hook.input.as_bytes()), listen(&mut errors, &mut said)) };
        tokio::select! {
            ((), ()) = talk => child.wait().await,
            status = child.wait() => status,
        }
    };
    let ended = timeout(hook.limit, run).await;
    let Ok(status) = ended else {
        drop(group);
        child.wait().await.ok();
        return Err(HookFailure::TooLong);
    };
    group.0 = None;
    let status = status.map_err(|error| HookFailure::Failed(error.to_string(), String::new()))?;
    if status.success() {
        return Ok(());
    }
    // What it has started may hold the pipe open.
    timeout(LAST_WORDS, listen(&mut errors, &mut said)).await.ok();
    Err(HookFailure::Failed(status.to_string(), first_line(&said)))
}

/// Gives a hook its line. One that does not care what was said need not read it.
async fn give(input: Option<ChildStdin>, line: &[u8]) {
    if let Some(mut input) = input {
        input.write_all(line).await.ok();
    }
}

/// Reads what a hook says on its standard error to the end, and keeps the beginning.
async fn listen(errors: &mut Option<ChildStderr>, said: &mut Vec<u8>) {
    let Some(errors) = errors else { return };
    let mut read = [0; 1024];
    while let Ok(count @ 1..) = errors.read(&mut read).await {
        let wanted = count.min(SAID.saturating_sub(said.len()));
        said.extend_from_slice(read.get(..wanted).unwrap_or_default());
    }
}

/// The first line with words in it, without what could move the cursor or reverse the line.
fn first_line(said: &[u8]) -> String {
    let said = String::from_utf8_lossy(said);
    let said = strip(&said);
    let lines = said.split(['\n', '\r', '\u{2028}', '\u{2029}']);
    let mut lines = lines.map(|line| line.chars().filter(|c| is_safe(*c)).collect::<String>());
    lines.find(|line| !line.trim().is_empty()).unwrap_or_default().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::time::Duration;

    use super::{AT_ONCE, Hooks};
    use crate::effect::Hook;
    use crate::event::HookFailure;

    const PATIENCE: Duration = Duration::from_mins(1);

    fn hook(argv: &[&str], limit: Duration) -> Hook {
        let argv = argv.iter().map(ToString::to_string).collect();
        Hook { argv, input: "{\"text\":\"차 마실래요?\"}\n".into(), limit }
    }

    /// Runs a script that ends with a failure, and waits for that.
    async fn ran(hooks: &mut Hooks, script: &str, file: &Path) -> (String, HookFailure) {
        let script = format!("{script} >{}; exit 3", file.display());
        hooks.run(hook(&["sh", "-c", &script], PATIENCE));
        hooks.next_failure().await
    }

    #[tokio::test]
    async fn a_hook_reads_the_message_and_has_a_clean_environment_and_no_files_of_ours() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let mut hooks = Hooks::default();
        let read = || std::fs::read_to_string(file.path()).unwrap();
        let (program, why) = ran(&mut hooks, "cat", file.path()).await;
        assert_eq!((program.as_str(), read().as_str()), ("sh", "{\"text\":\"차 마실래요?\"}\n"));
        assert!(matches!(why, HookFailure::Failed(status, _) if status.contains('3')));
        hooks.tell_again();
        drop(ran(&mut hooks, "env", file.path()).await);
        assert!(read().contains("PATH=") && !read().contains("CARGO"), "{}", read());
        hooks.tell_again();
        let ours = tempfile::NamedTempFile::new().unwrap();
        drop(ran(&mut hooks, "ls -l /proc/self/fd", file.path()).await);
        let has = |file: &Path| read().contains(file.to_str().unwrap());
        assert!(has(file.path()) && !has(ours.path()), "{}", read());
    }

    #[tokio::test]
    async fn no_shell_reads_the_arguments() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("$(touch x); a b");
        let mut hooks = Hooks::default();
        hooks.run(hook(&["touch", file.to_str().unwrap()], PATIENCE));
        hooks.run(hook(&["/no/such/program"], PATIENCE));
        assert!(matches!(hooks.next_failure().await.1, HookFailure::NotStarted(_)));
        drop(hooks.free.clone().acquire_many_owned(u32::try_from(AT_ONCE).unwrap()).await.unwrap());
        assert!(file.exists());
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1);
    }

    #[tokio::test]
    async fn one_that_takes_too_long_is_ended_and_so_many_run_at_once() {
        let mut hooks = Hooks::default();
        for _ in 0..AT_ONCE {
            hooks.run(hook(&["sh", "-c", "sleep 1000 & wait"], Duration::from_millis(1)));
        }
        hooks.run(hook(&["true"], PATIENCE));
        assert_eq!(hooks.next_failure().await, ("true".into(), HookFailure::Behind));
        assert_eq!(hooks.next_failure().await, ("sh".into(), HookFailure::TooLong));
        // All of them end, and the others are not told of.
        drop(hooks.free.clone().acquire_many_owned(u32::try_from(AT_ONCE).unwrap()).await.unwrap());
        hooks.run(hook(&["/no/such/program"], PATIENCE));
        assert!(matches!(hooks.next_failure().await.1, HookFailure::NotStarted(_)));
    }

    #[tokio::test]
    async fn one_that_fails_is_told_with_the_first_line_it_said_of_that() {
        let mut hooks = Hooks::default();
        let failed = |said: &str| HookFailure::Failed("exit status: 3".into(), said.into());
        // It reads nothing, says a lot, and leaves something behind that holds its files.
        let script = "printf '\\n\\033[31mno\\033[0m jq\\a\\nmore\\n' >&2; yes | head -c 3000000 >&2; yes | head -c 3000000; sleep 5 & exit 3";
        hooks.run(hook(&["sh", "-c", script], PATIENCE));
        assert_eq!(hooks.next_failure().await, ("sh".into(), failed("no jq")));
        hooks.tell_again();
        hooks.run(hook(&["sh", "-c", "exit 3"], PATIENCE));
        assert_eq!(hooks.next_failure().await, ("sh".into(), failed("")));
    }

    #[test]
    fn what_a_hook_has_started_ends_with_the_client() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let pids = || std::fs::read_to_string(file.path()).unwrap();
        runtime.block_on(async {
            let script = format!("sleep 1000 & echo $! >{}; exec sleep 1000", file.path().display());
            Hooks::default().run(hook(&["sh", "-c", &script], PATIENCE));
            let written = async {
                while !pids().ends_with('\n') {
                    tokio::task::yield_now().await;
                }
            };
            tokio::time::timeout(PATIENCE, written).await.unwrap();
        });
        drop(runtime);
        // Ended, it is nobody's or still to be reaped.
        let stat = format!("/proc/{}/stat", pids().trim());
        let runs = || std::fs::read_to_string(&stat).is_ok_and(|stat| !stat.contains(") Z "));
        assert!((0..1000).any(|_| {
            std::thread::sleep(Duration::from_millis(10));
            !runs()
        }));
    }
}
