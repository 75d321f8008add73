//! Changing one key in the text of the configuration file: its value is replaced where it stands, so comments, order and
//! spaces of everything else stay. A key that is not there yet is put under the line that documents it, or after the others.

use std::ops::Range;

use toml::de::DeTable;

use super::file::{Problem, parse};

/// The text with a key set to this TOML value, or without the key.
///
/// # Errors
/// When the text is no TOML, it is not touched.
pub fn edit(text: &str, key: &str, literal: Option<&str>) -> Result<String, Problem> {
    let table = parse(text)?;
    if let Some((section, name)) = key.split_once('.') {
        return Ok(edit_in_section(text, &table, section, name, literal));
    }
    let found = table.iter().find(|(known, _)| known.get_ref() == key);
    let mut text_after = text.to_owned();
    match (found, literal) {
        (Some((_, value)), Some(literal)) => text_after.replace_range(value.span(), literal),
        (Some((key, value)), None) => {
            let lines = line_start(text, key.span().start)..line_end(text, value.span().end);
            text_after.replace_range(lines, "");
        }
        (None, Some(literal)) => {
            let at = place(text, &table, key);
            // The last line may have no end.
            let before = if at > 0 && !text.get(..at).is_some_and(|before| before.ends_with('\n')) {
                "\n"
            } else {
                ""
            };
            text_after.insert_str(at, &format!("{before}{key} = {literal}\n"));
        }
        (None, None) => {}
    }
    Ok(text_after)
}

/// The same of a name in a table, which is put at the end where there is none.
fn edit_in_section(
    text: &str,
    table: &DeTable<'_>,
    section: &str,
    name: &str,
    literal: Option<&str>,
) -> String {
    let found = table.iter().find(|(known, _)| known.get_ref() == section);
    let entries = found.and_then(|(_, value)| value.get_ref().as_table());
    let entry = entries.and_then(|entries| entries.iter().find(|(known, _)| known.get_ref() == name));
    let mut text_after = text.to_owned();
    match (entry, literal) {
        (Some((_, value)), Some(literal)) => text_after.replace_range(value.span(), literal),
        (Some((key, value)), None) => {
            text_after
                .replace_range(line_start(text, key.span().start)..line_end(text, value.span().end), "");
        }
        (None, Some(literal)) => {
            let last = entries.and_then(|entries| entries.iter().map(|(_, value)| value.span().end).max());
            let header = || {
                let line = text.lines().find(|line| line.trim() == format!("[{section}]"))?;
                text.find(line).map(|at| at + line.len())
            };
            let place = last.or_else(header).map(|at| line_end(text, at));
            let at = place.unwrap_or(text.len());
            let is_begun = at == 0 || text.get(..at).is_some_and(|before| before.ends_with('\n'));
            let (end, header) = (if is_begun { "" } else { "\n" }, format!("\n[{section}]\n"));
            let header = if place.is_some() { "" } else { header.as_str() };
            text_after.insert_str(at, &format!("{end}{header}{name} = {literal}\n"));
        }
        (None, None) => {}
    }
    text_after
}

/// Where a new key goes: under the comment `#key = …`, after the last key that stands before the first table, or first.
fn place(text: &str, table: &DeTable<'_>, key: &str) -> usize {
    let root = root(text, table);
    let documents = |line: &str| {
        let rest =
            line.trim_start().strip_prefix('#').map(str::trim_start).and_then(|line| line.strip_prefix(key));
        rest.is_some_and(|rest| rest.trim_start().starts_with('='))
    };
    let mut end = 0;
    for line in text.get(root.clone()).unwrap_or_default().split_inclusive('\n') {
        end += line.len();
        if documents(line) && !is_in_value(table, end) {
            return end;
        }
    }
    let ends =
        table.iter().filter(|(_, value)| value.span().end <= root.end).map(|(_, value)| value.span().end);
    ends.max().map_or(0, |end| line_end(text, end))
}

/// The part of the text before the first `[table]`.
fn root(text: &str, table: &DeTable<'_>) -> Range<usize> {
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        if line.trim_start().starts_with('[') && !is_in_value(table, start + 1) {
            return 0..start;
        }
        start += line.len();
    }
    0..text.len()
}

/// Whether a place is within a value, which may have several lines.
fn is_in_value(table: &DeTable<'_>, at: usize) -> bool {
    table.iter().any(|(_, value)| value.get_ref().as_table().is_none() && value.span().contains(&at))
}

fn line_start(text: &str, at: usize) -> usize {
    text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |end| end + 1)
}

