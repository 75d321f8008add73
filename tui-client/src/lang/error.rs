//! The error codes of the protocol in words, English and Korean: why a request was refused and what to do about it.

use shared::{Code, Refusal};

use super::Lang;

impl Lang {
    /// Below a message the server did not take.
    #[must_use]
    pub fn not_sent(self, why: Code) -> String {
        // Of a mute there is nothing to do but to wait, and how to send it again then is said with it.
        let why = if why == Code::Muted { self.refusal_reason(why).to_owned() } else { self.refusal(why) };
        match self {
            Self::En => format!("not sent: {why}"),
            Self::Ko => format!("보내지 못함: {why}"),
        }
    }

    /// A file that the server did not give.
    #[must_use]
    pub fn not_saved(self, why: Code) -> String {
        let why = if why == Code::Storage { self.not_given().to_owned() } else { self.refusal(why) };
        match self {
            Self::En => format!("not saved: {why}"),
            Self::Ko => format!("저장하지 못함: {why}"),
        }
    }

    /// The server has a file, or another one that is away has it, and cannot give it now.
    #[must_use]
    pub fn not_given(self) -> &'static str {
        self.pick([
            "the server cannot give the file now; try again later, or ask its sender to send it again",
            "지금은 서버가 이 파일을 줄 수 없습니다. 나중에 다시 시도하거나 보낸 사람에게 다시 보내 달라고 하세요",
        ])
    }

    /// The same, for a reason that only the server knows, in its own words, which are English.
    #[must_use]
    pub fn not_sent_said(self, said: &str) -> String {
        match self {
            Self::En => format!("not sent: {said}"),
            Self::Ko => format!("보내지 못함. 서버가 영어로 알린 이유: {said}"),
        }
    }

    /// A command that was to choose the room, or may have been, was not carried out.
    #[must_use]
    pub fn room_not_known(self) -> &'static str {
        self.pick([
            "which room the next lines belong to is not known: none is sent until /join ROOM or /msg NAME",
            "다음 줄을 어느 방에 보낼지 알 수 없어, /입장 방이나 /귓속말 이름이 나올 때까지 보내지 않습니다",
        ])
    }

    /// A line whose room is not known; it is not lost, for it stands here.
    #[must_use]
    pub fn not_sent_astray(self, line: &str) -> String {
        match self {
            Self::En => format!("not sent: {line}"),
            Self::Ko => format!("보내지 않음: {line}"),
        }
    }

    /// The same, with the time it lasts.
    #[must_use]
    pub fn not_sent_until(self, why: Code, until: Option<&str>) -> String {
        let Some(until) = until else { return self.not_sent(why) };
        let reason = self.refusal_reason(why);
        match self {
            Self::En => format!("not sent: {reason} until {until}"),
            Self::Ko => format!("보내지 못함: {reason} ({until}까지)"),
        }
    }

    /// Why a request was declined, and what to do about it.
    #[must_use]
    pub fn refusal(self, why: Code) -> String {
        self.reason_and_advice(self.refusal_reason(why), self.refusal_advice(why, true))
    }

    /// The same of a refusal of the server, which may name the limit that is the reason.
    #[must_use]
    pub fn server_refusal(self, refusal: &Refusal) -> String {
        let setting = refusal.setting.as_ref().map(shared::Line::as_str);
        if let Some(text) = setting.and_then(|setting| self.limit_reached(setting, refusal.limit)) {
            return text;
        }
        match setting {
            Some(setting) => {
                self.reason_and_advice(self.refusal_reason(refusal.code), &self.ask_to_raise(setting))
            }
            None => self.refusal(refusal.code),
        }
    }

    pub(super) fn reason_and_advice(self, reason: &str, advice: &str) -> String {
        match self {
            Self::En => format!("{reason}; {advice}"),
            Self::Ko => format!("{reason}. {advice}"),
        }
    }

    /// A limit on what one person may have, which they can do something about themselves.
    fn limit_reached(self, setting: &str, limit: Option<u64>) -> Option<String> {
        let limit = limit.map(|limit| limit.to_string());
        Some(match (setting, self, limit) {
            ("max-rooms-each", Self::En, Some(limit)) => {
                format!("you are in {limit} rooms, which is the most for one person; leave one with /part first")
            }
            ("max-rooms-each", Self::En, None) => {
                "you are in as many rooms as one person may be; leave one with /part first".to_owned()
            }
            ("max-rooms-each", Self::Ko, Some(limit)) => {
                format!("한 사람은 방 {limit}개까지 들어갈 수 있습니다. 먼저 /퇴장으로 다른 방에서 나가세요")
            }
            ("max-rooms-each", Self::Ko, None) => {
                "더 많은 방에는 들어갈 수 없습니다. 먼저 /퇴장으로 다른 방에서 나가세요".to_owned()
            }
            ("max-rooms", Self::En, Some(limit)) => {
                format!("the server has {limit} rooms, which is the most; join one that is there, /rooms lists them")
            }
            ("max-rooms", Self::En, None) => {
                "the server has as many rooms as it takes; join one that is there, /rooms lists them".to_owned()
            }
            ("max-rooms", Self::Ko, Some(limit)) => {
                format!("서버에 방이 {limit}개까지만 있을 수 있습니다. /방목록에서 있는 방을 골라 들어가세요")
            }
            ("max-rooms", Self::Ko, None) => {
                "서버에 방을 더 만들 수 없습니다. /방목록에서 있는 방을 골라 들어가세요".to_owned()
            }
            ("new-rooms", _, _) => self
                .pick([
                    "you opened many rooms or direct conversations lately; wait a while before you open another",
                    "방이나 귓속말을 짧은 동안 많이 열었습니다. 조금 기다렸다가 다시 여세요",
                ])
                .to_owned(),
            _ => return None,
        })
    }

    /// Why a request was declined, in a few words.
    #[must_use]
    pub fn refusal_reason(self, why: Code) -> &'static str {
        self.pick(match why {
            Code::BadJson | Code::BadUtf8 | Code::UnknownType | Code::BadRequest => {
                ["the server did not understand it", "서버가 요청을 알아듣지 못했습니다"]
            }
            Code::TooLong => ["it is too long", "너무 깁니다"],
            Code::Version => ["the server speaks another version", "서버의 버전이 다릅니다"],
            Code::Timeout => ["the server got no answer in time", "제때 응답이 없었습니다"],
            Code::RateLimited => ["too fast", "너무 빠릅니다"],
            Code::NameTaken => {
                ["somebody has this name or one like it", "같거나 비슷한 이름을 누가 쓰고 있습니다"]
            }
            Code::NameInvalid => {
                ["the name has the wrong length or characters", "이름의 길이나 글자가 맞지 않습니다"]
            }
            Code::NameReserved => ["the name is reserved", "예약된 이름이라 쓸 수 없습니다"],
            Code::NoSuchRoom => ["there is no such room", "그런 방이 없습니다"],
            Code::NoSuchUser => ["there is nobody like that", "그런 사람이 없습니다"],
            Code::NoSuchMessage => ["there is no such message any more", "그 메시지는 이제 없습니다"],
            Code::NotMember => ["you are not in that room", "그 방에 들어가 있지 않습니다"],
            Code::Forbidden => ["you may not do that", "그럴 권한이 없습니다"],
            Code::AuthFailed => ["the key or password is wrong", "키나 비밀번호가 틀렸습니다"],
            Code::LinkInvalid => [
                "the link code is wrong, was used, or is too old",
                "연결 코드가 틀렸거나, 이미 쓰였거나, 오래되었습니다",
            ],
            Code::AlreadyLinked => ["this machine is linked to you already", "이미 연결된 기기입니다"],
            Code::TakenOut => [
                "another machine of yours took this one out, and nothing was sent from here",
                "내 다른 기기에서 이 기기를 뺐습니다. 여기서는 아무것도 보내지 않았습니다",
            ],
            Code::Banned => ["you are banned here", "차단되었습니다"],
            Code::Muted => ["you are muted", "채팅 금지 중입니다"],
            Code::TextInvalid => [
                "the text is empty, too long or has characters that are not allowed",
                "내용이 비었거나 너무 길거나 쓸 수 없는 글자가 있습니다",
            ],
            Code::NonceConflict => {
                ["it was sent before with another text", "다른 내용으로 이미 보낸 메시지입니다"]
            }
            Code::ResumeExpired => {
                ["the connection was gone for too long", "연결이 너무 오래 끊겨 있었습니다"]
            }
            Code::TooManyConnections => {
                ["too many connections from this address", "이 주소에서 온 연결이 너무 많습니다"]
            }
            Code::TooManyWindows => {
                ["you are here in too many windows already", "이미 너무 많은 창에서 접속해 있습니다"]
            }
            Code::ServerFull => ["the server is full", "서버가 가득 찼습니다"],
            Code::FileTooLarge => {
                ["the file is too large for this server", "이 서버에 보내기에는 파일이 너무 큽니다"]
            }
            Code::NoSuchFile => ["the file is not there any more", "파일이 더 이상 없습니다"],
            Code::HashMismatch => ["the file changed while it was sent", "보내는 동안 파일이 바뀌었습니다"],
            Code::TokenInvalid => ["the transfer was opened too late", "전송을 여는 데 너무 오래 걸렸습니다"],
            Code::Storage => ["the server could not store it", "서버가 저장하지 못했습니다"],
            Code::ShuttingDown => ["the server is shutting down", "서버가 종료되고 있습니다"],
            Code::Internal => ["the server has a fault", "서버에 문제가 생겼습니다"],
            Code::Unknown => [
                "the server gives a reason this version does not know",
                "이 버전에서는 알 수 없는 이유입니다",
            ],
        })
    }

    /// What to do about it, by a command where commands can be typed.
    pub(super) fn refusal_advice(self, why: Code, by_command: bool) -> &'static str {
        self.pick(match why {
            Code::BadJson | Code::BadUtf8 | Code::UnknownType | Code::BadRequest => {
                ["update whichever of the two is older", "서버와 클라이언트 중 오래된 쪽을 업데이트하세요"]
            }
            Code::TooLong => ["send it in parts", "나누어 보내세요"],
            Code::Version | Code::Unknown => ["update the client", "클라이언트를 업데이트하세요"],
            Code::Timeout => ["try again", "다시 시도하세요"],
            Code::RateLimited => ["wait a moment and try again", "잠시 기다렸다가 다시 하세요"],
            Code::NameTaken | Code::NameReserved if by_command => {
                ["choose another one with /nick NAME", "/이름으로 다른 이름을 고르세요"]
            }
            Code::NameTaken | Code::NameReserved => {
                ["choose another one with --name NAME", "--name 으로 다른 이름을 고르세요"]
            }
            Code::NameInvalid => [
                "choose 2 to 24 columns of letters and digits of one script, '-', '_' and '.'",
                "한 가지 문자의 글자와 숫자, '-', '_', '.'로 2~24칸을 쓰세요",
            ],
            Code::NoSuchRoom => ["/rooms lists those there are", "/방목록에서 있는 방을 볼 수 있습니다"],
            Code::NoSuchUser => ["/who lists who is here", "/사용자로 누가 있는지 볼 수 있습니다"],
            Code::NoSuchMessage => ["pick another one", "다른 메시지를 고르세요"],
            Code::NotMember => ["enter it with /join ROOM first", "먼저 /입장으로 들어가세요"],
            Code::Forbidden => ["ask a moderator or an admin", "관리자나 부관리자에게 부탁하세요"],
            Code::AuthFailed => ["check it and try again", "확인하고 다시 입력하세요"],
            Code::LinkInvalid => [
                "/link on your other machine makes a new one",
                "다른 기기에서 /기기연결로 새 코드를 받으세요",
            ],
            Code::AlreadyLinked => [
                "start chinwag without --link, and you are there as the same person",
                "--link 없이 chinwag를 시작하면 같은 사람으로 들어갑니다",
            ],
            Code::TakenOut => [
                "chinwag --link CODE makes it yours again, chinwag --name NAME begins as somebody new",
                "chinwag --link 코드 로 다시 연결하거나 chinwag --name 이름 으로 새로 시작하세요",
            ],
            Code::Banned => ["ask whoever runs the server", "서버 운영자에게 문의하세요"],
            Code::Muted => {
                ["you may read on, and a moderator can lift it", "읽을 수는 있고, 관리자가 풀 수 있습니다"]
            }
            Code::TextInvalid => ["change it and try again", "고쳐서 다시 보내세요"],
            Code::FileTooLarge => {
                ["send less, or ask whoever runs the server", "더 작게 보내거나 서버 운영자에게 문의하세요"]
            }
            Code::NoSuchFile => ["ask its sender to send it again", "보낸 사람에게 다시 보내 달라고 하세요"],
            Code::HashMismatch | Code::TokenInvalid | Code::NonceConflict => {
                ["send it again", "다시 보내세요"]
            }
            Code::ResumeExpired => ["/reconnect begins anew", "/재접속으로 새로 들어가세요"],
            Code::TooManyConnections => {
                ["close one, or try again later", "하나를 끊거나 나중에 다시 시도하세요"]
            }
            Code::TooManyWindows => ["close one of them", "그중 하나를 닫으세요"],
            Code::ServerFull | Code::Storage | Code::Internal => {
                ["try again later", "나중에 다시 시도하세요"]
            }
            Code::ShuttingDown => ["come back when it is up again", "다시 켜진 뒤에 접속하세요"],
        })
    }
}

