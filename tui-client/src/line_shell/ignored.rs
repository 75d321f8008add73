//! JSON lines of ignored people. A program gets every line of the server, so that it can count on what follows on what; those that
//! are not shown to a person have `"ignored":true`.

use serde_json::Value;
use shared::ServerMsg;

use crate::profile::Ignored;

/// What the server says with the events marked that are of ignored people; nothing where there are none.
pub(super) fn marked(msg: &ServerMsg, ignored: &Ignored) -> Option<Value> {
    if ignored.is_empty() {
        return None;
    }
    if let ServerMsg::Event(event) = msg {
        let mut line = ignored.hides_event(event).then(|| serde_json::to_value(msg).ok())??;
        mark(&mut line);
        return Some(line);
    }
    let ServerMsg::Ok(answer) = msg else { return None };
    let hidden: Vec<bool> = answer.events.iter().flatten().map(|event| ignored.hides_event(event)).collect();
    if !hidden.contains(&true) {
        return None;
    }
    let mut line = serde_json::to_value(msg).ok()?;
    let events = line.get_mut("events")?.as_array_mut()?;
    events.iter_mut().zip(hidden).filter(|(_, is_hidden)| *is_hidden).for_each(|(event, _)| mark(event));
    Some(line)
}

fn mark(event: &mut Value) {
    if let Value::Object(fields) = event {
        fields.insert("ignored".into(), true.into());
    }
}

#[cfg(test)]
mod tests {
    use shared::{ServerMsg, Uid};

    use super::marked;
    use crate::app::tests::message;
    use crate::profile::Ignored;

    #[test]
    fn lines_and_pages_of_ignored_people_are_marked_and_others_stay_as_they_came() {
        let mut ignored = Ignored::default();
        let parse = |line: &str| ServerMsg::parse(line.as_bytes()).unwrap();
        let (theirs, others) = (message("lobby", 1, 18, "troll", "x"), message("lobby", 2, 19, "otter", "y"));
        let page = format!(r#"{{"type":"ok","id":"r1","events":[{theirs},{others}]}}"#);
        assert_eq!(marked(&parse(&theirs), &ignored), None);
        ignored.add(Uid::new(18).unwrap(), "troll".parse().unwrap(), 1);
        assert_eq!(marked(&parse(&others), &ignored), None);
        let line = marked(&parse(&theirs), &ignored).unwrap();
        assert_eq!(
            (&line["ignored"], &line["text"], &line["type"]),
            (&true.into(), &"x".into(), &"event".into())
        );
        let page = marked(&parse(&page), &ignored).unwrap();
        assert_eq!((&page["events"][0]["ignored"], page["events"][1].get("ignored")), (&true.into(), None));
    }
}
