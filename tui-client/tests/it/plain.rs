//! `--plain` and `--json` as scripts use them: the real binary at pipes, its output and its exit status.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::process::{Command, Stdio};
use std::sync::mpsc::{Receiver, channel};

use crate::processes::{Daemon, PATIENCE, Plain, Run, client, ended, run, run_at, terminate};

fn daemon() -> (Daemon, tempfile::TempDir) {
    let state = tempfile::tempdir().unwrap();
    (Daemon::start(state.path(), "127.0.0.1:0"), state)
}

/// A port where nobody listens.
fn nobody() -> String {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string()
}

/// Panics unless the run ended with this status and printed all of these.
#[track_caller]
fn check(run: &Run, status: i32, parts: &[&str]) {
    let Run { status: ended, out, err } = run;
    assert_eq!(*ended, status, "{out}\n{err}");
    for part in parts {
        assert!(out.contains(part), "no {part:?} in:\n{out}\n{err}");
    }
}

#[test]
fn the_status_is_0_only_if_all_was_stored_and_every_command_carried_out() {
    let (daemon, _state) = daemon();
    let home = tempfile::tempdir().unwrap();
    let to = |mode: &str, input: &str| {
        run_at(home.path(), &[mode, &daemon.address, "--name", "ann"], input.as_bytes())
    };
    let done = to("--plain", "hello\n/topic tea\n/join dev\nin dev\n/who\n");
    check(&done, 0, &["lobby ann: hello", "changed the topic to: tea", "dev ann: in dev"]);
    assert_eq!(done.err, "");
    for (input, told) in [
        ("hello\n/nonsense\nstill said\n", "there is no /nonsense"),
        ("/nick\nstill said\n", "/nick NAME"),
        ("/nick admin\nstill said\n", "the name is reserved"),
        ("/kick nobody-at-all\nstill said\n", "that takes a moderator"),
        ("/whois #99999\nstill said\n", "nobody like that"),
        ("/announce hi\nstill said\n", "that takes an admin"),
    ] {
        let refused = to("--plain", input);
        check(&refused, 3, &[told, "ann: still said"]);
        assert!(refused.err.contains("1 thing that was asked for was not done"), "{}", refused.err);
    }
    // What was refused is not sent by whoever comes next.
    let args = ["--plain", &daemon.address, "--name", "ann"];
    check(&run_at(home.path(), &args, format!("/me {}\n", "x".repeat(5000)).as_bytes()), 3, &["too long"]);
    assert!(!run_at(home.path(), &args, b"again\n").out.contains("xxx"));
}

#[test]
fn what_is_done_to_a_message_is_a_line_and_a_command() {
    let (daemon, _state) = daemon();
    let home = tempfile::tempdir().unwrap();
    let to =
        |input: &str| run_at(home.path(), &["--plain", &daemon.address, "--name", "ann"], input.as_bytes());
    let done = to(
        "helo\n/edit ^ hello\n/reply ^ and again\n/react ^2 :tada:\n/react ^2 🎉\nsecret\n/delete ^\n/reply ^ so\n",
    );
    check(
        &done,
        0,
        &[
            "lobby ann: helo\n",
            "lobby ~ ann edited: hello\n",
            "lobby ann: (↱ ann: hello) and again\n",
            "lobby + ann reacted 🎉 to ann: hello\n",
            "lobby + ann took back 🎉 from ann: hello\n",
            "lobby ann: secret\n",
            "lobby × ann deleted a message of ann (",
            "lobby ann: (↱ ann: and again) so\n",
        ],
    );
    // Of the past only what it is by now.
    let past = to("/history\n");
    check(&past, 0, &["lobby ann: hello (edited)\n", "× ann deleted this message\n"]);
    assert!(!past.out.contains("helo\n") && !past.out.contains("secret"), "{}", past.out);
    // Where it is not known which room is meant, nothing is done in the wrong one.
    let astray = to("first\n/join \\\n/reply ^ only there\n/edit ^ only there\n/react ^ 👍\n/delete ^\n");
    check(&astray, 3, &["lobby ann: first", "-- not sent: /reply ^ only there", "-- not sent: /delete ^"]);
    assert!(!astray.out.contains("lobby ~") && !astray.out.contains("lobby +"), "{}", astray.out);
    for wrong in ["/edit ^9 x", "/edit 99999 x", "/delete 99999", "/react 99999 👍", "/react ^ much-too-long"]
    {
        check(&to(&format!("{wrong}\nstill said\n")), 3, &["ann: still said"]);
    }
}

