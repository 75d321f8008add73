//! Tests of the counters and of the exposition format.

use super::family::{Family, MetricKind, exposition};
use super::*;

#[test]
fn a_value_is_counted_in_the_bucket_it_fits_in_and_in_all_larger_ones() {
    let histogram = Histogram::new([10, 100]);
    for value in [0, 10, 11, 100, 101] {
        histogram.observe(value);
    }
    assert_eq!(histogram.cumulated(), (vec![(10, 2), (100, 4)], 5, 222));
}

#[test]
fn connections_are_those_that_began_and_did_not_end() {
    let stats = Stats::default();
    for _ in 0..3 {
        stats.opened(Transport::Tls);
    }
    stats.closed(Transport::Tls);
    assert_eq!([Transport::Plain, Transport::Tls].map(|over| stats.connections(over)), [0, 2]);
}

#[test]
fn every_code_is_counted_by_itself() {
    let stats = Stats::default();
    for code in Code::ALL {
        stats.refused(code);
    }
    assert!(stats.refused.iter().all(|count| count.get() == 1));
    stats.refused(Code::Unknown);
}

#[test]
fn what_a_label_or_a_help_text_holds_cannot_end_its_line() {
    let family = Family::by((MetricKind::Gauge, "n", "one\ntwo\\"), "l", [("a\"b\\c\nd", 1.5)]);
    let text = exposition(&[family]);
    assert_eq!(text, "# HELP n one\\ntwo\\\\\n# TYPE n gauge\nn{l=\"a\\\"b\\\\c\\nd\"} 1.5\n");
}

#[test]
fn a_histogram_is_told_in_its_unit() {
    let histogram = Histogram::new([100, 2500]);
    histogram.observe(200);
    let text = exposition(&[Family::histogram("t_seconds", "T.", &histogram, 1e6)]);
    let want = "t_seconds_bucket{le=\"0.0001\"} 0\nt_seconds_bucket{le=\"0.0025\"} 1\n\
                t_seconds_bucket{le=\"+Inf\"} 1\nt_seconds_sum 0.0002\nt_seconds_count 1\n";
    assert!(text.ends_with(want), "{text}");
}
