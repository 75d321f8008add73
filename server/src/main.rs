//! chinwagd.
fn main() {}
