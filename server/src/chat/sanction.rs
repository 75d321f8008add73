//! Bans and mutes: the table of them, and the refusals and goodbyes they cause. Who may impose one is decided by the
//! commands.

use std::collections::BTreeMap;
use std::net::IpAddr;

use shared::server_msg::{Goodbye, GoodbyeCode, Sanction, SanctionKind};
use shared::{Code, Millis, Refusal, Uid};

use super::address_prefix;
use crate::utc;

/// The bans and mutes in force, and those that have expired since the last clean-up.
#[derive(Debug, Default)]
pub struct Sanctions {
    bans: BTreeMap<Uid, Sanction>,
    mutes: BTreeMap<Uid, Sanction>,
}

impl Sanctions {
    /// The most bans and mutes, so that the list of all fits into one line of the wire. Beyond it a new one is refused,
    /// one that replaces another is not.
    pub const MOST: usize = 2000;

    /// From the stored ones.
    #[must_use]
    pub fn new(kept: Vec<Sanction>) -> Self {
        let mut sanctions = Self::default();
        for sanction in kept {
            sanctions.insert(sanction);
        }
        sanctions
    }

    /// From those of a run before, in which the wall clock may have been ahead: one that was imposed after `now` has its
    /// whole length from now on. Returns those that were changed so.
    pub(super) fn of_run_before(kept: Vec<Sanction>, now: Millis) -> (Self, Vec<Sanction>) {
        let mut changed = Vec::new();
        let moved = |mut sanction: Sanction| {
            let ahead = sanction.at.saturating_sub(now);
            if let Some(until) = sanction.until.as_mut().filter(|_| ahead > 0) {
                *until = until.saturating_sub(ahead);
                sanction.at = now;
                changed.push(sanction.clone());
            }
            sanction
        };
        let sanctions = Self::new(kept.into_iter().map(moved).collect());
        (sanctions, changed)
    }

    /// Somebody's ban, if one is in force.
    #[must_use]
    pub fn ban(&self, uid: Uid, now: Millis) -> Option<&Sanction> {
        self.bans.get(&uid).filter(|ban| is_in_force(ban, now))
    }

    /// Somebody's mute, if one is in force.
    #[must_use]
    pub fn mute(&self, uid: Uid, now: Millis) -> Option<&Sanction> {
        self.mutes.get(&uid).filter(|mute| is_in_force(mute, now))
    }

    /// The ban that keeps new identities out from an address; of several, the one that lasts longest.
    #[must_use]
    pub fn ban_from(&self, address: IpAddr, now: Millis) -> Option<&Sanction> {
        let address = Some(address_prefix::prefix_of(address));
        let from_there = self.bans.values().filter(|ban| ban.address == address && is_in_force(ban, now));
        from_there.max_by_key(|ban| ban.until.unwrap_or(Millis::MAX))
    }

    /// Somebody's bans and mutes in force.
    #[must_use]
    pub fn on(&self, uid: Uid, now: Millis) -> Vec<Sanction> {
        self.ban(uid, now).into_iter().chain(self.mute(uid, now)).cloned().collect()
    }

    /// Everything in force, the newest first.
    #[must_use]
    pub fn in_force(&self, now: Millis) -> Vec<Sanction> {
        let both = self.bans.values().chain(self.mutes.values());
        let mut all: Vec<_> = both.filter(|sanction| is_in_force(sanction, now)).cloned().collect();
        all.sort_by_key(|sanction| std::cmp::Reverse(sanction.at));
        all
    }

    /// Whether there is a ban or a mute of somebody; then their identity must be kept.
    #[must_use]
    pub fn has_any(&self, uid: Uid) -> bool {
        self.bans.contains_key(&uid) || self.mutes.contains_key(&uid)
    }

    /// Whether there is no room for another one.
    pub(super) fn is_full_for(&self, sanction: &Sanction) -> bool {
        let replaced = self.all(sanction.kind).is_some_and(|all| all.contains_key(&sanction.target.uid));
        !replaced && self.bans.len() + self.mutes.len() >= Self::MOST
    }

    /// Puts one in force; replaces the one of the same kind for the same person.
    pub(super) fn insert(&mut self, sanction: Sanction) {
        if let Some(all) = self.all_mut(sanction.kind) {
            all.insert(sanction.target.uid, sanction);
        }
    }

    /// Removes one.
    pub(super) fn lift(&mut self, kind: SanctionKind, uid: Uid) -> Option<Sanction> {
        self.all_mut(kind)?.remove(&uid)
    }

