//! `/server`: lists the servers of this client and tells of the one on the screen; with an address it goes to one more,
//! with `close` it leaves one and goes on with the others.

use crate::address_list::AddressList;
use crate::app::App;
use crate::app::command::split;
use crate::app::timeline::Level;
use crate::effect::Effect;
use crate::place::NotHere;
use crate::server_list::OtherServer;

impl App {
    pub(super) fn run_server(&mut self, args: &str) -> Result<(), String> {
        let (first, rest) = split(args);
        match first {
            "" => {
                self.list_servers();
                self.tell_server();
                Ok(())
            }
            _ if self.place().is_elsewhere() => self.need_here(NotHere::Servers),
            "close" | "닫기" => self.close_server(rest),
            _ if !self.has_screen() => Err(self.lang().servers_need_screen().to_owned()),
            _ => {
                let address: AddressList = args.parse().map_err(|_| self.lang().bad_address(args))?;
                self.effects.push(Effect::OpenServer(address));
                Ok(())
            }
        }
    }

    /// Leaves a server: the one with this address, or the one on the screen.
    fn close_server(&mut self, which: &str) -> Result<(), String> {
        let lang = self.lang();
        if self.others().is_empty() {
            return Err(lang.only_server().to_owned());
        }
        let address = which.parse().map(|address: AddressList| address.first().short());
        let is_meant = |label: &str| label == which || address.as_deref() == Ok(label);
        let other = self.others().list.iter().find(|other| is_meant(&other.label));
        let (number, is_hosted) = match other {
            Some(other) => (Some(other.number), other.is_hosted),
            None if which.is_empty() || is_meant(self.label()) => (None, self.setup.hosting.is_some()),
            None => return Err(lang.no_such_server(which)),
        };
        if is_hosted {
            return Err(lang.hosted_is_not_closed().to_owned());
        }
        self.effects.push(Effect::CloseServer(number));
        Ok(())
    }

    /// Every server with its state, where there are several, and how to have them opened at every start.
    fn list_servers(&mut self) {
        if self.others().is_empty() {
            return;
        }
        let (lang, now) = (self.lang(), self.now);
        let line = |other: &OtherServer| {
            let unread: usize = other.rooms.iter().map(|room| room.unread).sum();
            let unread =
                if unread > 0 { format!(" · {}", lang.unread_on_server(unread)) } else { String::new() };
            let why = other.why.as_deref().map_or_else(String::new, |why| format!(" ({why})"));
            format!(
                "  {}  {}{why}{unread}",
                other.label,
                lang.server_state(other.state, other.node.as_ref(), now)
            )
        };
        let here = format!(
            "* {}  {}",
            self.label(),
            lang.server_state(self.server_state(), self.connection.node(), now)
        );
        let (before, after) = self.others().around();
        let mut lines = vec![lang.server_count(1 + self.others().list.len())];
        lines.extend(before.iter().map(|other| line(other)));
        lines.push(here);
        lines.extend(after.iter().map(|other| line(other)));
        self.notice(&lines.join("\n"), Level::Info);
    }

    /// Which server this is, how it was reached, how others join it.
    fn tell_server(&mut self) {
        let (lang, address) = (self.lang(), self.shown_address());
        if let Some(why) = self.connection.distrusted() {
            let text = lang.not_trusted(&address, why);
            // The page says the same, as far as it has room.
            self.screen.dismiss_page();
            self.notice(&text, Level::Warning);
            return;
        }
        let mut text = match self.session.server() {
            Some(server) => lang.server_is(server.name.as_str(), server.version.as_str(), &address),
            None => lang.server_silent(&address),
        };
        if let Some(elsewhere) = self.elsewhere() {
            text.extend(["\n", &lang.others_come_by_ssh(elsewhere)]);
            return self.notice(&text, Level::Info);
        }
        if self.nodes.has_others() || self.connection.node().is_some() {
            let node = self.connection.node().map(ToString::to_string);
            text.extend(["\n", &lang.nodes(node.as_deref(), &self.shown_addresses())]);
        }
        let reached = self.connection.reached();
        if let Some(reached) = reached {
            text.extend(["\n", &lang.reached(reached)]);
        }
        // Where others come from elsewhere, what the host tells them has it.
        let hosting = self.setup.hosting.as_ref().filter(|hosting| hosting.is_local);
        if let Some(hosting) = hosting.filter(|_| reached.is_none_or(|reached| reached.key.is_none())) {
            text.extend(["\n", lang.key_over_tls(), "\n", &hosting.fingerprint]);
        }
        self.notice(&text, Level::Info);
        self.tell_how_others_join();
    }
}
