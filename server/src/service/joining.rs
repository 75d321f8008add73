//! How a server becomes a node of a cluster: it finds the order that the nodes share, sets its store up to follow it, and takes the
//! state of the chat from there.
//!
//! - A node that followed the order before goes on from the state it kept.
//! - Where nobody has begun an order, this one does, with the chat it has.
//! - Otherwise it gets a copy of another node's store. What it had itself must be empty, since two chats cannot be made one.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use shared::{Millis, NodeAddress, NodeName, Seq};
use tokio::sync::watch;

use super::activation::PassedSockets;
use super::files_over_nats::NodeFiles;
use super::followed_order::Followed;
use super::locked_dir::LockedDir;
use super::state_transfer::{self, COPIES, OwnCopies};
use super::trimming::Trims;
use super::unfit::Unfit;
use super::{Server, node_identity, notify};
use crate::assembly::State;
use crate::chat::Chat;
use crate::chat::conn_id::NodeStart;
use crate::chat::level::LEVEL;
use crate::chat::node_proposal::Entry;
use crate::chat::place::Place;
use crate::chat::rules::Rules;
use crate::chat::snapshot::Snapshot;
use crate::clock::Clock;
use crate::config::Config;
use crate::hub::replica::{Replica, Standing};
use crate::listener::unix_socket::UnixSockets;
use crate::order::jetstream::JetStream;
use crate::order::jetstream::failure::Failure;
use crate::order::jetstream::founding::{BEGINNING, Found, Ground};
use crate::order::jetstream::notices::Carrying;
use crate::order::jetstream::options::Options;
use crate::order::jetstream::peer_files::Peers;
use crate::order::jetstream::stream::Trimmer;
use crate::order::local_reads::LocalReads;
use crate::order::{Order as _, Proposer, place};
use crate::store::brought::BroughtReader;
use crate::store::load;
use crate::store::replica::{self, Progress, Replica as Kept};
use crate::store::schema::FILE;
use crate::timing::Timing;

/// The order of a node.
pub type ClusterOrder = LocalReads<JetStream>;

/// How often the operator is told how far a node is that catches up.
const TELL_EVERY: Duration = Duration::from_secs(2);

/// What a node found, before it opens its store.
#[derive(Debug)]
struct Joined {
    order: ClusterOrder,
    peers: Peers,
    carrying: Carrying,
    trimmer: Trimmer,
    start: NodeStart,
    found: Found,
    /// Whether the chat of this node is the one that all begin with.
    founds: bool,
}

impl Server<ClusterOrder> {
    /// Opens a server that is a node of a cluster. Waits for NATS, and for another node where this one is new.
    ///
    /// # Errors
    /// When it cannot be a node: what waiting does not help against, with what to do.
    pub async fn join(mut passed: PassedSockets, config: &Config, timing: Timing) -> Result<Self> {
        let name = config.cluster.node()?.context("cluster and node are not set")?.clone();
        let options = config.cluster.options()?.context("cluster and node are not set")?;
        let dir = LockedDir::of(config)?;
        let identity = node_identity::load_or_create(&dir.path)?;
        let options = Options { identity: Some(identity), ..options };
        let unix = UnixSockets::open(std::mem::take(&mut passed.unix), config)?;
        let joined = tokio::select! {
            joined = notify::while_starting(Box::pin(join(&dir.path, config, &options, &name))) => joined?,
            never = unix.answer_while_starting(notify::starting) => match never {},
        };
        let (sync, advertised) = (config.sync, config.cluster.cluster_advertise.clone());
        Self::open_with(dir, (passed, Some(unix)), config, timing, move |opened| {
            let Joined { order, peers, carrying, trimmer, start, found, founds } = joined;
            let kept = if founds {
                let beginning = begin(opened.dir, opened.rules.clone(), opened.clock, &found)?;
                replica::begin(opened.dir, sync, &beginning)?;
                beginning
            } else {
                replica::load(opened.dir)?.context("what this node kept of the order is gone")?
            };
            let snapshot =
                Snapshot::decode(&kept.snapshot).context("cannot read the state that this node kept")?;
            let has = snapshot.applied;
            let chat = Chat::from_snapshot(snapshot);
            warn_of_other_rules(chat.rules(), opened.rules);
            let addresses = if advertised.is_empty() { reachable(opened.listen) } else { advertised };
            let entry = Entry {
                node: name,
                version: opened.rules.server.version.clone(),
                level: LEVEL,
                addresses,
                key: opened.rules.server.key.clone(),
                identity: Some(identity),
                has,
            };
            let (replica, standing) = Replica::new(start, entry, kept.progress);
            let state = State::Kept(Box::new(chat));
            let serving = peers.serve(COPIES, OwnCopies::new(opened.dir.to_owned()));
            let replica = replica.with_rules(opened.rules.clone());
            let brings = BroughtReader::open(opened.dir).context("cannot read which files messages bring")?;
            opened.transfers.share(Arc::new(NodeFiles::new(peers, replica.report())), Box::new(brings));
            let trims = Trims::start(trimmer, order.proposer(), replica.report());
            tokio::spawn(tell_progress(standing.clone(), order.proposer()));
            let (replica, standing, held) =
                (Some(replica), Some(standing), Some(Box::new((serving, trims, carrying)) as _));
            Ok(Followed { held, order, start, state, replica, standing })
        })
    }
}

