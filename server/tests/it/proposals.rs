//! The JSON of proposals: golden lines, the version, and that none contains a secret.

use std::collections::BTreeMap;

use server::chat::conn_id::{ConnId, NodeStart};
use server::chat::creation_limit::CreationLimits;
use server::chat::dedupe::Said;
use server::chat::greeting::{Greeting, Origin};
use server::chat::level::LEVEL;
use server::chat::limit_change::LimitChange;
use server::chat::linked_secret::MadeOf;
use server::chat::message_lookup::{MessageAnswer, MessageLookup, MessageQuestion};
use server::chat::newcomer_history::NewcomerHistory;
use server::chat::node_proposal::ProposedRemoval;
use server::chat::proposal::{
    NonceAnswer, NonceLookup, Proposal, ProposedLink, ProposedMachine, ProposedSecret, SecretHash,
};
use server::chat::proposed_request::{ProposedOperation, ProposedRequest};
use server::chat::rules::Rules;
use server::order::codec::{DecodeError, EncodeError, decode, encode};
use shared::limits::Limits;
use shared::server_msg::{Durability, ServerInfo};
use shared::{ClientMsg, Kind, Line, NodeName, Request, Role, RoomName, Seq, Uid};

/// A line for every kind of proposal; for requests, one for every message of the wire.
const GOLDEN: &str = include_str!("golden/proposals.jsonl");
/// Every message of a client as its line of the wire.
const CLIENT: &str = include_str!("../../../shared/tests/it/golden/client.jsonl");

fn conn() -> ConnId {
    ConnId::new(NodeStart { node: 3, start: 17 }, 4711)
}

fn requests() -> Vec<ClientMsg> {
    let parse = |line: &str| Request::parse(line.as_bytes()).unwrap().msg;
    CLIENT.lines().map(parse).collect()
}

fn carries_secret(msg: &ClientMsg) -> bool {
    match msg {
        ClientMsg::Hello(_) | ClientMsg::Auth(_) | ClientMsg::Transfer(_) | ClientMsg::IrcPassword(_) => true,
        ClientMsg::Join(join) => join.word.is_some(),
        ClientMsg::SetRoom(set) => set.word.is_some(),
        ClientMsg::Upload(upload) => upload.proof.is_some(),
        _ => false,
    }
}

fn link(id: Option<shared::RequestId>) -> Proposal {
    let (code, machine) = (SecretHash([9; 32]), Line::parse("laptop").unwrap());
    Proposal::Link(Box::new(ProposedLink { conn: conn(), id, code, machine }))
}

fn machine(id: Option<shared::RequestId>) -> Proposal {
    let line = |text: &str| Line::parse(text).unwrap();
    Proposal::Machine(Box::new(ProposedMachine {
        conn: conn(),
        id,
        made_of: MadeOf::Word,
        secret: Some(SecretHash([11; 32])),
        name: line("IRC"),
        machine: line("laptop"),
    }))
}

fn rules() -> Rules {
    let line = |text: &str| Line::parse(text).unwrap();
    Rules {
        server: ServerInfo::new(line("tea"), line("0.1.0")),
        motd: "안녕".to_owned(),
        durability: Durability::Disk,
        max_users: 1000,
        creation: CreationLimits::START,
        next_key: Some(shared::Fingerprint::of(b"")),
        newcomer_history: NewcomerHistory::All,
        files_off: false,
        limits: Limits::default(),
    }
}

