//! `status` and `reload`: prints how the server is, and what a reload changed. The health is what the server says it is.

use anyhow::Result;
use serde_json::{Value, json};

use shared::Line;
use shared::server_msg::Durability;

use super::cluster;
use super::duration;
use super::kept::kept;
use super::output::{Output, Unwell};
use super::size::size;
use super::socket_client::SocketClient;
use crate::admin::cluster::ClusterReport;
use crate::admin::status::{FileReport, Holdings, ProbeReport, Status};
use crate::doors::DoorReport;
use crate::stats::kept_out::Total;
use crate::utc;

/// From how much free space inside the store on it is said how to give it back.
const MUCH_FREE: u64 = 64_000_000;

/// Prints how the server is; an error that was printed already when something is wrong.
pub(super) fn status(client: &mut SocketClient, output: &mut Output) -> Result<()> {
    let status: Status = client.ask_for(&json!({"type": "status"}), "status")?;
    if output.json {
        output.object(&status)?;
    } else {
        show(&status, output)?;
    }
    output.finish()?;
    if status.healthy { Ok(()) } else { Err(Unwell.into()) }
}

fn show(status: &Status, output: &mut Output) -> Result<()> {
    let facts = &status.facts;
    let health =
        if status.healthy { "healthy".to_owned() } else { format!("UNWELL: {}", status.troubles.join("; ")) };
    let commit = match (status.probed.commit_us, &status.probed.commit_error) {
        (Some(us), _) => format!("taken in {}", millis(us)),
        (None, Some(error)) => format!("failed: {error}"),
        (None, None) => "not known".to_owned(),
    };
    let durability = match facts.durability {
        Durability::Disk => "survives the end of the server",
        Durability::Full => "survives power loss",
        Durability::Unknown => "unknown",
    };
    let mut rows = vec![
        ("health", health),
        (
            "server",
            format!(
                "{} {}, pid {}, up {}",
                facts.server.name,
                facts.server.version,
                facts.pid,
                duration::show(status.uptime_ms / 1000)
            ),
        ),
        ("listens", facts.listen.join(", ")),
        (
            "sockets",
            facts.sockets.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(", "),
        ),
    ];
    if !facts.irc.is_empty() {
        rows.push(("for IRC", facts.irc.join(", ")));
    }
    for DoorReport { kind, listen, key, sessions } in &status.probed.doors {
        let listen = listen.iter().map(Line::as_str).collect::<Vec<_>>().join(", ");
        rows.push(("door", format!("{kind} on {listen}, {sessions} in by it; key {key}")));
    }
    if let Some(tls) = &status.probed.tls {
        rows.push(("certificate", tls.clone()));
        rows.push(("expires", expires(status)));
    }
    if let Some(next) = &status.probed.tls_next {
        rows.push(("next key", format!("{next}, announced")));
    }
    if let Some(cluster) = &status.cluster {
        rows.push(("cluster", cluster::summary(cluster)));
    }
    rows.push((
        "people",
        format!("{} here; connections: {}, rooms: {}", status.users, status.connections, status.rooms),
    ));
    rows.push(("state", facts.state_dir.display().to_string()));
    if let Some(holdings) = &status.probed.store {
        rows.push(("store", held(holdings)));
    }
    if let Some(files) = &status.probed.files {
        rows.push(("files", files_of(files)));
    }
    if let Some(index) = &status.probed.index {
        let behind =
            if index.backlog == 0 { String::new() } else { format!(", {} events behind", index.backlog) };
        rows.push(("search index", format!("{}{behind}", size(index.bytes))));
    }
    if let Some(free) = status.probed.free_bytes {
        rows.push(("free", size(free)));
    }
    rows.push(("keeps", keeps(&status.probed)));
    rows.push(("a write", format!("{commit}, {durability}; {} waiting", status.waiting)));
    let Status { gaps, slow, refusals, commit_failures, .. } = status;
    rows.push((
        "since start",
        format!(
            "{refusals} refusals, {gaps} gaps, {slow} slow readers let go, {commit_failures} failed writes"
        ),
    ));
    rows.extend(status.probed.warnings.iter().map(|warning| ("warning", warning.clone())));
    let cluster = status.cluster.as_ref().and_then(ClusterReport::warning);
    rows.extend(cluster.map(|warning| ("warning", warning)));
    for Total { setting, count, address, at } in &status.kept_out {
        let from = address.map_or_else(String::new, |address| format!(" from {address}"));
        let raise = format!("`chinwagd ctl limits {setting} VALUE` raises it");
        rows.push((
            "kept out",
            format!("{count} by {setting}, the last{from} at {}; {raise}", utc::text(*at)),
        ));
    }
    output.facts(&rows)
}

