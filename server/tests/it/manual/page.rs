//! Man pages and completions of a command line, kept in `assets/`: made from its definition in clap, for any program.
//!
//! `CHINWAG_UPDATE=1` writes what differs instead of failing.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use clap::Command;
use clap_complete::{Shell, generate};
use clap_mangen::Man;

/// What a page says beside what clap knows: a heading, and a term with its text a line.
pub(crate) struct Section(pub(crate) &'static str, pub(crate) &'static [(&'static str, &'static str)]);

/// Compares the pages and completions of a program, and of all its subcommands, with the files; `more` gives the
/// sections of each page by its name.
pub(crate) fn check(command: &Command, more: impl Fn(&str) -> Vec<Section>) {
    let name = command.get_name().to_owned();
    let mut built = command.clone().disable_help_subcommand(true);
    built.build();
    let mut pages = BTreeMap::new();
    add_pages(&built, &more, &mut pages);
    compare("man", &name, &pages);
    let shells = [
        (Shell::Bash, format!("{name}.bash")),
        (Shell::Fish, format!("{name}.fish")),
        (Shell::Zsh, format!("_{name}")),
    ];
    let completions = shells.map(|(shell, file)| {
        let mut script = Vec::new();
        generate(shell, &mut command.clone(), &name, &mut script);
        (file, String::from_utf8(script).unwrap())
    });
    compare("completions", &name, &completions.into());
}

fn add_pages(command: &Command, more: &impl Fn(&str) -> Vec<Section>, pages: &mut BTreeMap<String, String>) {
    let man = Man::new(command.clone()).manual("Chinwag");
    let mut page = Vec::new();
    man.render_title(&mut page).unwrap();
    man.render_name_section(&mut page).unwrap();
    let mut synopsis = Vec::new();
    man.render_synopsis_section(&mut synopsis).unwrap();
    page.extend(with_value_names(&String::from_utf8(synopsis).unwrap(), command).into_bytes());
    man.render_description_section(&mut page).unwrap();
    man.render_options_section(&mut page).unwrap();
    if command.has_subcommands() {
        man.render_subcommands_section(&mut page).unwrap();
    }
    let file = man.get_filename();
    let mut page = String::from_utf8(page).unwrap();
    for Section(heading, entries) in more(file.trim_end_matches(".1")) {
        writeln!(page, ".SH \"{heading}\"").unwrap();
        for (term, text) in entries {
            write!(page, ".TP\n\\fB{}\\fR\n{}\n", roff(term), roff(text)).unwrap();
        }
    }
    pages.insert(file, page);
    for subcommand in command.get_subcommands().filter(|subcommand| !subcommand.is_hide_set()) {
        add_pages(subcommand, more, pages);
    }
}

/// The synopsis as clap makes it, with what each option takes.
fn with_value_names(synopsis: &str, command: &Command) -> String {
    command.get_opts().filter(|option| option.get_action().takes_values()).fold(
        synopsis.to_owned(),
        |text, option| {
            let names = option.get_value_names().unwrap_or_default();
            let values = names.iter().fold(String::new(), |text, name| text + " \\fI" + &roff(name) + "\\fR");
            let Some(long) = option.get_long() else { return text };
            let long = format!("\\-\\-{}\\fR]", roff(long));
            text.replace(&long, &format!("{}{values}]", long.trim_end_matches(']')))
        },
    )
}

/// Text as roff wants it.
fn roff(text: &str) -> String {
    let text = text.replace('\\', "\\e").replace('-', "\\-");
    if text.starts_with(['.', '\'']) { format!("\\&{text}") } else { text }
}

#[track_caller]
fn compare(folder: &str, name: &str, made: &BTreeMap<String, String>) {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../assets").join(folder);
    let update = std::env::var_os("CHINWAG_UPDATE").is_some();
    if update {
        fs::create_dir_all(&dir).unwrap();
    }
    let ours = |path: &PathBuf| {
        let stem = path.file_name().unwrap().to_str().unwrap().trim_start_matches('_');
        stem.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '-']))
    };
    let there = fs::read_dir(&dir).unwrap().map(|entry| entry.unwrap().path()).filter(ours);
    let mut wrong: Vec<PathBuf> =
        there.filter(|path| !made.contains_key(path.file_name().unwrap().to_str().unwrap())).collect();
    if update {
        wrong.drain(..).for_each(|path| fs::remove_file(path).unwrap());
    }
    for (file, text) in made {
        let path = dir.join(file);
        if fs::read_to_string(&path).ok().as_deref() == Some(text) {
            continue;
        }
        if update {
            fs::write(&path, text).unwrap();
        } else {
            wrong.push(path);
        }
    }
    assert!(wrong.is_empty(), "out of date: {wrong:?}; run CHINWAG_UPDATE=1 cargo test --workspace manual");
}
