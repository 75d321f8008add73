//! The operator's kicks, bans and mutes, and the check that the server enforces them: nobody is let in during a ban, and
//! nobody's message is stored during a ban or a mute.

use std::collections::BTreeMap;

use shared::client_msg::{Ban, Kick, Mute, UidOnly};
use shared::server_msg::{GoodbyeCode, Sanction, SanctionKind};
use shared::{ClientMsg, Code, Event as Happened, Kind, Line, Millis, ServerMsg, Uid};

use super::world::World;

/// The longest that a ban or a mute lasts, in seconds, where it has an end.
const LONGEST_S: u64 = 30;

/// How late the server may apply a mute, in milliseconds; it ends later by as much.
const HEARD_AFTER: Millis = 1000;
/// The same in a cluster, whose order may stand still.
const HEARD_AFTER_IN_CLUSTER: Millis = 60_000;

/// What the operator has ordered so far.
#[derive(Debug, Default)]
pub(crate) struct Moderation {
    /// Mutes that were ordered: whose, from when and until when. The server may have been killed before it applied one.
    mutes: Vec<(Uid, Millis, Option<Millis>)>,
    /// All orders: whose, ban or mute (`None` lifts both), and when.
    orders: Vec<(Uid, Option<SanctionKind>, Millis)>,
}

impl World {
    /// Kicks (`None`), bans or mutes somebody, for a while or until it is lifted.
    pub(crate) fn sanction(&mut self, who: usize, kind: Option<SanctionKind>) {
        let (uid, now) = (self.people[who].app.my_uid(), self.clock());
        let (reason, lasts) = (Line::default(), !self.random.one_in(3));
        let for_s = Some(self.random.between(1, LONGEST_S)).filter(|_| lasts);
        let Some(server) = self.any_server() else { return };
        self.counters.sanctions_ordered += 1;
        self.moderation.orders.extend(kind.map(|kind| (uid, Some(kind), now)));
        let order = match kind {
            Some(SanctionKind::Mute) => {
                let until = for_s.map(|seconds| now + Millis::try_from(seconds * 1000).unwrap());
                self.moderation.mutes.push((uid, now, until));
                ClientMsg::Mute(Mute { uid, reason, for_s })
            }
            Some(_) => ClientMsg::Ban(Ban { uid, reason, for_s, address: false }),
            None => ClientMsg::Kick(Kick { uid, reason }),
        };
        self.operate(server, &order);
    }

    /// A server that the operator can reach.
    pub(crate) fn any_server(&mut self) -> Option<usize> {
        let serving: Vec<usize> = (0..self.nodes.len()).filter(|at| self.nodes[*at].serves()).collect();
        if serving.len() < 2 { serving.first().copied() } else { Some(*self.random.pick(&serving)) }
    }

    pub(crate) fn operate(&mut self, node: usize, order: &ClientMsg) {
        self.nodes[node].server.iter_mut().for_each(|server| server.operate(order.clone()));
    }

    /// Lifts somebody's ban and mute, if the server is running.
    pub(crate) fn lift_sanctions(&mut self, uid: Uid) {
        let now = self.clock();
        let Some(server) = self.any_server() else { return };
        self.counters.sanctions_lifted += 1;
        self.moderation.orders.push((uid, None, now));
        self.operate(server, &ClientMsg::Unban(UidOnly { uid }));
        self.operate(server, &ClientMsg::Unmute(UidOnly { uid }));
    }

    /// Lifts all sanctions without an end, so that a history can settle.
    pub(crate) fn lift_permanent_sanctions(&mut self) {
        for Sanction { target, until, .. } in self.disk().sanctions() {
            if until.is_none() {
                self.lift_sanctions(target.uid);
            }
        }
    }

    /// Whether somebody may have been muted at some time in an interval.
    pub(crate) fn may_be_muted(&self, uid: Uid, from: Millis, to: Millis) -> bool {
        let late = if self.log.is_some() { HEARD_AFTER_IN_CLUSTER } else { HEARD_AFTER };
        let holds = |since: Millis, until: Option<Millis>| {
            since <= to && until.is_none_or(|until| until + late > from)
        };
        self.moderation.mutes.iter().any(|(muted, since, until)| *muted == uid && holds(*since, *until))
    }

    /// Checks that nobody is welcomed during a ban, and records who was removed: they must not reconnect by themselves.
    pub(crate) fn check_access(&mut self, who: usize, node: usize, began: u64, msg: &ServerMsg) {
        match msg {
            ServerMsg::Welcome(welcome) => {
                let (now, began) =
                    (self.clock(), self.clock() - Millis::try_from(self.now() - began).unwrap());
                let holds = |ban: &Sanction| {
                    ban.kind == SanctionKind::Ban
                        && ban.target.uid == welcome.you.uid
                        && ban.at < began
                        && ban.until.is_none_or(|until| until > now)
                };
                let ban = self.nodes[node].disk.sanctions().into_iter().find(holds);
                assert_eq!(ban, None, "{who} was let in");
            }
            ServerMsg::Goodbye(goodbye) => {
                let is_removed =
                    matches!(goodbye.code, GoodbyeCode::Kicked | GoodbyeCode::Error(Code::Banned));
                self.people[who].is_removed |= is_removed;
            }
            ServerMsg::Error(refusal) if refusal.id.is_none() && refusal.code == Code::Banned => {
                self.counters.ban_refusals += 1;
                self.people[who].is_removed = true;
            }
            _ => {}
        }
    }

    /// No message is stored while its sender is banned or muted, by the events in the rooms. A later order overrides
    /// them, since it is not published if the person is gone.
    pub(crate) fn check_sanctioned_senders(&self, events: &[Happened], wrong: &mut Vec<String>) {
        let mut told: BTreeMap<(Uid, bool), &Happened> = BTreeMap::new();
        for event in events {
            let uid = event.from.uid;
            match &event.kind {
                Kind::Ban(act) => drop(told.insert((act.target.uid, true), event)),
                Kind::Mute(act) => drop(told.insert((act.target.uid, false), event)),
                Kind::Message(_) | Kind::Action(_) => {
                    let of_theirs = [(true, SanctionKind::Ban), (false, SanctionKind::Mute)];
                    let of_theirs = of_theirs.map(|(is_ban, kind)| (told.get(&(uid, is_ban)), kind));
                    for (order, kind) in of_theirs {
                        if let Some(order) = order.filter(|order| self.forbids(order, kind, event)) {
                            wrong.push(format!("spoke in spite of {order:?}: {event:?}"));
                        }
                    }
                }
                _ => {}
            }
        }
    }

    fn forbids(&self, told: &Happened, kind: SanctionKind, said: &Happened) -> bool {
        let (Kind::Ban(act) | Kind::Mute(act)) = &told.kind else { return false };
        let orders = self.moderation.orders.iter().filter(|(uid, ..)| *uid == said.from.uid);
        let since = orders.rev().take_while(|(_, of, at)| *of != Some(kind) || *at > told.at);
        let is_other = |(_, of, at): &(Uid, Option<SanctionKind>, Millis)| {
            of.is_none_or(|of| of == kind) && *at <= said.at
        };
        act.until.is_none_or(|until| until > said.at) && !since.into_iter().any(is_other)
    }
}
