//! The table: the server's figure, the limit's, and how many times the limit it is.

/// Its head.
pub(crate) fn title() {
    println!("{:<44} {:>26} {:>26} {:>7}", "", "chinwagd", "limit", "ratio");
}

/// A line of two figures of the same unit, less being better.
pub(crate) fn compare(what: &str, ours: f64, limit: f64, unit: &str) {
    let ratio = if limit > 0.0 { format!("{:.1}", ours / limit) } else { String::new() };
    println!("{what:<44} {:>26} {:>26} {ratio:>7}", figure(ours, unit), figure(limit, unit));
}

/// A line without a limit.
pub(crate) fn tell(what: &str, ours: &str, limit: &str) {
    println!("{what:<44} {ours:>26} {limit:>26}");
}

/// The middle one of several runs.
pub(crate) fn median(runs: usize, mut run: impl FnMut() -> f64) -> f64 {
    let mut all: Vec<f64> = (0..runs).map(|_| run()).collect();
    all.sort_by(f64::total_cmp);
    all[all.len() / 2]
}

fn figure(value: f64, unit: &str) -> String {
    let digits = if value < 10.0 { 3 } else { 1 };
    format!("{value:.digits$} {unit}")
}