#[cfg(test)]
mod tests {
    use shared::{Code, Refusal};

    use super::Lang;

    fn is_hangul(c: char) -> bool {
        ('가'..='힣').contains(&c)
    }

    #[test]
    fn every_refusal_says_what_was_refused_and_what_to_do_next_in_both_languages() {
        for code in Code::ALL.into_iter().chain([Code::Unknown]) {
            for by_command in [true, false] {
                for (lang, said) in [
                    (Lang::En, Lang::En.refusal(code)),
                    (Lang::Ko, Lang::Ko.refusal(code)),
                    (Lang::En, Lang::En.not_let_in(code, by_command, false)),
                    (Lang::Ko, Lang::Ko.not_let_in(code, by_command, true)),
                ] {
                    let (what, next) =
                        said.rsplit_once(if lang == Lang::En { "; " } else { ". " }).unwrap_or_else(|| {
                            // A prompt for it is there.
                            assert!(code == Code::AuthFailed && by_command, "{said}");
                            (&said, &said)
                        });
                    for part in [what, next] {
                        assert!(part.len() > 6 && part.contains(is_hangul) == (lang == Lang::Ko), "{said}");
                    }
                }
            }
        }
    }

    #[test]
    fn a_limit_is_named_with_its_number_and_the_way_out() {
        let refused = |setting: &str, limit| Refusal {
            limit,
            ..Refusal::new(Code::RateLimited, "in the server's words").by_setting(setting)
        };
        for (setting, limit, words) in [
            ("max-rooms-each", Some(20), ["in 20 rooms", "/part", "20개까지", "/퇴장"]),
            ("max-rooms-each", None, ["as many rooms", "/part", "더 많은 방", "/퇴장"]),
            ("max-rooms", Some(500), ["500 rooms", "/rooms", "500개까지", "/방목록"]),
            ("new-rooms", Some(5), ["lately", "wait", "짧은 동안", "기다렸다가"]),
            ("something-new", None, ["too fast", "raise something-new", "너무 빠릅니다", "something-new"]),
        ] {
            let refusal = refused(setting, limit);
            let (en, ko) = (Lang::En.server_refusal(&refusal), Lang::Ko.server_refusal(&refusal));
            assert!(en.contains(words[0]) && en.contains(words[1]), "{en}");
            assert!(ko.contains(words[2]) && ko.contains(words[3]), "{ko}");
        }
    }
}
