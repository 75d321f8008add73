//! The numbers a server tells, and what is made of them: every name an alert or a dashboard uses is one of them.
#![expect(clippy::float_cmp, reason = "counts are whole numbers")]

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::sync::Arc;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use server::stats::family::exposition;

use crate::client::{Client, LIMIT};
use crate::test_server::{Setup, TestServer};

fn watched() -> TestServer {
    Setup::new(&[]).with("--metrics", "127.0.0.1:0").open()
}

/// Sends this and reads the answer to its end.
async fn raw(address: SocketAddr, request: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request).await.unwrap();
    let mut answer = Vec::new();
    tokio::time::timeout(LIMIT, stream.read_to_end(&mut answer)).await.unwrap().unwrap();
    String::from_utf8(answer).unwrap()
}

pub(crate) async fn get(server: &TestServer, path: &str) -> (u16, String) {
    let request = format!("GET {path} HTTP/1.1\r\nHost: x\r\n\r\n");
    let answer = raw(server.metrics.unwrap(), request.as_bytes()).await;
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(head.contains(&format!("Content-Length: {}\r\n", body.len())), "{head}");
    (head.split(' ').nth(1).unwrap().parse().unwrap(), body.to_owned())
}

/// Reads the text as strictly as the format has it: every family has its help, then its type, then its samples in one
/// piece; names and labels have their characters; no series is there twice; a histogram adds up.
fn parse(text: &str) -> BTreeMap<String, f64> {
    assert!(text.ends_with('\n'));
    let (mut series, mut families) = (BTreeMap::new(), BTreeSet::new());
    let (mut family, mut kind) = (String::new(), String::new());
    for line in text.lines() {
        if let Some(rest) = line.strip_prefix("# HELP ") {
            let (name, help) = rest.split_once(' ').unwrap();
            assert!(families.insert(name.to_owned()), "{name} comes twice");
            assert!(help.ends_with('.') && !name.is_empty(), "{line}");
            (family, kind) = (name.to_owned(), String::new());
        } else if let Some(rest) = line.strip_prefix("# TYPE ") {
            let (name, of) = rest.split_once(' ').unwrap();
            assert!(name == family && kind.is_empty(), "{line}");
            assert!(["counter", "gauge", "histogram"].contains(&of), "{line}");
            assert_eq!(of == "counter", name.ends_with("_total"), "{name} is a {of}");
            of.clone_into(&mut kind);
        } else {
            let (id, value) = line.rsplit_once(' ').unwrap();
            let (name, labels) = id.split_once('{').map_or((id, ""), |(name, rest)| (name, rest));
            let suffix = name.strip_prefix(&family).unwrap_or_else(|| panic!("{line} is not of {family}"));
            let allowed: &[&str] = if kind == "histogram" { &["_bucket", "_sum", "_count"] } else { &[""] };
            assert!(allowed.contains(&suffix), "{line}");
            assert!(name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_'), "{line}");
            check_label(labels);
            assert!(series.insert(id.to_owned(), value.parse().unwrap()).is_none(), "{id} comes twice");
        }
    }
    for name in families.iter().filter(|name| series.contains_key(&format!("{name}_sum"))) {
        check_histogram(name, &series);
    }
    series
}

fn check_label(labels: &str) {
    if labels.is_empty() {
        return;
    }
    let (name, rest) = labels.split_once("=\"").unwrap();
    let value = rest.strip_suffix("\"}").unwrap();
    assert!(name.chars().all(|c| c.is_ascii_lowercase()), "{labels}");
    assert!(!value.contains(['"', '\\', '\n']), "none of our labels needs escaping: {labels}");
}

fn check_histogram(name: &str, series: &BTreeMap<String, f64>) {
    let prefix = format!("{name}_bucket{{le=\"");
    let bound = |id: &str| id.strip_prefix(&prefix)?.strip_suffix("\"}")?.parse::<f64>().ok();
    let mut buckets: Vec<_> = series.iter().filter_map(|(id, &value)| Some((bound(id)?, value))).collect();
    buckets.sort_by(|a, b| a.0.total_cmp(&b.0));
    assert!(buckets.is_sorted_by(|a, b| a.0 < b.0 && a.1 <= b.1), "{name}: {buckets:?}");
    assert_eq!(buckets.last(), Some(&(f64::INFINITY, series[&format!("{name}_count")])));
}

#[tokio::test]
async fn the_numbers_are_those_of_what_happened() {
    let server = watched();
    let before = parse(&get(&server, "/metrics").await.1);
    let (mut ann, mut ben) = (server.guest("ann").await, server.guest_tls("ben").await);
    ann.expect("lobby ben joins").await;
    for text in ["one", "two", "three"] {
        ann.say(text).await;
    }
    ben.until("lobby ann: three").await;
    ann.refused(json!({"type": "topic", "room": "nowhere", "topic": "x"})).await;
    let now = parse(&get(&server, "/metrics").await.1);
    let grew = |name: &str| now[name] - before[name];
    assert_eq!(now["chinwagd_users"], 2.0);
    assert_eq!(now["chinwagd_connections{transport=\"plain\"}"], 1.0);
    assert_eq!(now["chinwagd_connections{transport=\"tls\"}"], 1.0);
    assert_eq!(grew("chinwagd_connections_total{transport=\"tls\"}"), 1.0);
    assert_eq!(grew("chinwagd_messages_total"), 3.0);
    assert_eq!(grew("chinwagd_events_total"), 5.0);
    // The second join and the three messages went to two; who is welcomed follows from behind their own join on.
    assert!((7.0..=9.0).contains(&grew("chinwagd_deliveries_total")), "{now:?}");
    assert_eq!(grew("chinwagd_refusals_total{code=\"no_such_room\"}"), 1.0);
    assert!(grew("chinwagd_received_bytes_total") > 200.0 && grew("chinwagd_sent_bytes_total") > 500.0);
    assert!(grew("chinwagd_commit_duration_seconds_count") >= 4.0);
    assert!(grew("chinwagd_commit_batch_size_sum") >= 5.0);
    assert!(now["chinwagd_store_size_bytes"] > 4096.0 && now["process_resident_memory_bytes"] > 1e6);
    assert_eq!(now["chinwagd_commit_failures_total"], 0.0);
    drop((ann, ben));
    let closed = async {
        while server.observer.stats.connections(server::stats::Transport::Tls) > 0 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(LIMIT, closed).await.expect("a connection that is gone is not counted");
}

#[tokio::test]
async fn whoever_restarts_the_server_learns_whether_it_works() {
    let server = watched();
    for path in ["/healthz", "/livez", "/readyz"] {
        assert_eq!(get(&server, path).await, (200, "ok\n".to_owned()), "{path}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_server_that_starts_or_stops_is_not_ready_and_one_that_hangs_is_not_alive() {
    let setup = Setup::new(&[]);
    let server = setup.open_without_running();
    let health = server.health();
    // Nothing answers yet: the same as a hub that hangs.
    assert_eq!(health.is_ready().await.unwrap_err(), "the server is starting");
    assert!(health.is_alive().await.unwrap_err().contains("does not answer"));
    let (stopper, mut ending) = (server.stopper(), server.ending());
    tokio::time::resume();
    let running = tokio::spawn(server.run());
    health.probe.counts().wait_for(Option::is_some).await.unwrap();
    assert_eq!((health.is_alive().await, health.is_ready().await), (Ok(()), Ok(())));
    stopper.stop().await;
    ending.wait_for(|ending| *ending).await.unwrap();
    assert_eq!(health.is_ready().await.unwrap_err(), "the server is stopping");
    // Whoever stops it knows whether to start it again.
    assert_eq!(health.is_alive().await, Ok(()));
    running.await.unwrap();
    assert_eq!(health.is_alive().await, Ok(()));
}

#[tokio::test]
async fn a_head_is_answered_as_the_get_without_its_body() {
    let server = watched();
    for path in ["/healthz", "/livez", "/readyz", "/metrics", "/nothing"] {
        let ask = |method: &str| format!("{method} {path} HTTP/1.1\r\n\r\n").into_bytes();
        let (get, head) = (
            raw(server.metrics.unwrap(), &ask("GET")).await,
            raw(server.metrics.unwrap(), &ask("HEAD")).await,
        );
        let status = |answer: &str| answer.lines().next().unwrap().to_owned();
        assert_eq!(status(&head), status(&get), "{path}");
        assert!(head.ends_with("\r\n\r\n") && head.contains("Content-Length: "), "{head}");
    }
}

#[tokio::test]
async fn what_is_no_proper_question_is_answered_so() {
    let server = watched();
    assert_eq!(get(&server, "/").await.0, 404);
    assert_eq!(get(&server, "/metrics?x=1").await.0, 200);
    let address = server.metrics.unwrap();
    for (request, status) in [
        (b"POST /metrics HTTP/1.1\r\n\r\n".to_vec(), "HTTP/1.1 405 "),
        (b"GET /metrics\r\n\r\n".to_vec(), "HTTP/1.1 400 "),
        (b"\xff\xfe\r\n\r\n".to_vec(), "HTTP/1.1 400 "),
        ([b"GET /metrics HTTP/1.1\r\nX: ".to_vec(), vec![b'x'; 10_000]].concat(), "HTTP/1.1 431 "),
    ] {
        let answer = raw(address, &request).await;
        assert!(answer.starts_with(status), "{status} {answer}");
    }
}

#[tokio::test]
async fn who_says_nothing_does_not_keep_others_from_being_answered_for_ever() {
    let server = watched();
    let mut silent = Vec::new();
    for _ in 0..20 {
        silent.push(TcpStream::connect(server.metrics.unwrap()).await.unwrap());
    }
    let answered = tokio::time::timeout(LIMIT, get(&server, "/metrics")).await;
    assert_eq!(answered.expect("the silent ones are let go of").0, 200);
}

#[test]
fn other_machines_do_not_read_the_metrics_by_accident() {
    let open = |flags: &[&str]| Setup::new(flags).try_open().map(drop);
    let error = open(&["--metrics", "0.0.0.0:0"]).unwrap_err();
    assert!(error.to_string().contains("--metrics-exposed"), "{error}");
}

pub(crate) fn asset(name: &str) -> String {
    std::fs::read_to_string(format!("{}/../assets/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

/// The names of metrics in a text.
fn named(text: &str) -> BTreeSet<String> {
    let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
    words
        .filter(|word| word.starts_with("chinwagd_") || word.starts_with("process_"))
        .map(Into::into)
        .collect()
}

#[tokio::test]
async fn every_metric_of_the_alerts_and_the_dashboard_exists_and_every_one_of_ours_is_on_the_dashboard() {
    let server = TestServer::open();
    let families = server.observer.families();
    let text = exposition(&families);
    let mut known: BTreeSet<String> =
        parse(&text).keys().map(|id| id.split('{').next().unwrap().to_owned()).collect();
    // Some have no sample yet.
    known.extend(families.iter().map(|family| family.name.to_owned()));
    let (alerts, dashboard) = (asset("prometheus-alerts.yml"), asset("grafana-dashboard.json"));
    for name in named(&alerts).union(&named(&dashboard)) {
        assert!(known.contains(name), "there is no {name}");
    }
    let shown = named(&dashboard);
    for family in families {
        let parts = ["", "_bucket", "_sum", "_count"].map(|part| format!("{}{part}", family.name));
        assert!(parts.iter().any(|part| shown.contains(part)), "{} is not on the dashboard", family.name);
    }
    let told = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).unwrap();
    let names: BTreeSet<String> =
        server.observer.families().iter().map(|family| family.name.to_owned()).collect();
    assert_eq!(named(&told), names, "the README lists exactly the metrics there are");
    let panels: Value = serde_json::from_str(&dashboard).unwrap();
    assert!(panels["panels"].as_array().unwrap().len() >= 8);
    assert!(!alerts.contains('\t') && alerts.matches("- alert: ").count() >= 8);
    let _plan = Arc::new(server);
}

#[tokio::test]
async fn how_far_retention_is_and_how_long_delivery_takes_is_told() {
    let server =
        Setup::new(&["--keep-events", "2", "--keep-days", "7"]).with("--metrics", "127.0.0.1:0").open();
    let mut ann = server.guest("ann").await;
    for text in ["one", "two", "three", "four"] {
        ann.say(text).await;
    }
    let told = async {
        loop {
            let now = parse(&get(&server, "/metrics").await.1);
            if now["chinwagd_retention_deleted_events_total"] >= 3.0 {
                return now;
            }
        }
    };
    let now = tokio::time::timeout(LIMIT, told).await.expect("three of five events are too many");
    assert_eq!(
        (now["chinwagd_retention_keep_seconds"], now["chinwagd_retention_keep_events"]),
        (604_800.0, 2.0)
    );
    assert_eq!(now["chinwagd_retention_waiting_rooms"], 0.0);
    let at = |name: &str| now[&format!("chinwagd_retention_{name}_timestamp_seconds")];
    // Within the second that is cut off, and what the clock was slewed by.
    assert!((0.0..60.0).contains(&(at("last_success") - at("oldest_event") + 2.0)), "{now:?}");
    assert!(now["chinwagd_delivery_duration_seconds_count"] >= 4.0);
    for queue in ["pages", "searches", "point_reads"] {
        assert_eq!(now[&format!("chinwagd_queue_depth{{queue=\"{queue}\"}}")], 0.0, "{queue}");
    }
}

#[tokio::test]
async fn whom_a_limit_keeps_out_is_counted_by_its_setting() {
    let server = Setup::new(&["--max-users", "1"]).with("--metrics", "127.0.0.1:0").open();
    let _ann = server.guest("ann").await;
    let mut ben = Client::connect(server.address).await;
    ben.send(crate::client::hello(&json!({"name": "ben"}))).await;
    ben.expect("error server_full").await;
    let now = parse(&get(&server, "/metrics").await.1);
    assert_eq!(now["chinwagd_kept_out_total{setting=\"max-users\"}"], 1.0);
}
