//! Several shells in one process: apps on terminals in memory, against a server in the same process.

mod person;
mod servers;

use std::io;
use std::sync::Mutex;
use std::sync::mpsc::channel;

use tui_client::address::Address;
use tui_client::effect::Exit;
use tui_client::host::{self, HostOptions, Hosted};
use tui_client::lang::Lang;
use tui_client::net::dial::{Dial, Dialer, Dialing};
use tui_client::terminal::Size;

use self::person::{Memory, Person, Writer};

const WIDE: Size = Size { columns: 120, rows: 40 };
const SMALL: Size = Size { columns: 60, rows: 15 };

/// A server on a free port, until dropped.
fn host() -> (Hosted, tempfile::TempDir) {
    let state = tempfile::tempdir().unwrap();
    let options = HostOptions { state_dir: Some(state.path().into()), ..HostOptions::default() };
    let hosted = host::start(&"127.0.0.1:0".parse().unwrap(), options).unwrap();
    (hosted, state)
}

fn dialer(hosted: &Hosted) -> Box<dyn Dial> {
    Box::new(Dialer::from(Address::from(hosted.address)))
}

#[tokio::test]
async fn two_people_talk_and_one_leaves_without_disturbing_the_other() {
    let (hosted, _state) = host();
    let (kims, lees) = (Memory::default(), Memory::default());
    let mut kim = Person::start(dialer(&hosted), Lang::En, WIDE, "kim", &kims);
    kim.sees("kim is connected").await;
    let mut lee = Person::start(dialer(&hosted), Lang::Ko, SMALL, "민수", &lees);
    kim.sees("2 came (kim, 민수)").await;
    lee.sees("민수 ›").await;

    kim.types("hello from the wide screen\r").await;
    lee.sees("hello from the wide screen").await;
    // Cut in the middle of a character, as a line may.
    let (first, second) = "작은 화면에서 안녕\r".as_bytes().split_at(4);
    lee.sends(first).await;
    lee.sends(second).await;
    kim.sees("작은 화면에서 안녕").await;
    // Each has drafts of their own.
    kim.types("half a thought").await;
    lee.types("반쯤 쓴 글").await;
    kim.sees("kim › half a thought").await;
    lee.sees("민수 › 반쯤 쓴 글").await;
    assert!(!kim.shows("반쯤 쓴 글") && !lee.shows("half a thought"));
    assert_eq!((kim.rows(), lee.rows()), (40, 15));

    lee.types("\x03/종료\r").await;
    assert_eq!(lee.ends().await.unwrap(), Exit::Done);
    kim.sees("민수 left").await;
    assert!(kim.shows("kim › half a thought"));
    kim.types(" to its end\r").await;
    kim.sees("half a thought to its end").await;
    let [kims_secret, lees_secret] = [&kims, &lees].map(|store| store.profile().unwrap().secret.unwrap());
    assert_ne!(kims_secret, lees_secret);

    // The profile kept in memory brings the same person back.
    let lee = Person::start(dialer(&hosted), Lang::Ko, SMALL, "", &lees);
    lee.sees("민수 ›").await;
    kim.types("/quit\r").await;
    assert_eq!(kim.ends().await.unwrap(), Exit::Done);
}

#[tokio::test]
async fn a_panic_in_one_shell_ends_that_shell_alone() {
    struct Panics;
    impl Dial for Panics {
        fn dial(&self) -> Dialing {
            panic!("this is the panic of the test");
        }
    }

    let (hosted, _state) = host();
    let mut lee = Person::start(dialer(&hosted), Lang::En, WIDE, "lee", &Memory::default());
    lee.sees("lee is connected").await;
    let kim = Person::start(Box::new(Panics), Lang::En, WIDE, "kim", &Memory::default());
    assert!(kim.ends().await.unwrap_err().is_panic());
    lee.types("still here\r").await;
    lee.sees("still here").await;
    lee.types("/quit\r").await;
    assert_eq!(lee.ends().await.unwrap(), Exit::Done);
}

