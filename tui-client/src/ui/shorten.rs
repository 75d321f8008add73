//! Shortens a hint to the columns there are. Most hints say what is so and then what to do about it ("nobody is called bob; /who
//! lists who is here"): the key or the command is the last thing to go. Of a list of keys whole items go, of a sentence whole
//! words, and a `…` stands where something was left out.

use crate::app::text_width::{columns, truncate};

/// Between the items of a list of keys.
const BETWEEN: &str = " · ";

/// What the names of keys begin with.
const KEYS: [&str; 14] = [
    "Ctrl-", "Alt-", "Shift-", "Enter", "Esc", "Tab", "Space", "End", "Home", "PgUp", "PgDn", "F1", "↑", "↓",
];

/// The text in at most `width` columns.
#[must_use]
pub fn shorten(text: &str, width: u16) -> String {
    let fits = |text: &String| columns(text) <= usize::from(width);
    let whole = text.to_owned();
    if fits(&whole) {
        return whole;
    }
    let items: Vec<&str> = text.split(BETWEEN).collect();
    let words: Vec<&str> = text.split_whitespace().collect();
    let shorter = if items.len() > 1 && items.iter().all(|item| begins_with_key(item)) {
        let enter = items.iter().find(|item| item.starts_with("Enter")).map(|item| format!("{item}…"));
        fewer_items(&items).chain(enter).find(fits)
    } else {
        None
    };
    let shorter = shorter.or_else(|| match next_step(&words) {
        Some(step) => around(&words, step).find(fits),
        None => (1..words.len()).rev().map(|end| head(&words, end)).find(fits),
    });
    shorter.unwrap_or_else(|| truncate(text, width).into_owned())
}

/// The list with fewer and fewer items: what Enter does goes last, before it how to get out, which is the last item.
fn fewer_items(items: &[&str]) -> impl Iterator<Item = String> {
    let last = items.len() - 1;
    let mut order: Vec<usize> = (0..items.len()).collect();
    order.sort_by_key(|&at| {
        let is_enter = items.get(at).is_some_and(|item| item.starts_with("Enter"));
        (is_enter, at == last, items.len() - at)
    });
    (1..items.len()).map(move |left_out| {
        let gone = order.get(..left_out).unwrap_or_default();
        let mut shown: Vec<&str> =
            items.iter().enumerate().map(|(at, item)| if gone.contains(&at) { "…" } else { item }).collect();
        shown.dedup();
        shown.join(BETWEEN)
    })
}

/// Where in the words the last clause begins that has a key or command in it, and where that stands.
#[derive(Clone, Copy)]
struct Step {
    clause: usize,
    key: usize,
}

fn next_step(words: &[&str]) -> Option<Step> {
    let last = words.iter().rposition(|word| is_key(word))?;
    let before = words.get(..last).unwrap_or_default();
    let clause = before.iter().rposition(|word| ends_clause(word)).map_or(0, |at| at + 1);
    let key = words.iter().skip(clause).position(|word| is_key(word)).map_or(last, |at| clause + at);
    Some(Step { clause, key })
}

/// The words around the next step, fewer and fewer: of what is before its clause, of the clause before the key, of what
/// comes after the key.
fn around(words: &[&str], step: Step) -> impl Iterator<Item = String> {
    let count = words.len();
    let said = (1..step.clause)
        .rev()
        .map(move |end| format!("{} {}", head(words, end), part(words, step.clause, count)));
    let later = (step.clause..=step.key).map(move |from| lead(from, part(words, from, count)));
    let less = (step.key + 1..count)
        .rev()
        .map(move |end| lead(step.key, head(words.get(step.key..end).unwrap_or_default(), end - step.key)));
    let key = part(words, step.key, step.key + 1);
    said.chain(later).chain(less).chain([key])
}

/// The first words, and that there were more.
fn head(words: &[&str], end: usize) -> String {
    let kept = part(words, 0, end);
    format!("{}…", kept.trim_end_matches([' ', ';', ':', ',', '.', '·', '…', '(']))
}