fn all() -> Vec<Proposal> {
    let line = |text: &str| Line::parse(text).unwrap();
    let (id, uid, nonce) = ("i".parse().ok(), Uid::new(9).unwrap(), "n1".parse::<shared::Nonce>().unwrap());
    let seq = Seq::new(812).unwrap();
    let full = Greeting {
        conn: conn(),
        id: id.clone(),
        origin: Origin {
            address: "2001:db8::1".parse().ok(),
            unix: Some(1000),
            client: line("nc"),
            role: Role::Admin,
        },
        window: "5f0c9a3e".parse().ok(),
        wish: "민수".parse().ok(),
        shown: Some(SecretHash([7; 32])),
        link: Some(SecretHash([9; 32])),
        machine: line("phone"),
        has: vec![SecretHash([8; 32])],
        resume: BTreeMap::from([(RoomName::lobby(), seq)]),
        fresh: SecretHash([0xfb; 32]),
        candidates: vec!["calm-otter".parse().unwrap()],
        followed: None,
    };
    let plain = Greeting {
        id: None,
        origin: Origin::default(),
        window: None,
        wish: None,
        shown: None,
        link: None,
        machine: shared::Line::default(),
        has: Vec::new(),
        resume: BTreeMap::new(),
        ..full.clone()
    };
    let rules = rules();
    let said = Said::new(seq, &RoomName::lobby(), &Kind::Message("hi".parse().unwrap()), None, None);
    let lookup = |answer| NonceLookup { uid, nonce: nonce.clone(), answer, greatest: None };
    let lookups =
        vec![lookup(NonceAnswer::Said(said)), lookup(NonceAnswer::New), lookup(NonceAnswer::Unknown)];
    let greatest = NonceLookup { greatest: Some(nonce.clone()), ..lookup(NonceAnswer::New) };
    let lookups = [lookups, vec![greatest]].concat();
    let messages = [
        MessageAnswer::Found { from: shared::Sender::operator(), reactions: 2 },
        MessageAnswer::Missing,
        MessageAnswer::Unknown,
    ];
    let question = MessageQuestion { uid, room: RoomName::lobby(), of: seq, number: 7 };
    let found = |answer| MessageLookup { question: question.clone(), answer };
    let mut all = vec![
        Proposal::Hello(Box::new(full)),
        Proposal::Hello(Box::new(plain)),
        Proposal::Operate(Box::new(ProposedOperation::new(
            conn(),
            id.clone(),
            requests().into_iter().find(|msg| matches!(msg, ClientMsg::Kick(_))).unwrap(),
            0,
        ))),
        Proposal::NewSecret(Box::new(ProposedSecret {
            conn: conn(),
            id: id.clone(),
            unix: 0,
            uid,
            hash: SecretHash([7; 32]),
            reset: true,
        })),
        link(id.clone()),
        machine(id.clone()),
        Proposal::Granted { conn: conn(), id: id.clone(), role: Role::Admin },
        Proposal::WrongKey { conn: conn() },
        Proposal::Lost { conn: conn() },
        Proposal::NotWelcomed { conn: conn(), fresh: SecretHash([8; 32]) },
        Proposal::Stop { restart: true },
        Proposal::Rules(Box::new(rules.clone())),
        Proposal::Limit(LimitChange::parse("max-per-address", "200").unwrap()),
        Proposal::Limit(LimitChange::parse("file-max", "200M").unwrap()),
        Proposal::Rules(Box::new(Rules { newcomer_history: NewcomerHistory::Last(50), ..rules.clone() })),
        Proposal::Tick,
        Proposal::ClockStepped { by: -3_600_000 },
        Proposal::NoncesLookedUp { lookups },
        Proposal::MessagesLookedUp { lookups: messages.map(found).to_vec() },
    ];
    all.extend(of_nodes());
    all.extend(all_requests());
    all
}

/// That a node belongs to the cluster no more.
fn of_nodes() -> [Proposal; 2] {
    let node: NodeName = "busan".parse().unwrap();
    let removal =
        ProposedRemoval { conn: conn(), id: "i".parse().ok(), unix: 0, node: node.clone(), force: true };
    [Proposal::RemoveNode(Box::new(removal)), Proposal::EvictNode { node }]
}

/// Every request that is proposed.
fn all_requests() -> Vec<Proposal> {
    let asked = |msg| ProposedRequest::new(conn(), "i".parse().ok(), msg);
    let proposal = |request| Proposal::Request(Box::new(request));
    // The word of a room is hashed on the way; a greeting, a key and what opens a content never get there.
    let is_proposed = |msg: &ClientMsg| match msg {
        ClientMsg::Hello(_)
        | ClientMsg::Auth(_)
        | ClientMsg::Transfer(_)
        | ClientMsg::IrcPassword(_)
        | ClientMsg::IrcCertificate(_) => false,
        ClientMsg::Upload(upload) => upload.proof.is_none(),
        _ => true,
    };
    let mut all: Vec<_> =
        requests().into_iter().filter(is_proposed).map(|msg| proposal(asked(msg))).collect();
    let say = requests().into_iter().find(|msg| matches!(msg, ClientMsg::Say(say) if say.file.is_some()));
    all.push(proposal(ProposedRequest { held: Some(6), ..asked(say.unwrap()) }));
    all
}

#[test]
fn every_proposal_has_its_golden_line_and_is_read_from_it() {
    let written: Vec<_> = all().iter().map(|proposal| encode(proposal).unwrap()).collect();
    let golden: Vec<_> = GOLDEN.lines().collect();
    assert!(written == golden, "these are the lines now:\n{}", written.join("\n"));
    for (line, proposal) in golden.iter().zip(all()) {
        assert_eq!(decode(line).unwrap(), proposal, "{line}");
    }
}

#[test]
fn a_request_that_carries_a_secret_is_never_written() {
    let with_secrets: Vec<_> = requests().into_iter().filter(carries_secret).collect();
    assert!(with_secrets.len() >= 5, "{with_secrets:?}");
    for msg in with_secrets {
        let asked = Proposal::Request(Box::new(ProposedRequest {
            conn: conn(),
            id: None,
            msg: msg.clone(),
            word: None,
            held: None,
        }));
        let operated = Proposal::Operate(Box::new(ProposedOperation {
            conn: conn(),
            id: None,
            msg,
            word: None,
            unix: 0,
        }));
        for proposal in [asked, operated] {
            assert!(matches!(encode(&proposal), Err(EncodeError::Secret)), "{proposal:?}");
        }
    }
}

#[test]
fn a_proposal_of_a_newer_version_is_an_error() {
    let newer = LEVEL + 1;
    let error = decode(&format!(r#"{{"v":{newer},"proposal":{{"type":"levitate"}}}}"#)).unwrap_err();
    assert!(matches!(error, DecodeError::Version(version) if version == newer));
    assert!(error.to_string().ends_with("upgrade this server"), "{error}");
    for damaged in ["", "{}", r#"{"v":1}"#, r#"{"v":1,"proposal":{"type":"levitate"}}"#, "nonsense"] {
        assert!(matches!(decode(damaged), Err(DecodeError::Malformed(_))), "{damaged}");
    }
}
