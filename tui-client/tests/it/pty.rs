//! The real binaries, in a real pseudo-terminal: what a person would see.

mod editor;
mod full_terminal;
mod keyboard;
mod nodes;
mod plain;
mod ssh;
mod ssh_service;
mod waiting;
mod windows;

use std::io::{Read as _, Write};
use std::num::NonZero;
use std::process::Command;
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use portable_pty::{CommandBuilder, MasterPty, PtySize, native_pty_system};

use crate::processes::{DAMAGED, Daemon, PATIENCE, Plain, damaged_home};

const ROWS: u16 = 30;
const COLUMNS: u16 = 100;

/// Somebody at a full-screen client.
struct Person {
    master: Box<dyn MasterPty + Send>,
    keyboard: Box<dyn Write + Send>,
    child: Box<dyn portable_pty::Child + Send + Sync>,
    seen: Arc<Seen>,
    _home: Arc<tempfile::TempDir>,
}

#[derive(Default)]
struct Seen {
    terminal: Mutex<Terminal>,
    news: Condvar,
}

struct Terminal {
    parser: vt100::Parser,
    /// Every different state of the input row, in the order it was on the screen.
    drafts: Vec<String>,
    closed: bool,
    /// Nothing more is read of what the program writes, and whether that is so already.
    is_stopped: bool,
    is_unread: bool,
}

fn size(cells: u16) -> NonZero<u16> {
    NonZero::new(cells).unwrap()
}

impl Default for Terminal {
    fn default() -> Self {
        Self {
            parser: vt100::Parser::new(size(ROWS), size(COLUMNS), 0),
            drafts: Vec::new(),
            closed: false,
            is_stopped: false,
            is_unread: false,
        }
    }
}

impl Terminal {
    fn row(&self, row: u16) -> String {
        let text = self.parser.screen().rows(0, COLUMNS).nth(usize::from(row)).unwrap_or_default();
        text.trim().to_owned()
    }

    /// The row above the status line: a short draft is there.
    fn input(&self) -> String {
        self.row(ROWS - 2)
    }
}

impl Person {
    fn start(address: &str, name: &str) -> Self {
        Self::with(&[address, "--name", name])
    }

    /// A client with these arguments.
    fn with(args: &[&str]) -> Self {
        Self::at(tempfile::tempdir().unwrap(), args)
    }

    /// A client with this home directory and these arguments.
    fn at(home: impl Into<Arc<tempfile::TempDir>>, args: &[&str]) -> Self {
        Self::on("xterm-256color", home, &[&[env!("CARGO_BIN_EXE_chinwag")], args].concat())
    }

    /// A client in this locale with these arguments.
    fn in_locale(locale: &str, args: &[&str]) -> Self {
        Self::spawn(
            "xterm-256color",
            locale,
            tempfile::tempdir().unwrap().into(),
            &[&[env!("CARGO_BIN_EXE_chinwag")], args].concat(),
        )
    }

    /// A program on a terminal that calls itself `term`.
    fn on(term: &str, home: impl Into<Arc<tempfile::TempDir>>, program: &[&str]) -> Self {
        Self::spawn(term, "C.UTF-8", home.into(), program)
    }

