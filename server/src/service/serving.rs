//! Serving: the hub, the listeners and the metrics run until the server is stopped, and are closed in order.

use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::{Server, metrics};
use crate::assembly::Core;
use crate::hub::replica::Standing;
use crate::listener::{self, Clients};
use crate::order::Order;

impl<O: Order> Server<O> {
    /// Serves until it is stopped; returns whether to restart.
    pub async fn run(self) -> bool {
        let health = self.health();
        let Self { core, standing, held, listeners, irc, metrics, acceptor, unix, lock, .. } = self;
        let Core { hub, context, mut ending } = core;
        let transfers = context.transfers.clone();
        drop(context);
        let ending_transfers = transfers.clone();
        // Served to the end, so that a server that hangs while it stops is visible.
        let metrics_task = metrics.map(|listener| tokio::spawn(metrics::serve(listener, health)));
        let accept_task = tokio::spawn(async move {
            let clients = async {
                entered(standing).await;
                tokio::join!(
                    listener::run(listeners, Clients::Chinwag, acceptor.clone()),
                    listener::run(irc, Clients::Irc, acceptor.clone()),
                )
            };
            tokio::select! {
                _ = clients => {}
                () = unix.run(acceptor.clone()) => {}
                _ = ending.wait_for(|ending| *ending) => ending_transfers.shut_down(),
            }
        });
        let restart = hub.run().await;
        drop(held);
        transfers.shut_down();
        transfers.ended().await;
        // Closes the sockets and removes the Unix socket's file before the lock is released for the next server.
        accept_task.abort();
        accept_task.await.ok();
        metrics_task.iter().for_each(JoinHandle::abort);
        // Explicitly, since closing the file is not enough while a child process of another thread has inherited it.
        if let Err(error) = lock.unlock() {
            tracing::warn!(%error, "could not unlock the state directory");
        }
        restart
    }
}

/// Waits until a node follows what the others do, so that whoever connects sees all of it. Its operator need not wait.
async fn entered(standing: Option<watch::Receiver<Standing>>) {
    if let Some(mut standing) = standing {
        // Fails when the hub has ended, and with it the server.
        standing.wait_for(|standing| *standing == Standing::Entered).await.ok();
    }
}
