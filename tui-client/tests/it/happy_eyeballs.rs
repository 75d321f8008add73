//! Names with several addresses, over real sockets of the loopback interface.

use std::net::SocketAddr;
use std::sync::Arc;

use tokio::net::{TcpListener, TcpSocket};
use tui_client::address::Address;
use tui_client::event::{FromLink, Lost, Protection};
use tui_client::net::dial::{Dial as _, Dialer, Dialing};
use tui_client::net::happy_eyeballs::{Resolve, Resolving};
use tui_client::net::link::Link;
use tui_client::tls_mode::TlsMode;

use crate::net::fake::{FakeServer, WELCOME};
use crate::net::{everything, hello};
use crate::processes::Daemon;

/// Every name has these addresses.
#[derive(Debug)]
struct Names(Vec<SocketAddr>);

impl Resolve for Names {
    fn resolve(&self, _host: &str, _port: u16) -> Resolving {
        let addresses = self.0.clone();
        Box::pin(async move { Ok(addresses) })
    }
}

fn dial(addresses: Vec<SocketAddr>, tls: TlsMode) -> Dialing {
    let address: Address = "chat.example:7667".parse().unwrap();
    Dialer { tls, resolver: Arc::new(Names(addresses)), ..address.into() }.dial()
}

/// An address where nobody listens.
fn closed(address: &str) -> SocketAddr {
    let socket = std::net::TcpListener::bind(address).unwrap();
    socket.local_addr().unwrap()
}

/// An address that takes connections and never says anything.
async fn mute(address: &str) -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind(address).await.unwrap();
    let address = listener.local_addr().unwrap();
    (listener, address)
}

/// An address that does not even take connections: its queue is full.
async fn full() -> (Vec<tokio::net::TcpStream>, TcpListener, SocketAddr) {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.4:0".parse().unwrap()).unwrap();
    let listener = socket.listen(0).unwrap();
    let address = listener.local_addr().unwrap();
    let first = tokio::net::TcpStream::connect(address).await.unwrap();
    (vec![first], listener, address)
}

#[tokio::test]
async fn in_the_clear_the_address_that_answers_wins() {
    let server = FakeServer::start().await;
    let Address::Net { port, .. } = server.address() else { panic!() };
    let good = SocketAddr::from(([127, 0, 0, 1], port));
    let (_held, _listener, full) = full().await;
    let addresses = vec![closed("[::1]:0"), closed("127.0.0.2:0"), full, good];
    let mut link = Link::open(dial(addresses, TlsMode::Off), &hello());
    let mut peer = server.accept().await;
    peer.read().await;
    peer.write(WELCOME).await;
    assert!(matches!(link.next().await.as_deref(), Some([FromLink::Reached(_)])));
    assert!(matches!(link.next().await.as_deref(), Some([FromLink::Said(_)])));
}

#[tokio::test]
async fn over_tls_an_address_that_never_shakes_hands_does_not_win() {
    let state = tempfile::tempdir().unwrap();
    let daemon = Daemon::start(state.path(), "127.0.0.1:0");
    let (_listener, mute) = mute("127.0.0.3:0").await;
    for tls in [TlsMode::Auto, TlsMode::Trust] {
        let addresses = vec![closed("127.0.0.2:0"), mute, daemon.address.parse().unwrap()];
        let mut link = Link::open(dial(addresses, tls), &hello());
        let heard = link.next().await;
        let Some([FromLink::Reached(reached)]) = heard.as_deref() else { panic!("{heard:?}") };
        assert!(matches!(reached.protection, Protection::NewKey { .. }), "{reached:?}");
    }
}

#[tokio::test]
async fn when_none_answers_each_is_named() {
    let addresses = vec![closed("127.0.0.2:0"), closed("127.0.0.3:0")];
    for tls in [TlsMode::Off, TlsMode::Trust] {
        let heard = everything(Link::open(dial(addresses.clone(), tls), &hello())).await;
        let [FromLink::Down(lost @ Lost::NoneOf(_))] = &heard[..] else { panic!("{heard:?}") };
        for lang in [tui_client::lang::Lang::En, tui_client::lang::Lang::Ko] {
            let said = lang.unreachable("chat.example:7667", lost);
            for address in &addresses {
                assert!(said.contains(&address.to_string()), "{said}");
            }
        }
    }
}