/// A text that begins at a word, and whether there were others before.
fn lead(from: usize, text: String) -> String {
    if from == 0 { text } else { format!("…{text}") }
}

fn part(words: &[&str], from: usize, end: usize) -> String {
    words.get(from..end).unwrap_or_default().join(" ")
}

fn ends_clause(word: &str) -> bool {
    word == "·" || word.ends_with([';', '.', ':', '…'])
}

/// Whether an item of a list says what a key does: a letter also is one there.
fn begins_with_key(item: &str) -> bool {
    let mut words = item.split_whitespace();
    let first = words.next().unwrap_or_default();
    is_key(first) || first.len() == 1 && first.is_ascii()
}

/// Whether a word is a key, a command or an option.
fn is_key(word: &str) -> bool {
    let word = word.trim_start_matches(['(', '"', '\'', '`']);
    let is_command = |rest: &str| rest.starts_with(char::is_alphabetic);
    word.strip_prefix("//")
        .or_else(|| word.strip_prefix('/'))
        .or_else(|| word.strip_prefix("--"))
        .is_some_and(is_command)
        || word == "tmux"
        || KEYS
            .iter()
            .filter_map(|key| Some((key, word.strip_prefix(key)?)))
            .any(|(key, rest)| key.ends_with('-') || !rest.starts_with(|c: char| c.is_ascii_alphanumeric()))
}

#[cfg(test)]
mod tests {
    use shared::{Code, Refusal, Role};

    use super::{is_key, next_step, shorten};
    use crate::app::text_width::columns;
    use crate::event::Copied;
    use crate::lang::Lang;
    use crate::picked_key::PickedKey;

    /// Every text that a row may be too narrow for.
    fn hints(lang: Lang) -> Vec<String> {
        let room = "a-room-with-a-long-name";
        let mut hints: Vec<String> = [
            lang.draft_cleared(),
            lang.again_to_leave(),
            lang.copied(Copied::Terminal),
            lang.copied(Copied::Tmux),
            lang.copied(Copied::Multiplexer),
            &lang.selection_keys(&PickedKey::ALL.map(|key| ("r".to_owned(), key))),
            lang.no_mention(),
            lang.already_online(),
            lang.how_to_retry(),
            lang.nothing_to_retry(),
            lang.needs_connection(),
            lang.not_confirmed(),
            lang.search_hint(),
            lang.already_admin(),
            lang.message_not_found(),
            lang.fetching_message(),
            lang.seeking_oldest(),
            lang.not_sent_until_reconnect(),
            lang.not_sent_yet(),
            lang.that_is_you(),
            lang.chord_cancelled(),
            lang.chord_forbidden(),
            lang.room_not_known(),
            lang.answer_lost(),
            lang.leave_keys(),
            lang.countdown_keys(),
            lang.ban_list_keys(),
            lang.admin_key_keys(),
            lang.send_parts_keys(),
            lang.password_keys(),
            lang.changed_key_keys(),
            lang.first_keys(),
            lang.search_keys(true),
            lang.search_keys(false),
            lang.member_keys(true),
            lang.member_keys(false),
            lang.room_keys(),
        ]
        .map(str::to_owned)
        .to_vec();
        for code in Code::ALL.into_iter().chain([Code::Unknown]) {
            hints.extend([
                lang.refusal(code),
                lang.not_let_in(code, true, true),
                lang.request_declined(&lang.refusal(code)),
                lang.not_entered(room, &lang.refusal(code), 0),
                lang.not_entered(room, &lang.refusal(code), 2),
                format!("{} · {}", lang.not_sent(code), lang.how_to_retry()),
            ]);
        }
        for setting in ["max-rooms-each", "max-rooms", "new-rooms", "something-else"] {
            let refusal =
                Refusal { limit: Some(20), ..Refusal::new(Code::RateLimited, "x").by_setting(setting) };
            hints.push(lang.server_refusal(&refusal));
        }
        hints.extend([
            lang.unknown_command("quti", Some("quit")),
            lang.unknown_command("nothing-like-this", None),
            lang.command_within(3, "msg"),
            lang.almost_command("msg"),
            lang.usage("/msg NAME TEXT"),
            lang.nobody_called("somebody-with-a-name"),
            lang.nobody_has_name("somebody-with-a-name"),
            lang.nobody_to_write_to("somebody-with-a-name"),
            lang.nobody_sanctioned("somebody-with-a-name", shared::server_msg::SanctionKind::Ban),
            lang.looks_for("somebody-with-a-name"),
            lang.left_elsewhere(room),
            lang.needs_role(Role::Admin, true),
            lang.chord_prompt(""),
            lang.chord_prompt("k kick · b ban · m mute · u unban · l limits"),
            lang.chord_unknown('q'),
            lang.connected("somebody-with-a-name"),
            lang.unsent_and_unsaved(3),
        ]);
        hints
    }

