//! Somebody who is here by ssh: whatever they or the server do, the app asks for nothing of this machine; what cannot be done says what
//! to do instead; what they write has bounds.

use proptest::prelude::*;

use super::{Client, happened, message, welcome};
use crate::app::command::COMMANDS;
use crate::app::keymap;
use crate::app::memory_budget::{DRAFT_ELSEWHERE, QUEUED_ELSEWHERE, SCROLLBACK_ELSEWHERE};
use crate::app::settings;
use crate::effect::Concern;
use crate::event::{Event, FromLink};
use crate::lang::Lang;
use crate::local_files::{FilesFound, LocalFile, LocalKind};
use crate::picture_way::PictureWay;
use crate::place::{Elsewhere, Kept, Place};
use crate::profile::{Act, FileSource, Profile, Unsent};
use crate::settings::{About, SETTINGS};
use crate::terminal::parse::Parser;
use crate::transfer::{TransferId, TransferNews};

fn place(kept: Kept) -> Place {
    Place::Elsewhere(Elsewhere { destination: "-p 7722 tea.example".into(), kept, has_other_nodes: false })
}

/// Somebody with a key at a server with files, and two messages that bring one.
fn client(lang: Lang) -> Client {
    let mut client = Client::with(lang, |setup| setup.place = place(Kept::ByKey));
    client.hear(&welcome(100).replace(r#""limits":{}"#, r#""limits":{"file_bytes":100000000}"#));
    let file = |name: &str, more: &str| {
        format!(
            r#""kind":"message","text":"{name}","file":{{"name":"{name}","bytes":1000000,"sha256":"{}","media_type":"image/png"{more}}}"#,
            "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03"
        )
    };
    client.hear(&happened("lobby", 101, 18, "민수", &file("report.pdf", "")));
    let picture = r#","picture":{"width":4,"height":2}"#;
    client.hear(&happened("lobby", 102, 19, "cool-otter", &file("cat.png", picture)));
    client.event(Event::Pictures(PictureWay::Blocks));
    client.app.screen.clear_hint();
    client.forget();
    client
}

/// What was asked for that is about this machine.
fn of_machine(client: &mut Client) -> Vec<String> {
    let asked = client.effects.iter().filter(|effect| effect.concerns() == Concern::Machine);
    let asked = asked.map(|effect| format!("{effect:?}")).collect();
    client.forget();
    asked
}

#[test]
fn no_command_by_any_name_asks_for_anything_of_this_machine() {
    let args = [
        "",
        "x",
        "^",
        "101",
        "^ /tmp",
        "/etc/passwd",
        "~/x caption",
        "\"a b\"",
        "-",
        "all",
        "on",
        "1",
        "none",
        "127.0.0.1:7000",
        "close",
        "닫기",
        "unix:/tmp/x",
        "downloads /tmp",
        "hooks.message touch",
        "hooks",
        "open-with sh",
        "lang ko",
        "theme none",
        "keys.send ctrl-s",
        "aliases.s save",
        "address x:1",
        "resume 1",
        "kim",
    ];
    for command in COMMANDS {
        let lines = args.iter().map(|args| format!("/{} {args}", command.name));
        let others = command.names().flat_map(|name| ["", "x /etc"].map(|args| format!("/{name} {args}")));
        for line in lines.chain(others) {
            let mut client = client(Lang::En);
            client.become_role("admin");
            // As one piece: what is typed key by key is tested below.
            client.event(Event::Paste(line.clone()));
            for _ in 0..2 {
                client.press("enter");
                client.wait(1000);
            }
            assert_eq!(of_machine(&mut client), [""; 0], "{line}");
            assert!(client.app.transfers().list().is_empty(), "{line}");
        }
    }
}

#[test]
fn no_key_asks_for_anything_of_this_machine_wherever_it_is_pressed() {
    for action in keymap::action_names() {
        for key in keymap::usual_keys(action).split_whitespace() {
            for before in ["", "alt-up", "alt-up alt-up", "f1", "ctrl-k", "alt-s"] {
                let mut client = client(Lang::En);
                if !before.is_empty() {
                    client.press(before);
                }
                client.press(key);
                client.wait(1000);
                client.press("enter");
                assert_eq!(of_machine(&mut client), [""; 0], "{action}: {before} {key}");
            }
        }
    }
}

#[test]
fn what_cannot_be_done_says_what_to_do_instead() {
    for (line, english, korean) in [
        (
            "/send cat.png",
            "cat FILE | ssh -p 7722 tea.example send lobby NAME",
            "ssh -p 7722 tea.example send lobby 이름",
        ),
        ("/save", "ssh -p 7722 tea.example get lobby 102 > FILE", "get lobby 102 > 파일"),
        ("/save 101", "get lobby 101 > FILE", "get lobby 101 > 파일"),
        ("/transfers", "over ssh no file is on its way here", "오가는 파일이 없습니다"),
        ("/editor", "over ssh there is no editor: Alt-Enter", "편집기를 쓸 수 없습니다"),
        ("/server tea.example", "over ssh there is this server only", "이 서버만 있습니다"),
        ("/set hooks.message x", "over ssh no program is run for messages", "프로그램을 실행하지 않습니다"),
        ("/set downloads /tmp", "over ssh this cannot be set", "ssh에서는 정할 수 없습니다"),
    ] {
        for (lang, told) in [(Lang::En, english), (Lang::Ko, korean)] {
            let mut client = client(lang);
            client.enter(line);
            let seen = words(&client.screen(120, 30));
            assert!(seen.contains(told), "{told}: {seen}");
            let is_kept = line.starts_with("/set") || line.starts_with("/server");
            assert_eq!(client.app.composer().text(), if is_kept { line } else { "" });
        }
    }
}

#[test]
fn the_command_to_copy_is_whole_on_a_narrow_terminal() {
    let mut client = client(Lang::Ko);
    client.enter("/보내기");
    let seen = words(&client.screen(60, 20));
    assert!(seen.contains("cat 파일 | ssh -p 7722 tea.example send lobby 이름"), "{seen}");
}

/// What is on a screen, however it is wrapped.
fn words(screen: &str) -> String {
    let words = screen.split_whitespace().filter(|word| !matches!(*word, "│" | "·"));
    words.collect::<Vec<_>>().join(" ")
}

#[test]
fn another_node_is_gone_to_as_quietly_as_by_a_client() {
    let mut client = Client::with(Lang::En, |setup| {
        let way = Elsewhere { has_other_nodes: true, ..Elsewhere::default() };
        setup.place = Place::Elsewhere(way);
    });
    client.hear(&welcome(100));
    client.lose();
    client.sees_no(&["Disconnected"]);
    client.forget();
    client.wait(5_000);
    assert!(client.asked().concat().starts_with("connect"));
    client.hear(&welcome(100));
    client.sees_no(&["Disconnected", "connected again"]);
}

#[test]
fn keys_that_cannot_be_done_say_so_too() {
    for (keys, english, korean) in [
        ("ctrl-z", "Enter and then ~ and Ctrl-Z suspends ssh", "Enter 다음에 ~ 와 Ctrl-Z"),
        ("alt-e", "over ssh there is no editor", "편집기를 쓸 수 없습니다"),
        ("alt-t", "over ssh no file is on its way here", "오가는 파일이 없습니다"),
        ("alt-up s", "get lobby 102 > FILE", "get lobby 102 > 파일"),
        (
            "alt-up enter",
            "there is the preview only; the picture: ssh -p 7722 tea.example get lobby 102",
            "미리보기만 보입니다",
        ),
        ("alt-up alt-up enter", "get lobby 101 > FILE", "get lobby 101 > 파일"),
    ] {
        for (lang, told) in [(Lang::En, english), (Lang::Ko, korean)] {
            let mut client = client(lang);
            client.press(keys);
            client.sees(&[told]);
        }
    }
}

#[test]
fn a_path_that_is_dropped_is_text_and_how_a_file_is_sent_is_told() {
    let mut client = client(Lang::En);
    client.event(Event::Paste("/home/kim/cat.png".into()));
    client.sees(&["cat FILE | ssh -p 7722 tea.example send lobby NAME", "/home/kim/cat.png"]);
    client.press("tab");
    // Nobody has asked, so an answer is not one.
    let file = LocalFile { path: "/etc/passwd".into(), kind: LocalKind::File(9) };
    client.event(Event::FilesFound(1, FilesFound::Looked(vec![file])));
    client.wait(1000);
    client.press("enter");
    assert_eq!(of_machine(&mut client), [""; 0]);
}

#[test]
fn help_and_completion_do_not_offer_what_is_not_there() {
    for (lang, absent, present) in [
        (
            Lang::En,
            ["/send", "/save", "/editor", "suspend\n", "save its file"],
            "ssh -p 7722 tea.example get",
        ),
        (
            Lang::Ko,
            ["/보내기", "/저장", "/편집기", "잠시 멈추기\n", "골랐을 때: 파일 저장"],
            "ssh -p 7722 tea.example get",
        ),
    ] {
        let mut client = client(lang);
        client.press("f1");
        let help = client.screen(100, 200);
        // Without what stands at the right of a row.
        let rows: Vec<&str> = help.lines().map(|row| row.trim_matches(['│', ' '])).collect();
        let help = rows.join("\n") + "\n";
        for absent in absent {
            assert!(!help.contains(absent), "{absent:?}:\n{help}");
        }
        assert!(help.contains(present) && help.contains("Ctrl-Z"), "{help}");
    }
    let mut client = client(Lang::En);
    for begun in ["/sen", "/sav", "/edito", "/set downl", "/set hook", "/help sen"] {
        client.write(begun);
        client.press("tab");
        assert_eq!(client.app.composer().text(), begun);
        client.press("ctrl-u");
    }
    client.write("/set them");
    client.press("tab");
    assert_eq!(client.app.composer().text(), "/set theme ");
}

#[test]
fn a_newcomer_is_told_who_they_are_and_a_guest_that_nothing_is_kept() {
    for (kept, english, korean) in [
        (Kept::ByKey, "with it you are kim again", "ssh 키가 곧 나입니다"),
        (Kept::NothingOfGuest, "You came without a key: kim is a guest", "키 없이 들어온 손님 kim"),
        (Kept::NothingOfTooMany, "So many keys are known here", "키가 너무 많아"),
    ] {
        for (lang, told) in [(Lang::En, english), (Lang::Ko, korean)] {
            let mut client = Client::with(lang, |setup| setup.place = place(kept));
            client.hear(&welcome(0));
            client.sees(&[told, "ssh -p 7722 tea.example"]);
            client.sees_no(&["chinwag 127.0.0.1", "127.0.0.1"]);
        }
    }
    let mut known = Client::with(Lang::En, |setup| setup.place = place(Kept::ByKey));
    known.hear(&welcome(0).replace(r#""secret":"0000000000000000000000000000000000000000000","#, ""));
    known.sees_no(&["with it you are"]);
}

#[test]
fn a_code_for_another_machine_says_how_another_key_is_the_same_person() {
    let mut client = client(Lang::En);
    client.enter("/link");
    let asked = client.asked();
    let request = asked.iter().find(|line| line.contains(r#""type":"link""#)).unwrap();
    let id = request.split(r#""id":""#).nth(1).and_then(|rest| rest.split('"').next()).unwrap();
    client.hear(&format!(
        r#"{{"type":"ok","id":"{id}","link":{{"code":"7KQ2-M0XV-93HD","valid_ms":600000}}}}"#
    ));
    let screen = client.screen(120, 30);
    for told in ["chinwag --link", "ADDRESS", "ssh -p 7722 tea.example link"] {
        assert!(screen.contains(told), "{told}: {screen}");
    }
}

#[test]
fn a_user_name_that_is_no_free_name_is_no_reason_not_to_come_in() {
    for code in ["name_taken", "name_reserved", "name_invalid"] {
        let mut client = Client::with(Lang::En, |setup| {
            (setup.place, setup.name) = (place(Kept::ByKey), "root".parse().ok());
        });
        assert!(client.asked()[0].contains(r#""name":"root""#));
        client.hear(&format!(r#"{{"type":"error","code":"{code}","message":"no"}}"#));
        assert_eq!(client.asked(), ["disconnect"], "what else that connection says is not the next one's");
        client.wait(60_000);
        let asked = client.asked();
        assert!(asked[0].starts_with("connect") && !asked[0].contains("root"), "{asked:?}");
        client.hear(&welcome(0));
        client.sees(&["the name root is not free"]);
    }
}

#[test]
fn settings_of_the_machine_are_neither_shown_nor_taken_from_a_file() {
    let text = "downloads = '/etc'\ntheme = 'light'\n[hooks]\nmessage = 'touch'\n[aliases]\nt = 'me'\n";
    let mut client = Client::with(Lang::En, |setup| {
        (setup.place, setup.settings) = (place(Kept::ByKey), settings::read(text).unwrap());
    });
    client.hear(&welcome(100));
    client.hear_message(101, 18, "민수", "kim!");
    assert_eq!(of_machine(&mut client), [""; 0]);
    assert_eq!(client.app.settings().downloads, None);
    client.enter("/set");
    let screen = client.screen(120, 90);
    assert!(screen.contains("theme = light") && screen.contains("kept with your ssh key"), "{screen}");
    for setting in SETTINGS.iter().filter(|setting| setting.about == About::Machine) {
        assert!(!screen.contains(&format!(" {} = ", setting.key)), "{}", setting.key);
    }
    client.forget();
    client.enter("/set theme dark");
    assert!(client.asked().contains(&"write theme = \"dark\"".to_owned()));
}

#[test]
fn names_of_ones_own_for_commands_reach_nothing_else_and_have_a_bound() {
    let mut client = client(Lang::En);
    client.enter("/set aliases.mine send");
    client.enter("/mine /etc/passwd");
    client.sees(&["cat FILE | ssh"]);
    assert_eq!(of_machine(&mut client), [""; 0]);
    client.press("ctrl-u");
    for number in 0..40 {
        client.enter(&format!("/set aliases.a{number} me {}", "x".repeat(1000)));
        client.press("ctrl-u");
    }
    assert!((10..20).contains(&client.app.settings().aliases.0.len()));
}

#[test]
fn files_in_a_profile_are_nothing_to_somebody_elsewhere() {
    let source = Some(Box::new(FileSource::at("/etc/passwd".into())));
    let act = Act::Say { text: "x".parse().unwrap(), action: false, reply_to: None, file: source };
    let unsent = Unsent { room: "lobby".parse().unwrap(), nonce: "n1".parse().unwrap(), act };
    let mut client = Client::with(Lang::En, |setup| {
        setup.place = place(Kept::ByKey);
        setup.profile =
            Profile { files: vec![unsent.clone()], outbox: vec![unsent.clone()], ..Profile::default() };
    });
    client.hear(&welcome(100).replace(r#""limits":{}"#, r#""limits":{"file_bytes":100000000}"#));
    client.event(Event::Transfer(TransferId(1), TransferNews::Ready { from: 0, dir: "/".into() }));
    client.wait(1000);
    assert_eq!(of_machine(&mut client), [""; 0]);
    assert!(client.app.outbox().entries().is_empty());
}

#[test]
fn a_draft_and_what_waits_to_be_sent_have_bounds_and_nothing_of_them_is_lost() {
    let mut client = client(Lang::En);
    client.event(Event::Paste("x".repeat(DRAFT_ELSEWHERE - 1)));
    client.write("y");
    client.write("z");
    client.event(Event::Paste("more".into()));
    client.sees(&["over ssh a draft has 32 kB at most"]);
    let draft = client.app.composer().text().to_owned();
    assert_eq!(draft.len(), DRAFT_ELSEWHERE);
    assert!(draft.ends_with('y'));
    client.press("ctrl-u");
    client.press("ctrl-y ctrl-y");
    assert_eq!(client.app.composer().text(), draft, "yanked once");
    client.press("ctrl-u");
    client.lose();
    for number in 0..=QUEUED_ELSEWHERE {
        client.enter(&format!("message {number}"));
    }
    assert_eq!(client.app.outbox().entries().len(), QUEUED_ELSEWHERE);
    assert_eq!(client.app.composer().text(), format!("message {QUEUED_ELSEWHERE}"));
}

#[test]
fn about_a_thousand_messages_are_in_memory_and_the_others_can_be_paged() {
    let mut client = client(Lang::En);
    for seq in 103..4000 {
        client.hear_message(
            seq,
            18,
            "민수",
            &format!("{seq} a message of about as many words as people use: 오늘 저녁에 시간 있어요?"),
        );
    }
    let timeline = &client.app.rooms().current().timeline;
    assert!(timeline.bytes() <= SCROLLBACK_ELSEWHERE, "{}", timeline.bytes());
    assert!((1000..3000).contains(&timeline.len()), "{}", timeline.len());
    assert!(timeline.has_older());
}

#[test]
fn what_is_older_is_not_asked_for_again_and_again_where_there_is_no_room_for_it() {
    let mut client = client(Lang::En);
    client.screen(100, 30);
    // Folded they are a few rows, so that the screen has room for what is older.
    let join = |seq: u64| {
        let event = happened("lobby", seq, 1_000 + seq, &format!("somebody-{seq}"), r#""kind":"join""#);
        let (_, event) = event.split_once(r#""event","#).unwrap();
        format!("{{{event}")
    };
    for seq in 103..2_000 {
        client.hear(&happened("lobby", seq, 1_000 + seq, &format!("somebody-{seq}"), r#""kind":"join""#));
    }
    let mut pages = 0;
    for _ in 0..100 {
        client.wait(1_000);
        client.screen(100, 30);
        for line in client.asked() {
            let asked: serde_json::Value = serde_json::from_str(&line).unwrap();
            let Some(before) = asked["before"].as_u64().filter(|_| asked["type"] == "history") else {
                continue;
            };
            pages += 1;
            let events: Vec<_> = (before.saturating_sub(100).max(1)..before).map(join).collect();
            let events = events.join(",");
            client.hear(&format!(r#"{{"type":"ok","id":{},"events":[{events}],"more":true}}"#, asked["id"]));
        }
    }
    assert!(pages < 10, "{pages} pages were asked for");
    assert!(client.app.rooms().current().timeline.bytes() <= SCROLLBACK_ELSEWHERE);
}

#[test]
fn what_was_not_sent_since_there_was_too_much_is_asked_for_where_the_reader_is() {
    let mut client = Client::with(Lang::En, |setup| setup.place = place(Kept::ByKey));
    client.hear(&welcome(100));
    let pages = |client: &mut Client| {
        let (mut pages, mut answers) = (0, Vec::new());
        for line in client.asked() {
            // To connect is asked for, too.
            let Ok(asked) = serde_json::from_str::<serde_json::Value>(&line) else { continue };
            let first = match (asked["before"].as_u64(), asked["after"].as_u64()) {
                (Some(before), _) => before.saturating_sub(100).max(1),
                (None, Some(after)) => after + 1,
                (None, None) => continue,
            };
            pages += 1;
            let events = (first..first + 100).map(|seq| {
                let event = message("lobby", seq, 18, "민수", &format!("number {seq}"));
                event.replace(r#""type":"event","#, "")
            });
            let (events, more) = (events.collect::<Vec<_>>().join(","), first > 1);
            let id = &asked["id"];
            answers.push(format!(r#"{{"type":"ok","id":{id},"events":[{events}],"more":{more}}}"#));
        }
        for answer in answers {
            client.hear(&answer);
        }
        pages
    };
    assert_eq!(pages(&mut client), 1, "the newest");
    client.screen(100, 30);
    client.hear(r#"{"type":"gap","room":"lobby","after":100,"before":2000}"#);
    for seq in 2_000..2_200 {
        client.hear(&message("lobby", seq, 18, "민수", &format!("number {seq}")));
    }
    let asked: usize = (0..100)
        .map(|_| {
            client.wait(1_000);
            pages(&mut client)
        })
        .sum();
    assert!(asked <= 2, "{asked} pages were asked for, and nobody looks there");
    client.sees(&["number 2199"]);
    // Whoever goes there finds it.
    for _ in 0..40 {
        client.press("pgup");
        client.wait(1_000);
        pages(&mut client);
    }
    client.screen(100, 30);
    let entries = client.app.rooms().current().timeline.entries();
    let shown: Vec<u64> = entries.filter_map(|entry| Some(entry.seq()?.get())).collect();
    assert!(shown.iter().any(|seq| (1_600..1_800).contains(seq)), "{shown:?}");
}

/// Bytes that a terminal could send, or that only look like it.
fn piece() -> impl Strategy<Value = Vec<u8>> {
    let known = prop::sample::select(vec![
        "\r",
        "\x1b[200~/etc/passwd\x1b[201~",
        "/send ",
        "/save ",
        "/editor\r",
        "/set downloads /tmp\r",
        "/server a:1\r",
        "/quit\r",
        "\x1a",
        "\x1be",
        "\x1bt",
        "\x1b[1;3A",
        "s",
        "o",
        "v",
        "c",
        "x",
        "\x1bOP",
        "\x0b",
        "\t",
        "\x1b[<0;10;10M",
        "\x1b[<64;5;5M",
        "\x1b[I",
        "\x1b[O",
        "\x1b]11;rgb:0000/0000/0000\x07",
        "\x1b[?62;4c",
        "가",
        "~/",
        "\x03",
        "\x1b",
    ]);
    prop_oneof![
        4 => known.prop_map(|text| text.as_bytes().to_vec()),
        1 => prop::collection::vec(any::<u8>(), 0..40),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(50))]

    /// Whatever comes by the ssh channel, nothing of this machine is asked for, nothing is drawn that moves a cursor, and memory stays
    /// within bounds.
    #[test]
    fn whatever_a_channel_brings_it_reaches_nothing(pieces in prop::collection::vec((piece(), 0..9_u8), 0..60)) {
        let (mut client, mut parser) = (client(Lang::En), Parser::default());
        for (seq, (bytes, what)) in (103..).zip(pieces) {
            let mut events = Vec::new();
            parser.feed(&bytes, &mut events);
            match what {
                0 => parser.flush(&mut events),
                1 => events.push(Event::Tick),
                2 => events.push(Event::Resize(u16::try_from(bytes.len()).unwrap(), 20)),
                3 => client.lose(),
                4 => client.hear(&welcome(seq)),
                5 => events.push(Event::Link(FromLink::Lag(1))),
                6 => client.hear(&message("lobby", seq, 18, "민수", "kim! https://tea.example /etc/passwd")),
                _ => {}
            }
            for event in events {
                client.event(event);
            }
            client.wait(300);
            prop_assert_eq!(of_machine(&mut client), Vec::<String>::new());
        }
        let screen = client.screen(80, 24);
        prop_assert!(screen.chars().all(|c| c == '\n' || shared::text::is_safe(c)));
        prop_assert!(client.app.composer().text().len() <= DRAFT_ELSEWHERE);
        prop_assert!(client.app.transfers().list().is_empty());
    }
}
