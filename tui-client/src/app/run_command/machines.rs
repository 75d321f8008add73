//! `/link`, `/machines`, `/unlink`: one person on several machines.

use shared::ClientMsg;
use shared::client_msg::{Empty, Link, Unlink};

use crate::app::App;
use crate::app::pending_requests::Purpose;

impl App {
    pub(super) fn run_link(&mut self) -> Result<(), String> {
        self.need_online()?;
        let machine = self.setup.machine.clone();
        self.request(Purpose::Link, ClientMsg::Link(Link { machine }));
        Ok(())
    }

    pub(super) fn run_machines(&mut self) -> Result<(), String> {
        self.need_online()?;
        self.request(Purpose::Machines, ClientMsg::Machines(Empty {}));
        Ok(())
    }

    pub(super) fn run_unlink(&mut self, args: &str) -> Result<(), String> {
        let machine = args.trim_start_matches('#').parse().map_err(|_| self.usage("unlink"))?;
        self.need_online()?;
        self.request(Purpose::Unlink(machine), ClientMsg::Unlink(Unlink { machine }));
        Ok(())
    }
}