#[test]
fn a_json_request_that_is_refused_is_in_the_status_with_an_id_or_without() {
    let (daemon, _state) = daemon();
    let to = |input: &str| run(&["--json", &daemon.address], input.as_bytes());
    let say = r#"{"type":"say","room":"lobby","text":"hi","nonce":"n1"}"#;
    check(&to(&format!("{say}\n")), 0, &[r#""type":"ok","id":"line-1""#, r#""text":"hi""#]);
    check(&to("{\"type\":\"quit\"}\n"), 0, &["\"goodbye\""]);
    for wrong in [
        r#"{"type":"say","room":"nowhere","text":"hi","nonce":"n1"}"#,
        r#"{"type":"say","id":"x","room":"nowhere","text":"hi","nonce":"n1"}"#,
        r#"{"type":"nonsense"}"#,
        "{nonsense",
        "/nonsense",
    ] {
        check(&to(&format!("{wrong}\n{say}\n")), 3, &[r#""type":"ok","id":"line-2""#]);
    }
}

#[test]
fn a_line_that_cannot_be_sent_is_lost_alone_and_named() {
    let (daemon, _state) = daemon();
    let input =
        [&b"one\ntw\xff\xfeo\n\nfour\n\x1b[31mred\x1b[0m\tcell\n"[..], &b"word ".repeat(2000), b"\nlast"]
            .concat();
    let sent = run(&["--plain", &daemon.address, "--name", "ann"], &input);
    check(
        &sent,
        3,
        &["line 2 was not sent: it is not UTF-8", "ann: one", "ann: four", "ann: red     cell", "ann: last"],
    );
    assert_eq!(sent.out.matches("ann: word word").count(), 3, "10,000 bytes are three messages");
    let strict =
        ["--plain", &daemon.address, "--name", "bob", "--long-lines", "refuse", "--control-chars", "refuse"];
    let sent = run(&strict, &input);
    check(
        &sent,
        3,
        &[
            "line 5 was not sent: it has control characters",
            "line 6 was not sent: it is too long",
            "bob: last",
        ],
    );
    assert!(!sent.out.contains("bob: word") && !sent.out.contains("bob: red"), "{}", sent.out);
}

#[test]
fn what_follows_a_choice_of_a_room_that_cannot_be_read_is_not_said_elsewhere() {
    let (daemon, _state) = daemon();
    let home = tempfile::tempdir().unwrap();
    for choice in [&b"/join \xff"[..], b"/\xc2\xfc\xb0\xa1 dev", b"/msg b\xffb"] {
        let input = [b"first\n", choice, b"\nsecret\n/join tea\nin tea\n"].concat();
        let sent = run_at(home.path(), &["--plain", &daemon.address, "--name", "ann"], &input);
        check(&sent, 3, &["lobby ann: first", "line 2 was not sent", "tea ann: in tea"]);
        assert!(!sent.out.contains("ann: secret"), "{}", sent.out);
        assert!(sent.err.contains("2 things that were asked for were not done"), "{}", sent.err);
    }
}

#[test]
fn what_follows_an_unknown_command_that_may_have_chosen_a_room_is_told_and_not_said() {
    let (daemon, _state) = daemon();
    let home = tempfile::tempdir().unwrap();
    let to = |args: &[&str], input: &str| {
        let args = [&["--plain", &daemon.address, "--name", "ann"], args].concat();
        run_at(home.path(), &args, input.as_bytes())
    };
    for choice in ["/enter secret", r"\join secret", "> /join secret"] {
        let sent = to(&[], &format!("first\n{choice}\nonly for the secret\nand more\n/join tea\nin tea\n"));
        check(
            &sent,
            3,
            &[
                "lobby ann: first",
                "-- not sent: only for the secret\n-- not sent: and more",
                "tea ann: in tea",
            ],
        );
        assert!(!sent.out.contains("ann: only") && !sent.out.contains("ann: and more"), "{}", sent.out);
        assert!(sent.err.contains("3 things that were asked for were not done"), "{}", sent.err);
    }
    // A log has no commands.
    let log = to(&["--slash", "text"], "/tmp is full\n/enter secret\n\\join secret\nand more\n//x\n");
    check(
        &log,
        0,
        &["ann: /tmp is full", "ann: /enter secret", "ann: \\join secret", "ann: and more", "ann: //x"],
    );
}

#[test]
fn a_json_request_chooses_the_room_of_the_lines_after_it_as_the_command_does() {
    let (daemon, _state) = daemon();
    let home = tempfile::tempdir().unwrap();
    let to =
        |input: &str| run_at(home.path(), &["--json", &daemon.address, "--name", "ann"], input.as_bytes());
    let join = r#"{"type":"join","id":"mine","room":"dev"}"#;
    let part = r#"{"type":"part","room":"dev"}"#;
    let done = to(&format!("one\n{join}\ntwo\n/topic tea\n{part}\nthree\n"));
    check(&done, 0, &[r#""type":"ok","id":"mine""#]);
    let room_of = |text: &str| {
        let text = format!(r#""text":"{text}""#);
        let line =
            done.out.lines().find(|line| line.contains(&text)).unwrap_or_else(|| panic!("{}", done.out));
        line.split(r#""room":""#).nth(1).unwrap().split('"').next().unwrap().to_owned()
    };
    assert_eq!(["one", "two", "three"].map(room_of), ["lobby", "dev", "lobby"]);
    assert!(
        done.out.lines().any(|line| line.contains(r#""kind":"topic""#) && line.contains(r#""room":"dev""#))
    );
    for wrong in [
        r#"{"type":"join","room":"@1:2"}"#,
        r#"{"type":"join","room":"no such"}"#,
        r#"{"type":"enter"}"#,
        "{nonsense",
    ] {
        let refused = to(&format!("{wrong}\nsecret\n"));
        check(&refused, 3, &["not sent: secret"]);
        assert!(!refused.out.contains(r#""text":"secret""#), "{}", refused.out);
    }
}

#[test]
fn what_comes_after_quit_is_for_nobody() {
    let (daemon, _state) = daemon();
    let home = tempfile::tempdir().unwrap();
    for (mode, quit) in [("--plain", "/quit"), ("--json", " ／quiet"), ("--json", r#"{"type":"quit"}"#)] {
        let said = format!("before\n{quit}\nafter\n/join dev\nafter\n");
        let left = run_at(home.path(), &[mode, &daemon.address, "--name", "ann"], said.as_bytes());
        check(&left, 0, &["before"]);
        assert!(!left.out.contains("after"), "{}", left.out);
    }
    let next = run_at(home.path(), &["--plain", &daemon.address, "--name", "ann"], b"next\n");
    check(&next, 0, &["ann: next"]);
    assert!(!next.out.contains("after"), "{}", next.out);
}

#[test]
fn what_lines_do_not_show_by_themselves_is_told() {
    let (daemon, _state) = daemon();
    let input =
        b"/join den\n/topic tea\n/part\n/join den\n/clear\n/joins none\n/search\n/pin ^\n/edit ^ x\n/unlink 9\n/part\n";
    let en = [
        "-- what you say goes to den now\n",
        "-- what you say goes to lobby now\n",
        "-- what you say goes to den now\n   topic: tea\n",
        "only the full screen is drawn again",
        "joins = none · counts on the full screen only",
        "/search WORDS",
        "no message is here that far back",
        "no message of yours is here that far back",
        "9 is this machine, or none of yours; /machines lists them",
    ];
    let ko = [
        "-- 이제 쓰는 말은 den 방으로 갑니다\n",
        "-- 이제 쓰는 말은 lobby 방으로 갑니다\n",
        "den 방으로 갑니다\n   주제: tea\n",
        "전체 화면에서만 됩니다",
        "joins = none · 전체 화면에서만 쓰입니다",
        "/검색 찾을말",
        "그만큼 앞에는 여기에 메시지가 없습니다",
        "그만큼 앞에는 여기에 내 메시지가 없습니다",
        "9번은 이 기기이거나 없는 기기입니다. /기기로 볼 수 있습니다",
    ];
    let mut bob = Plain::start(&daemon.address, "bob");
    bob.say("/join den");
    bob.hears("goes to den");
    for (lang, parts) in [("en", en), ("ko", ko)] {
        let told = run(&["--plain", &daemon.address, "--name", "ann", "--lang", lang], input);
        check(&told, 3, &parts);
    }
    // Who has said where lines go knows it.
    let told = run(&["--plain", &daemon.address, "--name", "ann", "--to", "den"], b"hi\n");
    check(&told, 0, &["den ann: hi"]);
    assert!(!told.out.contains("goes to"), "{}", told.out);
}

#[test]
fn an_input_that_is_empty_connects_and_leaves() {
    let (daemon, _state) = daemon();
    for mode in ["--plain", "--json"] {
        check(&run(&[mode, &daemon.address], b""), 0, &["connect"]);
    }
}

#[test]
fn without_a_server_it_ends_after_the_wait() {
    for (mode, lang, told) in
        [("--plain", "en", "no connection in time"), ("--json", "ko", "제때 접속하지 못했습니다")]
    {
        let gone = run(&[mode, &nobody(), "--wait", "3", "--lang", lang], b"hello\n");
        assert_eq!(gone.status, 4, "{}", gone.err);
        assert!(gone.err.contains(told) && gone.err.contains("Connection refused"), "{}", gone.err);
    }
}

#[test]
fn a_full_server_is_waited_for_as_long() {
    let state = tempfile::tempdir().unwrap();
    let daemon = Daemon::with(state.path(), "127.0.0.1:0", &["--max-users", "1"]);
    let ann = Plain::start(&daemon.address, "ann");
    ann.hears("ann is connected");
    let full = run(&["--plain", &daemon.address, "--wait", "3"], b"hello\n");
    assert_eq!(full.status, 4, "{}", full.err);
    assert!(full.err.contains("the server is full"), "{}", full.err);
}

/// A server that welcomes, says so when it has read a line with `mark`, and answers nothing.
fn silent_server(mark: &'static str) -> (String, Receiver<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let (sink, seen) = channel();
    std::thread::spawn(move || {
        let (mut peer, _) = listener.accept().unwrap();
        writeln!(peer, "{WELCOME}").unwrap();
        for line in BufReader::new(peer).lines().map_while(Result::ok) {
            if line.contains(mark) {
                sink.send(()).unwrap();
            }
        }
    });
    (address, seen)
}

/// What comes of `--plain` with this input, which goes on, when it is told to end.
fn terminated(address: &str, input: &[u8], when: impl FnOnce()) -> Run {
    let home = tempfile::tempdir().unwrap();
    let mut child = client(home.path(), &["--plain", address]).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(input).unwrap();
    when();
    terminate(&child);
    ended(child)
}

#[test]
fn a_signal_that_leaves_lines_unsaid_is_not_a_success() {
    let (address, seen) = silent_server(r#""type":"join""#);
    let asked = terminated(&address, b"/join dev\n", || seen.recv_timeout(PATIENCE).unwrap());
    check(&asked, 3, &[]);
    assert!(asked.err.contains("1 thing that was asked for was not done"), "{}", asked.err);
    // More than a pipe holds: when it is written, lines of it were read.
    let long = ["a".repeat(1500), "\n".into()].concat().repeat(100);
    let unsaid = terminated(&nobody(), long.as_bytes(), || {});
    check(&unsaid, 3, &[]);
    assert!(unsaid.err.contains("asked for were not done"), "{}", unsaid.err);
}

const WELCOME: &str = r#"{"type":"welcome","protocol":1,"server":{"name":"tea","version":"0"},"you":{"uid":17,"name":"kim","style":{"color":6},"role":"member"},"secret":"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8","rooms":[{"name":"lobby","topic":"","head":0,"members":[]}],"limits":{},"durability":"disk","motd":""}"#;

/// A server that welcomes and then answers nothing.
#[test]
fn a_server_that_leaves_a_message_unanswered_is_given_up_and_the_message_is_kept() {
    let (address, _seen) = silent_server("nothing like it");
    let home = tempfile::tempdir().unwrap();
    let silent = run_at(home.path(), &["--plain", &address, "--timeout", "1"], b"hello\n");
    assert_eq!(silent.status, 5, "{}", silent.out);
    assert!(silent.err.contains("1 not known to be stored: kept"), "{}", silent.err);
    let slots = home.path().join(".local/state/chinwag");
    let kept = Command::new("grep").args(["-rl", "\"text\":\"hello\""]).arg(slots).output().unwrap();
    assert!(kept.status.success(), "it is in the profile");
}

#[test]
fn a_secret_from_the_operator_is_shown_and_what_is_none_is_told() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("secret");
    let with_file = |address: &str, input: &[u8]| {
        let file = file.to_str().unwrap();
        run_at(home.path(), &["--plain", address, "--timeout", "1", "--secret-file", file], input)
    };
    std::fs::write(&file, "no secret\n").unwrap();
    let wrong = with_file(&nobody(), b"");
    assert!(wrong.status != 0 && wrong.err.contains("has no secret in its first line"), "{}", wrong.err);
    std::fs::write(&file, "7777777777777777777777777777777777777777777\n").unwrap();
    let (address, seen) = silent_server(r#""secret":"7777777777777777777777777777777777777777777""#);
    with_file(&address, b"hello\n");
    seen.recv_timeout(PATIENCE).unwrap();
}

#[test]
fn who_only_listens_says_so_and_ends_by_a_signal() {
    let (daemon, state) = daemon();
    let args = ["--plain", "--listen", &daemon.address, "--name", "ear"];
    let mut child = client(state.path(), &args).stdin(Stdio::null()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    assert!(lines.any(|line| line.unwrap().contains("ear is connected")));
    check(&run(&["--plain", &daemon.address, "--name", "ann"], b"can you hear me\n"), 0, &[]);
    assert!(lines.any(|line| line.unwrap().contains("lobby ann: can you hear me")));
    terminate(&child);
    assert!(child.wait().unwrap().success());
}

/// Also where nothing more is printed that would find out.
#[test]
fn a_reader_that_has_enough_ends_it_without_a_word() {
    let (daemon, state) = daemon();
    let args = ["--plain", "--listen", &daemon.address];
    let mut child = client(state.path(), &args).stdin(Stdio::null()).spawn().unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    stdout.read_line(&mut String::new()).unwrap();
    drop(stdout);
    let done = child.wait_with_output().unwrap();
    assert_eq!(done.status.code(), Some(141));
    assert_eq!(String::from_utf8_lossy(&done.stderr), "");
}

#[test]
fn the_past_is_searched_and_read_without_a_screen() {
    let (daemon, _state) = daemon();
    let (ann, bob) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let to = |home: &tempfile::TempDir, mode: &str, name: &str, input: &str| {
        run_at(home.path(), &[mode, &daemon.address, "--name", name], input.as_bytes())
    };
    check(&to(&ann, "--plain", "ann", "lunch at noon\nand tea\n"), 0, &[]);
    let mut here = Plain::start(&daemon.address, "carol");
    here.hears("carol is connected");
    check(&to(&bob, "--plain", "bob", "/msg carol only for you\n"), 0, &["@carol bob: only for you"]);
    here.hears("@bob bob: only for you");
    let found = to(
        &bob,
        "--plain",
        "bob",
        "/search noon\n/search only\n/찾기 nowhere\n/history 3\n/history lobby\n/history @carol\n",
    );
    check(
        &found,
        0,
        &[
            "] lobby ann: lunch at noon",
            "-- 1 found",
            "-- 0 found",
            "] lobby ann: and tea",
            "@carol bob: only for you",
        ],
    );
    let past = found.out.lines().find(|line| line.contains("lunch at noon")).unwrap();
    assert!(
        past.starts_with("[20") && past.as_bytes()[11] == b' ' && past.as_bytes()[17] == b']',
        "with its date: {past}"
    );
    check(&to(&bob, "--json", "bob", "/search noon\n"), 0, &["\"events\":[{", "lunch at noon"]);
    for (wrong, told) in
        [("/search", "/search WORDS"), ("/history nowhere", "not done"), ("/history 0", "/history [ROOM]")]
    {
        check(&to(&bob, "--plain", "bob", &format!("{wrong}\n")), 3, &[told]);
    }
    here.say("bye");
}

const README: &str = include_str!("../../../README.md");

/// The fenced block after a mark.
fn block_after(mark: &str) -> String {
    let lines = README.lines().skip_while(|line| *line != mark).skip_while(|line| !line.starts_with("```"));
    let block: Vec<&str> = lines.skip(1).take_while(|line| *line != "```").collect();
    assert!(!block.is_empty(), "no block after {mark}");
    block.join("\n")
}

/// The bot of the README, run as it stands there.
#[test]
fn the_bot_of_the_readme_answers() {
    use std::os::unix::process::CommandExt as _;

    for tool in ["jq", "bash", "mkfifo"] {
        let found = Command::new("sh").arg("-c").arg(format!("command -v {tool}")).output().unwrap();
        if !found.status.success() {
            return println!("skipped: this machine has no {tool}");
        }
    }
    let (daemon, _state) = daemon();
    let home = tempfile::tempdir().unwrap();
    let script =
        block_after("<!-- bot -->").replace("chinwag --json", &format!("chinwag --json {}", daemon.address));
    let folder = std::path::Path::new(env!("CARGO_BIN_EXE_chinwag")).parent().unwrap().display();
    let mut bob = Plain::start(&daemon.address, "bob");
    bob.hears("bob is connected");
    let mut bot = Command::new("bash")
        .args(["-c", &script])
        .current_dir(home.path())
        .env("HOME", home.path())
        .env("PATH", format!("{folder}:{}", std::env::var("PATH").unwrap()))
        .stdin(Stdio::null())
        .process_group(0)
        .spawn()
        .unwrap();
    bob.hears("dice-bot joined");
    bob.say("!roll");
    let rolled = bob.hears("dice-bot: rolled ");
    assert!(rolled.ends_with(|c| matches!(c, '1'..='6')), "{rolled}");
    let group = format!("-{}", bot.id());
    assert!(Command::new("kill").args(["-TERM", "--", &group]).status().unwrap().success());
    bot.wait().unwrap();
}

/// A server with one connection: what comes is passed on line by line, and a message is stored and told.
struct Flood {
    peer: std::net::TcpStream,
    lines: Receiver<String>,
    seq: u64,
}

impl Flood {
    fn accept(listener: &TcpListener) -> Self {
        let (mut peer, _) = listener.accept().unwrap();
        writeln!(peer, "{WELCOME}").unwrap();
        let (sink, lines) = channel();
        let from = peer.try_clone().unwrap();
        std::thread::spawn(move || {
            BufReader::new(from).lines().map_while(Result::ok).try_for_each(|line| sink.send(line)).ok()
        });
        Self { peer, lines, seq: 0 }
    }

    fn say(&mut self, nonce: &str, text: &str) {
        self.seq += 1;
        let (seq, prev) = (self.seq, self.seq - 1);
        let from = r#"{"uid":17,"name":"kim","style":{"color":6}}"#;
        writeln!(
            self.peer,
            r#"{{"type":"event","room":"lobby","seq":{seq},"prev":{prev},"at":0,"from":{from},"kind":"message","text":"{text}","nonce":"{nonce}"}}"#
        )
        .unwrap();
    }

    /// More than a reader that has stopped is given, and that all of it was taken.
    fn flood(&mut self, name: &str) {
        for n in 0..2_500 {
            self.say("flood", &format!("{name} {n} {}", "x".repeat(3_000)));
        }
        writeln!(self.peer, r#"{{"type":"ping"}}"#).unwrap();
        self.hear(r#""type":"pong""#);
    }

    #[track_caller]
    fn hear(&mut self, text: &str) -> String {
        loop {
            let line = self.lines.recv_timeout(PATIENCE).unwrap_or_else(|_| panic!("never heard {text}"));
            if line.contains(text) {
                return line;
            }
        }
    }

    /// A message comes, and is stored.
    fn store(&mut self, text: &str) {
        let said = self.hear(text);
        let said: serde_json::Value = serde_json::from_str(&said).unwrap();
        let nonce = said["nonce"].as_str().unwrap().to_owned();
        self.say(&nonce, text);
        let id = said["id"].as_str().unwrap();
        writeln!(self.peer, r#"{{"type":"ok","id":"{id}","seq":{}}}"#, self.seq).unwrap();
    }
}

#[test]
fn a_reader_that_stops_holds_up_nothing_and_is_told_what_it_missed() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let home = tempfile::tempdir().unwrap();
    let mut child = client(home.path(), &["--plain", &address]).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let mut server = Flood::accept(&listener);
    server.flood("first");
    // Nobody has read anything yet.
    writeln!(stdin, "typed meanwhile").unwrap();
    server.store("typed meanwhile");
    let mut output = BufReader::new(child.stdout.take().unwrap());
    let mut read = |until: &str| {
        let mut lines = Vec::new();
        loop {
            let mut line = String::new();
            assert!(output.read_line(&mut line).unwrap() > 0, "it ended before {until:?}");
            let is_last = line.contains(until);
            lines.push(line);
            if is_last {
                return lines;
            }
        }
    };
    let lines = read("not printed");
    let printed: Vec<usize> = lines
        .iter()
        .filter_map(|line| line.split_once("kim: first ")?.1.split(' ').next()?.parse().ok())
        .collect();
    assert!(printed.len() > 500 && printed.len() < 2_500, "{} lines", printed.len());
    assert!(printed.iter().copied().eq(0..printed.len()), "not in order: {printed:?}");
    let told = lines.last().unwrap();
    let missed: usize = told.split(' ').find_map(|word| word.parse().ok()).unwrap();
    assert!(missed + printed.len() >= 2_500, "{told} after {}", printed.len());
    writeln!(stdin, "typed afterwards").unwrap();
    server.store("typed afterwards");
    read("kim: typed afterwards");
    // It has stopped again, and we are to end.
    server.flood("second");
    terminate(&child);
    assert!(child.wait().unwrap().code().is_some());
}

#[test]
fn a_whole_input_is_one_message_and_the_status_says_whether_it_was_said() {
    let (daemon, _state) = daemon();
    let mut bob = Plain::start(&daemon.address, "bob");
    bob.say("ready");
    bob.hears("bob: ready");
    let home = tempfile::tempdir().unwrap();
    let says = |options: &[&str], input: &str| {
        let args = [&["--plain", "--one-message", "--name", "ann", &daemon.address], options].concat();
        run_at(home.path(), &args, input.as_bytes())
    };
    check(&says(&[], "commit 1\n/quit is text\n\n    fix\n"), 0, &[]);
    assert!(bob.hears("commit 1").contains("lobby ann: commit 1"));
    for text in ["/quit is text", "fix"] {
        let line = bob.hears(text);
        assert!(line.starts_with(' ') && !line.contains("ann"), "it goes on: {line}");
    }
    let long = (1..=100).map(|n| format!("line {n}")).collect::<Vec<_>>().join("\n");
    let refused = says(&["--long-lines", "refuse"], &long);
    check(&refused, 3, &["too long by 36 lines (100 of 64)"]);
    check(&says(&[], &long), 0, &[]);
    assert!(bob.hears("ann: ").ends_with("ann: line 1"), "nothing of what was refused");
    assert!(bob.hears("ann: ").ends_with("ann: line 65"), "cut between lines");
    check(&says(&[], ""), 0, &[]);
}

#[test]
fn lines_go_where_they_are_to_or_nowhere() {
    let (daemon, _state) = daemon();
    let mut bob = Plain::start(&daemon.address, "bob");
    bob.say("/join dev");
    bob.say("ready");
    bob.hears("dev bob: ready");
    let home = tempfile::tempdir().unwrap();
    let to =
        |to: &str| run_at(home.path(), &["--plain", &daemon.address, "--name", "ann", "--to", to], b"done\n");
    check(&to("dev"), 0, &["dev ann: done"]);
    check(&to("@bob"), 0, &["@bob ann: done"]);
    bob.say("/join attic");
    bob.say("/private word");
    bob.say("closed");
    bob.hears("attic bob: closed");
    let refused = to("attic");
    assert_eq!(refused.status, 3, "{}", refused.out);
    assert!(!refused.out.contains("ann: done"), "{}", refused.out);
    let nobody = to("@nobody-at-all");
    assert_eq!(nobody.status, 3, "{}", nobody.out);
    assert!(!nobody.out.contains("ann: done"), "{}", nobody.out);
}