#[tokio::test]
async fn a_terminal_without_job_control_says_so_at_ctrl_z() {
    let (hosted, _state) = host();
    for (lang, hint) in [(Lang::En, "nothing to suspend to"), (Lang::Ko, "잠시 멈출 수 없습니다")] {
        let mut kim = Person::start(dialer(&hosted), lang, WIDE, "", &Memory::default());
        kim.sees(" ›").await;
        kim.types("\x1a").await;
        kim.sees(hint).await;
        kim.types("x").await;
        kim.until("the hint is gone", |screen| !screen.contains(hint)).await;
    }
}

#[tokio::test]
async fn esc_alone_is_a_key_and_its_sequence_another() {
    let (hosted, _state) = host();
    let mut kim = Person::start(dialer(&hosted), Lang::En, WIDE, "kim", &Memory::default());
    kim.sees("kim is connected").await;
    kim.types("\x1bOP").await;
    kim.sees("Esc closes").await;
    kim.types("\x1b").await;
    kim.until("help is gone", |screen| !screen.contains("Esc closes")).await;
    kim.types("ab\x1b").await;
    kim.types("[Dc").await;
    kim.sees("kim › acb").await;
}

#[tokio::test]
async fn bytes_that_are_no_character_are_told_and_the_rest_stays() {
    for (lang, name, told) in
        [(Lang::En, "kim", "bytes that are not UTF-8"), (Lang::Ko, "lee", "UTF-8이 아닌 것은")]
    {
        // One each: what the first said would be on the screen of the second.
        let (hosted, _state) = host();
        let mut kim = Person::start(dialer(&hosted), lang, SMALL, name, &Memory::default());
        kim.sees(&format!("{name} ›")).await;
        kim.sends(b"caf\xe9 au lait").await;
        kim.sees("caf au lait").await;
        // It stays while one goes on, and is not said again and again.
        kim.sends(b"!\xe9\xe9! th\xe9").await;
        kim.sees("caf au lait!! th").await;
        kim.sends(b"\r").await;
        kim.until("it is said", |screen| screen.contains("│ caf au lait!! th")).await;
        kim.sees(told).await;
        kim.sends(b"\x1b[200~na\xefve\x1b[201~").await;
        kim.until("once, and in passing", |screen| screen.matches(told).count() == 2).await;
    }
}

#[tokio::test]
async fn what_is_copied_is_sent_to_the_terminal_and_so_it_says() {
    let (hosted, _state) = host();
    let mut kim = Person::start(dialer(&hosted), Lang::En, SMALL, "kim", &Memory::default());
    kim.sees("kim is connected").await;
    kim.types("copy me\r").await;
    kim.sees("copy me").await;
    // The Hangul input method is on.
    kim.types("\x1b[1;3Aㅛ").await;
    kim.sees("sent to the terminal's clipboard").await;
    kim.sees("kim ›").await;
    assert!(!kim.shows("ㅛ"));
}

#[tokio::test]
async fn a_resized_terminal_is_drawn_anew() {
    let (hosted, _state) = host();
    let mut kim = Person::start(dialer(&hosted), Lang::En, WIDE, "kim", &Memory::default());
    kim.sees("kim is connected").await;
    kim.types("in between").await;
    for size in [SMALL, Size { columns: 20, rows: 5 }, Size { columns: 1, rows: 1 }, WIDE] {
        kim.resizes(size).await;
    }
    kim.sees("kim › in between").await;
    assert_eq!(kim.rows(), 40);
}

#[tokio::test]
async fn a_terminal_that_is_gone_ends_its_shell_and_keeps_the_draft() {
    let (hosted, _state) = host();
    let memory = Memory::default();
    let mut kim = Person::start(dialer(&hosted), Lang::En, WIDE, "kim", &memory);
    kim.sees("kim is connected").await;
    kim.types("not finished").await;
    kim.sees("kim › not finished").await;
    // Half a paste is a part of it.
    kim.types("\x1b[200~, as this").await;
    assert_eq!(kim.hangs_up().await.unwrap(), Exit::Done);
    let drafts = memory.profile().unwrap().drafts;
    assert_eq!(drafts.values().collect::<Vec<_>>(), ["not finished, as this"]);
}

