//! chinwag.
fn main() {}
