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
        Code::NameTaken => (ERR_NICKNAMEINUSE, About::Nick, "Nickname is already in use"),
        Code::NameInvalid | Code::NameReserved if subject.command == "NICK" => {
            (ERR_ERRONEUSNICKNAME, About::Nick, "")
        }
        Code::NameInvalid | Code::NameReserved | Code::NoSuchUser if in_room => {
            (ERR_USERNOTINCHANNEL, About::NickAndRoom, "They aren't on that channel")
        }
        Code::NameInvalid | Code::NameReserved | Code::NoSuchUser => {
            (ERR_NOSUCHNICK, About::Nick, "No such nick/channel")
        }
        Code::NoSuchRoom => (ERR_NOSUCHCHANNEL, About::Room, "No such channel"),
        Code::NotMember if says => (ERR_CANNOTSENDTOCHAN, About::Room, "Cannot send to channel"),
        Code::NotMember => (ERR_NOTONCHANNEL, About::Room, "You're not on that channel"),
        Code::Forbidden | Code::Muted | Code::TextInvalid if says && in_room => {
            (ERR_CANNOTSENDTOCHAN, About::Room, "")
        }
        Code::Forbidden if in_room => (ERR_CHANOPRIVSNEEDED, About::Room, "You're not channel operator"),
        Code::Forbidden => {
            (ERR_NOPRIVILEGES, About::Nothing, "Permission Denied- You're not an IRC operator")
        }
        Code::AuthFailed => (ERR_PASSWDMISMATCH, About::Nothing, "Password incorrect"),
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
