//! `link`, `machines`, `unlink` and `read`: one person on several machines. A code, of which the chat has only the hash, lets one
//! more machine greet as the person; each machine has a secret of its own.

use shared::client_msg::{Read, Unlink};
use shared::server_msg::{Answer, Goodbye, GoodbyeCode, LinkOffer, Machine, Machines, ReadTo};
use shared::{Code, Line, Millis, Refusal, ServerMsg, Uid};

use super::audit_trail::AuditFields;
use super::{CommandResult, Requester};
use crate::chat::Chat;
use crate::chat::audit::AuditAction;
use crate::chat::conn_id::ConnId;
use crate::chat::linked::{CODE_VALID_MS, Linked, MOST, Offer};
use crate::chat::proposal::{ProposedLink, SecretHash};

impl Chat {
    /// `link`: the code works from now on, in place of one the person was given before.
    pub(in crate::chat) fn link(&mut self, now: Millis, proposed: ProposedLink) {
        let ProposedLink { conn, id, code, machine } = proposed;
        let Some(requester) = self.requester_on(conn, id) else { return };
        let uid = requester.uid();
        let number = self.machine_of(uid, conn);
        let linked = self.roster.get_mut(uid).and_then(|identity| identity.linked.as_deref_mut());
        let is_named = linked.is_some_and(|linked| linked.name_unnamed(number, &machine));
        if is_named {
            self.save(uid);
        }
        let linked = self.roster.get(uid).and_then(|identity| identity.linked.as_deref());
        let answer = if linked.is_some_and(|linked| linked.machines.len() >= MOST) {
            let many = format!("{MOST} machines are linked already; take one out first, with unlink");
            ServerMsg::Error(Refusal::new(Code::TooManyWindows, many).to(requester.id))
        } else if let Some(wait) = linked.and_then(|linked| linked.wait_to_link(now)) {
            let many = "you linked many machines lately; wait before you link another";
            ServerMsg::Error(Refusal::new(Code::RateLimited, many).retry_after(wait).to(requester.id))
        } else {
            self.offers.retain(|_, offer| offer.uid != uid && offer.until > now);
            self.offers.insert(code, Offer { uid, until: now + CODE_VALID_MS, machine });
            let valid_ms = u64::try_from(CODE_VALID_MS).unwrap_or(0);
            let link = Some(LinkOffer { code: None, valid_ms });
            ServerMsg::Ok(Box::new(Answer { id: requester.id, link, ..Answer::default() }))
        };
        self.tell(conn, answer);
    }

    /// Whose code it is, while it works.
    pub(super) fn offered(&self, now: Millis, code: SecretHash) -> Option<Uid> {
        let offer = self.offers.get(&code).filter(|offer| offer.until > now)?;
        // Whoever never spoke and went may be forgotten.
        self.roster.get(offer.uid).map(|identity| identity.uid)
    }

    /// A machine greeted with a code, which works no longer: it has this secret from now on. Returns its number.
    pub(super) fn link_machine(
        &mut self,
        now: Millis,
        code: SecretHash,
        fresh: SecretHash,
        name: &Line,
    ) -> Option<u32> {
        let offer = self.offers.remove(&code)?;
        let identity = self.roster.get_mut(offer.uid)?;
        let first = identity.secret;
        let of_first = || Box::new(Linked::of_first(now, first, &offer.machine));
        let linked = identity.linked.get_or_insert_with(of_first);
        let number = linked.add(now, fresh, name);
        self.roster.add_secret(offer.uid, fresh);
        Some(number)
    }

    /// The machine that a connection of somebody comes from.
    pub(super) fn machine_of(&self, uid: Uid, conn: ConnId) -> u32 {
        let connections = self.roster.get(uid).map(|identity| identity.presence.connections());
        let connection = connections.unwrap_or_default().iter().find(|one| one.conn == conn);
        connection.map_or(0, |one| one.machine.max(1))
    }

    /// The list for one connection of somebody.
    fn machines_for(&self, uid: Uid, conn: ConnId) -> Vec<Machine> {
        let Some(identity) = self.roster.get(uid) else { return Vec::new() };
        let Some(linked) = identity.linked.as_deref() else { return Vec::new() };
        let here: Vec<u32> = identity.conns().map(|conn| self.machine_of(uid, conn)).collect();
        linked.told(self.machine_of(uid, conn), |number| here.contains(&number))
    }