    fn spawn(term: &str, locale: &str, home: Arc<tempfile::TempDir>, program: &[&str]) -> Self {
        let size = PtySize { rows: ROWS, cols: COLUMNS, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).unwrap();
        let mut command = CommandBuilder::from_argv(program.iter().map(Into::into).collect());
        command.env_clear();
        let path = std::env::var("PATH").unwrap_or_default();
        for (key, value) in [("TERM", term), ("LANG", locale), ("TZ", "UTC"), ("PATH", &path)] {
            command.env(key, value);
        }
        command.env("HOME", home.path());
        let child = pair.slave.spawn_command(command).unwrap();
        let mut output = pair.master.try_clone_reader().unwrap();
        let keyboard = pair.master.take_writer().unwrap();
        let seen = Arc::new(Seen::default());
        let watching = Arc::clone(&seen);
        std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            loop {
                let read = output.read(&mut buffer).unwrap_or(0);
                let mut terminal = watching.terminal.lock().unwrap();
                terminal.parser.process(&buffer[..read]);
                terminal.closed = read == 0;
                let draft = terminal.input();
                if terminal.drafts.last() != Some(&draft) {
                    terminal.drafts.push(draft);
                }
                terminal.is_unread = terminal.is_stopped;
                watching.news.notify_all();
                if read == 0 {
                    return;
                }
                drop(watching.news.wait_while(terminal, |terminal| terminal.is_stopped).unwrap());
            }
        });
        Self { master: pair.master, keyboard, child, seen, _home: home }
    }

    /// Sends the process a signal.
    #[track_caller]
    fn kill(&self, signal: &str) {
        let pid = self.child.process_id().unwrap().to_string();
        assert!(Command::new("kill").args([signal, &pid]).status().unwrap().success());
    }

    /// Sends the process and those it has started a signal.
    #[track_caller]
    fn kill_group(&self, signal: &str) {
        let group = format!("-{}", self.child.process_id().unwrap());
        assert!(Command::new("kill").args([signal, "--", &group]).status().unwrap().success());
    }

    /// Waits until the process is stopped.
    #[track_caller]
    fn is_stopped(&self) {
        let stat = format!("/proc/{}/stat", self.child.process_id().unwrap());
        let step = Duration::from_millis(5);
        let is_stopped = || std::fs::read_to_string(&stat).unwrap().contains(") T ");
        let mut waited = Duration::ZERO;
        while !is_stopped() {
            assert!(waited < PATIENCE, "the process never stopped");
            std::thread::sleep(step);
            waited += step;
        }
    }

    fn press(&mut self, keys: &str) {
        self.keyboard.write_all(keys.as_bytes()).unwrap();
        self.keyboard.flush().unwrap();
    }

    /// Presses a key (none, if it is empty) until the program ends: one that comes too soon is no answer.
    #[track_caller]
    fn insists(&mut self, key: &str) {
        let step = Duration::from_millis(20);
        let mut waited = Duration::ZERO;
        while self.child.try_wait().unwrap().is_none() {
            assert!(waited < PATIENCE, "the process never ended");
            self.keyboard.write_all(key.as_bytes()).ok();
            std::thread::sleep(step);
            waited += step;
        }
    }

    /// Waits until the screen is as wanted.
    #[track_caller]
    fn until(&self, what: &str, is_so: impl Fn(&Terminal) -> bool) {
        let terminal = self.seen.terminal.lock().unwrap();
        let waiting = |terminal: &mut Terminal| !is_so(terminal);
        let (terminal, late) = self.seen.news.wait_timeout_while(terminal, PATIENCE, waiting).unwrap();
        assert!(!late.timed_out(), "{what} never came; the screen:\n{}", terminal.parser.screen().contents());
    }

    #[track_caller]
    fn sees(&self, text: &str) {
        self.until(text, |terminal| terminal.parser.screen().contents().contains(text));
    }

    /// Waits for the end of the program and checks that it gave the terminal back.
    #[track_caller]
    fn leaves(mut self) -> u32 {
        self.insists("");
        let status = self.child.wait().unwrap();
        // The master must be closed for the reader to see the end on some systems.
        drop(self.keyboard);
        let terminal = self.seen.terminal.lock().unwrap();
        let (terminal, _) = self
            .seen
            .news
            .wait_timeout_while(terminal, Duration::from_secs(2), |terminal| !terminal.closed)
            .unwrap();
        let screen = terminal.parser.screen();
        assert!(!screen.alternate_screen(), "the alternate screen is left");
        assert!(!screen.hide_cursor(), "the cursor is shown");
        assert!(!screen.bracketed_paste(), "paste is as it was");
        assert_eq!(screen.mouse_protocol_mode(), vt100::MouseProtocolMode::None);
        drop(terminal);
        drop(self.master);
        status.exit_code()
    }
}

#[test]
fn a_script_says_in_a_room_what_comes_after_entering_it() {
    let state = tempfile::tempdir().unwrap();
    let daemon = Daemon::start(state.path(), "127.0.0.1:0");
    let mut kim = Plain::start(&daemon.address, "kim");
    kim.say("/join secret");
    kim.say("here");
    kim.hears("secret kim: here");
    for name in ["lee-1", "lee-2", "lee-3"] {
        let mut lee = Plain::start(&daemon.address, name);
        lee.say("\u{3000}／join secret");
        lee.say("only for the secret room");
        lee.ends();
        let heard = kim.hears("only for the secret room");
        assert!(heard.contains(&format!("secret {name}:")), "{heard}");
    }
}

