//! What a connection that idles takes of memory, counted. The table in `server/README.md` says what the bytes are.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;

use server::connection::context::Context;
use server::listener;
use server::listener::acceptor::Acceptor;
use server::timing::Timing;
use server::tls::Tls;

use crate::costs_core::Core;

/// Those that are there before it is counted, so that nothing is counted that only the first ones need.
const FIRST: usize = 100;
/// Those that are counted.
const MORE: usize = 200;

/// A server on this thread, which is the one whose allocations are counted. Must be called inside a runtime.
fn start() -> SocketAddr {
    let core = Core::start();
    let dir = tempfile::tempdir().unwrap();
    let tls = Arc::new(Tls::open(None, &[], dir.path()).unwrap());
    let context: &Arc<Context> = core.context();
    let acceptor = Acceptor::new(context, tls, true, Timing::default());
    let listener = listener::bind("127.0.0.1:0".parse().unwrap(), false).unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(listener::run(vec![listener], acceptor));
    address
}

/// Somebody who came and then says nothing.
fn come(address: SocketAddr, name: &str) -> BufReader<TcpStream> {
    let mut stream = BufReader::new(TcpStream::connect(address).unwrap());
    let hello = format!(r#"{{"type":"hello","protocol":[1,1],"client":"test","name":"{name}"}}"#);
    writeln!(stream.get_mut(), "{hello}").unwrap();
    read_until(&mut stream, r#""type":"welcome""#);
    stream
}

fn read_until(stream: &mut BufReader<TcpStream>, part: &str) {
    let mut line = String::new();
    while !line.contains(part) {
        line.clear();
        assert_ne!(stream.read_line(&mut line).unwrap(), 0, "closed before {part}");
    }
}

/// So many come, on another thread; the first has heard of the last when it is over.
async fn come_all(address: SocketAddr, from: usize, count: usize) -> Vec<BufReader<TcpStream>> {
    let all = tokio::task::spawn_blocking(move || {
        let mut all: Vec<_> = (from..from + count).map(|n| come(address, &format!("member-{n}"))).collect();
        read_until(&mut all[0], &format!("member-{}", from + count - 1));
        all
    });
    all.await.unwrap()
}

#[test]
fn a_connection_that_idles_takes_what_is_said_that_it_takes() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let address = runtime.block_on(async { start() });
    let first = runtime.block_on(come_all(address, 0, FIRST));
    let mut more = Vec::new();
    let counted = allocation_counter::measure(|| more = runtime.block_on(come_all(address, FIRST, MORE)));
    let each = counted.bytes_current / i64::try_from(MORE).unwrap();
    assert!((2_300..2_900).contains(&each), "{each} bytes; change the table, too");
    drop((first, more));
}
