//! Metric families and their text form: the Prometheus exposition format 0.0.4.

use std::fmt::Write as _;

use serde::Serialize;

use super::Histogram;

/// The type of a metric.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum MetricKind {
    /// It only grows.
    Counter,
    /// It goes up and down.
    Gauge,
    /// A distribution of values.
    Histogram,
}

/// A metric: one sample, or several that differ in their labels.
#[derive(Clone, Debug, Serialize)]
pub struct Family {
    /// Its name, `chinwagd_…`.
    pub name: &'static str,
    /// Its type.
    pub kind: MetricKind,
    /// Its help text.
    pub help: &'static str,
    /// The samples.
    pub samples: Vec<Sample>,
}

/// A sample.
#[derive(Clone, Debug, Serialize)]
pub struct Sample {
    /// The suffix of the name; empty but for the parts of a histogram.
    pub suffix: &'static str,
    /// A label and its value.
    pub label: Option<(&'static str, String)>,
    /// The value. Whole numbers up to 2⁵³ are exact.
    pub value: f64,
}

impl Family {
    /// A metric without labels.
    #[must_use]
    pub fn one(kind: MetricKind, name: &'static str, help: &'static str, value: f64) -> Self {
        let samples = vec![Sample { suffix: "", label: None, value }];
        Self { name, kind, help, samples }
    }

    /// A metric with one label.
    #[must_use]
    pub fn by<V: Into<String>>(
        (kind, name, help): (MetricKind, &'static str, &'static str),
        label: &'static str,
        values: impl IntoIterator<Item = (V, f64)>,
    ) -> Self {
        let sample = |(of, value): (V, f64)| Sample { suffix: "", label: Some((label, of.into())), value };
        Self { name, kind, help, samples: values.into_iter().map(sample).collect() }
    }

    /// A histogram; `in_unit` counted units make one unit of the metric (1e6 for microseconds told in seconds).
    #[must_use]
    pub fn histogram<const BOUNDS: usize>(
        name: &'static str,
        help: &'static str,
        histogram: &Histogram<BOUNDS>,
        in_unit: f64,
    ) -> Self {
        let (buckets, count, sum) = histogram.cumulated();
        let bucket = |bound: String, below| Sample {
            suffix: "_bucket",
            label: Some(("le", bound)),
            value: number(below),
        };
        let mut samples: Vec<_> = buckets
            .into_iter()
            .map(|(bound, below)| bucket((number(bound) / in_unit).to_string(), below))
            .collect();
        samples.push(bucket("+Inf".into(), count));
        samples.push(Sample { suffix: "_sum", label: None, value: number(sum) / in_unit });
        samples.push(Sample { suffix: "_count", label: None, value: number(count) });
        Self { name, kind: MetricKind::Histogram, help, samples }
    }
}

/// A count as a value.
#[expect(clippy::cast_precision_loss, reason = "beyond 2^53 a count need not be exact to one")]
#[must_use]
pub fn number(count: u64) -> f64 {
    count as f64
}

/// The families in the exposition format.
#[must_use]
pub fn exposition(families: &[Family]) -> String {
    let mut text = String::new();
    for family in families {
        let Family { name, kind, help, samples } = family;
        let kind = match kind {
            MetricKind::Counter => "counter",
            MetricKind::Gauge => "gauge",
            MetricKind::Histogram => "histogram",
        };
        // Writing to a string does not fail.
        writeln!(text, "# HELP {name} {}", help.replace('\\', "\\\\").replace('\n', "\\n")).ok();
        writeln!(text, "# TYPE {name} {kind}").ok();
        for Sample { suffix, label, value } in samples {
            let label = label.as_ref().map(|(label, of)| format!("{{{label}=\"{}\"}}", escaped(of)));
            writeln!(text, "{name}{suffix}{} {value}", label.unwrap_or_default()).ok();
        }
    }
    text
}

fn escaped(value: &str) -> String {
    value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}
