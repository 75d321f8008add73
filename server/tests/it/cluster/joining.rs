//! How a server joins the order: from where, by which NATS, and when it must not.

use std::thread::{scope, sleep};
use std::time::Duration;

use server::chat::place::Place;
use server::order::jetstream::failure::Failure;
use server::order::jetstream::options::{Credentials, Options};
use server::order::place;

use super::nats::Nats;
use super::node::{Node, options};

const SUBJECT: &str = "chinwag.test.order";

fn refusal(options: &Options, after: Place) -> Failure {
    Node::try_join(9, options, after).err().expect("it must not join")
}

/// One NATS server and a node that has these many proposals behind it.
fn one(proposals: usize) -> (Nats, Options, Node) {
    let nats = Nats::one();
    let options = options(nats.urls_from(0), 1);
    let node = Node::join(1, &options);
    node.propose(proposals);
    node.wait_for(proposals);
    (nats, options, node)
}

/// Why the order ends on this node.
#[track_caller]
fn failure(node: &Node) -> String {
    for _ in 0..4000 {
        if let Some(failure) = node.status.failure() {
            return failure.to_string();
        }
        sleep(Duration::from_millis(10));
    }
    panic!("it goes on: {:#?}", node.status.report());
}

#[test]
fn a_node_goes_on_after_any_place_also_amid_a_message() {
    let (_nats, options, node) = one(700);
    let all = node.applied();
    assert!(
        all.iter().filter(|(_, place, _)| place.0.trailing_zeros() >= 10).count() < 350,
        "many in a message"
    );
    for behind in [0, 1, 333, 698, 699] {
        let later = Node::try_join(2, &options, all[behind].1).unwrap();
        let rest: Vec<_> = all[behind + 1..].iter().map(|(_, place, at)| (*place, *at)).collect();
        assert_eq!(later.read(rest.len()), rest);
    }
}

#[test]
fn a_node_that_needs_what_was_trimmed_is_told_so() {
    let (_nats, options, node) = one(10);
    node.propose(10);
    node.wait_for(20);
    let last = place::sequence(node.applied()[19].1);
    node.trim_before(last);
    let Failure::Trimmed { wanted: 1, first } = refusal(&options, Place::default()) else {
        panic!("not trimmed")
    };
    assert_eq!(first, last);
    let later = Node::try_join(2, &options, node.applied()[19].1).unwrap();
    node.propose(1);
    later.read(1);
}

#[test]
fn what_no_server_of_this_chat_wrote_ends_the_order() {
    let (nats, _options, node) = one(1);
    nats.request(SUBJECT, "hello");
    assert!(
        failure(&node).contains("it is damaged, or no server of this chat wrote it"),
        "{}",
        failure(&node)
    );
}

