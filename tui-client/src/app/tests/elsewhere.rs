//! What is stored in the lobby and concerns people wherever they look: announcements and their own role.

use super::{Client, happened, message};
use crate::lang::Lang;

/// A client that looks at `dev`, which it has just joined.
fn in_dev(lang: Lang) -> Client {
    let mut client = Client::online(lang);
    client.enter("/join dev");
    client.hear(
        r#"{"type":"ok","id":"r2","room":"dev","state":{"name":"dev","topic":"","head":101,"members":[{"uid":17,"name":"kim","style":{"color":6}}]}}"#,
    );
    client.forget();
    client
}

#[test]
fn an_announcement_is_shown_in_every_room_and_once_in_each() {
    let mut client = in_dev(Lang::En);
    client.hear(&happened("lobby", 102, 19, "cool-otter", r#""kind":"announce","text":"the cake is here""#));
    client.sees(&["Announcement: the cake is here"]);
    // It is no event of this room: the next one has no gap before it.
    client.hear(&message("dev", 103, 18, "민수", "yum").replace("\"prev\":102", "\"prev\":101"));
    client.sees(&["yum"]);
    client.sees_no(&["missing here"]);
    client.press("alt-1");
    client.sees(&["Announcement: the cake is here"]);
    assert_eq!(client.screen(120, 30).matches("the cake is here").count(), 1);
}

#[test]
fn a_new_role_is_told_to_the_one_who_has_it_where_they_are() {
    for (lang, told) in [(Lang::En, "cool-otter made kim a moderator"), (Lang::Ko, "부관리자로 지정했습니다")]
    {
        let mut client = in_dev(lang);
        let role = |uid: u64, name: &str| {
            let target = format!(r#"{{"uid":{uid},"name":"{name}","style":{{"color":6}}}}"#);
            format!(r#""kind":"role","target":{target},"role":"moderator""#)
        };
        client.hear(&happened("lobby", 102, 19, "cool-otter", &role(18, "민수")));
        client.sees_no(&["민수"]);
        client.hear(&happened("lobby", 103, 19, "cool-otter", &role(17, "kim")));
        client.sees(&[told]);
    }
}
