//! How a refusal of the server is told: one table from the codes of the JSON wire to the numerics, and `FAIL` for what no numeric
//! is for.

use shared::{Code, Refusal};

use super::pending::Subject;
use super::rooms::channel;
use super::state::State;
use crate::irc::numeric::{
    ERR_CANNOTSENDTOCHAN, ERR_CHANOPRIVSNEEDED, ERR_ERRONEUSNICKNAME, ERR_NICKNAMEINUSE, ERR_NOPRIVILEGES,
    ERR_NOSUCHCHANNEL, ERR_NOSUCHNICK, ERR_NOTONCHANNEL, ERR_PASSWDMISMATCH, ERR_TOOMANYCHANNELS,
    ERR_USERNOTINCHANNEL, RPL_TRYAGAIN,
};
use crate::irc::refusal_texts::{
    CANNOT_SEND, NICK_IN_USE, NO_SUCH_CHANNEL, NO_SUCH_NICK, NOT_CHANNEL_OPERATOR, NOT_IN_IT, NOT_ON_CHANNEL,
    NOT_OPERATOR, WRONG_KEY,
};

/// What stands in a numeric between the nick and the text.
#[derive(Clone, Copy)]
enum About {
    Room,
    Nick,
    NickAndRoom,
    Command,
    Nothing,
}

impl State {
    /// Tells the client that something was refused.
    pub(crate) fn refuse(&mut self, subject: &Subject, refusal: &Refusal) {
        let Some((digits, about, why)) = numeric(subject, refusal.code) else {
            return self.fail(
                subject.command,
                &refusal.code.as_str().to_ascii_uppercase(),
                &context(subject),
                &refusal.message,
            );
        };
        let room = subject.room.as_ref().map(channel);
        let nick = subject.nick.clone();
        let why = if why.is_empty() { refusal.message.clone() } else { why.to_owned() };
        let about: Vec<String> = match about {
            About::Room => room.into_iter().collect(),
            About::Nick => nick.into_iter().collect(),
            About::NickAndRoom => nick.into_iter().chain(room).collect(),
            About::Command => vec![subject.command.to_owned()],
            About::Nothing => Vec::new(),
        };
        self.numeric(digits, about.into_iter().chain([why]));
    }
}

/// What a `FAIL` is about: as the specification wants it, parameters without spaces.
fn context(subject: &Subject) -> Vec<&str> {
    let room = subject.room.as_ref().map(shared::RoomName::as_str);
    room.into_iter().chain(subject.nick.as_deref()).collect()
}

/// The table. An empty text is that of the refusal.
fn numeric(subject: &Subject, code: Code) -> Option<(&'static str, About, &'static str)> {
    let says = matches!(subject.command, "PRIVMSG" | "NOTICE" | "TAGMSG");
    let in_room = subject.room.is_some();
    Some(match code {
        Code::NameTaken => (ERR_NICKNAMEINUSE, About::Nick, NICK_IN_USE),
        Code::NameInvalid | Code::NameReserved if subject.command == "NICK" => {
            (ERR_ERRONEUSNICKNAME, About::Nick, "")
        }
        Code::NameInvalid | Code::NameReserved | Code::NoSuchUser if in_room => {
            (ERR_USERNOTINCHANNEL, About::NickAndRoom, NOT_IN_IT)
        }
        Code::NameInvalid | Code::NameReserved | Code::NoSuchUser => {
            (ERR_NOSUCHNICK, About::Nick, NO_SUCH_NICK)
        }
        Code::NoSuchRoom => (ERR_NOSUCHCHANNEL, About::Room, NO_SUCH_CHANNEL),
        Code::NotMember if says => (ERR_CANNOTSENDTOCHAN, About::Room, CANNOT_SEND),
        Code::NotMember => (ERR_NOTONCHANNEL, About::Room, NOT_ON_CHANNEL),
        Code::Forbidden | Code::Muted | Code::TextInvalid if says && in_room => {
            (ERR_CANNOTSENDTOCHAN, About::Room, "")
        }
        Code::Forbidden if in_room => (ERR_CHANOPRIVSNEEDED, About::Room, NOT_CHANNEL_OPERATOR),
        Code::Forbidden => (ERR_NOPRIVILEGES, About::Nothing, NOT_OPERATOR),
        Code::AuthFailed => (ERR_PASSWDMISMATCH, About::Nothing, WRONG_KEY),
        Code::RateLimited if subject.command == "JOIN" => (ERR_TOOMANYCHANNELS, About::Room, ""),
        Code::RateLimited => (RPL_TRYAGAIN, About::Command, ""),
        Code::BadJson
        | Code::TooLong
        | Code::BadUtf8
        | Code::UnknownType
        | Code::BadRequest
        | Code::Version
        | Code::Timeout
        | Code::NoSuchMessage
        | Code::LinkInvalid
        | Code::AlreadyLinked
        | Code::TakenOut
        | Code::Banned
        | Code::Muted
        | Code::TextInvalid
        | Code::NonceConflict
        | Code::ResumeExpired
        | Code::TooManyConnections
        | Code::TooManyWindows
        | Code::ServerFull
        | Code::FileTooLarge
        | Code::NoSuchFile
        | Code::HashMismatch
        | Code::TokenInvalid
        | Code::Storage
        | Code::ShuttingDown
        | Code::Internal
        | Code::Unknown => return None,
    })
}
