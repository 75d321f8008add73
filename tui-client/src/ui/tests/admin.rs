//! Pictures of what moderators and admins see, and of what those see whom it is about.

use super::{afternoon, check};
use crate::app::tests::{Client, happened};
use crate::lang::Lang;

/// The sizes a dialog must be clear in.
const SIZES: [(u16, u16); 4] = [(120, 40), (80, 24), (60, 15), (40, 12)];

fn admin(lang: Lang) -> Client {
    let mut client = afternoon(lang);
    let target = r#"{"uid":17,"name":"kim","style":{"color":6}}"#;
    client.hear(&happened(
        "lobby",
        108,
        19,
        "cool-otter",
        &format!(r#""kind":"role","target":{target},"role":"moderator""#),
    ));
    client.forget();
    client
}

#[test]
fn pictures_of_a_ban_are_as_they_were() {
    for (lang, name) in [(Lang::En, "en"), (Lang::Ko, "ko")] {
        let mut client = admin(lang);
        client.press("ctrl-x b");
        let steps = [("who", "enter"), ("why", "enter"), ("long", "enter"), ("sure", "")];
        for (step, next) in steps {
            if step == "why" {
                client.write("도배 · spam");
            }
            for (columns, rows) in SIZES {
                check(&format!("ban-{step}-{name}-{columns}x{rows}"), &client.screen(columns, rows));
            }
            if !next.is_empty() {
                client.press(next);
            }
        }
        check(&format!("ban-sure-{name}-20x5"), &client.screen(20, 5));
    }
}

#[test]
fn pictures_of_a_shutdown_are_as_they_were() {
    for (lang, name) in [(Lang::En, "en"), (Lang::Ko, "ko")] {
        let mut client = admin(lang);
        client.become_role("admin");
        client.press("ctrl-x");
        check(&format!("chord-{name}-80x24"), &client.screen(80, 24));
        check(&format!("chord-{name}-40x12"), &client.screen(40, 12));
        client.press("Q");
        check(&format!("shutdown-what-{name}-60x15"), &client.screen(60, 15));
        client.press("down enter");
        check(&format!("shutdown-when-{name}-60x15"), &client.screen(60, 15));
        client.press("enter enter");
        client.write("te");
        for (columns, rows) in SIZES {
            check(&format!("shutdown-sure-{name}-{columns}x{rows}"), &client.screen(columns, rows));
        }
        client.press("esc esc esc esc");
        let countdown =
            r#""kind":"announce","text":"","countdown":{"in_ms":95000,"restart":true,"reason":"점검"}"#;
        client.hear(&happened(
            "lobby",
            110,
            19,
            "cool-otter",
            &countdown.replace(r#""text":"""#, r#""text":"x""#),
        ));
        for (columns, rows) in [(120, 40), (80, 24), (40, 12), (20, 5)] {
            check(&format!("countdown-{name}-{columns}x{rows}"), &client.screen(columns, rows));
        }
    }
}

#[test]
fn pictures_of_other_admin_screens_are_as_they_were() {
    for (lang, name) in [(Lang::En, "en"), (Lang::Ko, "ko")] {
        let mut client = admin(lang);
        client.press("alt-m");
        check(&format!("members-moderator-{name}-60x15"), &client.screen(60, 15));
        client.press("esc ctrl-c");
        client.enter("/bans");
        check(&format!("bans-empty-{name}-60x15"), &client.screen(60, 15));
        let by = r#"{"uid":0,"name":"operator","style":{"color":1}}"#;
        let at = client.now;
        let until = at + 86_400_000;
        client.hear(&format!(
            r#"{{"type":"ok","id":"r4","bans":[{{"kind":"ban","target":{{"uid":31,"name":"mallory","style":{{"color":9}}}},"by":{by},"at":{at},"reason":"flood","until":{until},"address":"192.0.2.7"}},{{"kind":"mute","target":{{"uid":18,"name":"민수","style":{{"color":2}}}},"by":{by},"at":{at}}}]}}"#
        ));
        for (columns, rows) in [(80, 24), (40, 12)] {
            check(&format!("bans-{name}-{columns}x{rows}"), &client.screen(columns, rows));
        }
        client.press("esc");
        client.enter("/admin");
        client.write("secret");
        check(&format!("key-{name}-60x15"), &client.screen(60, 15));
        client.press("esc");
        client.write("half a thought, 반쯤 쓴");
        client.hear(&format!(
            r#"{{"type":"goodbye","code":"banned","by":"cool-otter","reason":"도배 · spam","until":{until},"reconnect":false}}"#
        ));
        for (columns, rows) in [(120, 40), (80, 24), (60, 15), (40, 12), (20, 5)] {
            check(&format!("banned-{name}-{columns}x{rows}"), &client.screen(columns, rows));
        }
    }
}

#[test]
fn every_size_of_a_dialog_can_be_drawn_with_nothing_to_the_right_of_the_caret() {
    let mut client = admin(Lang::Ko);
    client.become_role("admin");
    for keys in
        ["ctrl-x b", "enter", "enter", "enter", "esc", "esc esc esc ctrl-x Q", "enter", "enter", "enter"]
    {
        client.press(keys);
        for columns in (0..30).chain([39, 40, 63, 64, 89, 90, 200]) {
            for rows in (0..16).chain([24, 50]) {
                let (buffer, caret) = client.draw(columns, rows);
                let Some(caret) = caret else { continue };
                assert!(caret.x < columns && caret.y < rows);
                let blank = (caret.x + 1..columns).all(|x| buffer[(x, caret.y)].symbol() == " ");
                assert!(blank || client.app.panes().input.contains(caret), "{keys} {columns}x{rows}");
            }
        }
    }
}
