//! The error codes of the protocol in words, English and Korean: why a request was refused and what to do about it.

use shared::Code;

use super::Lang;

impl Lang {
    /// Below a message the server did not take.
    #[must_use]
    pub fn not_sent(self, why: Code) -> String {
        match self {
            Self::En => format!("not sent: {}", self.refusal(why)),
            Self::Ko => format!("보내지 못함: {}", self.refusal(why)),
        }
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
            "다음 줄을 어느 방에 보낼지 알 수 없어, /입장 방 이나 /귓속말 이름 이 나올 때까지 보내지 않습니다",
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
        let said = self.not_sent(why);
        match (self, until) {
            (_, None) => said,
            (Self::En, Some(until)) => format!("{said} until {until}"),
            (Self::Ko, Some(until)) => format!("{said} ({until}까지)"),
        }
    }

    /// Why a request was declined, and what to do about it.
    #[must_use]
    pub fn refusal(self, why: Code) -> &'static str {
        match self {
            Self::En => english(why),
            Self::Ko => korean(why),
        }
    }
}

fn english(why: Code) -> &'static str {
    match why {
        Code::BadJson | Code::BadUtf8 | Code::UnknownType | Code::BadRequest => {
            "the server did not understand it"
        }
        Code::TooLong => "it is too long; send it in parts",
        Code::Version => "the server speaks another version; update the client",
        Code::Timeout => "the server got no answer in time",
        Code::RateLimited => "too fast; wait a moment",
        Code::NameTaken => "somebody has this name or one like it",
        Code::NameInvalid => "the name has the wrong length or characters",
        Code::NameReserved => "the name is reserved",
        Code::NoSuchRoom => "there is no such room",
        Code::NoSuchUser => "there is nobody like that",
        Code::NotMember => "you are not in that room",
        Code::Forbidden => "you may not do that",
        Code::AuthFailed => "the key or password is wrong",
        Code::Banned => "you are banned here",
        Code::Muted => "you are muted",
        Code::TextInvalid => "the text is empty, too long or has characters that are not allowed",
        Code::NonceConflict => "it was sent before with another text; send it again",
        Code::ResumeExpired => "the connection was gone for too long",
        Code::TooManyConnections => "too many connections from this address",
        Code::ServerFull => "the server is full; try again later",
        Code::Storage => "the server could not store it; try again later",
        Code::ShuttingDown => "the server is shutting down",
        Code::Internal => "the server has a fault; try again later",
        Code::Unknown => "the server gives a reason this version does not know",
    }
}

fn korean(why: Code) -> &'static str {
    match why {
        Code::BadJson | Code::BadUtf8 | Code::UnknownType | Code::BadRequest => {
            "서버가 요청을 알아듣지 못했습니다"
        }
        Code::TooLong => "너무 깁니다. 나누어 보내세요",
        Code::Version => "서버의 버전이 다릅니다. 클라이언트를 업데이트하세요",
        Code::Timeout => "제때 응답이 없었습니다",
        Code::RateLimited => "너무 빠릅니다. 잠시 기다리세요",
        Code::NameTaken => "같거나 비슷한 이름을 누가 쓰고 있습니다",
        Code::NameInvalid => "이름의 길이나 글자가 맞지 않습니다",
        Code::NameReserved => "예약된 이름이라 쓸 수 없습니다",
        Code::NoSuchRoom => "그런 방이 없습니다",
        Code::NoSuchUser => "그런 사람이 없습니다",
        Code::NotMember => "그 방에 들어가 있지 않습니다",
        Code::Forbidden => "그럴 권한이 없습니다",
        Code::AuthFailed => "키나 비밀번호가 틀렸습니다",
        Code::Banned => "차단되었습니다",
        Code::Muted => "채팅 금지 중입니다",
        Code::TextInvalid => "내용이 비었거나 너무 길거나 쓸 수 없는 글자가 있습니다",
        Code::NonceConflict => "다른 내용으로 이미 보낸 메시지입니다. 다시 보내세요",
        Code::ResumeExpired => "연결이 너무 오래 끊겨 있었습니다",
        Code::TooManyConnections => "이 주소에서 온 연결이 너무 많습니다",
        Code::ServerFull => "서버가 가득 찼습니다. 나중에 다시 시도하세요",
        Code::Storage => "서버가 저장하지 못했습니다. 나중에 다시 시도하세요",
        Code::ShuttingDown => "서버가 종료되고 있습니다",
        Code::Internal => "서버에 문제가 생겼습니다. 나중에 다시 시도하세요",
        Code::Unknown => "이 버전에서는 알 수 없는 이유입니다",
    }
}
