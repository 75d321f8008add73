//! Rings that come and go with those who follow them.

use std::sync::Arc;

use socket2::{Domain, Type};

use super::rings::ALL_RINGS;
use super::*;
use crate::chat::conn_id::NodeStart;
use crate::encoded::Encoded;
use crate::transport::peer::Peer;
use crate::transport::pipe::{Pipe, pair};
use crate::transport::socket::Stream;

fn conn(number: u64) -> ConnId {
    ConnId::new(NodeStart::default(), number)
}

fn room(n: u64) -> RoomName {
    RoomName::parse(&format!("r{n}")).unwrap()
}

fn event(seq: u64, bytes: usize) -> Encoded {
    Encoded { seq: Seq::new(seq).unwrap(), line: Bytes::from(vec![b'x'; bytes]), change: None }
}

/// Somebody joins (`+`) or leaves (`-`).
fn change(room: u64, seq: u64, sign: char, uid: u64) -> Encoded {
    let kind = if sign == '+' { r#""kind":"join""# } else { r#""kind":"leave","how":"quit""# };
    let body = format!(
        r#"{{"room":"r{room}","seq":{seq},"prev":{},"at":5,"from":{{"uid":{uid},"name":"no{uid}","style":{{"color":6}}}},{kind}}}"#,
        seq - 1
    );
    Encoded::of_body(Seq::new(seq).unwrap(), &body)
}

/// A connection, and its far end.
fn open(delivery: &mut Delivery, number: u64) -> Pipe {
    open_in(delivery, number, Form::Full)
}

fn open_in(delivery: &mut Delivery, number: u64, form: Form) -> Pipe {
    let (near, far) = pair(4096);
    let socket = Socket::new(Stream::Memory(near), Peer::Local, 0, Arc::default());
    delivery.open(conn(number), Arc::new(socket), form);
    far
}

#[test]
fn a_ring_goes_with_the_last_who_follows_it_and_its_place_is_used_again() {
    let mut delivery = Delivery::default();
    let _ends = [open(&mut delivery, 1), open(&mut delivery, 2)];
    for n in 0..50 {
        delivery.begin_loading(&room(n));
        delivery.begin(&room(n), Seq::ZERO, &[]);
        delivery.follow(conn(1), &room(n), Seq::ZERO);
        delivery.follow(conn(2), &room(n), Seq::ZERO);
        delivery.append(&room(n), &[event(n + 1, 1000)]);
        delivery.presence(room(n), Uid::ZERO, PresenceState::Here);
        delivery.unfollow(conn(1), &room(n));
        assert!(delivery.has_ring(&room(n)));
        if n % 2 == 0 {
            delivery.unfollow(conn(2), &room(n));
            assert!(!delivery.has_ring(&room(n)));
        }
    }
    assert_eq!((delivery.rings.len(), delivery.ring_bytes), (25, 25_000));
    delivery.closed(conn(2));
    assert_eq!((delivery.by_room.len(), delivery.ring_bytes, delivery.free_rings.len()), (0, 0, 25));
    assert!(!delivery.has_coalesced());
    delivery.begin(&room(7), Seq::ZERO, &[event(1, 10)]);
    assert_eq!((delivery.rings.len(), delivery.ring_bytes), (25, 10));
    // Whoever waited for it is gone.
    delivery.forget_unfollowed(&room(7));
    assert!(!delivery.has_ring(&room(7)));
}

#[test]
fn all_rings_together_have_a_limit_and_the_largest_give_way() {
    let capacity = RingCapacity { bytes: 4 * 1024 * 1024, ..RingCapacity::default() };
    let mut delivery = Delivery::new(capacity, Arc::default());
    delivery.begin(&room(0), Seq::ZERO, &[event(1, 100)]);
    let _behind = open(&mut delivery, 1);
    for n in 1..=40 {
        delivery.begin(&room(n), Seq::ZERO, &[]);
        delivery.follow(conn(1), &room(n), Seq::ZERO);
        for seq in 1..=4 {
            delivery.append(&room(n), &[event(seq, 1024 * 1024)]);
        }
    }
    assert!(delivery.ring_bytes <= ALL_RINGS && delivery.ring_bytes > ALL_RINGS / 2);
    assert_eq!(delivery.ring_bytes, delivery.rings.iter().map(Ring::bytes).sum::<u64>());
    assert_eq!(delivery.rings[0].bytes(), 100);
}

/// What has come: events as their seqs, runs as `prev-seq`.
fn heard(end: &Pipe) -> Vec<String> {
    let (mut bytes, mut buffer) = (Vec::new(), [0; 512]);
    while let Ok(read) = end.try_read(&mut buffer) {
        bytes.extend_from_slice(&buffer[..read]);
    }
    let lines = bytes.split_inclusive(|&byte| byte == b'\n');
    let told = lines.map(|line| {
        let msg = ServerMsg::parse(line).unwrap();
        if let ServerMsg::Membership(told) = msg {
            return format!("{}-{}", told.prev, told.seq);
        }
        let ServerMsg::Event(event) = msg else { panic!("{msg:?}") };
        event.seq.to_string()
    });
    told.collect()
}

#[test]
fn joins_and_leaves_wait_and_are_one_line_for_whoever_asked_for_that() {
    let mut delivery = Delivery::default();
    let (full, compact) = (open(&mut delivery, 1), open_in(&mut delivery, 2, Form::Compact));
    delivery.begin(&room(0), Seq::ZERO, &[]);
    for number in [1, 2] {
        delivery.follow(conn(number), &room(0), Seq::ZERO);
    }
    delivery.append(&room(0), &[change(0, 1, '+', 1), change(0, 2, '+', 2)]);
    delivery.append(&room(0), &[change(0, 3, '-', 1)]);
    delivery.flush();
    assert!(delivery.has_coalesced());
    assert_eq!((heard(&full), heard(&compact)), (vec![], vec![]), "not yet");
    // Who comes in the middle has seen the first three: in the one form it gets what is after them, in the other all of it.
    let (late, late_compact) = (open(&mut delivery, 3), open_in(&mut delivery, 4, Form::Compact));
    for number in [3, 4] {
        delivery.follow(conn(number), &room(0), Seq::new(3).unwrap());
    }
    delivery.append(&room(0), &[change(0, 4, '-', 2)]);
    delivery.flush_coalesced();
    delivery.flush();
    assert!(!delivery.has_coalesced());
    assert_eq!(
        (heard(&full), heard(&compact)),
        (["1", "2", "3", "4"].map(Into::into).into(), vec!["0-4".into()])
    );
    assert_eq!((heard(&late), heard(&late_compact)), (vec!["4".into()], vec!["0-4".to_owned()]));
    // Something else that happens does not overtake them, nor wait.
    let said = Encoded { change: None, ..change(0, 6, '+', 3) };
    delivery.append(&room(0), &[change(0, 5, '+', 3), said, change(0, 7, '-', 3)]);
    delivery.flush();
    assert_eq!(
        (heard(&full), heard(&compact)),
        (vec!["5".into(), "6".into()], vec!["4-5".into(), "6".to_owned()])
    );
    assert!(delivery.has_coalesced());
    // Whoever asks for what it missed gets it now.
    let back = open_in(&mut delivery, 5, Form::Compact);
    delivery.follow(conn(5), &room(0), Seq::new(4).unwrap());
    delivery.flush();
    assert_eq!(heard(&back), ["4-5", "6", "6-7"]);
    assert_eq!((heard(&full), heard(&compact)), (vec!["7".into()], vec!["6-7".to_owned()]));
}

#[test]
fn a_ring_that_is_loaded_has_its_joins_and_leaves_in_runs_of_a_second() {
    let mut delivery = Delivery::default();
    let compact = open_in(&mut delivery, 1, Form::Compact);
    let mut tail: Vec<_> = (1..=2500).map(|seq| change(0, seq, '+', seq)).collect();
    for event in &mut tail[2400..] {
        Arc::make_mut(event.change.as_mut().unwrap()).at = 60_000;
    }
    let capacity = RingCapacity { events: 4096, bytes: 1024 * 1024, ..RingCapacity::default() };
    delivery.capacity = capacity;
    delivery.begin(&room(0), Seq::ZERO, &tail);
    delivery.follow(conn(1), &room(0), Seq::new(10).unwrap());
    assert!(!delivery.has_coalesced());
    // It takes little at a time, so that every line is cut.
    let mut told = Vec::new();
    let mut bytes = Vec::new();
    loop {
        delivery.flush();
        let mut buffer = [0; 1000];
        let Ok(read) = compact.try_read(&mut buffer) else { break };
        bytes.extend_from_slice(&buffer[..read]);
        delivery.writable(conn(1));
    }
    for line in bytes.split_inclusive(|&byte| byte == b'\n') {
        let ServerMsg::Membership(run) = ServerMsg::parse(line).unwrap() else { panic!("no run") };
        told.push((run.prev.get(), run.seq.get(), run.came.len()));
    }
    assert_eq!(told, [(0, 1024, 1024), (1024, 2048, 1024), (2048, 2400, 352), (2400, 2500, 100)]);
}

#[tokio::test]
async fn an_answer_and_the_events_behind_it_are_one_write() {
    // On a socket of this type each write is a packet.
    let (near, far) = socket2::Socket::pair(Domain::UNIX, Type::SEQPACKET, None).unwrap();
    near.set_nonblocking(true).unwrap();
    let near = tokio::net::UnixStream::from_std(near.into()).unwrap();
    near.writable().await.unwrap();
    let mut delivery = Delivery::default();
    let socket = Socket::new(Stream::Unix(near), Peer::Local, 0, Arc::default());
    delivery.open(conn(1), Arc::new(socket), Form::Full);
    delivery.begin(&room(1), Seq::ZERO, &[]);
    delivery.follow(conn(1), &room(1), Seq::ZERO);
    delivery.append(&room(1), &[event(1, 5)]);
    delivery.append(&room(1), &[event(2, 5)]);
    delivery.tell(conn(1), Bytes::from_static(b"ok\n"));
    delivery.flush();
    let mut packet = [0; 64];
    let length = std::io::Read::read(&mut &far, &mut packet).unwrap();
    assert_eq!(std::str::from_utf8(&packet[..length]).unwrap(), "ok\nxxxxxxxxxx");
}

#[test]
fn what_is_cut_anywhere_in_an_answer_and_the_events_behind_it_goes_on_there() {
    // 40 bytes are an answer, and each event has 30: the 64 bytes of the pipe end inside the first, or behind it, or in the
    // answer, as much as there is in it before.
    for before in 0..64 {
        let mut delivery = Delivery::default();
        let (near, far) = pair(64);
        let socket = Socket::new(Stream::Memory(near), Peer::Local, 0, Arc::default());
        delivery.open(conn(1), Arc::new(socket), Form::Full);
        delivery.begin(&room(1), Seq::ZERO, &[]);
        delivery.follow(conn(1), &room(1), Seq::ZERO);
        let (first, answer) = (vec![b'b'; before], vec![b'a'; 40]);
        delivery.tell(conn(1), first.clone().into());
        delivery.flush();
        delivery.tell(conn(1), answer.clone().into());
        delivery.append(&room(1), &[event(1, 30), event(2, 30)]);
        let (mut got, mut buffer) = (Vec::new(), [0; 64]);
        for _ in 0..4 {
            delivery.flush();
            while let Ok(read) = far.try_read(&mut buffer) {
                got.extend_from_slice(&buffer[..read]);
            }
            delivery.writable(conn(1));
        }
        assert_eq!(got, [first, answer, vec![b'x'; 60]].concat(), "{before} before");
        assert_eq!(delivery.position(conn(1), &room(1)), Seq::new(2));
    }
}

#[test]
fn a_ring_is_as_long_as_whoever_is_furthest_behind_needs_and_no_longer_than_it_may_be() {
    let RingCapacity { bytes: most, tail, .. } = RingCapacity::default();
    let mut delivery = Delivery::default();
    let ends = [open(&mut delivery, 1), open(&mut delivery, 2)];
    delivery.begin(&room(0), Seq::ZERO, &[]);
    for number in [1, 2] {
        delivery.follow(conn(number), &room(0), Seq::ZERO);
    }
    let mut seq = 0;
    // So much is said, and read by everybody or by the first alone.
    let mut say = |delivery: &mut Delivery, bytes: u64, readers: &[Pipe]| {
        for _ in 0..bytes / 1024 {
            seq += 1;
            delivery.append(&room(0), &[event(seq, 1024)]);
            delivery.flush();
            for (number, end) in (1..).zip(readers) {
                while end.try_read(&mut [0; 64]).is_ok() {
                    delivery.writable(conn(number));
                }
            }
        }
        delivery.ring_bytes
    };
    for _ in 0..3 {
        let kept = say(&mut delivery, 2 * most, &ends);
        assert!((tail..=2 * tail).contains(&kept), "{kept} bytes are kept for nobody");
        let kept = say(&mut delivery, most / 2, &ends[..1]);
        // What its socket took is not kept, nor the event that was cut by that.
        assert!(kept >= most / 2 - 8 * 1024, "{kept} bytes: whoever is behind loses what there is room for");
        let kept = say(&mut delivery, 2 * most, &ends[..1]);
        assert_eq!(kept, most, "one who does not read");
        let (mut told, mut piece) = (Vec::new(), [0; 64]);
        while let Ok(read) = ends[1].try_read(&mut piece) {
            told.extend_from_slice(&piece[..read]);
            delivery.writable(conn(2));
        }
        assert!(String::from_utf8_lossy(&told).contains(r#"{"type":"gap""#), "it fell out");
    }
}

#[test]
fn what_somebody_says_of_being_away_stands_beside_whether_they_are_connected() {
    let mut delivery = Delivery::default();
    for state in [
        PresenceState::Absent,
        PresenceState::Away,
        PresenceState::Typing,
        PresenceState::Back,
        PresenceState::Here,
    ] {
        delivery.presence(room(1), Uid::ZERO, state);
    }
    let told: Vec<_> = delivery.presence[&room(1)].iter().map(|change| change.state).collect();
    assert_eq!(told, [PresenceState::Back, PresenceState::Here]);
}

#[test]
fn who_is_not_welcomed_yet_is_not_told_what_is_told_to_all_who_are() {
    let mut delivery = Delivery::default();
    let ends = [1, 2, 3].map(|number| open(&mut delivery, number));
    delivery.socket(conn(2)).unwrap().welcomed(Uid::new(7).unwrap(), true);
    delivery.tell_all(&Bytes::from_static(b"all\n"), |socket| socket.uid().is_some());
    delivery.flush();
    let told = ends.map(|end| end.try_read(&mut [0; 8]).unwrap_or(0));
    assert_eq!(told, [0, 4, 0]);
}
