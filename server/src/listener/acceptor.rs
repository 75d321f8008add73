//! What every way into the server shares: a slot of its address (see [`address_limit`](super::address_limit)), a permit to be
//! greeting, so that connections that never greet cannot take all resources, and the context all connections have.
//! Connections over the network are told apart in `sniff`, programs on this machine come in by `unix_socket`, code in this
//! process by `attach`.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use shared::Refusal;

use super::address_limit::{AddressLimit, AddressSlot};
use super::refusal_turns::RefusalTurns;
use super::unix_places::UnixPlaces;
use crate::chat::limit_key::LimitKey;
use crate::connection::context::Context;
use crate::timing::Timing;
use crate::tls::Tls;
use crate::transfers::Transfers;
use crate::transport::peer::Peer;
use crate::transport::socket::{Socket, Stream};

/// The most connections that are greeting at once. Further ones wait in the kernel's backlog until one has greeted or
/// timed out. An address has a share of them only, so that a few addresses cannot hold all.
const MAX_GREETING: usize = 1024;

/// Serves connections, over the network or attached by code in this process.
#[derive(Clone, Debug)]
pub struct Acceptor(pub(super) Arc<AcceptorInner>);

#[derive(Debug)]
pub(super) struct AcceptorInner {
    pub(super) context: Arc<Context>,
    /// The TLS identity.
    pub(super) tls: Arc<Tls>,
    /// Whether other machines may connect without TLS.
    pub(super) allow_plaintext: bool,
    /// The limits by address.
    address_limit: Arc<AddressLimit>,
    /// The permits to be greeting.
    greeting: Arc<Semaphore>,
    /// Who is refused by address and may be told so.
    pub(super) refusals: RefusalTurns,
    /// The places of connections over Unix sockets.
    pub(super) unix_places: UnixPlaces,
}

impl Acceptor {
    /// For the server with this context.
    #[must_use]
    pub fn new(context: &Arc<Context>, tls: Arc<Tls>, allow_plaintext: bool, timing: Timing) -> Self {
        Self(Arc::new(AcceptorInner {
            context: Arc::clone(context),
            tls,
            allow_plaintext,
            address_limit: Arc::new(AddressLimit::new(timing.exempt_loopback, timing.grace)),
            greeting: Arc::new(Semaphore::new(MAX_GREETING)),
            refusals: RefusalTurns::default(),
            unix_places: UnixPlaces::default(),
        }))
    }

    /// The TLS identity, which can be reloaded.
    #[must_use]
    pub fn tls(&self) -> &Arc<Tls> {
        &self.0.tls
    }

    /// The contents of files.
    #[must_use]
    pub fn transfers(&self) -> &Transfers {
        &self.0.context.transfers
    }

    /// Waits until one more connection may be greeting, of all; it may be of those of its address. `None` when the server
    /// ends.
    pub(super) async fn greeting_permits(
        &self,
        mut of_address: Vec<OwnedSemaphorePermit>,
    ) -> Option<Vec<OwnedSemaphorePermit>> {
        of_address.push(Arc::clone(&self.0.greeting).acquire_owned().await.ok()?);
        Some(of_address)
    }

    /// A slot for one more connection of this address or user, or the refusal.
    pub(super) fn acquire_slot(&self, from: LimitKey) -> Result<AddressSlot, Refusal> {
        let context = &self.0.context;
        let mut terms = context.admission.terms.clone();
        let settings = &terms.get().settings;
        let (most, joins) = (settings.max_per_address, settings.bounds.joins_per_address);
        self.0.address_limit.admit(from, most, joins, context.clock.uptime_ms())
    }

    pub(super) fn socket(&self, stream: Stream, peer: Peer) -> Arc<Socket> {
        let context = &self.0.context;
        Arc::new(Socket::new(stream, peer, context.clock.uptime_ms(), Arc::clone(&context.stats)))
    }
}
