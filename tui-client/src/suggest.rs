//! Which command or setting was meant by one that does not exist: the one whose name takes the fewest other keystrokes. Keystrokes are
//! compared instead of letters, so that a Korean name is found as well as an English one, and either when it was typed with
//! the keyboard in the other layout (`ㅂㅕㅑㅅ` is `quit`).

use unicode_normalization::UnicodeNormalization as _;

/// The keys of the initial consonants on a Dubeolsik keyboard, in the order of Unicode (3.12).
const INITIALS: [&str; 19] =
    ["r", "r", "s", "e", "e", "f", "a", "q", "q", "t", "t", "d", "w", "w", "c", "z", "x", "v", "g"];
/// The keys of the vowels.
const VOWELS: [&str; 21] = [
    "k", "o", "i", "o", "j", "p", "u", "p", "h", "hk", "ho", "hl", "y", "n", "nj", "np", "nl", "b", "m",
    "ml", "l",
];
/// The keys of the final consonants.
const FINALS: [&str; 27] = [
    "r", "r", "rt", "s", "sw", "sg", "e", "f", "fr", "fa", "fq", "ft", "fx", "fv", "fg", "a", "q", "qt", "t",
    "t", "d", "w", "c", "z", "x", "v", "g",
];

/// The name that was probably meant.
#[must_use]
pub fn nearest<'a>(typed: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let typed = keystrokes(typed);
    let length = typed.chars().count();
    // A wrong key in a short word leaves too little of it.
    let most = match length {
        0..=1 => return None,
        2..=5 => 1,
        6.. => 2,
    };
    let near = names.filter_map(|name| {
        let keys = keystrokes(name);
        let is_short = keys.chars().count() < 3;
        let distance = if keys == typed {
            0
        } else if is_short {
            return None;
        } else if length >= 2 && keys.starts_with(&typed) {
            1
        } else {
            distance(&typed, &keys)
        };
        (distance <= most).then_some((distance, name))
    });
    near.min_by_key(|(distance, _)| *distance).map(|(_, name)| name)
}

/// The keys that type a word, in lower case.
fn keystrokes(word: &str) -> String {
    let mut keys = String::new();
    for c in word.nfkd() {
        let of = |first: char, table: &[&'static str]| {
            u32::from(c).checked_sub(u32::from(first)).and_then(|at| table.get(at as usize).copied())
        };
        match of('\u{1100}', &INITIALS)
            .or_else(|| of('\u{1161}', &VOWELS))
            .or_else(|| of('\u{11a8}', &FINALS))
        {
            Some(jamo) => keys.push_str(jamo),
            None => keys.extend(c.to_lowercase()),
        }
    }
    keys
}

/// The optimal string alignment distance: characters left out, added, replaced, or two neighbours swapped.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let at = |row: &[usize], j: usize| row.get(j).copied().unwrap_or(usize::MAX - 1);
            let replaced = at(&last, j) + usize::from(x != y);
            let mut best = replaced.min(at(&last, j + 1) + 1).min(at(&row, j) + 1);
            let is_swapped = i > 0 && j > 0 && a.get(i - 1) == Some(y) && b.get(j - 1) == Some(x);
            if is_swapped {
                best = best.min(at(&before_last, j - 1) + 1);
            }
            row.push(best);
        }
        before_last = std::mem::replace(&mut last, row);
    }
    last.last().copied().unwrap_or_default()
}
