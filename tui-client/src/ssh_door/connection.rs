//! One TCP connection from its beginning to its end: each step has its time, and when that is over, or the session has ended, the
//! connection ends, whatever the client does.

use std::net::SocketAddr;
use std::sync::Arc;

use russh::Disconnect;
use russh::server::{Handle, RunningSession, run_stream};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::{Duration, Instant, timeout, timeout_at};
use tokio_util::sync::CancellationToken;

use super::counts::Seat;
use super::door::Door;
use super::handler::Handler;
use super::limits::{HANG_UP, IDLE_LOGIN, WITHOUT_CLIENT};
use super::socket::Socket;
use super::stage::Stage;

/// Serves a connection until it has ended.
pub(super) async fn run(tcp: TcpStream, peer: SocketAddr, door: Arc<Door>, seat: Seat) {
    // A key that is typed must not wait for the answer to the one before; without that it goes on.
    tcp.set_nodelay(true).ok();
    let cut = CancellationToken::new();
    let socket = Socket::new(tcp, cut.clone());
    // However this ends, the library's task must not stay behind.
    let _cut_at_end = cut.drop_guard();
    let (stages, mut stage) = watch::channel(Stage::Stranger);
    let deadline = Instant::now() + door.options.limits.login_time;
    let handler = Handler::new(Arc::clone(&door), peer, stages);
    let begun = timeout_at(deadline, run_stream(Arc::clone(&door.config), socket, handler));
    let running = tokio::select! {
        begun = begun => begun,
        () = door.stop.cancelled() => return,
    };
    // What is no ssh client, or says nothing, is not worth a line of the log: every scanner of the network comes by.
    let Ok(Ok(running)) = running else { return };
    let handle = running.handle();
    let why = steps(running, &mut stage, deadline, &door, seat).await;
    if *stage.borrow() == Stage::Stranger {
        door.counts.note_failure(peer.ip());
    }
    disconnect(&handle, why).await;
    // The session ends by itself without its client; it holds its place until all is written.
    let ended = stage.wait_for(|stage| *stage != Stage::Begun);
    timeout(WITHOUT_CLIENT + HANG_UP, ended).await.ok();
}

/// Waits for each step; says why the connection is to end, if the client has not ended it.
async fn steps(
    mut running: RunningSession<Handler>,
    stage: &mut watch::Receiver<Stage>,
    deadline: Instant,
    door: &Door,
    seat: Seat,
) -> Option<&'static str> {
    let login_ended = reach(stage, Stage::LoggedIn);
    tokio::select! {
        _ = &mut running => return None,
        login = timeout_at(deadline, login_ended) => if login.is_err() { return Some("you took too long to log in") },
        () = door.stop.cancelled() => return Some(STOPS),
    }
    drop(seat);
    let session_began = reach(stage, Stage::Begun);
    tokio::select! {
        _ = &mut running => return None,
        began = timeout(IDLE_LOGIN, session_began) => if began.is_err() { return Some("you asked for nothing") },
        () = door.stop.cancelled() => return Some(STOPS),
    }
    tokio::select! {
        _ = &mut running => return None,
        () = reach(stage, Stage::Ended) => {}
    }
    // The client hangs up when the channel is closed. One that is told to disconnect before that would not write to its
    // terminal what it has received; one that keeps the connection for a further session makes another one.
    tokio::select! {
        _ = &mut running => None,
        () = tokio::time::sleep(HANG_UP) => Some(if door.stop.is_cancelled() { STOPS } else { "the session has ended" }),
    }
}

/// What everybody is told when the door stops.
const STOPS: &str = "this server's ssh door stops";

async fn reach(stage: &mut watch::Receiver<Stage>, wanted: Stage) {
    // Without a sender there is no client any more, which is waited for beside this.
    if stage.wait_for(|stage| *stage >= wanted).await.is_err() {
        std::future::pending::<()>().await;
    }
}

async fn disconnect(handle: &Handle, why: Option<&str>) {
    const MOMENT: Duration = Duration::from_millis(500);
    let Some(why) = why else { return };
    let told = handle.disconnect(Disconnect::ByApplication, why.to_owned(), "en".to_owned());
    timeout(MOMENT, told).await.ok();
    // The library's task writes it, before the socket is cut.
    tokio::time::sleep(MOMENT / 5).await;
}
