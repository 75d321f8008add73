//! One client on several servers, some of which fail, hang or flood.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tui_client::address::Address;
use tui_client::effect::Exit;
use tui_client::host::{HostOptions, Hosted, start};
use tui_client::lang::Lang;

use super::person::{Memory, Person};
use super::{SMALL, WIDE, dialer, host};
use crate::net::fake::{FakeServer, WELCOME};

fn address(hosted: &Hosted) -> Address {
    hosted.address.into()
}

/// Waits until the list of rooms has a server with this sign before it.
async fn lists(person: &Person, sign: &str, address: &Address) {
    let port = address.to_string().rsplit(':').next().unwrap_or_default().to_owned();
    let is_listed = |screen: &str| screen.lines().any(|line| line.starts_with(sign) && line.contains(&port));
    person.until(&format!("{sign} {port}"), is_listed).await;
}

#[tokio::test]
async fn rooms_of_two_servers_are_one_list_and_each_keeps_its_draft() {
    let ((tea, _one), (office, _two)) = (host(), host());
    let servers = [address(&tea), address(&office)];
    let mut kim = Person::with_servers(&servers, Lang::En, WIDE, "kim");
    lists(&kim, "●", &servers[0]).await;
    lists(&kim, "●", &servers[1]).await;
    let mut lee = Person::start(dialer(&office), Lang::En, WIDE, "lee", &Memory::default());
    lee.sees("lee is connected").await;

    kim.types("half a thought for tea").await;
    lee.types("kim, are you at the office?\r").await;
    kim.sees("!1").await;
    assert!(!kim.shows("are you at the office"), "it is on the other server");
    // Alt-A.
    kim.types("\x1ba").await;
    kim.sees("kim, are you at the office?").await;
    assert!(!kim.shows("half a thought"));
    kim.types("yes, here\r").await;
    lee.sees("yes, here").await;
    kim.types("half another").await;
    // Ctrl-P.
    kim.types("\x10").await;
    kim.sees("kim › half a thought for tea").await;
    kim.types("\x0e").await;
    kim.sees("kim › half another").await;

    // A notice is about the room of one server; leaving leaves both.
    kim.types("\x03\x10\x03/quit\r").await;
    lee.sees("kim left").await;
    assert_eq!(kim.ends().await.unwrap(), Exit::Done);
}

#[tokio::test]
async fn a_server_that_says_nothing_holds_up_no_other_neither_at_the_start_nor_later() {
    let (tea, _state) = host();
    let silent = FakeServer::start().await;
    let nobody = {
        let closed = FakeServer::start().await;
        closed.address()
    };
    let servers = [silent.address(), nobody.clone(), address(&tea)];
    let mut kim = Person::with_servers(&servers, Lang::En, WIDE, "kim");
    // It has accepted and does not answer the greeting.
    let _hanging = silent.accept().await;
    lists(&kim, "●", &servers[2]).await;
    lists(&kim, "○", &silent.address()).await;
    lists(&kim, "○", &nobody).await;
    kim.types("\x10").await;
    kim.sees("kim is connected").await;
    kim.types("the others do not matter\r").await;
    kim.sees("the others do not matter").await;

    // One more that hangs is opened, shown, and left again.
    let late = FakeServer::start().await;
    kim.types(&format!("/server {}\r", late.address())).await;
    kim.sees(&format!("connecting to {}", late.address())).await;
    let _late = late.accept().await;
    kim.types("/server close\r").await;
    kim.sees(&format!("left {}", late.address())).await;
    kim.sees("the others do not matter").await;
    kim.types("/quit\r").await;
    assert_eq!(kim.ends().await.unwrap(), Exit::Done);
}

#[tokio::test]
async fn a_server_that_is_killed_and_comes_back_is_told_and_resumed_while_another_is_used() {
    let ((tea, _one), state) = (host(), tempfile::tempdir().unwrap());
    let options = || HostOptions { state_dir: Some(state.path().into()), ..HostOptions::default() };
    let office = start(&"127.0.0.1:0".parse().unwrap(), options()).unwrap();
    let servers = [address(&tea), address(&office)];
    let mut kim = Person::with_servers(&servers, Lang::Ko, SMALL, "kim");
    kim.sees("kim님이 접속했습니다").await;
    kim.types("/서버\r").await;
    kim.sees("서버 2개").await;
    let name = servers[1].short();
    kim.until("both are online", |screen| screen.contains(&format!("{name}  접속됨"))).await;
    drop(office);
    // In 60 columns there is no list: the status line tells it.
    kim.sees(&format!("{name}: 다시 접속 중")).await;
    kim.types("여기는 그대로\r").await;
    kim.sees("여기는 그대로").await;
    let office = start(&servers[1], options()).unwrap();
    let mut lee = Person::start(dialer(&office), Lang::En, WIDE, "lee", &Memory::default());
    lee.sees("lee is connected").await;
    lee.sees("2 here").await;
    lee.types("back again\r").await;
    kim.sees("+1").await;
    kim.types("\x1ba").await;
    kim.sees("back again").await;
}

