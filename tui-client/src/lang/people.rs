//! Texts about people: names, roles, whois.

use shared::server_msg::Member;
use shared::{Name, Role, Uid};

use super::Lang;
use super::particle::Particle;

impl Lang {
    /// What a role is called in a sentence.
    #[must_use]
    pub fn role(self, role: Role) -> &'static str {
        match (self, role) {
            (Self::En, Role::Member) => "a member",
            (Self::En, Role::Moderator) => "a moderator",
            (Self::En, Role::Admin) => "an admin",
            (Self::Ko, Role::Member) => "일반 회원",
            // The server's operator is 운영자.
            (Self::Ko, Role::Moderator) => "부관리자",
            (Self::Ko, Role::Admin) => "관리자",
        }
    }

    /// What somebody is called; number 0 is the server's operator, whatever they are called.
    #[must_use]
    pub fn person_name(self, uid: Uid, name: &Name) -> &str {
        if uid == Uid::ZERO { self.operator() } else { name.as_str() }
    }

    /// The same where there is only the name: nobody else may be called like the operator.
    pub(super) fn by_name(self, name: &Name) -> &str {
        if name.as_str() == Self::En.operator() { self.operator() } else { name.as_str() }
    }

    /// The server's operator.
    #[must_use]
    pub const fn operator(self) -> &'static str {
        self.pick(["operator", "운영자"])
    }

    /// By whom something was done.
    #[must_use]
    pub fn by_person(self, name: &str) -> String {
        match self {
            Self::En => format!("by {name}"),
            Self::Ko if name == self.operator() => name.to_owned(),
            Self::Ko => format!("{name}님"),
        }
    }

    /// Who does something, in Korean: 운영자 is no name and takes no 님.
    pub(super) fn doer(name: &str) -> String {
        if name == Self::Ko.operator() { Particle::Subject.on(name) } else { format!("{name}님이") }
    }

    /// Who somebody is, in a line.
    #[must_use]
    pub fn whois(self, member: &Member) -> String {
        let away = if member.away { format!(" · {}", self.not_connected_mark()) } else { String::new() };
        format!("{} · #{} · {}{away}", member.name, member.uid, self.role(member.role))
    }

    /// Before the rooms somebody is in.
    #[must_use]
    pub fn whois_rooms(self) -> &'static str {
        self.pick(["rooms:", "방:"])
    }

    /// Before the number of connections somebody has.
    #[must_use]
    pub fn whois_windows(self) -> &'static str {
        self.pick(["windows:", "창:"])
    }

    /// Before the address somebody connects from.
    #[must_use]
    pub fn whois_address(self) -> &'static str {
        self.pick(["address:", "주소:"])
    }

    /// Before what somebody's client calls itself.
    #[must_use]
    pub fn whois_client(self) -> &'static str {
        self.pick(["client:", "프로그램:"])
    }

    /// Before the time somebody who is not here left.
    #[must_use]
    pub fn whois_last_seen(self) -> &'static str {
        self.pick(["last seen", "마지막으로 본 때:"])
    }

    /// Before the time somebody connected.
    #[must_use]
    pub fn whois_since(self, present: bool) -> &'static str {
        if present {
            self.pick(["here since", "접속한 때:"])
        } else {
            self.pick(["last here", "마지막 접속:"])
        }
    }
}
