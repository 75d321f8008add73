//! Pictures with files: one that moves in the timeline and the status line, the list of transfers, the questions.

use super::{SIZES, check};
use crate::app::tests::Client;
use crate::app::tests::file_keys::{saving, with_files};
use crate::event::Event;
use crate::lang::Lang;
use crate::local_files::{FilesFound, LocalFile, LocalKind};

fn pictures(name: &str, client: impl Fn(Lang) -> Client) {
    for (lang, language) in [(Lang::En, "en"), (Lang::Ko, "ko")] {
        for (columns, rows) in SIZES {
            check(&format!("{name}-{language}-{columns}x{rows}"), &client(lang).screen(columns, rows));
        }
    }
}

#[test]
fn pictures_of_a_moving_file_are_as_they_were() {
    pictures("file", |lang| {
        let mut client = saving(lang);
        client.press("esc");
        client
    });
}

#[test]
fn pictures_of_the_list_of_transfers_are_as_they_were() {
    pictures("transfers", |lang| {
        let mut client = saving(lang);
        client.press("alt-up s esc alt-t");
        client
    });
}

#[test]
fn pictures_of_the_questions_are_as_they_were() {
    pictures("open-file", |lang| {
        let mut client = with_files(lang);
        client.press("alt-up o");
        client
    });
    pictures("send-files", |lang| {
        let mut client = with_files(lang);
        client.event(Event::Paste("/a/고양이.png /a/report.pdf".to_owned()));
        let file = |path: &str, bytes| LocalFile { path: path.into(), kind: LocalKind::File(bytes) };
        let found = vec![file("/a/고양이.png", 318_400), file("/a/report.pdf", 200_000_000)];
        client.event(Event::FilesFound(1, FilesFound::Looked(found)));
        client
    });
}
