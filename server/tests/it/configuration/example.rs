//! The example of a configuration file, written from the definition of the settings.
//!
//! `CHINWAG_UPDATE=1 cargo test -p server --test it example` writes it anew.

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::Arg;

use server::config::Config;
use server::config::setting::{settings, variable};

use super::read;

const HEAD: &str = "\
# The configuration of chinwagd. Every line that is commented out shows a default.
#
# A variable of the environment (for max-users: CHINWAGD_MAX_USERS) outweighs a line here, and a flag (--max-users)
# outweighs both. A file is looked for beside this one unless its path is absolute; \"\" is no file.
#
# chinwagd --check-config --config FILE says whether a file will do.
";

fn path() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../assets/chinwagd.toml"))
}

fn example() -> String {
    let (settings, mut text, mut heading) = (settings(), HEAD.to_owned(), None);
    for setting in settings.get_arguments() {
        if setting.get_help_heading() != heading {
            heading = setting.get_help_heading();
            writeln!(text, "\n\n# ---- {} ----", heading.unwrap()).unwrap();
        }
        text.push('\n');
        for line in wrapped(&help(setting)) {
            writeln!(text, "# {line}").unwrap();
        }
        writeln!(text, "#{} = {}", setting.get_long().unwrap(), value(setting)).unwrap();
    }
    text
}

fn help(setting: &Arg) -> String {
    setting.get_long_help().or_else(|| setting.get_help()).expect("a setting without a help text").to_string()
}

/// The default as the file has it.
fn value(setting: &Arg) -> String {
    let default = setting.get_default_values().first().map_or("", |value| value.to_str().unwrap());
    let quoted = default.parse::<u64>().is_err() && default.parse::<bool>().is_err();
    if quoted { format!("{default:?}") } else { default.to_owned() }
}

fn wrapped(text: &str) -> Vec<String> {
    let mut lines = vec![];
    for paragraph in text.split("\n\n") {
        lines.push(String::new());
        for word in paragraph.split_whitespace() {
            let line = lines.last_mut().unwrap();
            if line.is_empty() {
                line.push_str(word);
            } else if line.len() + word.len() < 100 {
                line.extend([" ", word]);
            } else {
                lines.push(word.to_owned());
            }
        }
    }
    lines
}

#[test]
fn the_example_says_every_setting_and_its_default() {
    if std::env::var_os("CHINWAG_UPDATE").is_some() {
        std::fs::write(path(), example()).unwrap();
    }
    let kept = std::fs::read_to_string(path()).unwrap_or_default();
    assert!(
        kept == example(),
        "assets/chinwagd.toml is not what the settings are; write it anew with\n    \
         CHINWAG_UPDATE=1 cargo test -p server --test it example"
    );
}

#[test]
fn the_example_is_the_default_as_it_is_and_with_every_line_uncommented() {
    let is_setting = |line: &&str| line.starts_with('#') && !line.starts_with("# ") && line.len() > 1;
    let text = example();
    let uncommented: Vec<_> =
        text.lines().filter(is_setting).map(|line| line.trim_start_matches('#')).collect();
    assert_eq!(uncommented.len(), settings().get_arguments().count());
    let untold = Config::defaults().unwrap();
    assert_eq!(read(&text, &[], &[]), Ok(untold.clone()));
    assert_eq!(read(&uncommented.join("\n"), &[], &[]), Ok(untold));
}

#[test]
fn the_names_of_settings_are_variables_too() {
    assert_eq!(variable("max-per-address"), "CHINWAGD_MAX_PER_ADDRESS");
    for setting in settings().get_arguments() {
        let key = setting.get_long().expect("a setting is a long flag");
        assert!(key.chars().all(|c| c.is_ascii_lowercase() || c == '-'), "{key}");
        assert!(!help(setting).ends_with('.'), "{key}");
    }
}
