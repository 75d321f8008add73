//! The closed sets of words: error codes, goodbye codes, roles.

use shared::server_msg::GoodbyeCode;
use shared::{Code, Role};

use crate::golden::tags::{CODE_TAGS, GOODBYE_TAGS, ROLE_TAGS, code_tag, goodbye_tag, role_tag};

#[test]
fn every_code_is_listed_and_says_on_the_wire_what_it_displays() {
    let listed: Vec<_> = Code::ALL.iter().chain(&[Code::Unknown]).map(code_tag).collect();
    assert_eq!(listed, CODE_TAGS);
    for code in Code::ALL {
        assert_eq!(code.as_str(), code_tag(&code));
        assert_eq!(code.to_string(), code.as_str());
        assert_eq!(serde_json::to_string(&code).unwrap(), format!("\"{code}\""));
    }
}

#[test]
fn every_goodbye_code_reads_back() {
    for tag in GOODBYE_TAGS {
        let code: GoodbyeCode = serde_json::from_str(&format!("\"{tag}\"")).unwrap();
        assert_eq!(code.as_str(), *tag);
        assert_eq!(goodbye_tag(&code), *tag);
    }
    for code in Code::ALL {
        let goodbye: GoodbyeCode = serde_json::from_str(&format!("\"{code}\"")).unwrap();
        assert_eq!(goodbye, GoodbyeCode::Error(code));
    }
}

#[test]
fn a_higher_role_is_greater() {
    assert!(Role::Member < Role::Moderator && Role::Moderator < Role::Admin);
    for tag in ROLE_TAGS {
        let role: Role = serde_json::from_str(&format!("\"{tag}\"")).unwrap();
        assert_eq!(role_tag(&role), *tag);
    }
}
