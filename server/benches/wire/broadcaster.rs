//! The limit of fan-out: copies every line that a member sends to all members of their room, the sender included. All that
//! was read in one round of epoll goes to a member in one write. It knows no names, checks nothing and keeps nothing.
//! A first line `/N` puts a member into room N. It is a process of its own, so that its use can be measured.

use std::collections::HashMap;
use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::time::Duration;

use socket2::{Domain, Socket, Type};

use super::driver::poller::Poller;

const LISTENER: u64 = u64::MAX;

struct Member {
    stream: TcpStream,
    room: u32,
    /// What is not a whole line yet.
    rest: Vec<u8>,
    /// What the socket did not take.
    backlog: Vec<u8>,
}

/// Serves until it is killed.
pub(crate) fn run(address: SocketAddr) {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, None).unwrap();
    socket.set_reuse_address(true).unwrap();
    socket.bind(&address.into()).unwrap();
    // A thousand connect at once.
    socket.listen(4096).unwrap();
    socket.set_nonblocking(true).unwrap();
    let listener: TcpListener = socket.into();
    let mut poller = Poller::new();
    poller.add(&listener, LISTENER);
    let mut members: Vec<Option<Member>> = Vec::new();
    let mut rooms: HashMap<u32, Vec<usize>> = HashMap::new();
    let (mut ready, mut buffer) = (Vec::new(), vec![0; 64 * 1024]);
    let mut said: HashMap<u32, Vec<u8>> = HashMap::new();
    let mut is_behind = false;
    loop {
        let at_most = if is_behind { Duration::from_millis(1) } else { Duration::from_mins(1) };
        poller.wait(at_most, &mut ready);
        for number in &ready {
            if *number == LISTENER {
                while let Ok((stream, _)) = listener.accept() {
                    stream.set_nonblocking(true).unwrap();
                    stream.set_nodelay(true).unwrap();
                    poller.add(&stream, members.len() as u64);
                    rooms.entry(0).or_default().push(members.len());
                    members.push(Some(Member { stream, room: 0, rest: Vec::new(), backlog: Vec::new() }));
                }
                continue;
            }
            let at = usize::try_from(*number).unwrap();
            let Some(member) = &mut members[at] else { continue };
            match member.stream.read(&mut buffer) {
                Ok(0) => drop(members[at].take()),
                Ok(read) => take(member, &buffer[..read], at, &mut rooms, &mut said),
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                Err(_) => drop(members[at].take()),
            }
        }
        is_behind = false;
        for (room, lines) in said.drain() {
            for at in rooms.get(&room).into_iter().flatten() {
                if let Some(member) = &mut members[*at] {
                    is_behind |= give(member, &lines);
                }
            }
        }
        for member in members.iter_mut().flatten().filter(|member| !member.backlog.is_empty()) {
            is_behind |= give(member, &[]);
        }
    }
}

fn take(
    member: &mut Member,
    read: &[u8],
    at: usize,
    rooms: &mut HashMap<u32, Vec<usize>>,
    said: &mut HashMap<u32, Vec<u8>>,
) {
    member.rest.extend_from_slice(read);
    if member.rest.first() == Some(&b'/')
        && let Some(end) = memchr::memchr(b'\n', &member.rest)
    {
        let room = String::from_utf8_lossy(&member.rest[1..end]).parse().unwrap();
        member.rest.drain(..=end);
        rooms.entry(member.room).or_default().retain(|other| *other != at);
        rooms.entry(room).or_default().push(at);
        member.room = room;
    }
    if let Some(end) = memchr::memrchr(b'\n', &member.rest) {
        said.entry(member.room).or_default().extend(member.rest.drain(..=end));
    }
}

/// Writes to a member; says whether something is left.
fn give(member: &mut Member, lines: &[u8]) -> bool {
    if member.backlog.is_empty() && !lines.is_empty() {
        let written = member.stream.write(lines).unwrap_or(0);
        member.backlog.extend_from_slice(&lines[written..]);
    } else {
        member.backlog.extend_from_slice(lines);
        let written = member.stream.write(&member.backlog).unwrap_or(0);
        member.backlog.drain(..written);
    }
    !member.backlog.is_empty()
}
