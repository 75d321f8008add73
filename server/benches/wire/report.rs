//! The table: what was measured of the limit, of the server, and of another build of it, each as the median of all runs with the
//! least and the most; and how many times the limit, and the other build, the server's median is.

use std::path::PathBuf;

use super::Effort;

/// What is measured.
#[derive(Clone, Debug)]
pub(crate) enum Contender {
    /// What the machine can do at best.
    Limit,
    /// A `chinwagd`.
    Server(PathBuf),
}

/// Something that was measured, less being better.
pub(crate) struct Figure {
    pub(crate) what: String,
    pub(crate) value: f64,
    pub(crate) unit: &'static str,
}

/// A figure.
pub(crate) fn figure(what: impl Into<String>, value: f64, unit: &'static str) -> Figure {
    Figure { what: what.into(), value, unit }
}

/// The table's head.
pub(crate) fn title(effort: &Effort) {
    let other = if effort.against.is_some() {
        format!(" {:>28} {:>7}", "other build", "ratio")
    } else {
        String::new()
    };
    println!("{:<54} {:>28} {:>28} {:>7}{other}", "median (least-most)", "limit", "chinwagd", "ratio");
}

/// Measures all contenders in turns, as often as the effort says, and prints a line for each figure.
pub(crate) fn in_turns(effort: &Effort, mut run: impl FnMut(&Contender) -> Vec<Figure>) {
    let servers = [Some(effort.server.clone()), effort.against.clone()].into_iter().flatten();
    let contenders: Vec<_> =
        std::iter::once(Contender::Limit).chain(servers.map(Contender::Server)).collect();
    let mut runs: Vec<Vec<Vec<Figure>>> = contenders.iter().map(|_| Vec::new()).collect();
    for _ in 0..effort.runs {
        for (contender, runs) in contenders.iter().zip(&mut runs) {
            runs.push(run(contender));
        }
    }
    for (at, Figure { what, unit, .. }) in runs[0][0].iter().enumerate() {
        let values = runs.iter().map(|runs| {
            let mut values: Vec<f64> = runs.iter().map(|figures| figures[at].value).collect();
            values.sort_by(f64::total_cmp);
            values
        });
        print_line(what, unit, &values.collect::<Vec<_>>());
    }
}

fn print_line(what: &str, unit: &str, values: &[Vec<f64>]) {
    let median = |values: &Vec<f64>| values[values.len() / 2];
    let cell = |values: &Vec<f64>| {
        let range = if values.len() > 1 {
            format!(" ({}-{})", number(values[0]), number(values[values.len() - 1]))
        } else {
            String::new()
        };
        format!("{} {unit}{range}", number(median(values)))
    };
    let ratio = |to: &Vec<f64>| if median(to) > 0.0 { median(&values[1]) / median(to) } else { f64::NAN };
    print!("{what:<54} {:>28} {:>28} {:>7.2}", cell(&values[0]), cell(&values[1]), ratio(&values[0]));
    values.get(2).iter().for_each(|other| print!(" {:>28} {:>7.2}", cell(other), ratio(other)));
    println!();
}

fn number(value: f64) -> String {
    let digits = if value < 10.0 { 2 } else { usize::from(value < 100.0) };
    format!("{value:.digits$}")
}
