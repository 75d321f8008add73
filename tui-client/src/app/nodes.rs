//! The addresses of the server, and which of them is tried next: a state machine over what is known of them. A cluster has
//! several, given by the person or told by the server; any other server has one.
//!
//! A **round** is one attempt at each address. When a connection ends, a round begins with the addresses that the server's
//! goodbye named, goes on with those after the one that was lost, and ends with that one; within it nothing is waited for.
//! When all have failed, the backoff of `connection.rs` is waited out and the next round begins, with more patience for each
//! address. The time of an attempt is the dialer's; the waits are the app's, which has the clock.

use std::collections::VecDeque;
use std::time::Duration;

use shared::NodeAddress;
use shared::server_msg::ClusterInfo;

use crate::address::Address;
use crate::address_list::AddressList;
use crate::attempt::Attempt;
use crate::event::Protection;
use crate::profile::Profile;

/// How long an address may take to answer in the first round, where there are others: a black hole costs no more. It doubles
/// with each round that failed, so that a slow network is not mistaken for dead servers for ever.
const FIRST_LIMIT: Duration = Duration::from_secs(2);
/// The longest it becomes: as long as the only address of a server may take.
const LONGEST_LIMIT: Duration = Duration::from_secs(10);

/// What follows from an attempt that failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// The next address is tried at once.
    AtOnce,
    /// All have failed: the next round begins after a wait.
    AfterWait,
    /// None of those that the person gave shows the key it is known by: nothing more is tried.
    Distrusted,
}

/// The addresses of one server.
#[derive(Clone, Debug)]
pub struct Nodes {
    /// What the person gave; the first one is what the server is called by. Never empty.
    given: Vec<Address>,
    /// What the server told beside them.
    told: Vec<Address>,
    /// The one that is tried, or connected to.
    current: Address,
    /// Those that are still to be tried in this round.
    round: VecDeque<Address>,
    /// How many rounds failed since there was a connection.
    failed_rounds: u32,
    /// The given ones that have shown another key than they are known by, since there was a connection. While there is one,
    /// nothing is tried that was only told: whoever stood between us and the server at the first meeting may have told it.
    changed: Vec<Address>,
}

impl Nodes {
    /// Of a server with these addresses, which has told these before.
    #[must_use]
    pub fn new(given: &AddressList, told: Vec<Address>) -> Self {
        let mut nodes = Self {
            given: given.iter().cloned().collect(),
            told: Vec::new(),
            current: given.first().clone(),
            round: VecDeque::new(),
            failed_rounds: 0,
            changed: Vec::new(),
        };
        nodes.set_told(told);
        nodes.restart();
        nodes
    }

    /// The address that is tried, or connected to.
    #[must_use]
    pub fn current(&self) -> &Address {
        &self.current
    }

    /// All addresses, the given ones first.
    pub fn all(&self) -> impl Iterator<Item = &Address> {
        self.given.iter().chain(&self.told)
    }

    /// Whether there is another one to go to.
    #[must_use]
    pub fn has_others(&self) -> bool {
        self.all().nth(1).is_some()
    }

    /// The attempt at the current address.
    #[must_use]
    pub fn attempt(&self) -> Attempt {
        let longer = FIRST_LIMIT.saturating_mul(1 << self.failed_rounds.min(4));
        Attempt {
            other: (self.given.first() != Some(&self.current)).then(|| self.current.clone()),
            is_told: !self.given.contains(&self.current),
            limit: self.has_others().then(|| longer.min(LONGEST_LIMIT)),
        }
    }

    /// The person connects: everything is tried anew.
    pub fn restart(&mut self) {
        (self.failed_rounds, self.round) = (0, self.all().cloned().collect());
        self.changed.clear();
        self.advance();
    }

    /// The server has these addresses beside the given ones.
    pub fn set_told(&mut self, told: Vec<Address>) {
        self.told.clear();
        for address in told {
            if !self.all().any(|known| *known == address) {
                self.told.push(address);
            }
        }
    }

    /// A server that lets nobody in named these. Each is learnt once, so that nodes that name one another are not gone round without
    /// a wait.
    pub fn learn(&mut self, named: Vec<Address>) {
        for address in named {
            if self.all().any(|known| *known == address) {
                continue;
            }
            if self.changed.is_empty() {
                self.round.push_back(address.clone());
            }
            self.told.push(address);
        }
    }

