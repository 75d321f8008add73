//! `rooms`: the rooms there are, all pages of them; direct ones are never listed.

use anyhow::Result;
use clap::Args;
use serde_json::json;

use shared::server_msg::ListedRoom;
use shared::{Line, RoomName};

use super::columns;
use super::kept::kept;
use super::output::Output;
use super::socket_client::SocketClient;
use crate::admin::status::{ProbeReport, Status};

/// Which rooms.
#[derive(Clone, Debug, Args)]
pub struct Rooms {
    /// Only rooms whose names begin like this
    #[arg(default_value = "", hide_default_value = true)]
    pub prefix: Line,
}

impl Rooms {
    pub(super) fn run(&self, client: &mut SocketClient, output: &mut Output) -> Result<()> {
        let mut rooms: Vec<ListedRoom> = Vec::new();
        loop {
            let after: Option<RoomName> = rooms.last().map(|room| room.name.clone());
            let mut request = json!({"type": "rooms", "prefix": self.prefix});
            if let Some(after) = after {
                request["after"] = json!(after);
            }
            let mut answer = client.ask(&request)?;
            let page: Vec<ListedRoom> = serde_json::from_value(answer["rooms"].take())?;
            let is_last = page.is_empty() || answer["more"] != true;
            rooms.extend(page);
            if is_last {
                break;
            }
        }
        let status: Status = client.ask_for(&json!({"type": "status"}), "status")?;
        let keeps = |room: &ListedRoom| keeps(&status.probed, &room.name);
        if output.json {
            let mut listed = serde_json::to_value(&rooms)?;
            for (object, room) in listed.as_array_mut().into_iter().flatten().zip(&rooms) {
                let (days, events) = keeps(room);
                object["keep_days"] = json!(days);
                object["keep_events"] = json!(events);
            }
            return output.object(&json!({"rooms": listed}));
        }
        let row = |room: &ListedRoom| {
            let (days, events) = keeps(room);
            let access = match (room.private, room.read_only) {
                (false, false) => "open",
                (false, true) => "read-only",
                (true, false) => "private",
                (true, true) => "private, read-only",
            };
            let (people, kept) = (room.people.to_string(), kept(days, events));
            vec![room.name.to_string(), people, access.to_owned(), kept, room.topic.to_string()]
        };
        let rows: Vec<_> = rooms.iter().map(row).collect();
        output.table(&columns::lines(&["ROOM", "HERE", "ACCESS", "KEEPS", "TOPIC"], &rows))
    }
}

/// Days and events that a room keeps.
fn keeps(probed: &ProbeReport, room: &RoomName) -> (u32, u32) {
    let own = probed.keep_rooms.iter().find(|own| own.room == *room);
    own.map_or((probed.keep_days, probed.keep_events), |own| (own.days, own.events))
}
