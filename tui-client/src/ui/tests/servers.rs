//! The list of rooms with several servers.

use super::{afternoon, check};
use crate::app::tests::Client;
use crate::app::tests::servers::{other, room, tell};
use crate::lang::Lang;
use crate::server_list::ServerState;

/// The afternoon, between two other servers: one that works, and one that is being reached again.
fn three(lang: Lang) -> Client {
    let mut client = afternoon(lang);
    let rooms = vec![room("lobby", 12, 0), room("ops", 2, 1), room("연구실", 0, 0)];
    let office = other(1, "office.example", ServerState::Online, rooms);
    let waiting = ServerState::Waiting { until: client.now + 7_000 };
    let lab = other(2, "192.168.100.200:7701", waiting, vec![room("lobby", 0, 0)]);
    tell(&mut client, 1, vec![office, lab]);
    client
}

#[test]
fn pictures_of_several_servers_are_as_they_were() {
    for (lang, name) in [(Lang::En, "en"), (Lang::Ko, "ko")] {
        let mut client = three(lang);
        for (columns, rows) in [(120, 40), (60, 15)] {
            check(&format!("servers-{name}-{columns}x{rows}"), &client.screen(columns, rows));
        }
        client.press("alt-k");
        check(&format!("servers-switcher-{name}-60x15"), &client.screen(60, 15));
    }
}

#[test]
fn what_is_new_elsewhere_is_counted_alike_with_and_without_the_list() {
    let mut client = afternoon(Lang::En);
    let rooms = vec![room("lobby", 1_000, 0)];
    tell(&mut client, 1, vec![other(1, "office.example", ServerState::Online, rooms)]);
    for (columns, rows) in [(120, 40), (60, 15), (20, 5)] {
        let picture = client.screen(columns, rows);
        assert!(picture.contains("999+") && !picture.contains("100"), "{picture}");
    }
}

#[test]
fn pictures_of_a_server_that_was_never_reached_are_as_they_were() {
    for (lang, name) in [(Lang::En, "en"), (Lang::Ko, "ko")] {
        let mut client = Client::new(lang);
        let rooms = vec![room("lobby", 3, 0)];
        let closed = other(2, "c.example", ServerState::Over, Vec::new());
        let asks = other(3, "d.example", ServerState::WantsPassword, Vec::new());
        tell(&mut client, 0, vec![other(1, "b.example", ServerState::Online, rooms), closed, asks]);
        check(&format!("servers-connecting-{name}-80x24"), &client.screen(80, 24));
    }
}