    /// The server has let us in.
    pub fn welcomed(&mut self) {
        self.failed_rounds = 0;
        self.round.clear();
        self.changed.clear();
    }

    /// A connection has ended: a round begins, with `preferred` first. With `stays` it begins with the same address, which is there.
    pub fn lost(&mut self, preferred: &[Address], stays: bool) {
        let at = self.all().position(|address| *address == self.current).unwrap_or(0);
        let after = self.all().skip(at + 1);
        let rest: Vec<Address> = after.chain(self.all().take(at + 1)).cloned().collect();
        let same = stays.then(|| self.current.clone());
        self.round.clear();
        for address in preferred.iter().chain(&same).chain(&rest) {
            if !self.round.contains(address) {
                self.round.push_back(address.clone());
            }
        }
        self.failed_rounds = 0;
        self.advance();
    }

    /// The attempt has failed.
    pub fn failed(&mut self) -> Next {
        if self.advance() {
            return Next::AtOnce;
        }
        self.failed_rounds = self.failed_rounds.saturating_add(1);
        let is_trusted = self.changed.is_empty();
        let usable = self.given.iter().chain(self.told.iter().filter(|_| is_trusted));
        self.round = usable.cloned().collect();
        self.advance();
        Next::AfterWait
    }

    /// The attempt has failed since the address shows another key than it is known by.
    pub fn distrusted(&mut self) -> Next {
        if self.given.contains(&self.current) {
            if !self.changed.contains(&self.current) {
                self.changed.push(self.current.clone());
            }
            self.round.retain(|address| self.given.contains(address));
        }
        let all_changed = self.given.iter().all(|address| self.changed.contains(address));
        if all_changed && self.round.is_empty() { Next::Distrusted } else { self.failed() }
    }

    /// Goes to the next address of the round, if there is one.
    fn advance(&mut self) -> bool {
        let next = self.round.pop_front();
        let is_there = next.is_some();
        self.current = next.unwrap_or_else(|| self.current.clone());
        is_there
    }
}

/// The addresses that a server has told, as its profile keeps them.
#[must_use]
pub fn kept(profile: &Profile) -> Vec<Address> {
    profile.node_addresses().collect()
}

/// Those of these addresses that a cluster has told, with their keys where it told them, as a profile keeps them.
#[must_use]
pub fn to_keep(used: &[Address], cluster: &ClusterInfo) -> Vec<String> {
    let key_of = |address: &Address| {
        let mut keys = cluster.keys.iter();
        keys.find(|(told, _)| told.as_str().parse().as_ref() == Ok(address)).map(|(_, key)| key)
    };
    let kept = |address: &Address| match key_of(address) {
        Some(key) => format!("{address} {key}"),
        None => address.to_string(),
    };
    used.iter().map(kept).collect()
}