#[test]
fn a_message_of_a_newer_server_asks_for_an_upgrade() {
    let (nats, options, node) = one(1);
    nats.request(SUBJECT, r#"{"v":2,"anything":"else"}"#);
    assert!(failure(&node).ends_with("upgrade this server"), "{}", failure(&node));
    let later = Node::try_join(2, &options, Place::default()).unwrap();
    assert!(failure(&later).ends_with("upgrade this server"), "{}", failure(&later));
}

#[test]
fn a_node_may_start_before_nats() {
    let mut nats = Nats::one();
    nats.kill(0);
    let options = options(nats.urls_from(0), 1);
    scope(|scope| {
        let joining = scope.spawn(|| Node::join(1, &options));
        sleep(Duration::from_millis(500));
        nats.restart(0);
        let node = joining.join().unwrap();
        node.propose(1);
        node.wait_for(1);
    });
}

/// `cargo test -p server --test it cluster::joining::a_stream_that_was_lost -- --ignored`
#[test]
#[ignore = "waits twice for twenty seconds, as a server does before it takes the stream for lost"]
fn a_stream_that_was_lost_ends_the_order_and_is_not_made_anew() {
    let (mut nats, options, node) = one(5);
    nats.kill(0);
    nats.restart_empty(0);
    assert!(failure(&node).contains("NATS has no stream CHINWAG_test"), "{}", failure(&node));
    assert!(matches!(refusal(&options, node.applied()[4].1), Failure::Lost { .. }));
    Node::join(3, &options);
    assert!(matches!(refusal(&options, place::of(5, 0)), Failure::WentBack { applied: 5, last: 0 }));
}

#[test]
fn a_stream_that_is_otherwise_is_refused() {
    let nats = Nats::one();
    nats.request("$JS.API.STREAM.CREATE.CHINWAG_test", r#"{"name":"CHINWAG_test","subjects":["chinwag.test.order"],"storage":"memory","retention":"limits","discard":"old","num_replicas":1,"max_msgs":-1,"max_bytes":-1,"max_age":0}"#);
    let why = refusal(&options(nats.urls_from(0), 1), Place::default()).to_string();
    assert!(why.contains("it is not stored in files; change it"), "{why}");
}

#[test]
fn a_stream_that_forgets_is_refused() {
    let (nats, options, node) = one(1);
    drop(node);
    for limit in [r#""max_age":60000000000"#, r#""max_msgs":100"#, r#""max_msgs_per_subject":100"#] {
        let config = format!(
            r#"{{"name":"CHINWAG_test","subjects":["chinwag.test.order"],"storage":"file","retention":"limits","discard":"old","num_replicas":1,"deny_delete":true,"max_msg_size":1000000,{limit}}}"#
        );
        let answer = nats.request("$JS.API.STREAM.UPDATE.CHINWAG_test", &config);
        assert!(!answer.contains("error"), "{answer}");
        let why = refusal(&options, place::of(1, 0)).to_string();
        let name = limit.split('"').nth(1).unwrap();
        assert!(why.contains(&format!("it forgets messages by {name}, ")), "{why}");
        assert!(why.contains("`nats stream edit`"), "{why}");
    }
}

#[test]
fn an_old_nats_is_refused_unless_it_is_asked_for() {
    let nats = Nats::one();
    let careful = Options { old_nats: false, ..options(nats.urls_from(0), 1) };
    match Node::try_join(1, &careful, Place::default()) {
        Ok(node) => assert!(!Nats::is_old(), "{:?}", node.status.report()),
        Err(failure) => assert!(Nats::is_old() && matches!(failure, Failure::OldNats { .. }), "{failure}"),
    }
}

#[test]
fn a_user_and_a_password_let_a_node_in() {
    let nats = Nats::start(1, "authorization { user: ann, password: \"s3cret\" }\n");
    let credentials = Credentials { user: "ann".to_owned(), password: "s3cret".to_owned() };
    let node = Node::join(1, &Options { credentials: Some(credentials), ..options(nats.urls_from(0), 1) });
    node.propose(1);
    node.wait_for(1);
}

#[test]
fn tls_is_spoken_to_whom_the_certificate_authority_vouches_for() {
    let dir = tempfile::TempDir::new().unwrap();
    let made = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
    let [cert, key] = ["cert.pem", "key.pem"].map(|name| dir.path().join(name));
    std::fs::write(&cert, made.cert.pem()).unwrap();
    std::fs::write(&key, made.signing_key.serialize_pem()).unwrap();
    let nats = Nats::start(
        1,
        &format!("tls {{ cert_file: \"{}\", key_file: \"{}\" }}\n", cert.display(), key.display()),
    );
    let tls = nats.url(0).replace("nats://", "tls://");
    let node = Node::join(1, &Options { ca: Some(cert), ..options(vec![tls.clone()], 1) });
    node.propose(1);
    node.wait_for(1);
    let stranger = options(vec![tls], 1);
    let waits = scope(|scope| {
        let joining = scope.spawn(|| Node::try_join_for(Duration::from_millis(700), &stranger));
        joining.join().unwrap()
    });
    assert!(waits.is_none(), "without the authority it must not be trusted");
}