#[test]
fn the_draft_stays_exactly_what_was_typed_while_the_other_floods() {
    const FLOOD: usize = 5000;
    let state = tempfile::tempdir().unwrap();
    let daemon = Daemon::start(state.path(), "127.0.0.1:0");
    let mut alice = Person::start(&daemon.address, "alice");
    alice.sees("alice is connected");
    let mut bob = Plain::start(&daemon.address, "bob");
    bob.say("hello, alice");
    alice.sees("hello, alice");
    alice.press("안녕, bob\r");
    bob.hears("안녕, bob");
    alice.until("an empty input", |terminal| terminal.input() == "alice ›");
    alice.seen.terminal.lock().unwrap().drafts.clear();

    let mut flooding = bob.stdin.take().unwrap();
    let flood = std::thread::spawn(move || {
        for n in 0..FLOOD {
            writeln!(flooding, "flood {n} 홍수 {}", "~".repeat(n % 90)).unwrap();
        }
        flooding
    });
    alice.sees("flood ");
    let sentence = "the quick 갈색 여우가 jumps, 안 끊기고 일본어 日本 too";
    let mut typed = String::new();
    let mut allowed = vec!["alice ›".to_owned()];
    for key in sentence.chars() {
        typed.push(key);
        allowed.push(format!("alice › {typed}").trim_end().to_owned());
        alice.press(&key.to_string());
        let want = allowed.last().unwrap();
        alice.until(want, |terminal| terminal.input() == *want);
    }
    alice.sees(&format!("flood {} ", FLOOD - 1));
    bob.stdin = Some(flood.join().unwrap());

    let drafts = std::mem::take(&mut alice.seen.terminal.lock().unwrap().drafts);
    let strangers: Vec<_> = drafts.iter().filter(|draft| !allowed.contains(draft)).collect();
    assert!(strangers.is_empty(), "the input row was something that was never typed: {strangers:?}");
    alice.until(&typed, |terminal| terminal.input() == format!("alice › {typed}"));
    alice.press("\r");
    assert!(bob.hears("the quick").ends_with(sentence), "what was typed is what was sent");

    alice.press("/quit\r");
    assert_eq!(alice.leaves(), 0);
    bob.hears("alice");
}

#[test]
fn a_paste_of_many_lines_is_not_sent_until_enter_says_so() {
    let state = tempfile::tempdir().unwrap();
    let daemon = Daemon::start(state.path(), "127.0.0.1:0");
    let mut alice = Person::start(&daemon.address, "alice");
    alice.sees("alice is connected");
    let mut bob = Plain::start(&daemon.address, "bob");
    bob.say("ready");
    alice.sees("ready");
    alice.press("\x1b[200~one\rtwo\x03\rthree\x1b[201~");
    alice.sees("three");
    bob.say("anything yet?");
    alice.sees("anything yet?");
    alice.press("\r");
    // Nothing of the paste was sent before: the first that is heard of it is all of it.
    let heard = bob.hears("one");
    assert!(heard.ends_with("one"), "{heard}");
    bob.hears("two");
    bob.hears("three");
}

#[test]
fn the_terminal_is_given_back_on_sigterm() {
    let state = tempfile::tempdir().unwrap();
    let daemon = Daemon::start(state.path(), "127.0.0.1:0");
    let alice = Person::start(&daemon.address, "alice");
    alice.sees("alice is connected");
    alice.kill("-TERM");
    assert_eq!(alice.leaves(), 0);
}

/// The panic is asked for by a signal that only debug builds listen to.
#[cfg(debug_assertions)]
#[test]
fn a_panic_gives_the_terminal_back_before_it_is_reported() {
    let state = tempfile::tempdir().unwrap();
    let daemon = Daemon::start(state.path(), "127.0.0.1:0");
    let alice = Person::start(&daemon.address, "alice");
    alice.sees("alice is connected");
    alice.kill("-USR1");
    alice.until("the panic on the Unix shell's screen", |terminal| {
        let screen = terminal.parser.screen();
        !screen.alternate_screen() && screen.contents().contains("somebody sent SIGUSR1")
    });
    assert_eq!(alice.leaves(), 101);
}

#[test]
fn a_damaged_profile_is_kept_aside_and_named_on_the_screen() {
    let state = tempfile::tempdir().unwrap();
    let daemon = Daemon::start(state.path(), "127.0.0.1:0");
    for (lang, words) in [("en", "identity here was damaged"), ("ko", "정보 파일이 망가져서")] {
        let (home, slots) = damaged_home(&daemon.address);
        let mut alice = Person::at(home, &[&daemon.address, "--lang", lang]);
        alice.sees(words);
        alice.sees("0.damaged-1.json");
        alice.press("/quit\r");
        assert_eq!(std::fs::read_to_string(slots.join("0.damaged-1.json")).unwrap(), DAMAGED);
        alice.leaves();
    }
}