    #[test]
    fn a_hint_is_never_cut_inside_a_word_and_what_to_do_next_goes_last() {
        for lang in [Lang::En, Lang::Ko] {
            for hint in hints(lang) {
                let words: Vec<&str> = hint.split_whitespace().collect();
                let key = next_step(&words).map(|step| words[step.key]);
                for width in 20..=120 {
                    let shown = shorten(&hint, width);
                    assert!(columns(&shown) <= usize::from(width), "{width}: {shown}");
                    if shown == hint {
                        continue;
                    }
                    assert!(columns(&hint) > usize::from(width) && shown.contains('…'), "{width}: {shown}");
                    for word in shown.split([' ', '…']).filter(|word| !word.is_empty()) {
                        let is_whole = |of: &&str| {
                            of.split('…').any(|of| {
                                of.trim_end_matches([';', ':', ',', '.', '(']) == word || of == word
                            })
                        };
                        assert!(words.iter().any(is_whole), "{width}: {word} in {shown}");
                    }
                    let has_next = |key: &str| shown.contains(key) || shown.contains("Enter ");
                    assert!(key.is_none_or(has_next), "{width}: no {key:?} in {shown}");
                }
            }
        }
    }

    #[test]
    fn this_is_how_a_hint_gets_shorter() {
        let refused = "nobody is called bob; /who lists who is here";
        for (text, width, shown) in [
            (refused, 44, refused),
            ("Enter deletes · Esc keeps it", 16, "Enter deletes…"),
            (refused, 43, "nobody is called… /who lists who is here"),
            (refused, 30, "nobody… /who lists who is here"),
            (refused, 24, "…/who lists who is here"),
            (refused, 20, "…/who lists who is…"),
            ("choose another name with /nick NAME", 24, "…name with /nick NAME"),
            ("y copy · r answer · Esc done", 24, "y copy · … · Esc done"),
            ("y copy · r answer · Esc done", 12, "… · Esc done"),
            ("↑↓ choose · Tab here · Enter next · Esc back", 38, "↑↓ choose · … · Enter next · Esc back"),
            ("Enter send · Ctrl-U clear · Esc close", 16, "Enter send · …"),
            ("nothing here names you", 20, "nothing here names…"),
            ("차단되었습니다. /차단목록 에서 볼 수 있습니다", 40, "…/차단목록 에서 볼 수 있습니다"),
        ] {
            assert_eq!(shorten(text, width), shown, "{text} in {width}");
        }
        assert_eq!(shorten("press Ctrl-C again", 4), "pre…");
        assert_eq!(shorten("press Ctrl-C again", 0), "");
    }

    #[test]
    fn keys_commands_and_options_are_known() {
        for word in
            ["/who", "//x", "(/help", "--name", "Ctrl-_", "Ctrl-C를", "Esc", "F1", "Enter를", "↑↓", "(End)"]
        {
            assert!(is_key(word), "{word}");
        }
        for word in ["who", "/", "-", "and/or", "Ended", "Escape", "F12x", "1/2"] {
            assert!(!is_key(word), "{word}");
        }
    }
}
