//! Kicks, bans and mutes by the one who runs the server, and whether they hold: nobody comes in or speaks who may not.
//! It must not keep anybody out itself.

use std::collections::BTreeMap;

use shared::client_msg::{Ban, Kick, Mute, UidOnly};
use shared::server_msg::{GoodbyeCode, Sanction, SanctionKind};
use shared::{ClientMsg, Code, Event as Happened, Kind, Line, Millis, ServerMsg, Uid};

use super::world::World;

/// The longest that a ban or a mute lasts, in seconds, where it has an end.
const LONGEST_S: u64 = 30;

/// How long the server may take to hear of a mute, which lasts so much longer then, in milliseconds.
const HEARD_AFTER: Millis = 1000;

/// What the operator did so far.
#[derive(Debug, Default)]
pub(crate) struct Moderation {
    /// Who was to be muted, from when and until when, as seen from here; the server may never have heard it.
    mutes: Vec<(Uid, Millis, Option<Millis>)>,
    /// Every ban, mute and pardon, which is no kind of sanction, in order: whom it is about, and when.
    orders: Vec<(Uid, Option<SanctionKind>, Millis)>,
}

impl World {
    /// Somebody is thrown out, kept out or kept from speaking, for a while or until it is taken back.
    pub(crate) fn sentence(&mut self, who: usize, kind: Option<SanctionKind>) {
        let (uid, now) = (self.people[who].app.my_uid(), self.clock());
        let (reason, lasts) = (Line::default(), !self.random.one_in(3));
        let for_s = Some(self.random.between(1, LONGEST_S)).filter(|_| lasts);
        let Some(server) = &mut self.server else { return };
        self.counters.sentences += 1;
        self.moderation.orders.extend(kind.map(|kind| (uid, Some(kind), now)));
        server.operate(match kind {
            Some(SanctionKind::Mute) => {
                let until = for_s.map(|seconds| now + Millis::try_from(seconds * 1000).unwrap());
                self.moderation.mutes.push((uid, now, until));
                ClientMsg::Mute(Mute { uid, reason, for_s })
            }
            Some(_) => ClientMsg::Ban(Ban { uid, reason, for_s, address: false }),
            None => ClientMsg::Kick(Kick { uid, reason }),
        });
    }

    /// Whatever holds for somebody is taken back, if the server hears of it.
    pub(crate) fn pardon(&mut self, uid: Uid) {
        let now = self.clock();
        let Some(server) = &mut self.server else { return };
        self.counters.pardons += 1;
        self.moderation.orders.push((uid, None, now));
        server.operate(ClientMsg::Unban(UidOnly { uid }));
        server.operate(ClientMsg::Unmute(UidOnly { uid }));
    }

    /// At the end nobody is kept out for good.
    pub(crate) fn amnesty(&mut self) {
        for Sanction { target, until, .. } in self.disk.sanctions() {
            if until.is_none() {
                self.pardon(target.uid);
            }
        }
    }

    /// Whether somebody may have been muted at some time between two moments.
    pub(crate) fn may_be_muted(&self, uid: Uid, from: Millis, to: Millis) -> bool {
        let holds = |since: Millis, until: Option<Millis>| {
            since <= to && until.is_none_or(|until| until + HEARD_AFTER > from)
        };
        self.moderation.mutes.iter().any(|(muted, since, until)| *muted == uid && holds(*since, *until))
    }

    /// Somebody hears something. Nobody is let in during a ban, and whoever was thrown out stays out.
    pub(crate) fn enforce(&mut self, who: usize, began: u64, msg: &ServerMsg) {
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
                let ban = self.disk.sanctions().into_iter().find(holds);
                assert_eq!(ban, None, "{who} was let in");
            }
            ServerMsg::Goodbye(goodbye) => {
                let is_out = matches!(goodbye.code, GoodbyeCode::Kicked | GoodbyeCode::Error(Code::Banned));
                self.people[who].is_out |= is_out;
            }
            ServerMsg::Error(refusal) if refusal.id.is_none() && refusal.code == Code::Banned => {
                self.counters.barred += 1;
                self.people[who].is_out = true;
            }
            _ => {}
        }
    }

    /// Nobody says anything while they are banned or muted, as the rooms were told it. What was ordered later counts
    /// instead; the rooms are not told where somebody is gone.
    pub(crate) fn check_silence(&self, events: &[Happened], wrong: &mut Vec<String>) {
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