    pub(super) fn machines(&mut self, requester: &Requester) {
        let machines = Some(self.machines_for(requester.uid(), requester.conn));
        let answer = Answer { id: requester.id.clone(), machines, ..Answer::default() };
        self.tell(requester.conn, ServerMsg::Ok(Box::new(answer)));
    }

    /// Tells the other connections of somebody which machines there are.
    pub(super) fn tell_machines(&mut self, uid: Uid, except: ConnId) {
        for conn in self.conns_of(uid).into_iter().filter(|conn| *conn != except) {
            let machines = self.machines_for(uid, conn);
            self.tell(conn, ServerMsg::Machines(Machines { machines }));
        }
    }

    /// Puts into the audit trail what was done with a machine, over a connection of its person.
    pub(super) fn audit_machine(&mut self, now: Millis, conn: ConnId, action: AuditAction, number: u32) {
        let Some(requester) = self.requester_on(conn, None) else { return };
        let detail = format!("machine={number}");
        let entry = AuditFields { action, target: None, reason: &Line::default(), detail };
        self.audit(now, &requester, entry);
    }

    pub(super) fn unlink(&mut self, now: Millis, requester: &Requester, wanted: Unlink) -> CommandResult {
        self.take_machine_out(now, requester, wanted.machine)?;
        self.reply_ok(requester);
        Ok(())
    }

    pub(super) fn take_machine_out(
        &mut self,
        now: Millis,
        requester: &Requester,
        number: u32,
    ) -> CommandResult {
        let uid = requester.uid();
        if self.machine_of(uid, requester.conn) == number {
            let own = "this is the machine you ask from; take it out from another one";
            return Err(Refusal::new(Code::BadRequest, own));
        }
        let conns = self.conns_of_machine(uid, number);
        let none = || {
            Refusal::new(
                Code::BadRequest,
                "no machine of yours has this number; ask for the list of your machines",
            )
        };
        let identity = self.roster.get_mut(uid).ok_or_else(none)?;
        let linked = identity.linked.as_deref_mut().ok_or_else(none)?;
        let secret = linked.remove(number).ok_or_else(none)?;
        let next = linked.machines.first().map(|machine| machine.secret);
        self.roster.drop_secret(uid, secret, next);
        // Also one that was given to the machine that goes.
        self.offers.retain(|_, offer| offer.uid != uid);
        self.close_unlinked(requester, conns);
        self.save(uid);
        self.audit_machine(now, requester.conn, AuditAction::Unlink, number);
        self.tell_machines(uid, requester.conn);
        Ok(())
    }

    /// Closes connections of the requester whose secret works no longer.
    pub(super) fn close_unlinked(&mut self, requester: &Requester, conns: Vec<ConnId>) {
        let uid = requester.uid();
        for &conn in &conns {
            self.deferred.drop_of(uid, conn);
            self.roster.detach(uid, conn);
        }
        self.close(conns, &unlinked_goodbye(requester));
    }

    pub(super) fn read_to(&mut self, requester: &Requester, read: Read) -> CommandResult {
        self.check_member(requester, &read.room)?;
        let uid = requester.uid();
        let head = self.rooms.get(&read.room).map_or(shared::Seq::ZERO, |room| room.head);
        let seq = read.seq.min(head);
        let linked = self.roster.get_mut(uid).and_then(|identity| identity.linked.as_deref_mut());
        let is_news = linked.map(|linked| linked.note_read(&read.room, seq));
        if is_news == Some(true) {
            self.save(uid);
        }
        if is_news != Some(false) {
            self.tell_other_windows(requester, |_| Some(ServerMsg::Read(ReadTo { room: read.room, seq })));
        }
        self.reply_ok(requester);
        Ok(())
    }
}

fn unlinked_goodbye(requester: &Requester) -> Goodbye {
    Goodbye {
        code: GoodbyeCode::Unlinked,
        message: "this machine was taken out by another of yours; link it again to come back".into(),
        reason: Line::default(),
        by: Some(requester.by.name.clone()),
        until: None,
        reconnect: false,
        after_ms: None,
        try_next: Vec::new(),
    }
}
