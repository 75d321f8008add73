//! A way to a server that can be cut: each connection through it ends, or stands still, after so many bytes in one direction.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;

use crate::processes::PATIENCE;

/// The way.
pub(super) struct Gate {
    /// Where it begins.
    pub(super) address: String,
    shared: Arc<(Mutex<State>, Condvar)>,
}

#[derive(Default)]
struct State {
    /// After so many bytes, a connection is cut so many times.
    cuts_left: usize,
    after: u64,
    cuts: usize,
    /// The next that moves so many bytes stands still.
    stall_after: Option<u64>,
    stalled: usize,
    moved: u64,
}

impl Gate {
    pub(super) fn to(server: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let shared: Arc<(Mutex<State>, Condvar)> = Arc::default();
        let (server, state) = (server.to_owned(), Arc::clone(&shared));
        thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let Ok(upstream) = TcpStream::connect(&server) else { continue };
                for (from, to) in [(&client, &upstream), (&upstream, &client)] {
                    let (from, to) = (from.try_clone().unwrap(), to.try_clone().unwrap());
                    let state = Arc::clone(&state);
                    thread::spawn(move || pump(from, to, &state));
                }
            }
        });
        Self { address, shared }
    }

    /// The next connections that move so many bytes are cut there, so many times.
    pub(super) fn cut_after(&self, bytes: u64, times: usize) {
        let mut state = self.shared.0.lock().unwrap();
        (state.after, state.cuts_left, state.cuts) = (bytes, times, 0);
    }

    pub(super) fn cuts(&self) -> usize {
        self.shared.0.lock().unwrap().cuts
    }

    pub(super) fn moved(&self) -> u64 {
        self.shared.0.lock().unwrap().moved
    }

    /// The next connection that moves so many bytes stands still there until the gate is opened, and is cut then.
    pub(super) fn stall_after(&self, bytes: u64) {
        self.shared.0.lock().unwrap().stall_after = Some(bytes);
    }

    pub(super) fn wait_for_stall(&self) {
        let state = self.shared.0.lock().unwrap();
        let waited = self.shared.1.wait_timeout_while(state, PATIENCE, |state| state.stalled == 0).unwrap();
        assert!(!waited.1.timed_out(), "nothing moved so far");
    }

    pub(super) fn open(&self) {
        let mut state = self.shared.0.lock().unwrap();
        (state.stalled, state.stall_after) = (0, None);
        self.shared.1.notify_all();
    }
}

fn pump(mut from: TcpStream, mut to: TcpStream, shared: &(Mutex<State>, Condvar)) {
    let (mut piece, mut moved) = (vec![0; 16 * 1024], 0);
    while let Ok(count @ 1..) = from.read(&mut piece) {
        let mut state = shared.0.lock().unwrap();
        moved += count as u64;
        state.moved += count as u64;
        if state.stall_after.is_some_and(|after| moved > after) {
            (state.stall_after, state.stalled) = (None, 1);
            shared.1.notify_all();
            drop(shared.1.wait_while(state, |state| state.stalled > 0).unwrap());
            break;
        }
        if state.cuts_left > 0 && moved > state.after {
            state.cuts_left -= 1;
            state.cuts += 1;
            break;
        }
        drop(state);
        if to.write_all(piece.get(..count).unwrap()).is_err() {
            break;
        }
    }
    from.shutdown(Shutdown::Both).ok();
    to.shutdown(Shutdown::Both).ok();
}
