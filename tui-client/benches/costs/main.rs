//! What the client's hot paths cost in instructions, allocations, system calls and bytes, which are the same on every machine
//! and however busy it is. `.ci/costs` runs this under callgrind and compares with what is recorded; by itself it prints the
//! bytes only.
//!
//! A key press and a frame are what the shell of the screen does for them, from the event to the bytes for the terminal.

#![allow(clippy::print_stdout, reason = "a benchmark prints")]

#[path = "../client/mod.rs"]
mod client;
#[path = "../../../shared/benches/counted.rs"]
mod counted;

use client::Client;
use counted::count;
use tui_client::event::{Code, Key};

fn main() {
    let mut client = Client::new(120, 40);
    client.hear(&client::messages(1..=1_000));
    client.frame();
    let mut typed = "half a thought, 반쯤 쓴 생각".chars().cycle();
    count("key press", 50, |_| {
        client.press(Key::plain(Code::Char(typed.next().unwrap_or(' '))));
        client.frame()
    });
    count("key press that erases", 50, |_| {
        client.press(Key::plain(Code::Backspace));
        client.frame()
    });
    count("page up or down", 20, |turn| {
        client.press(Key::plain(if turn.is_multiple_of(2) { Code::PageUp } else { Code::PageDown }));
        client.frame()
    });
    let mut lines = client::messages(1_001..=3_001).into_iter();
    count("message absorbed", 2_000, |_| {
        client.hear(lines.next().as_slice());
        0
    });
    client.frame();
    count("frame of a new message", 20, |turn| {
        let seq = 30_000 + u64::from(turn);
        client.hear(&client::messages(seq..=seq));
        client.frame()
    });
    count("frame after a resize", 20, |turn| {
        client.resize(if turn.is_multiple_of(2) { (120, 40) } else { (100, 30) });
        client.frame()
    });
}
