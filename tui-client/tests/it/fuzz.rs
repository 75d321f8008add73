//! The fuzz targets' bodies, run on the kept corpus: every input the fuzzer found is a regression test, which needs no
//! fuzzer (`assets/fuzz/incoming`). The targets themselves are in `tui-client/fuzz`.

mod incoming;

use std::path::Path;

#[test]
fn whatever_a_server_said_the_draft_stayed_and_nothing_moved_the_cursor() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../assets/fuzz/incoming");
    let inputs: Vec<_> = dir.read_dir().unwrap().map(|input| input.unwrap().path()).collect();
    assert!(!inputs.is_empty(), "{} is empty", dir.display());
    let fails = |input: &Path| {
        let bytes = std::fs::read(input).unwrap();
        std::panic::catch_unwind(|| incoming::check(&bytes)).is_err()
    };
    let failed: Vec<_> = inputs.iter().filter(|input| fails(input)).collect();
    assert!(failed.is_empty(), "{failed:?}");
}