    /// Removes the expired ones and returns which they were.
    pub(super) fn remove_expired(&mut self, now: Millis) -> Vec<(SanctionKind, Uid)> {
        let both = self.bans.values().chain(self.mutes.values());
        let over: Vec<_> =
            both.filter(|one| !is_in_force(one, now)).map(|one| (one.kind, one.target.uid)).collect();
        for (kind, uid) in &over {
            self.lift(*kind, *uid);
        }
        over
    }

    /// Replaces somebody's bans and mutes by the stored ones.
    pub(super) fn restore(&mut self, uid: Uid, kept: Vec<Sanction>) {
        self.bans.remove(&uid);
        self.mutes.remove(&uid);
        for sanction in kept {
            self.insert(sanction);
        }
    }

    /// Shifts all that end, with the time since when they hold; returns them.
    pub(super) fn shift(&mut self, by: Millis) -> Vec<Sanction> {
        let both = self.bans.values_mut().chain(self.mutes.values_mut());
        let ends = both.filter_map(|one| {
            let until = one.until.as_mut()?;
            *until = until.saturating_add(by);
            one.at = one.at.saturating_add(by);
            Some(one.clone())
        });
        ends.collect()
    }

    /// Everything, bans first, each kind by uid.
    pub(super) fn to_vec(&self) -> Vec<Sanction> {
        self.bans.values().chain(self.mutes.values()).cloned().collect()
    }

    fn all(&self, kind: SanctionKind) -> Option<&BTreeMap<Uid, Sanction>> {
        match kind {
            SanctionKind::Ban => Some(&self.bans),
            SanctionKind::Mute => Some(&self.mutes),
            SanctionKind::Unknown => None,
        }
    }

    fn all_mut(&mut self, kind: SanctionKind) -> Option<&mut BTreeMap<Uid, Sanction>> {
        match kind {
            SanctionKind::Ban => Some(&mut self.bans),
            SanctionKind::Mute => Some(&mut self.mutes),
            SanctionKind::Unknown => None,
        }
    }
}

fn is_in_force(sanction: &Sanction, now: Millis) -> bool {
    sanction.until.is_none_or(|until| until > now)
}

/// The refusal for somebody who is banned.
pub(super) fn ban_refusal(ban: &Sanction, now: Millis) -> Refusal {
    refusal(
        Code::Banned,
        format!("you are banned {}{}; ask whoever runs the server", term(ban), why(ban)),
        ban,
        now,
    )
}

/// The refusal for a new identity from a banned address. It does not say who was banned, or why.
pub(super) fn address_ban_refusal(ban: &Sanction, now: Millis) -> Refusal {
    let message =
        format!("nobody new is let in from your address {}; come back as who you were before", term(ban));
    refusal(Code::Banned, message, ban, now)
}

/// The refusal for somebody who is muted.
pub(super) fn mute_refusal(mute: &Sanction, now: Millis) -> Refusal {
    refusal(Code::Muted, format!("you are muted {}{}; you may read on", term(mute), why(mute)), mute, now)
}

/// The goodbye for somebody who is banned.
pub(super) fn ban_goodbye(ban: &Sanction) -> Goodbye {
    Goodbye {
        code: GoodbyeCode::Error(Code::Banned),
        message: format!("you were banned by {} {}", ban.by.name, term(ban)),
        reason: ban.reason.clone(),
        by: Some(ban.by.name.clone()),
        until: ban.until,
        reconnect: false,
        after_ms: None,
        try_next: Vec::new(),
    }
}

/// The goodbye for a new identity from a banned address.
pub(super) fn address_ban_goodbye(ban: &Sanction, refusal: &Refusal) -> Goodbye {
    let (message, reason) = (refusal.message.clone(), shared::Line::default());
    Goodbye { message, reason, by: None, ..ban_goodbye(ban) }
}

fn refusal(code: Code, message: String, sanction: &Sanction, now: Millis) -> Refusal {
    let left = sanction.until.and_then(|until| u64::try_from(until - now).ok());
    Refusal { retry_ms: left, ..Refusal::new(code, message) }
}

fn term(sanction: &Sanction) -> String {
    sanction.until.map_or_else(|| "for good".to_owned(), |until| format!("until {}", utc::text(until)))
}

fn why(sanction: &Sanction) -> String {
    if sanction.reason.is_empty() { String::new() } else { format!(": {}", sanction.reason) }
}
