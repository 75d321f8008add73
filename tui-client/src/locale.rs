//! What the locale of the environment says: the language, and whether the terminal shows UTF-8. POSIX, XBD 8.2: the first
//! of `LC_ALL`, the category's own variable and `LANG` that is set decides.

use std::ffi::OsString;

use crate::lang::Lang;

/// The language of messages.
pub(crate) fn lang(var: &dyn Fn(&str) -> Option<OsString>) -> Lang {
    let named = locale("LC_MESSAGES", var);
    if named.is_some_and(|value| value.starts_with("ko")) { Lang::Ko } else { Lang::En }
}

/// Whether a terminal of this locale shows UTF-8. Where no locale is set, which POSIX leaves to the system, it does.
pub(crate) fn is_utf8(var: &dyn Fn(&str) -> Option<OsString>) -> bool {
    locale("LC_CTYPE", var).is_none_or(|value| {
        let codeset = value.split('@').next().unwrap_or_default().rsplit_once('.').map_or("", |(_, set)| set);
        ["utf8", "utf-8"].iter().any(|utf8| codeset.eq_ignore_ascii_case(utf8))
    })
}

/// The language a command line asks for, before it is known to be a right one: what is wrong with it is told in it.
pub(crate) fn lang_of_line(line: &[OsString]) -> Option<Lang> {
    let words: Vec<_> = line.iter().map(|word| word.to_string_lossy()).collect();
    let after =
        words.iter().position(|word| word == "--lang").and_then(|at| words.get(at + 1)).map(AsRef::as_ref);
    let within = || words.iter().find_map(|word| word.strip_prefix("--lang="));
    match after.or_else(within)? {
        "ko" => Some(Lang::Ko),
        "en" => Some(Lang::En),
        _ => None,
    }
}

fn locale(category: &str, var: &dyn Fn(&str) -> Option<OsString>) -> Option<String> {
    let named = ["LC_ALL", category, "LANG"].into_iter().filter_map(var).find(|value| !value.is_empty());
    named.map(|value| value.to_string_lossy().into_owned())
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;

    use super::{is_utf8, lang, lang_of_line};
    use crate::lang::Lang;

    #[test]
    fn the_first_variable_that_is_set_says_the_language_and_the_characters() {
        for (vars, language, utf8) in [
            (&[][..], Lang::En, true),
            (&[("LANG", "ko_KR.UTF-8")], Lang::Ko, true),
            (&[("LANG", "ko_KR.UTF-8"), ("LC_ALL", "C")], Lang::En, false),
            (&[("LANG", "en_US.UTF-8"), ("LC_MESSAGES", "ko_KR")], Lang::Ko, true),
            (&[("LANG", "C.UTF-8"), ("LC_ALL", "")], Lang::En, true),
            (&[("LANG", "en_US.utf8"), ("LC_CTYPE", "ko_KR.eucKR")], Lang::En, false),
            (&[("LANG", "ko_KR.utf8@hangul")], Lang::Ko, true),
            (&[("LANG", "POSIX")], Lang::En, false),
        ] {
            let var = |name: &str| {
                vars.iter().find(|(known, _)| *known == name).map(|(_, value)| OsString::from(value))
            };
            assert_eq!((lang(&var), is_utf8(&var)), (language, utf8), "{vars:?}");
        }
    }

    #[test]
    fn a_wrong_command_line_still_says_its_language() {
        let of = |line: &[&str]| lang_of_line(&line.iter().map(OsString::from).collect::<Vec<_>>());
        assert_eq!(of(&["chinwag", "--bad", "--lang", "ko"]), Some(Lang::Ko));
        assert_eq!(of(&["chinwag", "--lang=en", "--bad"]), Some(Lang::En));
        assert_eq!(of(&["chinwag", "--lang", "fr"]), None);
        assert_eq!(of(&["chinwag", "--lang"]), None);
    }
}
