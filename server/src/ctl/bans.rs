//! `bans`: the bans and mutes in force.

use anyhow::Result;
use serde_json::json;

use shared::server_msg::Sanction;

use super::columns;
use super::output::Output;
use super::socket_client::SocketClient;
use crate::utc;

/// Lists everything in force.
pub(super) fn bans(client: &mut SocketClient, output: &mut Output) -> Result<()> {
    let answer = client.ask(&json!({"type": "bans"}))?;
    if output.json {
        return output.object(&json!({"bans": answer["bans"]}));
    }
    let sanctions: Vec<Sanction> = serde_json::from_value(answer["bans"].clone())?;
    if sanctions.is_empty() {
        return output.line("nobody is banned or muted");
    }
    let rows: Vec<_> = sanctions
        .iter()
        .map(|sanction| {
            let address = sanction.address.map_or_else(|| "-".to_owned(), |address| address.to_string());
            vec![
                sanction.kind.as_str().to_owned(),
                sanction.target.uid.to_string(),
                sanction.target.name.to_string(),
                until(sanction),
                address,
                sanction.by.name.to_string(),
                sanction.reason.to_string(),
            ]
        })
        .collect();
    output.table(&columns::lines(&["KIND", "UID", "NAME", "UNTIL", "ADDRESS", "BY", "REASON"], &rows))
}

/// Until when.
pub(super) fn until(sanction: &Sanction) -> String {
    sanction.until.map_or_else(|| "for good".to_owned(), utc::text)
}
