//! Keys: editing, scrolling, popups, leaving.

use super::{Client, own};
use crate::event::{Copied, Event, Wheel};
use crate::lang::Lang;

#[test]
fn ctrl_c_clears_the_draft_which_can_be_undone() {
    let mut client = Client::online(Lang::En);
    client.write("precious");
    client.press("ctrl-c");
    assert_eq!(client.app.composer().text(), "");
    client.press("ctrl-_");
    assert_eq!(client.app.composer().text(), "precious");
}

#[test]
fn ctrl_c_twice_on_an_empty_draft_leaves() {
    let mut client = Client::online(Lang::En);
    client.press("ctrl-c");
    client.sees(&["press Ctrl-C again to leave"]);
    assert_eq!(client.asked(), Vec::<String>::new());
    client.wait(2_000);
    client.press("ctrl-c");
    assert_eq!(client.asked(), Vec::<String>::new(), "too late");
    client.wait(1_999);
    client.press("ctrl-c");
    assert_eq!(client.asked(), [r#"{"type":"quit"}"#]);
}

#[test]
fn a_paste_never_sends() {
    let mut client = Client::online(Lang::En);
    client.event(Event::Paste("one\ntwo\nthree\n".into()));
    assert!(!client.asked().concat().contains("\"say\""));
    assert_eq!(client.app.composer().text(), "one\ntwo\nthree\n");
    client.press("enter");
    assert!(client.asked().concat().contains(r#""text":"one\ntwo\nthree""#));
}

#[test]
fn several_lines_can_be_written_before_sending() {
    let mut client = Client::online(Lang::En);
    client.write("one");
    client.press("alt-enter");
    client.write("two");
    client.press("ctrl-j");
    client.write("three");
    let screen = client.screen(100, 30);
    let rows: Vec<&str> = screen.lines().rev().skip(1).take(3).collect();
    assert_eq!(rows, ["       three", "       two", " kim › one"]);
}

#[test]
fn tab_completes_who_spoke_last_first() {
    let mut client = Client::online(Lang::En);
    client.hear_message(101, 19, "cool-otter", "hi");
    client.press("tab");
    assert_eq!(client.app.composer().text(), "cool-otter: ");
    client.sees(&["cool-otter  민수"]);
    client.press("tab");
    assert_eq!(client.app.composer().text(), "민수: ");
    client.press("shift-tab");
    client.write("and @민");
    client.press("tab");
    assert_eq!(client.app.composer().text(), "cool-otter: and @민수 ");
}

#[test]
fn tab_completes_commands_in_the_language_they_are_typed_in() {
    for (typed, completed) in [
        ("/ret", "/retry "),
        ("/조용", "/조용히나가기 "),
        ("/kick coo", "/kick cool-otter "),
        ("/help ki", "/help /kick "),
    ] {
        let mut client = Client::online(Lang::En);
        client.become_role("moderator");
        client.write(typed);
        client.press("tab");
        assert_eq!(client.app.composer().text(), completed);
    }
}

#[test]
fn tab_completes_emoji_by_name() {
    let mut client = Client::online(Lang::En);
    client.write("nice :tad");
    client.press("tab");
    assert_eq!(client.app.composer().text(), "nice 🎉 ");
}

#[test]
fn esc_cancels_one_thing_at_a_time_and_never_the_draft() {
    let mut client = Client::online(Lang::En);
    for seq in 101..200 {
        client.hear_message(seq, 18, "민수", "hi");
    }
    client.write("draft");
    client.screen(80, 24);
    client.press("pgup alt-up f1");
    let state = |client: &Client| {
        let timeline = &client.app.rooms().current().timeline;
        (client.app.screen().popups().len(), timeline.selected().is_some(), timeline.at_bottom())
    };
    assert_eq!(state(&client), (1, true, false));
    client.press("esc");
    assert_eq!(state(&client), (0, true, false));
    client.press("esc");
    assert_eq!(state(&client), (0, false, false));
    client.press("esc");
    assert_eq!(state(&client), (0, false, true));
    client.press("esc");
    assert_eq!(client.app.composer().text(), "draft");
}

#[test]
fn scrolling_stays_where_the_reader_is_and_says_what_is_new() {
    let mut client = Client::online(Lang::En);
    for seq in 101..200 {
        client.hear_message(seq, 18, "민수", &format!("line {seq}"));
    }
    client.screen(80, 24);
    client.press("pgup");
    let rows =
        |client: &mut Client| client.screen(80, 24).lines().take(20).map(str::to_owned).collect::<Vec<_>>();
    let before = rows(&mut client);
    for seq in 200..203 {
        client.hear_message(seq, 18, "민수", "more");
    }
    assert_eq!(rows(&mut client)[3..], before[3..]);
    client.sees(&["3 new below (End)"]);
    client.write("x");
    client.sees(&["3 new below (Ctrl-End)"]);
    client.press("backspace");
    client.press("end");
    client.sees_no(&["new below"]);
}

#[test]
fn a_selected_message_can_be_copied_or_answered() {
    let mut client = Client::online(Lang::En);
    client.hear_message(101, 18, "민수", "copy me");
    client.screen(80, 24);
    client.press("alt-up");
    client.sees(&["y copy"]);
    client.press("y");
    assert_eq!(client.asked(), ["copy copy me"]);
    client.sees_no(&["copied", "sent"]);
    for (to, words) in [
        (Copied::Terminal, "sent to the terminal's clipboard"),
        (Copied::Tmux, "copied to tmux"),
        (Copied::Multiplexer, "tmux set -g set-clipboard on"),
    ] {
        client.event(Event::Copied(to));
        client.sees(&[words]);
    }
    client.press("alt-up r");
    client.sees(&["↱ answering 민수: copy me"]);
    client.press("esc alt-up x");
    assert_eq!(client.app.composer().text(), "x", "other letters are typed");
}

#[test]
fn the_help_lists_every_command_and_closes() {
    let mut client = Client::online(Lang::En);
    client.press("?");
    client.sees_no(&["/kick", "Ctrl-X"]);
    client.press("esc");
    client.become_role("admin");
    client.press("?");
    let screen = client.screen(100, 170);
    for command in crate::app::command::COMMANDS {
        assert!(screen.contains(&format!("/{}", command.name)), "{}:\n{screen}", command.name);
    }
    assert!(screen.contains("Ctrl-R") && screen.contains("Ctrl-X Q"));
    client.press("q");
    assert!(client.app.screen().popups().is_empty());
    client.write("what");
    client.press("?");
    assert_eq!(client.app.composer().text(), "what?");
}

#[test]
fn lines_sent_before_are_found_again() {
    let mut client = Client::online(Lang::En);
    for line in ["alpha one", "beta", "alpha two"] {
        client.enter(line);
    }
    client.write("draft");
    client.press("ctrl-r");
    client.write("alpha");
    client.sees(&["search sent › alpha", "alpha two"]);
    client.press("ctrl-r enter");
    assert_eq!(client.app.composer().text(), "alpha one");
    client.press("ctrl-_ ctrl-r esc");
    assert_eq!(client.app.composer().text(), "draft");
}

#[test]
fn the_keys_of_the_terminal_are_asked_for() {
    let mut client = Client::online(Lang::En);
    client.press("ctrl-l ctrl-z");
    assert_eq!(client.asked(), ["redraw", "suspend"]);
    client.press("f1 ctrl-l");
    assert_eq!(client.asked(), ["redraw"]);
}

#[test]
fn the_caret_is_where_the_next_letter_goes() {
    let mut client = Client::online(Lang::Ko);
    client.write("안녕 a");
    client.press("left");
    let (buffer, caret) = client.draw(60, 15);
    let caret = caret.unwrap();
    assert_eq!((caret.x, caret.y), (7 + 5, 13));
    assert_eq!(buffer[caret].symbol(), "a");
    client.press("right");
    let (buffer, caret) = client.draw(60, 15);
    let caret = caret.unwrap();
    let right = (caret.x..60).all(|x| buffer[(x, caret.y)].symbol() == " ");
    assert!(right, "nothing stands to the right of the caret");
}

#[test]
fn sending_goes_to_the_newest_message() {
    let mut client = Client::online(Lang::En);
    for seq in 101..200 {
        client.hear_message(seq, 18, "민수", "hi");
    }
    client.screen(80, 24);
    client.press("pgup");
    client.enter("me too");
    assert!(client.app.rooms().current().timeline.at_bottom());
    client.hear(&own(200, "1", "me too"));
    client.sees(&["me too"]);
}

#[test]
fn the_wheel_scrolls_and_never_touches_the_draft() {
    let mut client = Client::online(Lang::En);
    client.enter("sent before");
    for seq in 101..200 {
        client.hear_message(seq, 18, "민수", &format!("line {seq}"));
    }
    client.write("a draft");
    client.sees(&["line 199"]);
    for _ in 0..10 {
        client.event(Event::Wheel(Wheel::Up));
    }
    assert!(!client.screen(100, 30).contains("line 199"));
    assert_eq!(client.app.composer().text(), "a draft");
    for _ in 0..20 {
        client.event(Event::Wheel(Wheel::Down));
    }
    client.sees(&["line 199"]);
    assert_eq!(client.app.composer().text(), "a draft");
}

#[test]
fn the_wheel_over_a_popup_moves_its_choice() {
    let mut client = Client::online(Lang::En);
    client.press("alt-m");
    // Which one is chosen shows in the style.
    let before = client.draw(100, 30).0;
    client.event(Event::Wheel(Wheel::Down));
    assert_ne!(client.draw(100, 30).0, before);
    assert_eq!(client.app.composer().text(), "");
}

#[test]
fn mentions_are_stepped_through_without_the_rest() {
    let mut client = Client::online(Lang::En);
    for seq in 101..160 {
        let text = if seq % 20 == 0 { format!("kim, see {seq}") } else { format!("line {seq}") };
        client.hear_message(seq, 18, "민수", &text);
    }
    let mut picked = |key: &str| {
        client.press(key);
        let selected = client.app.rooms().current().timeline.selected();
        selected.and_then(|entry| entry.text()).map(ToString::to_string)
    };
    assert_eq!(picked("alt-p").as_deref(), Some("kim, see 140"));
    assert_eq!(picked("alt-p").as_deref(), Some("kim, see 120"));
    assert_eq!(picked("alt-p").as_deref(), Some("kim, see 120"), "there is none before");
    assert_eq!(picked("alt-n").as_deref(), Some("kim, see 140"));
    assert_eq!(picked("alt-n").as_deref(), Some("kim, see 140"), "there is none after");
    client.sees(&["nothing more here names you"]);
}

#[test]
fn the_help_says_where_there_is_more_of_it() {
    for (columns, rows) in [(120, 40), (60, 15), (20, 5)] {
        let mut client = Client::online(Lang::En);
        client.press("f1");
        let first = client.screen(columns, rows);
        assert!(first.contains("↓ more") && !first.contains("↑ more"), "{first}");
        client.press("pgdn");
        let second = client.screen(columns, rows);
        assert!(second.contains("↑ more"), "{second}");
        client.press("end");
        let last = client.screen(columns, rows);
        assert!(!last.contains("↓ more") && last.contains("↑ more"), "{last}");
        client.press("up");
        assert_ne!(client.screen(columns, rows), last, "the last page is where scrolling ends");
        client.press("home");
        assert_eq!(client.screen(columns, rows), first);
    }
}

#[test]
fn what_is_copied_is_what_was_typed() {
    let mut client = Client::online(Lang::En);
    let source = "*so*:\n```\nlet a_b = 1;\n```";
    client.hear_message(101, 18, "민수", source);
    client.sees(&["so:", "│ let a_b"]);
    client.forget();
    client.press("alt-up y");
    assert_eq!(client.asked(), [format!("copy {source}")]);
    client.enter("/source");
    client.sees(&["*so*:", "```"]);
    client.enter("/원문 끄기");
    client.sees_no(&["*so*:"]);
}

/// Over a slow line Esc and what is typed after it come in one read, as Alt with a key does.
#[test]
fn esc_and_a_command_right_after_it_say_nothing_aloud() {
    let mut client = Client::online(Lang::En);
    client.bytes("\x1b/quit\r");
    assert_eq!(client.asked(), [r#"{"type":"quit"}"#]);
    let mut client = Client::online(Lang::En);
    client.press("alt-k");
    client.bytes("\x1b/msg kim secret");
    assert_eq!(client.app.composer().text(), "/msg kim secret", "it closed the popup");
    client.press("ctrl-c ctrl-x");
    client.bytes("\x1b/quit");
    assert_eq!(client.app.composer().text(), "/quit", "it ended the chord");
}

#[test]
fn alt_with_a_key_that_is_bound_types_nothing() {
    let mut client = Client::online(Lang::En);
    client.write("one two");
    client.bytes("\x1bb\x1bd");
    assert_eq!(client.app.composer().text(), "one ");
    let mut client = Client::online(Lang::En);
    client.event(Event::SettingsFile("[keys]\nread-all = 'alt-/'\n".into()));
    client.bytes("\x1b/quit");
    assert_eq!(client.app.composer().text(), "quit", "the person bound it");
}
