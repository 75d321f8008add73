//! What is under way beside the loop: servers that are being opened, by a thread since their profiles are on a disk, and
//! the last profiles of those that were left.

use std::future::pending;
use std::sync::Arc;

use tokio::task::{JoinHandle, JoinSet};

use super::servers::Servers;
use crate::address_list::AddressList;
use crate::app::App;
use crate::services::Services;

/// Makes the client of one more server; may wait for a disk. Called in a runtime.
pub type OpenServer = Arc<dyn Fn(AddressList) -> (App, Services) + Send + Sync>;

/// The client of one more server.
pub(super) type Opened = Box<(App, Services)>;

/// What is under way.
#[derive(Default)]
pub(super) struct Going {
    /// Makes one more.
    pub(super) open: Option<OpenServer>,
    /// Those that are being made, by their addresses.
    pub(super) opening: Vec<AddressList>,
    pub(super) making: JoinSet<Opened>,
    /// What is still written of those that were left; why it could not be.
    pub(super) closing: Vec<JoinHandle<Option<String>>>,
    /// The program is being left.
    pub(super) is_leaving: bool,
}

impl Going {
    /// The next one that is made. Cancel safe.
    pub(super) async fn opened(&mut self) -> Opened {
        loop {
            match self.making.join_next().await {
                Some(Ok(opened)) => return opened,
                // What panicked there has said so.
                Some(Err(_)) => {}
                None => pending().await,
            }
        }
    }

    /// What is to be closed when the terminal is given back.
    pub(super) fn unclosed(self, servers: Servers) -> Unclosed {
        Unclosed { services: servers.into_services(), closing: self.closing }
    }
}

/// Services that are to be closed when the terminal is given back.
pub struct Unclosed {
    services: Vec<Services>,
    closing: Vec<JoinHandle<Option<String>>>,
}

impl Unclosed {
    /// Waits until what the servers' profiles are is written, at most a moment for all. Says why one could not be.
    pub async fn close(self) -> Option<String> {
        let mut closing = self.closing;
        closing.extend(self.services.into_iter().map(|services| tokio::spawn(services.close())));
        let mut failed = None;
        for closed in closing {
            failed = failed.or(closed.await.ok().flatten());
        }
        failed
    }
}
