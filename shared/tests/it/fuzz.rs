//! Replays the corpora (`assets/fuzz/<target>`) of the fuzz targets in `shared/fuzz` as regression tests: the targets' bodies
//! are the modules here, which need no fuzzer.

mod codec;
mod request;
mod words;

use std::path::Path;

#[test]
fn kept_streams_are_cut_alike_in_one_piece_and_in_many() {
    replay("codec", codec::check);
}

#[test]
fn kept_words_are_safe_when_taken_and_stay_what_they_are() {
    replay("words", words::check);
}

#[test]
fn kept_lines_are_requests_that_stay_what_they_are_or_harmless_refusals() {
    replay("request", request::check);
}

/// Gives every kept input of a target to its body, and names those that fail.
fn replay(target: &str, check: fn(&[u8])) {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../assets/fuzz").join(target);
    let inputs: Vec<_> = dir.read_dir().unwrap().map(|input| input.unwrap().path()).collect();
    assert!(!inputs.is_empty(), "{} is empty", dir.display());
    let fails = |input: &Path| {
        let bytes = std::fs::read(input).unwrap();
        std::panic::catch_unwind(|| check(&bytes)).is_err()
    };
    let failed: Vec<_> = inputs.iter().filter(|input| fails(input)).collect();
    assert!(failed.is_empty(), "{failed:?}");
}
