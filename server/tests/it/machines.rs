//! One person on several machines, over sockets and through the store.

use serde_json::json;
use shared::server_msg::GoodbyeCode;
use shared::{Code, ServerMsg};

use crate::client::{Client, hello};
use crate::test_server::TestServer;

/// A code for another machine of somebody.
async fn code(of: &mut Client) -> String {
    let answer = of.ok(json!({"type": "link", "machine": "laptop"})).await;
    answer.link.unwrap().code.unwrap().as_str().to_owned()
}

/// The machines of somebody as their list tells them.
async fn machines(of: &mut Client) -> Vec<String> {
    let machines = of.ok(json!({"type": "machines"})).await.machines.unwrap();
    let shown = |here: bool, own: bool| (if here { " here" } else { "" }, if own { " own" } else { "" });
    let told = machines.iter().map(|machine| {
        let (here, own) = shown(machine.here, machine.own);
        format!("{} {}{here}{own}", machine.number, machine.name)
    });
    told.collect()
}

#[tokio::test]
async fn a_machine_that_is_linked_is_the_same_person_with_a_secret_of_its_own() {
    let server = TestServer::open();
    let (mut ann, mut laptop) = (server.guest("ann").await, server.guest("ben").await);
    let code = code(&mut laptop).await;
    // As it is typed.
    let typed = code.to_lowercase().replace('-', "");
    let mut phone = server.greet(json!({"link": typed, "machine": "phone"})).await;
    assert_eq!((phone.uid(), phone.name()), (laptop.uid(), "ben".to_owned()));
    assert_ne!(phone.secret, laptop.secret);
    laptop.until("machines 2").await;
    phone.say("hi").await;
    for heard in [&mut ann, &mut laptop, &mut phone] {
        heard.until("lobby ben: hi").await;
    }
    assert_eq!(ann.who().await, ["ann", "ben"]);
    assert_eq!(machines(&mut laptop).await, ["1 laptop here own", "2 phone here"]);
    laptop.ok(json!({"type": "read", "room": "lobby", "seq": 3})).await;
    phone.until("read lobby to 3").await;
    let mut late = Client::connect(server.address).await;
    late.send(hello(&json!({"link": code}))).await;
    let Some(ServerMsg::Error(refusal)) = late.next().await else { panic!("the code works again") };
    assert_eq!(refusal.code, Code::LinkInvalid);
}

#[tokio::test]
async fn machines_are_kept_over_a_restart_and_one_that_was_taken_out_stays_out() {
    let server = TestServer::open();
    let mut laptop = server.greet(json!({"name": "ann"})).await;
    let seq = laptop.say("hi").await;
    let code = code(&mut laptop).await;
    let phone = server.greet(json!({"link": code, "machine": "phone"})).await;
    let third = {
        let code = laptop.ok(json!({"type": "link"})).await.link.unwrap().code.unwrap();
        server.greet(json!({"link": code.as_str(), "machine": "desk"})).await
    };
    laptop.ok(json!({"type": "read", "room": "lobby", "seq": seq})).await;
    let [laptop, phone, third] = [laptop, phone, third].map(|client| client.secret);
    let server = server.again().await;
    let mut phone = server.greet(json!({"secret": phone})).await;
    assert_eq!(machines(&mut phone).await, ["1 laptop", "2 phone here own", "3 desk"]);
    let welcome = phone.welcome.as_ref().unwrap();
    assert_eq!((welcome.machines, welcome.rooms[0].read.map(shared::Seq::get)), (Some(3), Some(seq)));
    let mut desk = server.greet(json!({"secret": third})).await;
    phone.ok(json!({"type": "unlink", "machine": 3})).await;
    let ServerMsg::Goodbye(goodbye) = desk.until("goodbye unlinked by ann").await else { unreachable!() };
    assert_eq!((goodbye.code, goodbye.reconnect), (GoodbyeCode::Unlinked, false));
    // The first machine, whose secret stands for the person in the store.
    phone.ok(json!({"type": "unlink", "machine": 1})).await;
    let secret = phone.secret.clone();
    drop((phone, desk));
    let server = server.again().await;
    let mut phone = server.greet(json!({"secret": secret})).await;
    assert_eq!(
        (phone.name(), machines(&mut phone).await),
        ("ann".to_owned(), vec!["2 phone here own".to_owned()])
    );
    // It is told, and neither they nor a stranger: what is typed there would be said by somebody else.
    for gone in [laptop, third] {
        let mut taken_out = Client::connect(server.address).await;
        taken_out.send(hello(&json!({"secret": gone}))).await;
        let Some(ServerMsg::Error(refusal)) = taken_out.next().await else { panic!("it came in") };
        assert_eq!(refusal.code, Code::TakenOut);
        let Some(ServerMsg::Goodbye(goodbye)) = taken_out.next().await else { panic!("no goodbye") };
        assert_eq!((goodbye.code, goodbye.reconnect), (GoodbyeCode::Unlinked, false));
    }
    assert_eq!(phone.who().await, ["ann"]);
}

#[tokio::test]
async fn windows_count_for_each_machine() {
    let server = TestServer::open();
    let mut laptop = server.greet(json!({"name": "ann", "window": "a"})).await;
    let code = code(&mut laptop).await;
    let mut phone = server.greet(json!({"link": code, "window": "a"})).await;
    // Without a window it takes the place of those of its own machine.
    let _another = server.greet(json!({"secret": phone.secret})).await;
    phone.until("goodbye replaced").await;
    assert_eq!(machines(&mut laptop).await, ["1 laptop here own", "2  here"]);
}
