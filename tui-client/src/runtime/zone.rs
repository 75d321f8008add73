//! Which time the clocks here show. It must not hold anything up; the answer comes when it comes.

use std::process::{Command, Stdio};
use std::thread;

use tokio::sync::mpsc;

use crate::event::Event;

/// Asks `date` for the offset from UTC and sends it on.
///
/// It knows the rules of every time zone, the `TZ` variable included; the standard library does not, and the C
/// library's way cannot be called safely while other threads run.
pub(crate) fn find_out(sink: mpsc::Sender<Vec<Event>>) {
    let ask = move || {
        let asked = Command::new("date").arg("+%z").stdin(Stdio::null()).stderr(Stdio::null()).output();
        let answer = asked.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned());
        if let Some(minutes) = answer.ok().as_deref().and_then(parse).filter(|minutes| *minutes != 0) {
            sink.blocking_send(vec![Event::Zone(minutes)]).ok();
        }
    };
    // Without a thread, times are in UTC.
    thread::Builder::new().name("zone".into()).stack_size(64 * 1024).spawn(ask).ok();
}

/// `+0900` as minutes.
fn parse(answer: &str) -> Option<i32> {
    let (sign, digits) = match answer.split_at_checked(1)? {
        ("+", digits) => (1, digits),
        ("-", digits) => (-1, digits),
        _ => return None,
    };
    let (hours, minutes) = digits.split_at_checked(2)?;
    let (hours, minutes): (i32, i32) = (hours.parse().ok()?, minutes.parse().ok()?);
    (hours < 24 && minutes < 60).then_some(sign * (hours * 60 + minutes))
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn offsets_are_read_as_date_writes_them() {
        for (answer, minutes) in
            [("+0900", Some(540)), ("-0330", Some(-210)), ("+0000", Some(0)), ("", None), ("KST", None)]
        {
            assert_eq!(parse(answer), minutes, "{answer}");
        }
    }
}
