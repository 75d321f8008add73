//! Texts of the list of rooms, and about people who are not here.

use super::Lang;
use super::particle::Particle;

impl Lang {
    /// The head of the list of rooms.
    #[must_use]
    pub fn room_count(self, count: usize) -> String {
        match (self, count) {
            (Self::En, 1) => "1 room (* you are in it)".into(),
            (Self::En, _) => format!("{count} rooms (* you are in it)"),
            (Self::Ko, _) => format!("방 {count}개 (* 들어가 있는 방)"),
        }
    }

    /// Where lines go from now on, of what kind that room is and its topic; either may be empty.
    #[must_use]
    pub fn lines_go_to(self, room: &str, access: &str, topic: &str) -> String {
        let mut text = match self {
            Self::En => format!("what you say goes to {room} now"),
            Self::Ko => format!(
                "이제 쓰는 말은 {room} {}",
                if room.starts_with('@') { "대화로 갑니다" } else { "방으로 갑니다" }
            ),
        };
        if !access.is_empty() {
            text.extend([" · ", access]);
        }
        if !topic.is_empty() {
            text.extend(["\n", &self.topic_is(topic)]);
        }
        text
    }

    /// How many people are in a room.
    #[must_use]
    pub fn people_in_room(self, people: usize) -> String {
        match self {
            Self::En => format!("{people} here"),
            Self::Ko => format!("{people}명"),
        }
    }

    /// Beside a room one is not in.
    #[must_use]
    pub fn join_room(self, people: usize) -> String {
        match self {
            Self::En => format!("join · {people} here"),
            Self::Ko => format!("들어가기 · {people}명"),
        }
    }

    /// Somebody one writes to is not here.
    #[must_use]
    pub fn not_here_now(self, name: &str, last_seen: Option<&str>) -> String {
        let seen = match (self, last_seen) {
            (Self::En, Some(at)) => format!(" (last seen {at})"),
            (Self::Ko, Some(at)) => format!(" (마지막으로 본 때: {at})"),
            (_, None) => String::new(),
        };
        match self {
            Self::En => format!("{name} is not here{seen}; what you write waits for them"),
            Self::Ko => format!("{name}님은 지금 없습니다{seen}. 쓴 글은 돌아오면 볼 수 있습니다"),
        }
    }

    /// What is typed while the server is asked who has a name.
    #[must_use]
    pub fn looks_for(self, name: &str) -> String {
        match self {
            Self::En => format!("not sent yet: {name} is being looked for; what you type here goes to them"),
            Self::Ko => format!("아직 보내지 않음: {name}님을 찾는 중입니다. 여기 쓴 글은 그 대화로 갑니다"),
        }
    }

    /// Nobody has a name, here or not.
    #[must_use]
    pub fn nobody_to_write_to(self, name: &str) -> String {
        let why = self.nobody_has_name(name);
        match self {
            Self::En => format!("not sent: {why}"),
            Self::Ko => format!("보내지 못함: {why}"),
        }
    }

    /// Nobody has this name, here or elsewhere.
    #[must_use]
    pub fn nobody_has_name(self, name: &str) -> String {
        let advice = self.refusal_advice(shared::Code::NoSuchUser, true);
        match self {
            Self::En => format!("nobody is called {name}; {advice}"),
            Self::Ko => format!("{name} 이름을 쓰는 사람이 없습니다. {advice}"),
        }
    }

    /// A room that is looked at was left in another window of ours.
    #[must_use]
    pub fn left_elsewhere(self, room: &str) -> String {
        match self {
            Self::En => format!("you left {room} in another window; /join {room} enters it again"),
            Self::Ko => {
                let to = Particle::To.after(room);
                format!("다른 창에서 {room} 방을 나갔습니다. /입장 {room} {to} 다시 들어갈 수 있습니다")
            }
        }
    }

    /// A name was taken from somebody who is not here.
    #[must_use]
    pub fn name_freed(self, name: &str) -> String {
        match self {
            Self::En => format!("{name} is free now"),
            Self::Ko => format!("{name} 이름을 이제 쓸 수 있습니다"),
        }
    }
}
