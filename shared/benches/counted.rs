//! Marks what is counted. `.ci/costs` runs such a program under callgrind, which writes down what it has counted since the last
//! mark whenever [`mark`] is entered; so every second part is what lies between two marks, on all threads.

use std::hint::black_box;

/// Carries this out once so that what is needed once is there, and then so many times between two marks. It returns how many
/// bytes it wrote or sent.
pub(crate) fn count(name: &str, times: u32, mut run: impl FnMut(u32) -> usize) {
    run(0);
    mark();
    let bytes: usize = (1..=times).map(|turn| black_box(run(turn))).sum();
    mark();
    told(name, times, bytes);
}

/// The line that tells `.ci/costs` what was between the last two marks.
pub(crate) fn told(name: &str, times: u32, bytes: usize) {
    println!("{name}\t{times}\t{bytes}");
}

/// Where callgrind begins a new part.
#[inline(never)]
pub(crate) fn mark() {
    black_box(());
}
