//! Pictures of the whole screen, kept as text in `tests/pictures`.
//!
//! `UPDATE_PICTURES=1 cargo test -p tui-client pictures` draws them anew; look at the difference before keeping it.

mod accessibility;
mod admin;
mod files;
mod servers;

use std::path::Path;

use clap::ValueEnum as _;

use crate::app::tests::{Client, happened, message, welcome};
use crate::event::{Event, FromLink, TrustError};
use crate::lang::Lang;
use crate::settings::look::PaneOrder;
use crate::settings::value::Value as _;

const SIZES: [(u16, u16); 6] = [(120, 40), (80, 24), (60, 15), (40, 12), (20, 5), (1, 1)];

/// An afternoon in the lobby: talk in two languages, a second room, a direct message, a draft.
fn afternoon(lang: Lang) -> Client {
    let mut client = Client::online(lang);
    client.wait(120_000);
    client.enter("/join dev");
    client.hear(
        r#"{"type":"ok","id":"r2","room":"dev","state":{"name":"dev","head":90,"members":[{"uid":17,"name":"kim","style":{"color":6}},{"uid":18,"name":"민수","style":{"color":2}}]}}"#,
    );
    client.press("alt-1");
    let topic = r#""kind":"topic","topic":"tea at four · 네 시에 차""#;
    client.hear(&happened("lobby", 101, 19, "cool-otter", topic));
    client.hear_message(102, 19, "cool-otter", "good morning! has anybody seen the kettle? 🫖");
    client.hear_message(103, 18, "민수", "안녕하세요. 주전자는 창가에 있어요, 아까 물을 끓였습니다.");
    client.hear_message(104, 18, "민수", "kim, 차 마실래요? 👨‍👩‍👧‍👦");
    client.enter("yes please, 고마워요");
    client.hear(&happened(
        "lobby",
        105,
        17,
        "kim",
        r#""kind":"message","text":"yes please, 고마워요","nonce":"0000000000000007-000001""#,
    ));
    client.hear(&happened("lobby", 106, 20, "지훈", r#""kind":"join""#));
    client.hear(&happened("lobby", 107, 20, "지훈", r#""kind":"action","text":"waves","nonce":"w1""#));
    client.hear(&message("dev", 108, 18, "민수", "the build is green"));
    client.hear(&message("@17:19", 109, 19, "cool-otter", "psst"));
    client.wait(2_000);
    client.hear(r#"{"type":"presence","room":"lobby","changes":[{"uid":20,"state":"typing"}]}"#);
    client.hear(r#"{"type":"presence","changes":[{"uid":18,"state":"away"}]}"#);
    client.enter("on its way");
    client.write("half a thought, 반쯤 쓴");
    client
}

/// Compares a picture with the one that is kept.
#[track_caller]
fn check(name: &str, picture: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pictures").join(name).with_extension("txt");
    if std::env::var_os("UPDATE_PICTURES").is_some() {
        std::fs::write(&path, format!("{picture}\n")).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(kept.trim_end_matches('\n'), picture.trim_end_matches('\n'), "{}:\n{picture}", path.display());
}

#[test]
fn pictures_are_as_they_were() {
    for (lang, name) in [(Lang::En, "en"), (Lang::Ko, "ko")] {
        for (columns, rows) in SIZES {
            let picture = afternoon(lang).screen(columns, rows);
            check(&format!("{name}-{columns}x{rows}"), &picture);
        }
    }
}

#[test]
fn pictures_with_people_away_are_as_they_were() {
    for (lang, name) in [(Lang::En, "en"), (Lang::Ko, "ko")] {
        for (columns, rows) in SIZES {
            let mut client = afternoon(lang);
            client.hear(r#"{"type":"presence","room":"lobby","changes":[{"uid":17,"state":"absent"},{"uid":20,"state":"absent"}]}"#);
            check(&format!("away-{name}-{columns}x{rows}"), &client.screen(columns, rows));
        }
    }
}

#[test]
fn pictures_with_somebody_ignored_are_as_they_were() {
    for (lang, name) in [(Lang::En, "en"), (Lang::Ko, "ko")] {
        let ignoring = || {
            let mut client = afternoon(lang);
            client.press("ctrl-u");
            client.enter("/ignore 민수");
            client
        };
        for (columns, rows) in SIZES {
            check(&format!("ignoring-{name}-{columns}x{rows}"), &ignoring().screen(columns, rows));
        }
        let mut client = ignoring();
        client.press("alt-m");
        check(&format!("ignoring-members-{name}-60x15"), &client.screen(60, 15));
    }
}

#[test]
fn pictures_of_other_times_are_as_they_were() {
    for (lang, name) in [(Lang::En, "en"), (Lang::Ko, "ko")] {
        let mut client = afternoon(lang);
        client.press("ctrl-u");
        for set in ["clock 12h", "clock-seconds on", "dates day-month"] {
            client.enter(&format!("/set {set}"));
        }
        for (columns, rows) in [(120, 40), (60, 15), (40, 12), (20, 5)] {
            check(&format!("times-{name}-{columns}x{rows}"), &client.screen(columns, rows));
        }
        client.press("alt-s");
        client.write("차");
        client.press("enter");
        let found =
            [message("dev", 50, 18, "민수", "차"), message("lobby", 104, 18, "민수", "kim, 차 마실래요?")];
        let found = found.join(",");
        client.hear(&format!(r#"{{"type":"ok","id":"r4","events":[{found}],"more":true}}"#));
        for (columns, rows) in [(60, 15), (20, 5)] {
            check(&format!("times-search-{name}-{columns}x{rows}"), &client.screen(columns, rows));
        }
    }
}

#[test]
fn pictures_of_other_orders_of_the_panes_are_as_they_were() {
    for order in PaneOrder::value_variants().iter().skip(1) {
        let order = order.text();
        let mut client = afternoon(Lang::Ko);
        client.press("ctrl-u");
        client.enter(&format!("/set panes {order}"));
        check(&format!("panes-{order}-120x40"), &client.screen(120, 40));
    }
    let mut client = afternoon(Lang::En);
    client.press("ctrl-u");
    client.enter("/set panes members-chat-rooms");
    for (columns, rows) in [(80, 24), (60, 15), (20, 5)] {
        check(&format!("panes-en-{columns}x{rows}"), &client.screen(columns, rows));
    }
}

#[test]
fn pictures_of_popups_are_as_they_were() {
    let mut client = afternoon(Lang::En);
    client.press("alt-k");
    check("switcher-80x24", &client.screen(80, 24));
    client.press("esc alt-m");
    check("members-60x15", &client.screen(60, 15));
    client.press("esc f1");
    check("help-120x40", &client.screen(120, 40));
    check("help-80x24", &client.screen(80, 24));
    check("help-60x15", &client.screen(60, 15));
    check("help-20x5", &client.screen(20, 5));
    client.press("esc ctrl-r");
    client.write("please");
    check("recall-60x15", &client.screen(60, 15));
    client.press("esc ctrl-u tab");
    check("completion-60x15", &client.screen(60, 15));
}

#[test]
fn pictures_of_the_search_are_as_they_were() {
    for (lang, name) in [(Lang::En, "en"), (Lang::Ko, "ko")] {
        let mut client = afternoon(lang);
        client.press("alt-s");
        check(&format!("search-empty-{name}-60x15"), &client.screen(60, 15));
        client.write("차 kim");
        client.press("enter");
        let long = "말이 길어지면 찾는 낱말이 보이는 데부터 보입니다. ".repeat(3) + "kim, 차가 식어요";
        let found = [
            message("dev", 50, 18, "민수", &long),
            message("@17:19", 60, 19, "cool-otter", "kim: 차\nor coffee?"),
            message("lobby", 104, 18, "민수", "kim, 차 마실래요? 👨‍👩‍👧‍👦"),
        ];
        let found = found.join(",");
        client.hear(&format!(r#"{{"type":"ok","id":"r4","events":[{found}],"more":true}}"#));
        client.press("down");
        for (columns, rows) in [(120, 40), (60, 15), (20, 5)] {
            check(&format!("search-{name}-{columns}x{rows}"), &client.screen(columns, rows));
        }
    }
}

#[test]
fn pictures_of_an_empty_room_are_as_they_were() {
    for (lang, name) in [(Lang::En, "en"), (Lang::Ko, "ko")] {
        for (columns, rows) in SIZES {
            let mut client = Client::new(lang);
            client.hear(&welcome(0));
            client.hear(&happened("lobby", 1, 17, "kim", r#""kind":"join""#));
            check(&format!("empty-{name}-{columns}x{rows}"), &client.screen(columns, rows));
        }
    }
}

#[test]
fn pictures_of_changed_messages_are_as_they_were() {
    for (lang, name) in [(Lang::En, "en"), (Lang::Ko, "ko")] {
        let talk = || {
            let mut client = afternoon(lang);
            for (seq, uid, who, what) in [
                (
                    110,
                    19,
                    "cool-otter",
                    r#""kind":"edit","text":"good morning! has anybody seen the tea pot? 🫖","nonce":"e1","of":102"#,
                ),
                (111, 20, "지훈", r#""kind":"react","of":103,"with":"👍""#),
                (112, 17, "kim", r#""kind":"react","of":103,"with":"👍""#),
                (113, 20, "지훈", r#""kind":"react","of":103,"with":"❤️""#),
                (114, 20, "지훈", r#""kind":"message","text":"저도요!","nonce":"m1","reply_to":104"#),
                (115, 18, "민수", r#""kind":"message","text":"이 말은 곧 사라집니다","nonce":"m2""#),
                (116, 19, "cool-otter", r#""kind":"delete","nonce":"d1","of":115"#),
                (
                    117,
                    19,
                    "cool-otter",
                    r#""kind":"message","text":"and this one is gone, too?","nonce":"m3","reply_to":115"#,
                ),
            ] {
                let prev = if seq == 110 { 107 } else { seq - 1 };
                let event = happened("lobby", seq, uid, who, what);
                client.hear(&event.replace(&format!("\"prev\":{}", seq - 1), &format!("\"prev\":{prev}")));
            }
            client
        };
        let mut client = talk();
        for (columns, rows) in SIZES {
            check(&format!("changed-{name}-{columns}x{rows}"), &client.screen(columns, rows));
        }
        for (state, keys) in [
            ("answering", "alt-up alt-up alt-up r"),
            ("editing", "alt-up alt-up alt-up alt-up alt-up e"),
            ("deleting", "alt-up alt-up alt-up alt-up alt-up d"),
            ("reacting", "alt-up alt-up +"),
            ("picked", "alt-up alt-up alt-up"),
        ] {
            let mut client = talk();
            client.screen(80, 24);
            client.press(keys);
            for (columns, rows) in [(80, 24), (60, 15), (24, 8), (20, 5)] {
                check(&format!("{state}-{name}-{columns}x{rows}"), &client.screen(columns, rows));
            }
        }
    }
}

#[test]
fn pictures_of_formatted_messages_are_as_they_were() {
    const CODE: &str = "look:\n```rust\nfn main() {\n    println!(\"a line of code that is too long for a narrow terminal, and is cut\");\n}\n```\n어때요?";
    for (lang, name) in [(Lang::En, "en"), (Lang::Ko, "ko")] {
        let mut client = afternoon(lang);
        let texts = [
            "> kim, 차 마실래요?\n*네*, _조금 있다가_ 갈게요. `snake_case` 2*3*4",
            CODE,
            "> a quote that is long enough to be wrapped in every terminal but the widest of them\nkim, *yes*",
        ];
        for ((seq, prev), said) in [(110, 107), (111, 110), (112, 111)].into_iter().zip(texts) {
            let event = message("lobby", seq, 18, "민수", said);
            client.hear(&event.replace(&format!("\"prev\":{}", seq - 1), &format!("\"prev\":{prev}")));
        }
        for (columns, rows) in SIZES {
            check(&format!("formatted-{name}-{columns}x{rows}"), &client.screen(columns, rows));
        }
        client.press("ctrl-u");
        client.enter(lang.pick(["/source", "/원문"]));
        check(&format!("formatted-source-{name}-80x24"), &client.screen(80, 24));
    }
}

#[test]
fn pictures_of_a_folded_message_are_as_they_were() {
    for (lang, name) in [(Lang::En, "en"), (Lang::Ko, "ko")] {
        let mut client = afternoon(lang);
        let log: Vec<String> =
            (1..=46).map(|n| format!("{n:2} 7f3c{n:02}a fix the door, 문을 고침")).collect();
        let said = message("lobby", 110, 18, "민수", &log.join("\n"));
        client.hear(&said.replace("\"prev\":109", "\"prev\":107"));
        client.screen(80, 24);
        client.press("alt-up alt-up");
        for (columns, rows) in [(80, 24), (60, 15), (24, 8)] {
            check(&format!("folded-{name}-{columns}x{rows}"), &client.screen(columns, rows));
        }
    }
}

#[test]
fn pictures_of_links_are_as_they_were() {
    for (lang, name) in [(Lang::En, "en"), (Lang::Ko, "ko")] {
        let mut client = afternoon(lang);
        let long = "https://example.org/a/path/that/is/much/too/long/for/one/row/of/any/terminal/but/the/widest?with=a&query=as#well";
        let said =
            message("lobby", 110, 18, "민수", &format!("{long} https://예.한국/길 https://pаypal.com"));
        client.hear(&said.replace("\"prev\":109", "\"prev\":107"));
        client.screen(80, 24);
        client.press("alt-up alt-up l");
        for (columns, rows) in [(80, 24), (60, 15), (24, 8), (20, 5)] {
            check(&format!("links-{name}-{columns}x{rows}"), &client.screen(columns, rows));
        }
    }
}

#[test]
fn pictures_of_a_changed_key_are_as_they_were() {
    let key = |what: &str| shared::Fingerprint::of(what.as_bytes());
    let file = "/home/kim/.local/state/chinwag/known_hosts".to_owned();
    for (lang, name) in [(Lang::En, "en"), (Lang::Ko, "ko")] {
        for (columns, rows) in [(120, 40), (60, 15), (40, 12)] {
            let mut client = Client::new(lang);
            let why = TrustError::Changed {
                known: vec![key("old")],
                shown: key("new"),
                file: file.clone(),
                line: 7,
            };
            client.event(Event::Link(FromLink::Down(why.into())));
            check(&format!("changed-key-{name}-{columns}x{rows}"), &client.screen(columns, rows));
        }
    }
}

#[test]
fn pictures_without_a_connection_are_as_they_were() {
    let mut client = Client::new(Lang::En);
    check("connecting-60x15", &client.screen(60, 15));
    let mut client = afternoon(Lang::Ko);
    client.lose();
    check("lost-80x24", &client.screen(80, 24));
    client.press("ctrl-c");
    for n in 0..3 {
        client.event(crate::event::Event::Paste(format!("줄 {n}\n")));
    }
    check("lines-60x15", &client.screen(60, 15));
}

#[test]
fn somebody_who_is_away_is_said_to_be_so_whatever_their_name() {
    for (lang, rows) in [
        (Lang::En, ["a-name-of-t… lost", " a-name-of-t… away"]),
        (Lang::Ko, ["a-name-of-t… 끊김", " a-name… 자리 비움"]),
    ] {
        let mut client = Client::online(lang);
        client.hear(&happened("lobby", 101, 30, "a-name-of-twenty-letters", r#""kind":"join""#));
        for (state, row) in ["away", "absent"].into_iter().zip(rows) {
            client.hear(&format!(r#"{{"type":"presence","changes":[{{"uid":30,"state":"{state}"}}]}}"#));
            let picture = client.screen(120, 40);
            assert!(picture.contains(row), "{picture}");
        }
    }
}

#[test]
fn a_popup_that_cuts_a_wide_letter_in_half_takes_all_of_it() {
    for shift in 0..2 {
        let mut client = Client::online(Lang::Ko);
        client.hear_message(101, 18, "민수", &format!("{}{}", " x".repeat(shift), "가".repeat(200)));
        client.press("alt-k");
        let picture = client.screen(60, 15);
        let rows: Vec<&str> = picture.lines().collect();
        let top = rows.iter().position(|row| row.contains('╭')).unwrap();
        for row in &rows[top..top + 4] {
            let edge = row.find(['╭', '│', '╰']).unwrap();
            assert_eq!(crate::app::text_width::columns(row.split_at(edge).0), 8, "{picture}");
        }
    }
}

#[test]
fn every_size_can_be_drawn_and_the_caret_is_inside_with_nothing_to_its_right() {
    let mut client = afternoon(Lang::Ko);
    for keys in ["end", "f1", "esc alt-k", "esc alt-m", "esc ctrl-r", "esc pgup", "alt-up", "tab"] {
        client.press(keys);
        for columns in (0..30).chain([39, 40, 63, 64, 89, 90, 200]) {
            for rows in (0..16).chain([24, 50]) {
                let (buffer, caret) = client.draw(columns, rows);
                let Some(caret) = caret else { continue };
                assert!(caret.x < columns && caret.y < rows);
                if keys == "end" && !client.app.panes().input.is_empty() {
                    let blank = (caret.x + 1..columns).all(|x| buffer[(x, caret.y)].symbol() == " ");
                    assert!(blank, "{columns}x{rows}");
                }
            }
        }
    }
}
