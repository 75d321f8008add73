//! `export-person` and `delete-person`: what the store has of one person, for whoever asks what is stored of them, or wants it gone.
//! Deleting needs the server stopped: then nothing of it is in anybody's memory, and the file can be written anew, which is what
//! makes sure that nothing of it is left in pages that are free.

use std::collections::HashSet;
use std::io::{BufRead as _, IsTerminal as _, Write as _};
use std::path::Path;

use anyhow::{Context as _, Result, bail};
use clap::Args;
use rusqlite::Connection;
use serde_json::json;

use shared::{FileHash, Name, Uid};

use super::compact;
use super::contents::Present;
use super::output::Output;
use super::server_location::ServerLocation;
use super::target::Target;
use crate::clock;
use crate::state_dir;
use crate::store::{brought, person, schema, search_index};
use crate::transfers::folder::Folder;

/// Of whom.
#[derive(Clone, Debug, Args)]
pub struct ExportPerson {
    /// The person: #17, or a name; also of somebody who is not here
    pub who: Target,
}

/// Of whom, and whether to ask.
#[derive(Clone, Debug, Args)]
pub struct DeletePerson {
    /// The person: #17, or a name; also of somebody who is not here
    pub who: Target,

    /// Do not ask
    #[arg(long)]
    pub yes: bool,
}

impl ExportPerson {
    pub(super) fn run(&self, location: &ServerLocation, output: &mut Output) -> Result<()> {
        let path = location.store()?;
        let db = open(&path)?;
        let (uid, _) = find(&db, &self.who)?;
        let mut is_known = false;
        person::read(&db, uid, |object| {
            is_known = true;
            output.object(object)
        })?;
        if is_known { Ok(()) } else { bail!("nothing is stored of #{uid}") }
    }
}

impl DeletePerson {
    pub(super) fn run(&self, location: &ServerLocation, output: &mut Output) -> Result<()> {
        let path = location.store()?;
        // Before anybody is asked.
        drop(state_dir::lock(&location.state_dir()?).context("the server must be stopped first")?);
        let db = open(&path)?;
        let (uid, name) = find(&db, &self.who)?;
        let (events, messages) = person::count(&db, uid)?;
        drop(db);
        let shown = name.as_ref().map_or_else(|| format!("#{uid}"), |name| format!("{name} (#{uid})"));
        if !self.yes {
            ask(&format!(
                "This deletes {shown}: {messages} messages, {} other events, the identity and the name. It cannot be undone",
                events - messages
            ))?;
        }
        let place = format!("unix:{}", rustix::process::getuid().as_raw());
        let (_, deleted) = compact::anew(&path, |db| person::delete(db, uid, clock::wall(), &place))?;
        // It has their words in parts that deleting a message does not touch at once; the server makes it again.
        search_index::remove(&path.with_file_name(search_index::FILE))
            .context("cannot remove the search index")?;
        let files = remove_files(&path, uid)?;
        let copies = copies_beside(&path);
        if output.json {
            let (events, bans) = (deleted.events, deleted.kept_bans);
            return output.object(
                &json!({"uid": uid, "events": events, "files": files, "kept_bans": bans, "copies": copies}),
            );
        }
        output.line(&format!("{shown} is deleted: {} events, the identity and the name", deleted.events))?;
        if files > 0 {
            output.line(&format!("{files} files are deleted that nobody else brings"))?;
        }
        if deleted.kept_bans > 0 {
            output.line("a ban of their address stays, without the name; `chinwagd ctl unban` lifts it")?;
        }
        copies.iter().try_for_each(|copy| output.line(&format!("still in this copy: {copy}")))?;
        output.line("still in backups, in logs if --log-chat was on, and on the screens and disks of those who read it")
    }
}

/// Removes the contents that no message brings any more, and what they sent in part; how many contents there were. A server that was
/// started meanwhile does so itself.
fn remove_files(store: &Path, uid: Uid) -> Result<u64> {
    let dir = store.parent().unwrap_or(Path::new("."));
    let Ok(_lock) = state_dir::lock(dir) else { return Ok(0) };
    let folder = Folder::of(dir);
    let db = schema::open_beside_writer(store)?;
    let released = brought::take_released(&db)?;
    let still: HashSet<FileHash> = brought::list(&db)?.into_iter().map(|brought| brought.sha256).collect();
    let present = Present::in_folder(&folder)?;
    let remove =
        |path: &Path| std::fs::remove_file(path).with_context(|| format!("cannot remove {}", path.display()));
    for part in folder.all_parts()?.into_iter().filter(|part| part.key.0 == uid) {
        remove(&folder.part(uid, part.key.1))?;
    }
    let gone = released.iter().filter(|hash| !still.contains(hash)).filter_map(|hash| present.path(*hash));
    gone.map(remove).try_fold(0, |count, removed| removed.map(|()| count + 1))
}

fn open(path: &Path) -> Result<Connection> {
    schema::open_reader(path).with_context(|| format!("cannot read {}", path.display()))
}

fn find(db: &Connection, who: &Target) -> Result<(Uid, Option<Name>)> {
    let known = person::known(db).context("cannot read the people of the store")?;
    who.among(&known, "known", "chinwagd ctl export lobby --text")
}

/// Asks whether to go on.
fn ask(what: &str) -> Result<()> {
    if !std::io::stdin().is_terminal() {
        bail!("nothing was deleted: nobody can be asked here; --yes goes on without");
    }
    write!(std::io::stderr(), "{what}.\nType yes to go on: ")?;
    let mut answer = String::new();
    std::io::stdin().lock().read_line(&mut answer)?;
    if answer.trim() != "yes" {
        bail!("nothing was deleted");
    }
    Ok(())
}

/// Copies of the store beside it, which are not changed: of before an upgrade, a restore, a repair.
fn copies_beside(path: &Path) -> Vec<String> {
    let of_store = |name: &str| {
        let rest = name.strip_prefix(schema::FILE);
        rest.is_some_and(|rest| {
            [".version-", ".replaced-", ".damaged-"].iter().any(|word| rest.starts_with(word))
        })
    };
    let entries = path.parent().and_then(|dir| std::fs::read_dir(dir).ok()).into_iter().flatten().flatten();
    let copies = entries.filter(|entry| entry.file_name().to_str().is_some_and(of_store));
    let mut copies: Vec<String> = copies.map(|entry| entry.path().display().to_string()).collect();
    copies.sort();
    copies
}
