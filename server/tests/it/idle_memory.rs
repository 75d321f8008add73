//! What a connection that idles takes of memory, and one that stops reading, counted. The section "Memory" of `server/README.md`
//! says what the bytes are.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;

use bytes::Bytes;
use shared::server_msg::Form;
use shared::{Kind, Nonce, RoomName, Seq, Text, Uid};

use server::chat::conn_id::{ConnId, NodeStart};
use server::chat::dedupe::{Dedupe, Said};
use server::connection::context::Context;
use server::delivery::Delivery;
use server::encoded::Encoded;
use server::listener::acceptor::Acceptor;
use server::listener::{self, Clients};
use server::timing::Timing;
use server::tls::Tls;
use server::transport::peer::Peer;
use server::transport::pipe::{Pipe, pair};
use server::transport::socket::{Socket, Stream};

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
    tokio::spawn(listener::run(vec![listener], Clients::Chinwag, acceptor));
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
    // The more slowly they come, the fewer of them one line of the room's ring tells of together.
    assert!((2_300..3_100).contains(&each), "{each} bytes; change the table, too");
    drop((first, more));
}

/// Messages of 600 bytes in a room, read by some of those who follow it.
fn say(delivery: &mut Delivery, room: &RoomName, seqs: std::ops::Range<u64>, readers: &[(ConnId, Pipe)]) {
    for seq in seqs {
        let line = Bytes::from(vec![b'x'; 600]);
        delivery.append(room, &[Encoded { seq: Seq::new(seq).unwrap(), line, change: None }]);
        delivery.flush();
        for (conn, end) in readers {
            while end.try_read(&mut [0; 4096]).is_ok() {
                delivery.writable(*conn);
            }
        }
    }
}

#[test]
fn somebody_who_stops_reading_keeps_less_than_half_a_megabyte() {
    let mut delivery = Delivery::default();
    let room = RoomName::lobby();
    delivery.begin(&room, Seq::ZERO, &[]);
    let ends = [1, 2].map(|number| {
        let (conn, (near, far)) = (ConnId::new(NodeStart::default(), number), pair(4096));
        let socket = Socket::new(Stream::Memory(near), Peer::Local, 0, Arc::default());
        delivery.open(conn, Arc::new(socket), Form::Full);
        delivery.follow(conn, &room, Seq::ZERO);
        (conn, far)
    });
    say(&mut delivery, &room, 1..2_000, &ends);
    let counted = allocation_counter::measure(|| say(&mut delivery, &room, 2_000..6_000, &ends[..1]));
    assert!((100_000..400_000).contains(&counted.bytes_current), "{} bytes", counted.bytes_current);
}

#[test]
fn the_messages_that_are_remembered_by_their_nonces_take_less_than_a_megabyte() {
    let mut dedupe = Dedupe::default();
    let kind = Kind::Message(Text::parse("hello").unwrap());
    // Often as many as are kept, since a hash table that is changed all the time may grow.
    let counted = allocation_counter::measure(|| {
        for n in 1..=100_000 {
            let said = Said::new(Seq::new(n).unwrap(), &RoomName::lobby(), &kind, None, None);
            dedupe.remember(Uid::new(1).unwrap(), Nonce::parse(&format!("n{n}")).unwrap(), said);
        }
    });
    assert!((500_000..800_000).contains(&counted.bytes_current), "{} bytes", counted.bytes_current);
}
