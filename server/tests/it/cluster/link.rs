//! A TCP link that can be cut. What is cut is held up, not reset: as with a cable that was pulled, neither end is told, and
//! when it is mended TCP goes on where it was.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;

/// A port that passes everything on to another.
#[derive(Clone, Debug)]
pub(crate) struct Link {
    address: SocketAddr,
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Clone, Copy, Debug, Default)]
struct State {
    target: Option<SocketAddr>,
    /// Whether nothing passes from who connects to the target, and back.
    held: [bool; 2],
}

impl Link {
    /// A link on a free port, without a target: who connects waits.
    pub(crate) fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let (address, shared) = (listener.local_addr().unwrap(), Arc::new(Shared::default()));
        let link = Self { address, shared: Arc::clone(&shared) };
        thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let shared = Arc::clone(&shared);
                thread::spawn(move || pass(&client, &shared));
            }
        });
        link
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Connections from now on go there.
    pub(crate) fn lead_to(&self, target: SocketAddr) {
        self.change(|state| state.target = Some(target));
    }

    /// Where they go.
    #[allow(dead_code, reason = "for the benchmark")]
    pub(crate) fn target(&self) -> Option<SocketAddr> {
        self.shared.state.lock().unwrap().target
    }

    /// Nothing passes any more.
    pub(crate) fn cut(&self) {
        self.change(|state| state.held = [true; 2]);
    }

    /// Nothing passes from the target to who connected; the other way is open.
    pub(crate) fn cut_back(&self) {
        self.change(|state| state.held = [false, true]);
    }

    /// Nothing passes from who connected to the target; the other way is open.
    pub(crate) fn cut_forth(&self) {
        self.change(|state| state.held = [true, false]);
    }

    pub(crate) fn mend(&self) {
        self.change(|state| state.held = [false; 2]);
    }

    fn change(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.shared.state.lock().unwrap());
        self.shared.changed.notify_all();
    }
}

impl Shared {
    /// The state as soon as this holds.
    fn when(&self, holds: impl Fn(&State) -> bool) -> State {
        *self.changed.wait_while(self.state.lock().unwrap(), |state| !holds(state)).unwrap()
    }
}

fn pass(client: &TcpStream, shared: &Arc<Shared>) {
    let open = shared.when(|state| state.target.is_some() && !state.held[0]);
    let Some(Ok(server)) = open.target.map(TcpStream::connect) else {
        client.shutdown(Shutdown::Both).ok();
        return;
    };
    for end in [client, &server] {
        end.set_nodelay(true).unwrap();
    }
    let (Ok(from), Ok(to)) = (server.try_clone(), client.try_clone()) else { return };
    let behind = Arc::clone(shared);
    thread::spawn(move || copy(&from, &to, 1, &behind));
    copy(client, &server, 0, shared);
}

fn copy(mut from: &TcpStream, mut to: &TcpStream, way: usize, shared: &Shared) {
    let mut bytes = [0; 16 * 1024];
    loop {
        let read = from.read(&mut bytes).unwrap_or(0);
        shared.when(|state| !state.held[way]);
        if read == 0 || to.write_all(&bytes[..read]).is_err() {
            from.shutdown(Shutdown::Both).ok();
            to.shutdown(Shutdown::Both).ok();
            return;
        }
    }
}
