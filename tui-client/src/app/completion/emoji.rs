//! Emoji by their short names (`:thumbsup:`), for completion. A short list: any other emoji can be pasted.

/// The names and what they mean, sorted by name.
static NAMES: &[(&str, &str)] = &[
    ("+1", "👍"),
    ("-1", "👎"),
    ("100", "💯"),
    ("angry", "😠"),
    ("bear", "🐻"),
    ("beer", "🍺"),
    ("birthday", "🎂"),
    ("bow", "🙇"),
    ("broken_heart", "💔"),
    ("bug", "🐛"),
    ("bulb", "💡"),
    ("cat", "🐱"),
    ("clap", "👏"),
    ("coffee", "☕"),
    ("confused", "😕"),
    ("construction", "🚧"),
    ("cookie", "🍪"),
    ("cool", "😎"),
    ("cry", "😢"),
    ("dog", "🐶"),
    ("eyes", "👀"),
    ("fire", "🔥"),
    ("ghost", "👻"),
    ("gift", "🎁"),
    ("grin", "😁"),
    ("heart", "❤️"),
    ("hi", "👋"),
    ("hourglass", "⏳"),
    ("hug", "🤗"),
    ("joy", "😂"),
    ("kiss", "😘"),
    ("laugh", "😆"),
    ("love", "😍"),
    ("moon", "🌙"),
    ("ok", "👌"),
    ("otter", "🦦"),
    ("party", "🥳"),
    ("pizza", "🍕"),
    ("point_up", "☝️"),
    ("pray", "🙏"),
    ("question", "❓"),
    ("rain", "🌧️"),
    ("rocket", "🚀"),
    ("sad", "😞"),
    ("scream", "😱"),
    ("see_no_evil", "🙈"),
    ("shrug", "🤷"),
    ("sleep", "😴"),
    ("smile", "😄"),
    ("snow", "❄️"),
    ("sob", "😭"),
    ("star", "⭐"),
    ("sun", "☀️"),
    ("sweat", "😅"),
    ("tada", "🎉"),
    ("tea", "🍵"),
    ("think", "🤔"),
    ("thumbsdown", "👎"),
    ("thumbsup", "👍"),
    ("tree", "🌳"),
    ("umbrella", "☔"),
    ("warning", "⚠️"),
    ("wave", "👋"),
    ("wink", "😉"),
    ("x", "❌"),
    ("yes", "✅"),
    ("zzz", "💤"),
];

/// The emoji whose names begin with `prefix`.
pub(super) fn like(prefix: &str) -> impl Iterator<Item = &'static str> {
    NAMES.iter().filter(move |(name, _)| name.starts_with(prefix)).map(|(_, emoji)| *emoji)
}

/// The emoji whose names have this in them, those that begin with it first.
pub fn with(part: &str) -> impl Iterator<Item = &'static str> {
    let others = NAMES.iter().filter(move |(name, _)| !name.starts_with(part) && name.contains(part));
    like(part).chain(others.map(|(_, emoji)| *emoji))
}

/// What an emoji is called.
#[must_use]
pub fn name_of(emoji: &str) -> Option<&'static str> {
    // Words before signs: `thumbsup`, not `+1`.
    let named = || NAMES.iter().filter(|(_, known)| *known == emoji).map(|(name, _)| *name);
    named().find(|name| name.chars().all(char::is_alphabetic)).or_else(|| named().next())
}

/// The emoji of exactly this name.
#[must_use]
pub fn named(name: &str) -> Option<&'static str> {
    NAMES.iter().find(|(known, _)| *known == name).map(|(_, emoji)| *emoji)
}

#[cfg(test)]
mod tests {
    use super::{NAMES, like};

    #[test]
    fn names_are_sorted_and_each_emoji_is_drawn_in_two_columns() {
        assert!(NAMES.is_sorted_by(|(one, _), (other, _)| one < other));
        for (name, emoji) in NAMES {
            assert_eq!(crate::app::text_width::columns(emoji), 2, "{name}");
        }
        assert_eq!(like("tad").collect::<Vec<_>>(), ["🎉"]);
    }
}
