//! `room`: sets a room up: private or open, read-only or not, its notice, its pinned message and its owner. A private room shows up in `rooms`, and nobody
//! of the operator's is in it.

use anyhow::{Result, bail};
use clap::Args;
use serde_json::{Value, json};

use shared::{Line, RoomName};

use super::output::Output;
use super::socket_client::SocketClient;
use super::target::Target;

/// Which room, and how it is to be.
#[derive(Clone, Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub struct Room {
    /// The room
    pub room: RoomName,
    /// Let in only who was invited; its word is taken away
    #[arg(long, conflicts_with = "open")]
    private: bool,
    /// Let everybody in
    #[arg(long)]
    open: bool,
    /// Let only its owner and moderators speak
    #[arg(long, conflicts_with = "writable")]
    read_only: bool,
    /// Let everybody speak
    #[arg(long)]
    writable: bool,
    /// What newcomers are shown; empty for nothing
    #[arg(long, value_name = "TEXT")]
    notice: Option<Line>,
    /// The message that is pinned, by its seq; 0 for none
    #[arg(long, value_name = "SEQ")]
    pin: Option<u64>,
    /// Whose it is: a uid such as #17 (quote the # in a shell), or the name of somebody in the room
    #[arg(long, value_name = "WHO")]
    owner: Option<Target>,
}

impl Room {
    pub(super) fn run(&self, client: &mut SocketClient, output: &mut Output) -> Result<()> {
        let mut request = json!({"type": "set_room", "room": self.room});
        let either = |yes: bool, no: bool| (yes || no).then_some(yes);
        let fields = [
            ("private", either(self.private, self.open).map(Value::from)),
            ("read_only", either(self.read_only, self.writable).map(Value::from)),
            ("notice", self.notice.as_ref().map(|notice| json!(notice))),
            ("pin", self.pin.map(|pin| json!(pin))),
        ];
        let mut is_empty = true;
        for (name, value) in fields {
            if let Some(value) = value {
                request[name] = value;
                is_empty = false;
            }
        }
        if let Some(owner) = &self.owner {
            request["owner"] = json!(owner.anyone(client)?.0);
            is_empty = false;
        }
        if is_empty {
            bail!(
                "nothing to change; say --private, --open, --read-only, --writable, --notice, --pin or --owner"
            );
        }
        client.ask(&request)?;
        if output.json {
            return output.object(&json!({"type": "ok", "act": "set_room", "room": self.room}));
        }
        output.line(&format!("{} is set up", self.room))
    }
}