fn line_end(text: &str, at: usize) -> usize {
    text.get(at..).and_then(|after| after.find('\n')).map_or(text.len(), |end| at + end + 1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::file::read;
    use super::super::{SETTINGS, Settings};
    use super::edit;

    #[track_caller]
    fn check(text: &str, key: &str, literal: Option<&str>, expect: &str) {
        assert_eq!(edit(text, key, literal).unwrap(), expect);
    }

    #[test]
    fn a_value_is_replaced_where_it_stands() {
        let text = "# mine\n  mouse   =  true  # yes\nname='kim'\n\n[keys]\nmouse = 'x'\n";
        let after = "# mine\n  mouse   =  false  # yes\nname='kim'\n\n[keys]\nmouse = 'x'\n";
        check(text, "mouse", Some("false"), after);
        check("words = [\n  'a', # one\n  'b',\n]\n", "words", Some("['c']"), "words = ['c']\n");
    }

    #[test]
    fn a_key_that_is_not_there_goes_before_the_tables() {
        check("", "mouse", Some("false"), "mouse = false\n");
        check("# mine", "mouse", Some("false"), "mouse = false\n# mine");
        check("tls = 'off'", "mouse", Some("false"), "tls = 'off'\nmouse = false\n");
        check(
            "tls = 'off' # why\n\n[keys]\n",
            "mouse",
            Some("false"),
            "tls = 'off' # why\nmouse = false\n\n[keys]\n",
        );
        check("[keys]\nsend = 'x'\n", "mouse", Some("false"), "mouse = false\n[keys]\nsend = 'x'\n");
        check(
            "w = [\n  ['a'],\n]\n[k]\n",
            "mouse",
            Some("false"),
            "w = [\n  ['a'],\n]\nmouse = false\n[k]\n",
        );
        check(
            "# help\n# mouse = true\ntls = 'off'\n",
            "mouse",
            Some("false"),
            "# help\n# mouse = true\nmouse = false\ntls = 'off'\n",
        );
    }

    #[test]
    fn a_key_that_goes_takes_its_line_along() {
        check("# a\nmouse = false # x\ntls = 'off'\n", "mouse", None, "# a\ntls = 'off'\n");
        check("w = [\n 'a',\n]\ntls = 'off'", "w", None, "tls = 'off'");
        check("tls = 'off'\n", "mouse", None, "tls = 'off'\n");
    }

    #[test]
    fn a_name_in_a_table_is_changed_there() {
        check("", "keys.send", Some("'x'"), "\n[keys]\nsend = 'x'\n");
        check("[keys]\n", "keys.send", Some("'x'"), "[keys]\nsend = 'x'\n");
        check(
            "[keys] \n# a\nquit = 'q' # b\n\n[aliases]\nsend = 1\n",
            "keys.send",
            Some("'x'"),
            "[keys] \n# a\nquit = 'q' # b\nsend = 'x'\n\n[aliases]\nsend = 1\n",
        );
        check("[keys]\nsend = 'x' # b\n", "keys.send", Some("'y'"), "[keys]\nsend = 'y' # b\n");
        check("[keys]\nsend = 'x' # b\nquit = ''\n", "keys.send", None, "[keys]\nquit = ''\n");
        check("[keys]\nsend = 'x'", "keys.quit", Some("'y'"), "[keys]\nsend = 'x'\nquit = 'y'\n");
    }

    #[test]
    fn what_is_no_toml_is_not_touched() {
        assert!(edit("mouse = \n", "mouse", Some("false")).is_err());
    }

    proptest! {
        /// Whatever is set and reset in whatever order, the file says that and nothing else, and no comment is lost.
        #[test]
        fn the_file_always_says_what_was_set(steps in proptest::collection::vec((0..SETTINGS.len(), any::<bool>()), 0..30), documented: bool) {
            let documents = SETTINGS.iter().map(|setting| format!("# help\n#{} = x\n\n", setting.key));
            let start = if documented { documents.collect() } else { "# mine\n\n# more\n".to_owned() };
            let comments = |text: &str| text.lines().filter(|line| line.starts_with('#')).map(ToOwned::to_owned).collect::<Vec<_>>();
            let (mut text, mut settings) = (start.clone(), Settings::default());
            for (at, sets) in steps {
                let setting = &SETTINGS[at];
                let value = (setting.text)(&Settings::default());
                if sets && !value.is_empty() {
                    (setting.set)(&mut settings, &value);
                    text = edit(&text, setting.key, Some(&(setting.literal)(&settings))).unwrap();
                } else {
                    text = edit(&text, setting.key, None).unwrap();
                }
                prop_assert_eq!(read(&text), (settings.clone(), Vec::new()));
                prop_assert_eq!(comments(&text), comments(&start));
            }
        }
    }
}
