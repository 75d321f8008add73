//! Without a screen nothing is missing: every action of a key has a command, or is none that anybody needs there.

use crate::app::{command, keymap};

/// What an action is without a screen.
enum Without {
    /// A command does it.
    Command(&'static str),
    /// There is nothing to do.
    Nothing,
}

/// The way of each action. The editing of a line is the terminal's, or that of the program that writes it.
fn without(action: &str) -> Option<Without> {
    use Without::{Command, Nothing};
    Some(match action {
        "quit" | "interrupt" => Command("quit"),
        "help" => Command("help"),
        "reconnect" => Command("reconnect"),
        "redraw" => Command("clear"),
        "search" | "previous-mention" | "next-mention" => Command("search"),
        "members" => Command("who"),
        "find-room" => Command("rooms"),
        "next-room" | "previous-room" | "next-unread-room" => Command("join"),
        room if room.starts_with("room-") => Command("join"),
        "answer" => Command("reply"),
        "edit" => Command("edit"),
        "delete" => Command("delete"),
        "react" => Command("react"),
        "oldest" | "to-original" | "back-to-answer" => Command("history"),
        "moderate" => Command("kick"),
        "pin" => Command("pin"),
        "read-all" => Command("read"),
        "save-file" => Command("save"),
        "transfers" | "stop-file" | "cancel-file" => Command("transfers"),
        // A line is sent by its end, and what was printed stays where it is: the terminal scrolls, selects and copies it.
        "send" | "complete" | "complete-back" | "cancel" | "suspend" | "search-sent" | "newest"
        | "first-unread" | "editor" | "pick-up" | "pick-down" | "copy" | "links" | "fold" | "open-file"
        | "view-picture" => Nothing,
        view if view.starts_with("scroll-") => Nothing,
        "new-line"
        | "left"
        | "right"
        | "word-left"
        | "word-right"
        | "line-start"
        | "line-end"
        | "up"
        | "down"
        | "backspace"
        | "delete-character"
        | "delete-word-left"
        | "delete-word-left-letters"
        | "delete-word-right"
        | "kill-to-end"
        | "kill-to-start"
        | "yank"
        | "yank-before"
        | "undo"
        | "redo"
        | "transpose" => Nothing,
        _ => return None,
    })
}

#[test]
fn every_action_has_a_command_or_is_not_needed() {
    for action in keymap::action_names() {
        match without(action) {
            Some(Without::Command(name)) => {
                assert!(command::find(name).is_some(), "{action}: there is no /{name}");
            }
            Some(Without::Nothing) => {}
            None => {
                panic!("{action}: how is it done with --plain? Name its command here, or why there is none")
            }
        }
    }
    // What the letters after the key of the moderators begin.
    for name in ["kick", "ban", "unban", "bans", "mute", "unmute", "announce", "shutdown"] {
        assert!(command::find(name).is_some(), "{name}");
    }
}
