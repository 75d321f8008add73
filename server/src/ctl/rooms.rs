//! `rooms`: the rooms there are, all pages of them; direct ones are never listed.

use anyhow::Result;
use clap::Args;
use serde_json::json;

use shared::server_msg::ListedRoom;
use shared::{Line, RoomName};

use super::columns;
use super::output::Output;
use super::socket_client::SocketClient;

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
        if output.json {
            return output.object(&json!({"rooms": rooms}));
        }
        let row =
            |room: &ListedRoom| vec![room.name.to_string(), room.people.to_string(), room.topic.to_string()];
        output.table(&columns::lines(&["ROOM", "HERE", "TOPIC"], &rooms.iter().map(row).collect::<Vec<_>>()))
    }
}