async fn join(dir: &Path, config: &Config, options: &Options, name: &NodeName) -> Result<Joined> {
    notify::status("waiting for NATS");
    let kept = replica::load(dir)?.filter(|_| !config.cluster.cluster_found);
    if let Some(why) = kept.as_ref().and_then(|kept| kept.diverged.as_ref()) {
        bail!(Unfit(format!(
            "this node stopped because {why}; move its state directory {} away, and it sets itself up anew from another node",
            dir.display()
        )));
    }
    let applied =
        kept.as_ref().map(|kept| Snapshot::decode(&kept.snapshot)).transpose()?.map(|s| (s.applied, s.at()));
    let mut ground = Ground::find(options, stored(kept.as_ref())).await?;
    let (start, own) = (random_start()?, (name.clone(), options.identity));
    let mut found = ground.look().await;
    if let Some(kept) = &kept
        && kept.order != found.order
    {
        bail!(Unfit(format!(
            "the stream of cluster {} was made at {}, and this node followed the one made at {}, of which it has applied {} \
             messages: NATS lost it, or it is another cluster. To begin anew from what this node has, start it with another \
             cluster-name and --cluster-found",
            options.name,
            found.order,
            kept.order,
            place::sequence(kept.progress.applied)
        )));
    }
    if let Some(kept) = &kept {
        check_not_ahead(kept.progress.applied, found.last)?;
        if let Some(origin) = kept.progress.origin {
            ground.check_history(kept.progress.applied, origin).await?;
        }
    }
    let mut founds = false;
    let mut applied = applied;
    let is_behind = |(place, _): &(Place, Millis)| found.first > place::sequence(*place);
    if applied.as_ref().is_some_and(is_behind) {
        tracing::warn!(
            "this node was away for longer than the order is kept; it sets itself up anew from another node"
        );
        applied = Some(set_up(dir, &ground, options, &found).await?);
    }
    if kept.is_none() {
        while found.last == 0 {
            founds = ground.found(own.clone()).await;
            found = ground.look().await;
        }
        // It may have ended between the first message and its store.
        founds |= found.last == 1 && found.by.as_ref() == Some(&own);
        if founds {
            tracing::info!(cluster = %options.name, "this node founds the cluster");
        } else {
            check_empty(dir, config, &found)?;
            applied = Some(set_up(dir, &ground, options, &found).await?);
        }
    }
    let (after, at) = applied.unwrap_or((BEGINNING, 0));
    let order = JetStream::connect(options, start, after, at).await?;
    let (peers, trimmer, notices) = (order.peers(), order.trimmer(), order.notices());
    let (order, passing) = LocalReads::new(order, start, (after, at));
    let carrying = notices.carry(passing);
    Ok(Joined { order, peers, carrying, trimmer, start, found, founds })
}

/// What the store of this node has applied, which is what its people were told: the state that was kept is older.
fn stored(kept: Option<&Kept>) -> Place {
    kept.map_or_else(Place::default, |kept| kept.progress.applied)
}

/// What this node has applied must be in the stream. If the stream was lost and went on from an earlier message, other proposals
/// have the places of those that are in the store, and would be taken for them.
fn check_not_ahead(applied: Place, last: u64) -> Result<(), Failure> {
    let applied = place::sequence(applied);
    if last < applied { Err(Failure::WentBack { applied, last }) } else { Ok(()) }
}

/// Sets a node up from a copy of another one. Returns where that is in the order.
async fn set_up(dir: &Path, ground: &Ground, options: &Options, found: &Found) -> Result<(Place, Millis)> {
    state_transfer::fetch_all(&ground.peers(options), dir, &found.order).await
}

