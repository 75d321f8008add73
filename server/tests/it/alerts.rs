//! The alert rules: each is well formed, the on-call page says what to do about it, and those that look ahead are tried with
//! figures. `promtool`, where it is installed, tries them all (`assets/prometheus-alerts-test.yml`).

use std::collections::BTreeSet;
use std::process::Command;

use crate::metrics::asset;

/// The names of the alerts, with their expressions.
fn rules() -> Vec<(String, String)> {
    let text = asset("prometheus-alerts.yml");
    let mut rules: Vec<(String, String)> = Vec::new();
    for line in text.lines().map(str::trim) {
        if let Some(name) = line.strip_prefix("- alert: ") {
            rules.push((name.to_owned(), String::new()));
        } else if let (Some(expr), Some(rule)) = (line.strip_prefix("expr: "), rules.last_mut()) {
            expr.clone_into(&mut rule.1);
        }
    }
    rules
}

fn expression(name: &str) -> String {
    rules().into_iter().find(|(alert, _)| alert == name).unwrap().1
}

#[test]
fn every_alert_has_an_expression_that_compares_and_closes_what_it_opens() {
    let rules = rules();
    assert!(rules.len() >= 18);
    for (name, expr) in rules {
        let mut open = Vec::new();
        let mut quoted = false;
        for c in expr.chars() {
            match c {
                '"' => quoted = !quoted,
                _ if quoted => {}
                '(' | '[' | '{' => open.push(c),
                ')' | ']' | '}' => {
                    let opened = open.pop();
                    assert!(
                        matches!((opened, c), (Some('('), ')') | (Some('['), ']') | (Some('{'), '}')),
                        "{name}: {expr}"
                    );
                }
                _ => {}
            }
        }
        assert!(open.is_empty() && !quoted, "{name}: {expr}");
        assert!([" > ", " < ", " == "].iter().any(|sign| expr.contains(sign)), "{name} compares nothing");
    }
}

#[test]
fn the_on_call_page_says_what_to_do_about_every_alert() {
    let page = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).unwrap();
    let table = page.split("| alert | what to do |").nth(1).unwrap().split("\n\n").next().unwrap();
    let told: BTreeSet<String> = table
        .lines()
        .filter_map(|line| line.strip_prefix("| *")?.split(" | ").next())
        .flat_map(|cell| cell.split('·').map(|name| format!("Chinwagd{}", name.trim().trim_matches('*'))))
        .collect();
    let alerts: BTreeSet<String> = rules().into_iter().map(|(name, _)| name).collect();
    assert_eq!(told, alerts);
}

/// A store as it is sampled every five minutes: its size and what is free, `hours` after its first event.
fn store(growth_an_hour: f64, free: f64, hours: u32) -> Vec<(f64, f64, f64)> {
    (0..=hours * 12)
        .map(|n| {
            let hour = f64::from(n) / 12.0;
            (hour * 3600.0, growth_an_hour * hour, free - growth_an_hour * hour)
        })
        .collect()
}

/// What the rule about the disk says at the last sample, by least squares over the last day as `predict_linear` does.
fn outgrows(samples: &[(f64, f64, f64)]) -> bool {
    let (now, size, free) = *samples.last().unwrap();
    let day: Vec<_> = samples.iter().filter(|sample| sample.0 >= now - 86_400.0).collect();
    let count: f64 = day.iter().map(|_| 1.0).sum();
    let mean = |of: &dyn Fn(&(f64, f64, f64)) -> f64| day.iter().map(|s| of(s)).sum::<f64>() / count;
    let (t, y) = (mean(&|s| s.0), mean(&|s| s.1));
    let slope = mean(&|s| (s.0 - t) * (s.1 - y)) / mean(&|s| (s.0 - t).powi(2)).max(1.0);
    let predicted = y + slope * (now + 7.0 * 86_400.0 - t);
    let a_day_ago = samples
        .iter()
        .any(|sample| sample.0 <= now - 86_400.0 && sample.0 > now - 86_700.0 && sample.1 > 0.0);
    predicted - size > free && a_day_ago
}

#[test]
fn a_young_store_is_no_alarm_and_one_that_outgrows_its_disk_is() {
    assert_eq!(
        expression("ChinwagdStoreOutgrowsDisk"),
        "predict_linear(chinwagd_store_size_bytes[1d], 7 * 86400) - chinwagd_store_size_bytes > \
         chinwagd_store_free_bytes and chinwagd_store_size_bytes offset 1d > 0",
        "what is calculated here is what the rule says"
    );
    for (growth_an_hour, free, hours, alarm) in [
        // Young, and larger by far every hour: a day of it is not known yet.
        (600e6, 50e9, 2, false),
        (600e6, 50e9, 23, false),
        // Two days old, twice as large in a week many times over, and room for a year.
        (40e6, 400e9, 48, false),
        // A gigabyte a day, fifty free; ten gigabytes a day, fifty free.
        (42e6, 50e9, 72, false),
        (420e6, 50e9, 48, true),
        // Nothing is said.
        (0.0, 1e9, 100, false),
    ] {
        assert_eq!(
            outgrows(&store(growth_an_hour, free, hours)),
            alarm,
            "{growth_an_hour} an hour for {hours} hours"
        );
    }
}

#[test]
fn promtool_accepts_the_rules_where_it_is_installed() {
    for (verb, file) in [("check", "prometheus-alerts.yml"), ("test", "prometheus-alerts-test.yml")] {
        let file = format!("{}/../assets/{file}", env!("CARGO_MANIFEST_DIR"));
        let Ok(output) = Command::new("promtool").args([verb, "rules", &file]).output() else { return };
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
}