#[tokio::test]
async fn a_profile_that_cannot_be_written_is_told_once() {
    let (hosted, _state) = host();
    for (lang, words) in [(Lang::En, "cannot be saved"), (Lang::Ko, "저장할 수 없어")] {
        let full = Memory::after(|| Err(io::ErrorKind::StorageFull.into()));
        let mut kim = Person::start(dialer(&hosted), lang, WIDE, "", &full);
        kim.sees(words).await;
        for line in ["one\r", "two\r", "three\r"] {
            kim.types(line).await;
        }
        kim.sees("three").await;
        kim.until("it is told once", |screen| screen.matches(words).count() == 1).await;
    }
}

#[tokio::test]
async fn typing_never_waits_for_the_disk_and_the_end_does() {
    let (hosted, _state) = host();
    let (release, released) = channel::<()>();
    let released = Mutex::new(released);
    // The first write hangs until it is released, as on a disk that is asleep.
    let slow = Memory::after(move || {
        released.lock().unwrap().recv().ok();
        Ok(())
    });
    let mut kim = Person::start(dialer(&hosted), Lang::En, WIDE, "kim", &slow);
    kim.sees("kim is connected").await;
    kim.types("one\rtwo").await;
    kim.sees("kim › two").await;
    assert_eq!(slow.profile(), None);
    kim.types("\r/quit\r").await;
    drop(release);
    assert_eq!(kim.ends().await.unwrap(), Exit::Done);
    assert!(slow.profile().unwrap().outbox.is_empty(), "the newest one is kept");
}

#[tokio::test]
async fn a_shell_of_lines_runs_beside_one_with_a_screen() {
    let (hosted, _state) = host();
    let mut kim = Person::start(dialer(&hosted), Lang::En, WIDE, "kim", &Memory::default());
    kim.sees("kim is connected").await;
    let mut lee = Writer::start(dialer(&hosted), "lee", &Memory::default());
    lee.says("deploy finished, 배포 끝").await;
    kim.sees("deploy finished, 배포 끝").await;
    kim.types("thanks, lee\r").await;
    lee.reads("lobby kim: thanks, lee").await;
    assert_eq!(lee.ends().await, Exit::Done);
    kim.sees("lee left").await;
}

#[tokio::test]
async fn what_is_typed_before_a_room_is_entered_is_said_there() {
    let (hosted, _state) = host();
    let mut lee = Writer::start(dialer(&hosted), "lee", &Memory::default());
    lee.says("/join kitchen").await;
    lee.says("here").await;
    lee.reads("kitchen lee: here").await;
    let mut kim = Person::start(dialer(&hosted), Lang::En, WIDE, "kim", &Memory::default());
    kim.sees("kim is connected").await;
    for keys in ["/join kitchen\r", "one\r", "/msg lee\r", "two\r", "/part\r", "three\r", "half"] {
        kim.types(keys).await;
    }
    lee.reads_all(&["kitchen kim: one", " kim: two", "lobby kim: three"]).await;
    kim.sees("kim › half").await;
    kim.types("\x03\x03\x03").await;
    assert_eq!(kim.ends().await.unwrap(), Exit::Done);
}