/// So many days are not counted: a certificate that the server made itself holds until the year 4096.
const MANY_DAYS: i64 = 100 * 365;

/// When the certificate expires, and how many days that is.
fn expires(status: &Status) -> String {
    let Some(at) = status.probed.tls_expires else { return "not known".to_owned() };
    let days = at.saturating_sub(status.now).div_euclid(24 * 60 * 60 * 1000);
    let date = utc::text(at).split(' ').next().unwrap_or_default().to_owned();
    if days > MANY_DAYS {
        return date;
    }
    if days < 0 { format!("{date}, EXPIRED {} days ago", -days) } else { format!("{date}, {days} days left") }
}

fn held(holdings: &Holdings) -> String {
    let Holdings { events, messages, last_seq, identities, bytes, free_bytes, wal_bytes } = holdings;
    let free = match free_bytes {
        0..MUCH_FREE => format!("{} of it free", size(*free_bytes)),
        _ => format!("{} of it free: `chinwagd ctl compact` gives it back", size(*free_bytes)),
    };
    format!(
        "{messages} messages, {events} events up to seq {last_seq}, {identities} identities; {}, {free}, and {} of log",
        size(*bytes),
        size(*wal_bytes)
    )
}

/// What is kept of files, and what is moved.
fn files_of(files: &FileReport) -> String {
    let FileReport { longest, contents, bytes, most_bytes, part_bytes, running, refused, .. } = *files;
    let taken = if longest == 0 {
        "no new ones are taken".to_owned()
    } else {
        format!("each up to {}, all up to {}", size(longest), size(most_bytes))
    };
    let parts =
        if part_bytes == 0 { String::new() } else { format!(", {} of some in part", size(part_bytes)) };
    format!(
        "{contents} kept, {}{parts}; {running} being moved, {refused} refused since the start; {taken}",
        size(bytes)
    )
}

/// What rooms keep, and how many keep something else.
fn keeps(probed: &ProbeReport) -> String {
    let all = kept(probed.keep_days, probed.keep_events);
    match probed.keep_rooms.len() {
        0 => format!("{all} in each room"),
        others => format!("{all} in each room but {others}; `chinwagd ctl rooms` lists them"),
    }
}

fn millis(us: u64) -> String {
    format!("{}.{} ms", us / 1000, us % 1000 / 100)
}

/// Has the server read its configuration again.
pub(super) fn reload(client: &mut SocketClient, output: &mut Output) -> Result<()> {
    let mut answer = client.ask(&json!({"type": "reload"}))?;
    let report = answer["reload"].take();
    if output.json {
        return output.object(&report);
    }
    let mut quiet = true;
    for (field, what) in [("applied", "applied"), ("restart", "needs a restart:")] {
        for change in report[field].as_array().into_iter().flatten() {
            let text = |field: &str| change[field].as_str().unwrap_or_default().to_owned();
            let (setting, was, is) = (text("setting"), text("was"), text("is"));
            let how =
                if was == is { " (the file has changed)".to_owned() } else { format!(" = {is} (was {was})") };
            output.line(&format!("{what} {setting}{how}"))?;
            quiet = false;
        }
    }
    for warning in report["warnings"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        output.line(&format!("warning: {warning}"))?;
    }
    if quiet && report != Value::Null { output.line("nothing has changed") } else { Ok(()) }
}
