//! Time zones: every message at the offset that held at its own time, date separators at local midnight.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::{Client, happened, welcome};
use crate::lang::Lang;

/// A client in this time zone, in the lobby at seq 100.
fn client_in(zone: &str) -> Client {
    let zone = TimeZone::get(zone).unwrap();
    let mut client = Client::with(Lang::En, |setup| setup.zone = zone);
    client.hear(&welcome(100));
    client
}

/// Hears a message for each of these times, in order, with the time as its text.
fn hear_at(client: &mut Client, times: &[&str]) {
    for (seq, time) in (101..).zip(times) {
        let at = time.parse::<Timestamp>().unwrap().as_millisecond();
        let line = happened(
            "lobby",
            seq,
            18,
            "민수",
            &format!(r#""kind":"action","text":"{time}","nonce":"t{seq}""#),
        );
        let (before, rest) = line.split_once("\"at\":").unwrap();
        let (_, after) = rest.split_once(',').unwrap();
        client.hear(&format!("{before}\"at\":{at},{after}"));
    }
}

/// The rows of the scrollback that are date separators, or have the time of a message in them, shortened.
#[track_caller]
fn check(zone: &str, times: &[&str], expect: &[&str]) {
    let mut client = client_in(zone);
    hear_at(&mut client, times);
    let screen = client.screen(60, 40);
    let rows = screen.lines().filter_map(|row| {
        if row.contains("──") && row.contains('(') {
            return Some(row.trim_matches(['─', ' ']).to_owned());
        }
        let (clock, text) = row.split_once(' ')?;
        text.contains('Z').then(|| clock.to_owned())
    });
    let rows: Vec<String> = rows.filter(|row| !row.starts_with("today")).collect();
    assert_eq!(rows, expect, "{screen}");
}

#[test]
fn a_message_of_another_season_is_shown_by_the_clock_of_that_season() {
    // It is November: summer time is an hour further from UTC than now.
    check("Europe/Berlin", &["2027-07-01T10:00:00Z"], &["2027-07-01 (Thu)", "12:00"]);
    check("America/New_York", &["2027-07-01T10:00:00Z"], &["2027-07-01 (Thu)", "06:00"]);
}

#[test]
fn messages_on_both_sides_of_a_clock_change_are_shown_by_the_offset_of_each() {
    check(
        "Europe/Berlin",
        &["2027-03-28T00:59:00Z", "2027-03-28T01:00:00Z", "2027-10-31T00:30:00Z", "2027-10-31T01:30:00Z"],
        &["2027-03-28 (Sun)", "01:59", "03:00", "2027-10-31 (Sun)", "02:30", "02:30"],
    );
    check(
        "America/New_York",
        &["2027-03-14T06:59:00Z", "2027-03-14T07:00:00Z", "2027-11-07T05:30:00Z", "2027-11-07T06:30:00Z"],
        &["2027-03-14 (Sun)", "01:59", "03:00", "2027-11-07 (Sun)", "01:30", "01:30"],
    );
}

#[test]
fn a_day_begins_at_local_midnight_on_both_sides_of_a_clock_change() {
    check(
        "America/New_York",
        &["2027-11-07T03:59:00Z", "2027-11-07T04:00:00Z", "2027-11-08T04:59:00Z", "2027-11-08T05:00:00Z"],
        &["2027-11-06 (Sat)", "23:59", "2027-11-07 (Sun)", "00:00", "23:59", "2027-11-08 (Mon)", "00:00"],
    );
    check(
        "Asia/Seoul",
        &["2027-11-01T14:59:00Z", "2027-11-01T15:00:00Z"],
        &["2027-11-01 (Mon)", "23:59", "2027-11-02 (Tue)", "00:00"],
    );
}

#[test]
fn a_zone_may_be_half_an_hour_off() {
    check(
        "Asia/Kolkata",
        &["2027-11-01T18:29:00Z", "2027-11-01T18:30:00Z"],
        &["2027-11-01 (Mon)", "23:59", "2027-11-02 (Tue)", "00:00"],
    );
}

#[test]
fn today_is_the_day_of_the_zone() {
    // 2026-11-21 09:31 UTC, where every test begins.
    let mut client = client_in("Pacific/Kiritimati");
    client.wait(86_400_000 / 2);
    client.hear_message(101, 18, "민수", "hi");
    client.sees(&["2026-11-21 (Sat)"]);
    client.sees_no(&["today · 2026-11-21"]);
    let mut client = client_in("Asia/Seoul");
    client.hear_message(101, 18, "민수", "hi");
    client.sees(&["today · 2026-11-21 (Sat)"]);
}

#[test]
fn a_zone_that_is_not_known_counts_as_utc_and_is_said() {
    let mut client = Client::with(Lang::En, |setup| setup.zone = TimeZone::unknown());
    client.hear(&welcome(100));
    client.sees(&["the time zone of this machine is not known: times are in UTC"]);
    client.hear_message(101, 18, "민수", "hi");
    client.sees(&["09:31"]);
    client_in("UTC").sees_no(&["the time zone of this machine"]);
}
