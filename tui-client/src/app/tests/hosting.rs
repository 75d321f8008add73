//! What the host of a server is told to tell the others.

use super::{Client, welcome};
use crate::app::output_mode::OutputMode;
use crate::effect::Effect;
use crate::hosting::{HostedSsh, Hosting};
use crate::lang::Lang;

const KEY: &str = "SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU";
const DOOR: &str = "SHA256:UCUiLr7Pjs9wFFJMDByLgc3NrtdU344OgUM45wZPcIQ";

fn host(lang: Lang, addresses: &[&str], has_password: bool) -> Client {
    let addresses: Vec<_> = addresses.iter().map(|address| address.parse().unwrap()).collect();
    let is_local = addresses.is_empty();
    let hosting = Hosting { addresses, is_local, fingerprint: KEY.into(), has_password, ssh: None };
    let mut client = Client::with(lang, |setup| setup.hosting = Some(hosting));
    client.hear(&welcome(100));
    client
}

#[test]
fn the_host_sees_how_others_join_and_the_key_they_see() {
    for (lang, words) in [
        (Lang::En, ["Others join with", "it must be", "They need your password, too."]),
        (Lang::Ko, ["다른 사람의 접속 명령은", "서버 키는 이것입니다", "비밀번호도 알려 주어야 합니다."]),
    ] {
        let mut client = host(lang, &["192.0.2.10:7667", "10.0.0.5:7000"], true);
        for (width, key) in [(120, KEY), (60, KEY), (50, "SHA256:\n"), (40, "SHA256:\n"), (20, "SHA256:\n")] {
            let screen = client.screen(width, 30);
            let texts = words.iter().chain(&["  chinwag 192.0.2.10", "  chinwag 10.0.0.5:7000"]);
            // Where it is narrow, the sentences are wrapped.
            for text in texts.filter(|_| width >= 60).chain([&key]) {
                assert!(screen.contains(text), "{text:?} is not on the screen:\n{screen}");
            }
        }
    }
}

#[test]
fn the_host_of_an_ssh_door_sees_how_others_come_in_by_it() {
    for (lang, hosts, expected) in [
        (
            Lang::En,
            &["192.0.2.10"][..],
            &["Those without chinwag join by ssh", "ssh -p 7722 192.0.2.10", DOOR],
        ),
        (Lang::Ko, &["192.0.2.10"], &["chinwag가 없는 사람은 ssh로", "ssh -p 7722 192.0.2.10", DOOR]),
        (Lang::En, &[], &["On this machine also", "ssh -p 7722 localhost", DOOR]),
    ] {
        let hosts: Vec<_> = hosts.iter().map(|host| host.parse().unwrap()).collect();
        let is_local = hosts.is_empty();
        let ssh = Some(HostedSsh { port: 7722, hosts, is_local, fingerprint: DOOR.into() });
        let fingerprint = KEY.into();
        let hosting =
            Hosting { addresses: Vec::new(), is_local: true, fingerprint, has_password: false, ssh };
        let mut client = Client::with(lang, |setup| setup.hosting = Some(hosting));
        client.hear(&welcome(100));
        client.sees(expected);
    }
}

#[test]
fn whoever_hosts_for_this_machine_only_is_told_how_to_let_others_in() {
    let mut client = host(Lang::En, &[], false);
    client.sees(&["for this machine only", "chinwag --host 0.0.0.0"]);
    client.sees_no(&[KEY, "password"]);
}

#[test]
fn it_can_be_asked_for_again_and_others_are_told_which_server_it_is() {
    let mut client = host(Lang::En, &["192.0.2.10:7667"], false);
    for n in 0..40 {
        client.hear_message(101 + n, 18, "민수", &format!("line {n}"));
    }
    client.sees_no(&[KEY]);
    client.enter("/server");
    client.sees(&["tea · chinwagd 0 · 127.0.0.1:7667", KEY]);
    let mut guest = Client::online(Lang::Ko);
    guest.enter("/서버정보");
    guest.sees(&["tea · chinwagd 0"]);
    let mut local = host(Lang::En, &[], false);
    local.enter("/server");
    local.sees(&["over TLS it shows this key", KEY]);
    guest.sees_no(&["chinwag --host"]);
}

#[test]
fn lines_have_it_too() {
    let hosting = Hosting {
        addresses: Vec::new(),
        is_local: true,
        fingerprint: KEY.into(),
        has_password: false,
        ssh: None,
    };
    let mut client = Client::with(Lang::En, |setup| {
        setup.hosting = Some(hosting);
        setup.output_mode = OutputMode::Lines { confirms: false };
    });
    client.hear(&welcome(100));
    let is_told =
        |effect: &Effect| matches!(effect, Effect::Notice(text) if text.contains("You host this chat"));
    assert!(client.effects.iter().any(is_told));
}

#[test]
fn whoever_hosts_is_not_told_how_irc_clients_reach_a_port_that_is_not_there() {
    let mut client = host(Lang::En, &[], false);
    client.enter("/irc-password");
    client.enter("open sesame");
    client.hear(r#"{"type":"ok","id":"r2"}"#);
    client.sees(&["takes no IRC clients"]);
    client.sees_no(&["weechat"]);
}
