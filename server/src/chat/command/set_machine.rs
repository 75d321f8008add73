//! `irc_password` and `irc_certificate`: a machine whose secret is made of something that its person chose. The chat has only the
//! hash of the secret, and knows what it was made of, since there is one word and perhaps several certificates.

use shared::server_msg::Answer;
use shared::{Code, Millis, Refusal, ServerMsg, Uid};

use super::{CommandResult, Requester};
use crate::chat::Chat;
use crate::chat::audit::AuditAction;
use crate::chat::conn_id::ConnId;
use crate::chat::linked::{Linked, MOST, MadeOf};
use crate::chat::proposal::{ProposedMachine, SecretHash};

impl Chat {
    /// Adds the machine, in place of the one by a word if it is that, or takes that one out.
    pub(in crate::chat) fn set_machine(&mut self, now: Millis, proposed: &ProposedMachine) {
        let conn = proposed.conn;
        let Some(requester) = self.requester_on(conn, proposed.id.clone()) else { return };
        let done = match proposed.secret {
            Some(secret) => self.add_machine(now, &requester, secret, proposed),
            None => self.remove_machine_by_word(now, &requester),
        };
        let answer = match done {
            Ok(()) => ServerMsg::Ok(Box::new(Answer { id: requester.id, ..Answer::default() })),
            Err(refusal) => ServerMsg::Error(refusal.to(requester.id)),
        };
        self.tell(conn, answer);
    }

    fn add_machine(
        &mut self,
        now: Millis,
        requester: &Requester,
        secret: SecretHash,
        proposed: &ProposedMachine,
    ) -> CommandResult {
        let uid = requester.uid();
        match self.roster.by_secret(secret) {
            Some(owner) if owner == uid => return Ok(()),
            Some(_) => {
                let other = "somebody logs in with that already; take another";
                return Err(Refusal::new(Code::AlreadyLinked, other));
            }
            None => {}
        }
        let linked = self.roster.get(uid).and_then(|identity| identity.linked.as_deref());
        let before = linked.filter(|_| proposed.made_of == MadeOf::Word).and_then(Linked::by_word);
        let count = linked.map_or(1, |linked| linked.machines.len());
        if before.is_none() && count >= MOST {
            let many = format!("{MOST} machines are linked already; take one out first, with unlink");
            return Err(Refusal::new(Code::TooManyWindows, many));
        }
        if let Some(wait) = linked.and_then(|linked| linked.wait_to_link(now)) {
            let many = "you linked many machines lately; wait before you link another";
            return Err(Refusal::new(Code::RateLimited, many).retry_after(wait));
        }
        let own = self.machine_of(uid, requester.conn);
        let (mut number, mut old) = (0, None);
        if let Some(identity) = self.roster.get_mut(uid) {
            let first = identity.secret;
            let of_first = || Box::new(Linked::of_first(now, first, &proposed.machine));
            let linked = identity.linked.get_or_insert_with(of_first);
            linked.name_unnamed(own, &proposed.machine);
            // Whoever logs in by name must keep theirs when they go, as somebody who spoke does.
            identity.spoke = true;
            (number, old) = match before {
                Some(number) => (number, linked.replace_secret(now, number, secret)),
                None => (linked.add_made_of(now, secret, &proposed.name, proposed.made_of), None),
            };
        }
        if let Some(old) = old {
            self.roster.drop_secret(uid, old, Some(secret));
            self.close_machine(requester, number);
        }
        self.roster.add_secret(uid, secret);
        self.save(uid);
        self.audit_machine(now, requester.conn, AuditAction::Link, number);
        self.tell_machines(uid, requester.conn);
        Ok(())
    }

    fn remove_machine_by_word(&mut self, now: Millis, requester: &Requester) -> CommandResult {
        let linked = self.roster.get(requester.uid()).and_then(|identity| identity.linked.as_deref());
        let number = linked.and_then(Linked::by_word).ok_or_else(|| {
            let none = "no word is set; give one to log in from IRC clients with it";
            Refusal::new(Code::BadRequest, none)
        })?;
        self.take_machine_out(now, requester, number)
    }

    /// Closes the connections of a machine of the requester, but not the one they ask over.
    fn close_machine(&mut self, requester: &Requester, number: u32) {
        let conns = self.conns_of_machine(requester.uid(), number);
        let others = conns.into_iter().filter(|conn| *conn != requester.conn).collect();
        self.close_unlinked(requester, others);
    }

    pub(super) fn conns_of_machine(&self, uid: Uid, number: u32) -> Vec<ConnId> {
        let is_of = |conn: &ConnId| self.machine_of(uid, *conn) == number;
        self.conns_of(uid).into_iter().filter(is_of).collect()
    }
}
