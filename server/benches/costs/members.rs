//! The whole way from a line to everybody's lines.

use std::time::Duration;

use crate::core::{Core, Far};
use crate::counted::{mark, told};

/// How many are in the lobby.
const MEMBERS: usize = 100;
/// Longer than joins and leaves are coalesced.
const A_MOMENT: Duration = Duration::from_secs(1);

/// One of a hundred members says something, and all have it.
pub(crate) async fn say() {
    const TIMES: u32 = 20;
    let core = Core::start();
    let mut members = lobby(&core).await;
    let mut bytes = 0;
    for turn in 0..=TIMES {
        if turn == 1 {
            bytes = 0;
            mark();
        }
        members[0].send(&say_line(turn));
        bytes += members[0].wait_for(r#""type":"ok""#).await;
        bytes += members[1..].iter_mut().map(Far::take).sum::<usize>();
    }
    mark();
    told("say to 100 members", TIMES, bytes);
}

/// Twenty people at once come to a hundred, and leave again.
pub(crate) async fn come_and_go() {
    const PEOPLE: u32 = 20;
    let core = Core::start();
    let mut members = lobby(&core).await;
    let mut bytes = 0;
    for turn in 0..=1 {
        if turn == 1 {
            bytes = 0;
            mark();
        }
        let mut people: Vec<Far> = (0..PEOPLE).map(|_| core.connect()).collect();
        for (number, person) in people.iter_mut().enumerate() {
            person.send(&hello(&format!("visitor-{turn}-{number}")));
        }
        for person in &mut people {
            bytes += person.wait_for(r#""type":"welcome""#).await;
        }
        tokio::time::sleep(A_MOMENT).await;
        for person in &mut people {
            person.send(r#"{"type":"quit"}"#);
        }
        tokio::time::sleep(A_MOMENT).await;
        bytes += people.iter_mut().chain(&mut members).map(Far::take).sum::<usize>();
    }
    mark();
    told("join and leave among 100", PEOPLE, bytes);
}

/// A hundred people whose connections were cut come back at once.
pub(crate) async fn resume() {
    let core = Core::start();
    let mut hellos: Vec<String> = lobby(&core).await.iter().map(back).collect();
    let mut bytes = 0;
    for turn in 0..=1 {
        tokio::time::sleep(A_MOMENT).await;
        if turn == 1 {
            bytes = 0;
            mark();
        }
        let mut members: Vec<Far> = hellos.iter().map(|_| core.connect()).collect();
        for (member, hello) in members.iter_mut().zip(&hellos) {
            member.send(hello);
        }
        for member in &mut members {
            bytes += member.wait_for(r#""type":"resumed""#).await;
        }
        tokio::time::sleep(A_MOMENT).await;
        bytes += members.iter_mut().map(Far::take).sum::<usize>();
    }
    mark();
    hellos.clear();
    told("resume of 100", u32::try_from(MEMBERS).unwrap(), bytes);
}

/// The members, all there and told so; what each read last is its welcome.
async fn lobby(core: &Core) -> Vec<Far> {
    let mut members = Vec::new();
    for number in 0..MEMBERS {
        let mut member = core.connect();
        member.send(&hello(&format!("member-{number}")));
        member.wait_for(r#""type":"welcome""#).await;
        members.push(member);
    }
    members
}

fn hello(name: &str) -> String {
    format!(r#"{{"type":"hello","protocol":[1,1],"client":"bench","name":"{name}"}}"#)
}

/// What brings a member back, from its welcome.
fn back(member: &Far) -> String {
    let welcome = member.last().split(|byte| *byte == b'\n').next().unwrap();
    let welcome: serde_json::Value = serde_json::from_slice(welcome).unwrap();
    let (secret, head) = (&welcome["secret"], &welcome["rooms"][0]["head"]);
    format!(
        r#"{{"type":"hello","protocol":[1,1],"client":"bench","secret":{secret},"resume":{{"lobby":{head}}}}}"#
    )
}

/// A message of a hundred bytes.
pub(crate) fn say_line(number: u32) -> String {
    let text = "내일 회의는 열 시에 합니다, the build is green ".repeat(2);
    format!(r#"{{"type":"say","id":"{number}","room":"lobby","text":"{text}","nonce":"n{number:06}"}}"#)
}
