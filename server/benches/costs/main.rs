//! What the hot paths cost in instructions, allocations, system calls and bytes, which are the same on every machine and however
//! busy it is. `.ci/costs` runs this under callgrind and compares with what is recorded; by itself it prints the bytes only.
//!
//! First the whole way from a line to the members' lines, through a server's core with a store that keeps nothing; then its
//! parts; then the store's.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::panic,
    reason = "a benchmark prints, and stops at a fault"
)]

mod core;
#[path = "../../../shared/benches/counted.rs"]
mod counted;
mod members;
mod parts;
mod stored;

fn main() {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
    runtime.block_on(async {
        members::say().await;
        members::come_and_go().await;
        members::resume().await;
        parts::deliver().await;
        parts::answer().await;
    });
    parts::parse();
    parts::handle();
    parts::greet();
    parts::encode();
    stored::commit();
    stored::come_and_go();
    stored::look_up();
}
