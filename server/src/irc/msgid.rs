//! What an event is called on IRC: the tag `msgid` of the IRCv3 specification "message-ids", `s` and its seq. There is one sequence
//! for the whole server, so it is unique without the room, and the same live, in history and for everybody.

use shared::Seq;

/// The `msgid` of an event.
#[must_use]
pub fn write(seq: Seq) -> String {
    format!("s{seq}")
}

/// The event with this `msgid`; `None` where it is not one of ours.
#[must_use]
pub fn parse(msgid: &str) -> Option<Seq> {
    let digits = msgid.strip_prefix('s')?;
    // One form only, so that what a client compares as text is the same where the event is.
    let is_plain =
        digits.bytes().all(|byte| byte.is_ascii_digit()) && (digits == "0" || !digits.starts_with('0'));
    digits.parse().ok().filter(|_| is_plain).and_then(Seq::new)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_has_one_msgid_and_a_msgid_one_event() {
        for number in [0, 1, 813, (1 << 53) - 1] {
            let seq = Seq::new(number).unwrap();
            assert_eq!(parse(&write(seq)), Some(seq));
        }
        for bad in
            ["", "s", "813", "s01", "s+1", "s-1", "S1", "s1 ", "s9007199254740992", "s99999999999999999999"]
        {
            assert_eq!(parse(bad), None, "{bad:?}");
        }
    }
}
