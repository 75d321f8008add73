//! The fuzz targets' bodies, run on the kept corpora: every input the fuzzer found is a regression test, which needs no
//! fuzzer (`assets/fuzz/<target>`). The targets themselves are in `tui-client/fuzz`.

mod incoming;
mod pictures;

use std::path::Path;

#[test]
fn whatever_a_server_said_the_draft_stayed_and_nothing_moved_the_cursor() {
    replay("incoming", incoming::check);
}

#[test]
fn whatever_a_picture_was_its_metadata_was_not_sent() {
    replay("pictures", pictures::check);
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