#[tokio::test]
async fn a_server_that_floods_disturbs_neither_typing_nor_talk_at_another() {
    let (tea, _state) = host();
    let flooding = FakeServer::start().await;
    let mut kim = Person::with_servers(&[address(&tea), flooding.address()], Lang::En, WIDE, "kim");
    let mut peer = flooding.welcome().await;
    kim.sees("kim is connected").await;
    let stop = Arc::new(AtomicBool::new(false));
    let flood = tokio::spawn({
        let stop = stop.clone();
        async move {
            for seq in 1_u64.. {
                let prev = seq - 1;
                let line = format!(
                    r#"{{"type":"event","room":"lobby","seq":{seq},"prev":{prev},"at":1,"from":{{"uid":18,"name":"flood","style":{{"color":2}}}},"kind":"message","text":"kim {seq}","nonce":"n{seq}"}}"#
                );
                if stop.load(Ordering::Relaxed) || peer.try_write(&line).await.is_err() {
                    return;
                }
            }
        }
    });
    kim.sees("!999+").await;
    for round in 0..20 {
        kim.types(&format!("typed in the flood {round}")).await;
        kim.sees(&format!("› typed in the flood {round}")).await;
        kim.types("\r").await;
        kim.until("it is said", |screen| {
            screen.contains(&format!("typed in the flood {round}"))
                && !screen.contains(&format!("› typed in the flood {round}"))
        })
        .await;
    }
    assert!(!flood.is_finished());
    kim.types("\x0e").await;
    kim.sees("flood @ kim ").await;
    stop.store(true, Ordering::Relaxed);
    // The one that floods is closed at once: it does not answer.
    kim.types("\x10/quit\r").await;
    assert_eq!(kim.ends().await.unwrap(), Exit::Done);
}

#[tokio::test]
async fn one_server_by_two_addresses_is_one_entry() {
    let (tea, _state) = host();
    let port = tea.address.port();
    let servers = [address(&tea), Address::Net { host: "localhost".into(), port }];
    let mut kim = Person::with_servers(&servers, Lang::En, WIDE, "");
    kim.sees(&format!("localhost:{port} is the same server as 127.0.0.1:{port}")).await;
    kim.until("its entry is gone", |screen| !screen.lines().any(|line| line.starts_with("● "))).await;
    kim.types("/server close\r").await;
    kim.sees("this is the only server").await;
    // The same address is no second server either.
    kim.types("\x03").await;
    kim.types(&format!("/server 127.0.0.1:{port}\r")).await;
    kim.types("/server\r").await;
    kim.until("it is the only one", |screen| !screen.contains("2 servers") && screen.contains("without TLS"))
        .await;
}

#[tokio::test]
async fn a_password_is_asked_for_where_one_looks_at_its_server() {
    let (tea, _one) = host();
    let dir = tempfile::tempdir().unwrap();
    let password = dir.path().join("password");
    std::fs::write(&password, "sesame\n").unwrap();
    let options = HostOptions {
        state_dir: Some(dir.path().join("state")),
        password_file: Some(password),
        ..HostOptions::default()
    };
    let office = start(&"127.0.0.1:0".parse().unwrap(), options).unwrap();
    let servers = [address(&tea), address(&office)];
    let mut kim = Person::with_servers(&servers, Lang::En, WIDE, "kim");
    lists(&kim, "?", &servers[1]).await;
    kim.sees("kim is connected").await;
    assert!(!kim.shows("The server's password"));
    kim.types("talk goes on\r").await;
    kim.sees("talk goes on").await;
    kim.types("\x0e").await;
    kim.sees("The server's password").await;
    kim.types("sesame\r").await;
    lists(&kim, "●", &servers[1]).await;
}

#[tokio::test]
async fn a_server_that_is_left_hears_a_goodbye_and_the_program_goes_on() {
    let (tea, _state) = host();
    let other = FakeServer::start().await;
    let servers = [address(&tea), other.address()];
    let mut kim = Person::with_servers(&servers, Lang::En, WIDE, "kim");
    let mut peer = other.accept().await;
    assert!(peer.read().await.contains("\"hello\""));
    peer.write(WELCOME).await;
    lists(&kim, "●", &servers[1]).await;
    kim.types(&format!("/server close {}\r", other.address())).await;
    peer.read_until("\"quit\"").await;
    peer.write(r#"{"type":"goodbye","code":"quit","message":"","reconnect":false}"#).await;
    kim.sees(&format!("left {}", &servers[1])).await;
    kim.types("still here\r").await;
    kim.sees("still here").await;
}