/// Which of the addresses that a server tells are used and kept. The rule, which PROTOCOL.md has in other words:
///
/// - Told over TLS by a server that is trusted (by its key, an authority, or since it is in this process) or over the socket
///   of this machine, an address is used. That of this machine is not: there, nothing is encrypted. What is sent to another
///   address than one of this machine goes over TLS, to a key that is known, or that is remembered at the first meeting.
/// - Told in the clear, by a server of this machine, it is used if it is of this machine, too.
/// - Told in the clear over a network (`--tls off`), it is not: whoever is on the way could lead us elsewhere for good.
#[must_use]
pub fn usable(told: &[NodeAddress], by: &Address, protection: Option<Protection>) -> Vec<Address> {
    let is_trusted = matches!(
        protection,
        Some(
            Protection::KnownKey
                | Protection::NewKey { .. }
                | Protection::Authority
                | Protection::Own
                | Protection::UnixSocket
        )
    );
    let may_tell = |address: &Address| match (address.is_local(), by.is_local()) {
        (true, is_near) => is_near,
        (false, _) => is_trusted,
    };
    let addresses = told.iter().filter_map(|told| told.as_str().parse().ok());
    addresses.filter(may_tell).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(raw: &str) -> Vec<Address> {
        raw.split(' ').filter(|part| !part.is_empty()).map(|part| part.parse().unwrap()).collect()
    }

    fn nodes(given: &str, told: &str) -> Nodes {
        Nodes::new(&given.parse().unwrap(), list(told))
    }

    /// Where it goes while everything fails: each address, `-` for a wait.
    fn fails(nodes: &mut Nodes, times: usize) -> String {
        let mut went = vec![nodes.current().short()];
        for _ in 0..times {
            if nodes.failed() == Next::AfterWait {
                went.push("-".into());
            }
            went.push(nodes.current().short());
        }
        went.join(" ")
    }

    #[test]
    fn every_address_is_tried_at_once_and_then_all_of_them_after_a_wait() {
        assert_eq!(fails(&mut nodes("a,b", "b c"), 6), "a b c - a b c - a");
        assert_eq!(fails(&mut nodes("a", ""), 2), "a - a - a");
    }

    #[test]
    fn after_a_loss_the_lost_one_comes_last_and_what_the_goodbye_names_first() {
        let mut at = nodes("a,b,c", "d");
        at.failed();
        at.welcomed();
        assert_eq!(at.current().short(), "b");
        let after = |preferred: &str, stays: bool| {
            let mut at = at.clone();
            at.lost(&list(preferred), stays);
            fails(&mut at, 4)
        };
        assert_eq!(after("", false), "c d a b - a");
        assert_eq!(after("d e", false), "d e c a b");
        assert_eq!(after("", true), "b c d a - a");
        let mut alone = nodes("a", "");
        alone.lost(&[], false);
        assert_eq!(fails(&mut alone, 1), "a - a");
    }

    #[test]
    fn an_address_is_given_two_seconds_and_more_in_each_round() {
        let mut at = nodes("a,b", "");
        let limits: Vec<_> = (0..9)
            .map(|_| {
                let limit = at.attempt().limit.unwrap().as_secs();
                at.failed();
                limit
            })
            .collect();
        assert_eq!(limits, [2, 2, 4, 4, 8, 8, 10, 10, 10]);
        at.welcomed();
        assert_eq!(at.attempt().limit, Some(FIRST_LIMIT));
        assert_eq!(nodes("a", "").attempt(), Attempt::default());
        assert!(nodes("a", "b").attempt().limit.is_some());
    }

    #[test]
    fn only_the_first_given_address_may_turn_out_to_be_another_server() {
        let mut at = nodes("a,b", "c");
        let others: Vec<_> = (0..3)
            .map(|_| {
                let is_other = at.attempt().other.is_some();
                at.failed();
                is_other
            })
            .collect();
        assert_eq!(others, [false, true, true]);
    }

    #[test]
    fn a_changed_key_of_a_given_address_keeps_us_from_those_that_were_told() {
        let mut only = nodes("a", "b");
        assert_eq!(only.distrusted(), Next::Distrusted);
        let mut two = nodes("a,b", "c");
        assert_eq!((two.distrusted(), two.current().short().as_str()), (Next::AtOnce, "b"));
        assert_eq!(fails(&mut two, 3), "b - a b - a", "the told one is out");
        assert_eq!((two.distrusted(), two.current().short().as_str()), (Next::AtOnce, "b"));
        assert_eq!(two.distrusted(), Next::Distrusted, "none is what it was");
        two.restart();
        assert_eq!(fails(&mut two, 3), "a b c - a", "the person says so");
    }

    #[test]
    fn a_changed_key_of_a_told_address_is_passed_over() {
        let mut at = nodes("a", "b c");
        at.failed();
        assert_eq!((at.distrusted(), at.current().short().as_str()), (Next::AtOnce, "c"));
        assert_eq!(fails(&mut at, 3), "c - a b c");
    }

    #[test]
    fn what_is_told_in_the_clear_is_used_on_this_machine_alone() {
        let told: Vec<NodeAddress> =
            ["seoul:7667", "127.0.0.1:7001", "[::1]:7002"].map(|told| told.parse().unwrap()).into();
        let by = |server: &str, protection| {
            let used = usable(&told, &server.parse().unwrap(), protection);
            used.iter().map(Address::short).collect::<Vec<_>>().join(" ")
        };
        for trusted in [
            Protection::KnownKey,
            Protection::NewKey { remembered: true },
            Protection::Authority,
            Protection::Own,
        ] {
            assert_eq!(by("busan", Some(trusted)), "seoul", "{trusted:?}");
        }
        assert_eq!(by("busan", Some(Protection::Clear)), "");
        assert_eq!(by("busan", None), "");
        assert_eq!(by("127.0.0.1", Some(Protection::Clear)), "127.0.0.1:7001 [::1]:7002");
        assert_eq!(by("/run/s", Some(Protection::UnixSocket)), "seoul 127.0.0.1:7001 [::1]:7002");
    }
}