#[tokio::test]
async fn a_killed_client_has_its_draft_and_its_history_again() {
    let (hosted, _state) = host();
    let memory = Memory::default();
    let mut kim = Person::start(dialer(&hosted), Lang::En, WIDE, "kim", &memory);
    kim.sees("kim is connected").await;
    kim.types("said before\r").await;
    kim.types("half a thought").await;
    memory.has("the draft", |kept| kept.drafts.values().any(|draft| draft == "half a thought")).await;
    kim.dies().await;
    let mut kim = Person::start(dialer(&hosted), Lang::En, WIDE, "", &memory);
    kim.sees("kim › half a thought").await;
    kim.types("\x15").await;
    memory.has("no draft", |kept| kept.drafts.is_empty()).await;
    kim.dies().await;
    let mut kim = Person::start(dialer(&hosted), Lang::En, WIDE, "", &memory);
    kim.sees("kim is connected").await;
    kim.types("\x1b[A").await;
    kim.sees("kim › said before").await;
}

#[tokio::test]
async fn a_terminal_that_takes_no_frames_holds_nobody_up() {
    let (hosted, _state) = host();
    let mut kim = Person::start(dialer(&hosted), Lang::En, WIDE, "kim", &Memory::default());
    kim.sees("kim is connected").await;
    let mut lee = Person::start(dialer(&hosted), Lang::En, WIDE, "lee", &Memory::default());
    lee.sees("lee is connected").await;
    kim.stops_output(true);
    kim.types("said blindly\r").await;
    lee.sees("said blindly").await;
    for n in 0..5 {
        lee.types(&format!("line {n}.\r")).await;
    }
    lee.sees("line 4.").await;
    assert!(!kim.shows("line 4."));
    kim.stops_output(false);
    kim.sees("line 4.").await;
    kim.stops_output(true);
    kim.types("/quit\r").await;
    assert_eq!(kim.ends().await.unwrap(), Exit::Done);
    lee.sees("kim left").await;
}

#[tokio::test]
async fn a_hosted_server_that_is_restarted_is_back_on_the_same_address_with_the_same_state() {
    let (hosted, _state) = host();
    let kim = Person::start(dialer(&hosted), Lang::En, WIDE, "kim", &Memory::default());
    kim.sees("kim is connected").await;
    let mut lee = Writer::start(dialer(&hosted), "lee", &Memory::default());
    lee.says("before the restart").await;
    kim.sees("before the restart").await;
    lee.says(&format!("/admin {}", hosted.admin_key)).await;
    lee.says("/shutdown 0 restart").await;
    kim.sees("connected again").await;
    lee.reads("connected again").await;
    lee.says("after the restart").await;
    kim.sees("after the restart").await;
    assert!(kim.shows("before the restart"));
}

#[tokio::test]
async fn a_hosted_server_with_a_password_lets_in_who_knows_it() {
    let state = tempfile::tempdir().unwrap();
    let file = state.path().join("password");
    let start = |text: &str| {
        std::fs::write(&file, text).unwrap();
        let options = HostOptions {
            state_dir: Some(state.path().join("state")),
            password_file: Some(file.clone()),
            ..HostOptions::default()
        };
        host::start(&"127.0.0.1:0".parse().unwrap(), options)
    };
    let hosted = start("open sesame\n").unwrap();
    assert!(hosted.hosting.has_password && hosted.hosting.is_local);
    let greets = |more: &str| {
        let mut stream = std::net::TcpStream::connect(hosted.address).unwrap();
        let hello = format!("{{\"type\":\"hello\",\"protocol\":[1,1],\"client\":\"t\"{more}}}\n");
        std::io::Write::write_all(&mut stream, hello.as_bytes()).unwrap();
        let mut answer = String::new();
        std::io::BufRead::read_line(&mut std::io::BufReader::new(stream), &mut answer).unwrap();
        answer
    };
    assert!(greets("").contains("auth_failed"), "{}", greets(""));
    assert!(greets(",\"password\":\"sesame\"").contains("auth_failed"));
    assert!(greets(",\"password\":\"open sesame\"").contains("\"welcome\""));
    drop(hosted);
    for (text, why) in
        [("$argon2id$v=19$x\n", "holds a hash"), ("one\ntwo\n", "on one line"), (" one\n", "on one line")]
    {
        let error = start(text).unwrap_err().to_string();
        assert!(error.contains(why), "{error}");
    }
}