#[test]
fn stopped_from_outside_or_by_ctrl_z_it_gives_the_terminal_back_and_takes_it_again() {
    let state = tempfile::tempdir().unwrap();
    let daemon = Daemon::start(state.path(), "127.0.0.1:0");
    let mut alice = Person::start(&daemon.address, "alice");
    alice.sees("alice is connected");
    alice.press("half a thought");
    alice.sees("half a thought");
    for by_key in [false, true, true, false, true] {
        if by_key {
            alice.press("\x1a");
        } else {
            alice.kill("-TSTP");
        }
        alice.until("the Unix shell's screen", |terminal| {
            let screen = terminal.parser.screen();
            !screen.alternate_screen() && screen.mouse_protocol_mode() == vt100::MouseProtocolMode::None
        });
        // As a Unix shell does it: who is not stopped yet cannot be continued.
        alice.is_stopped();
        alice.kill("-CONT");
        alice.until("our screen", |terminal| terminal.parser.screen().alternate_screen());
        alice.sees("half a thought");
    }
    alice.press("\x03/quit\r");
    assert_eq!(alice.leaves(), 0);
}

#[test]
fn stopped_and_continued_it_is_on_all_its_servers_again() {
    let states = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let daemons = states.each_ref().map(|state| Daemon::start(state.path(), "127.0.0.1:0"));
    let [one, two] = daemons.each_ref().map(|daemon| daemon.address.as_str());
    let mut guests = [one, two].map(|address| Plain::start(address, "bob"));
    for guest in &guests {
        guest.hears("bob is connected");
    }
    let mut alice = Person::with(&[one, two, "--name", "alice"]);
    for guest in &guests {
        guest.hears("alice joined");
    }
    alice.sees("alice ›");
    alice.press("half a thought\x1a");
    alice.until("the Unix shell's screen", |terminal| !terminal.parser.screen().alternate_screen());
    alice.is_stopped();
    for (guest, said) in guests.iter_mut().zip(["said here", "said elsewhere"]) {
        guest.say(said);
        guest.hears(said);
    }
    alice.kill("-CONT");
    alice.until("our screen", |terminal| terminal.parser.screen().alternate_screen());
    alice.sees("said here");
    alice.sees("alice › half a thought");
    alice.press("\x03\x1ba");
    alice.sees("said elsewhere");
    alice.press("/quit\r");
    assert_eq!(alice.leaves(), 0);
}

#[test]
fn the_wheel_scrolls_the_real_screen() {
    let state = tempfile::tempdir().unwrap();
    let daemon = Daemon::start(state.path(), "127.0.0.1:0");
    let mut alice = Person::start(&daemon.address, "alice");
    alice.sees("alice is connected");
    let mut bob = Plain::start(&daemon.address, "bob");
    for n in 0..60 {
        bob.say(&format!("line {n}."));
    }
    alice.sees("line 59.");
    alice.press(&"\x1b[<64;10;10M".repeat(20));
    alice.until("the past", |terminal| {
        let screen = terminal.parser.screen().contents();
        screen.contains("line 5.") && !screen.contains("line 59.")
    });
    alice.press(&"\x1b[<65;10;10M".repeat(40));
    alice.sees("line 59.");
    alice.press("/quit\r");
    assert_eq!(alice.leaves(), 0);
}

#[test]
fn a_server_that_dies_is_told_and_what_is_typed_meanwhile_is_sent_later() {
    let state = tempfile::tempdir().unwrap();
    let daemon = Daemon::start(state.path(), "127.0.0.1:0");
    let mut alice = Person::start(&daemon.address, "alice");
    alice.sees("alice is connected");
    let address = daemon.address.clone();
    drop(daemon);
    alice.sees("not sent, reconnecting".split(',').next_back().map_or("reconnecting", str::trim));
    alice.press("said while nobody listened\r");
    alice.sees("said while nobody listened");
    let _again = Daemon::start(state.path(), &address);
    let mut bob = Plain::start(&address, "bob");
    // It may be said before bob is there.
    bob.say("/history");
    bob.hears("said while nobody listened");
    alice.press("/quit\r");
    alice.leaves();
}

#[test]
fn the_one_who_runs_the_server_chats_too_and_everyone_is_told_when_it_ends() {
    // Free a moment ago; nobody else on this machine asks for it.
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let address = free.to_string();
    let mut alice = Person::with(&["--host", &address, "--name", "alice"]);
    alice.sees("alice is connected");
    alice.sees("alice is an admin now");
    let mut bob = Plain::start(&address, "bob");
    bob.say("so this is your server");
    alice.sees("so this is your server");
    alice.press("make yourself at home\r");
    bob.hears("make yourself at home");
    alice.press("/quit\r");
    alice.sees("1 guest is disconnected");
    alice.insists("\r");
    assert_eq!(alice.leaves(), 0);
    bob.hears("Disconnected from chat server");
}