/// A chat that is there already cannot become part of another one.
fn check_empty(dir: &Path, config: &Config, found: &Found) -> Result<()> {
    let store = dir.join(FILE);
    if !store.exists() {
        return Ok(());
    }
    let memory = load::memory(dir).context("cannot read what this server has")?;
    if memory.last_seq == Seq::ZERO && memory.identities.is_empty() {
        return Ok(());
    }
    let belongs = replica::load(dir)?.is_some_and(|kept| kept.order == found.order);
    bail!(Unfit(own_chat(&store, &config.cluster.cluster_name, belongs && config.cluster.cluster_found)))
}

/// What to do with a chat that is not that of the cluster, or belongs to it and would found it once more.
fn own_chat(store: &Path, cluster: &str, founds_again: bool) -> String {
    if founds_again {
        return format!(
            "this node belongs to cluster {cluster} already, which is founded: take cluster-found out of its settings and start it \
             again. If it was restored from a backup, and the cluster is to go back to that, give another cluster-name, too"
        );
    }
    format!(
        "{} has a chat of its own, which cannot be made one with that of cluster {cluster}. To make this a node of the cluster, \
         move its state directory away, or give another --state-dir: what was said only here stays behind. To go on with this chat, \
         found another cluster with it: another cluster-name, and once --cluster-found",
        store.display()
    )
}

/// Tells the operator how far this node is with what was proposed while it was away, until it has entered.
async fn tell_progress(mut standing: watch::Receiver<Standing>, proposer: Proposer) {
    let entered = standing.wait_for(|standing| *standing != Standing::CatchingUp);
    let tell = async {
        loop {
            tokio::time::sleep(TELL_EVERY).await;
            let Some(order) = proposer.report() else { return };
            tracing::info!(message = order.applied, of = order.last, "catching up");
            notify::status(&format!("catching up: {} of {}", order.applied, order.last));
        }
    };
    tokio::select! {
        // Fails when the hub has ended, and with it the server.
        entered = entered => drop(entered),
        () = tell => {}
    }
}

/// A start that no other one is called: of 2^48, the few that run at a time.
fn random_start() -> Result<NodeStart> {
    let mut random = [0; 6];
    getrandom::fill(&mut random).context("the system has no randomness")?;
    let [node @ .., _, _, _, _] = random;
    let [_, _, start @ ..] = random;
    Ok(NodeStart { node: u16::from_be_bytes(node), start: u32::from_be_bytes(start) })
}

/// The state that an order begins with: the chat that the store has.
fn begin(dir: &Path, rules: Rules, clock: &Arc<Clock>, found: &Found) -> Result<Kept> {
    let mut chat = Chat::new(rules, load::memory(dir)?, clock.now());
    chat.begin_order(BEGINNING);
    let progress = Progress { applied: BEGINNING, ..Progress::default() };
    let snapshot = chat.snapshot().encode()?;
    Ok(Kept { order: found.order.clone(), progress, snapshot, diverged: None })
}

/// The rules are those of the whole chat. What this node's settings have otherwise is not in force, and is said.
fn warn_of_other_rules(in_force: &Rules, own: &Rules) {
    let differing = in_force.differing(own);
    if !differing.is_empty() {
        let settings = differing.join(", ");
        tracing::warn!(
            settings,
            "these settings concern all nodes and are otherwise in force; a reload of this node sets them"
        );
    }
}

/// The listening addresses that clients on other machines can reach.
fn reachable(listen: &[String]) -> Vec<NodeAddress> {
    let is_meant = |address: &&String| {
        address.parse::<std::net::SocketAddr>().is_ok_and(|address| !address.ip().is_unspecified())
    };
    listen.iter().filter(is_meant).filter_map(|address| NodeAddress::parse(address).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_has_another_chat_is_told_how_to_go_on() {
        let said = |again| own_chat(Path::new("/s/chinwag.db"), "chinwag", again);
        assert!(said(true).contains("take cluster-found out"));
        let other = said(false);
        assert!(
            other.contains("move its state directory away") && other.contains("another cluster-name"),
            "{other}"
        );
    }

    #[test]
    fn a_node_counts_what_its_store_has_and_not_the_state_that_it_kept() {
        let progress = Progress { applied: place::of(91, 2), ..Progress::default() };
        let kept = Kept { order: String::new(), progress, snapshot: String::new(), diverged: None };
        assert_eq!(stored(Some(&kept)), place::of(91, 2));
        assert_eq!(stored(None), Place::default());
    }

    #[test]
    fn a_node_that_has_more_than_the_stream_does_not_go_on() {
        check_not_ahead(place::of(7, 3), 7).unwrap();
        check_not_ahead(place::of(7, 3), 8).unwrap();
        let said = check_not_ahead(place::of(8, 0), 7).unwrap_err().to_string();
        assert!(said.starts_with("the stream ends at 7 and this server has applied 8"), "{said}");
    }
}
