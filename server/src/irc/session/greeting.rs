//! From the first line to the welcome: the client says its nick and user name, perhaps negotiates capabilities and logs in, and
//! then the server is greeted. A greeting that is refused for the name leaves the client where it was, to try another nick; the
//! pipe is over then, so the next greeting goes through a fresh one.

use shared::client_msg::Hello;
use shared::{Code, Line as TextLine, Name, PROTOCOL, Refusal, WindowId};

use super::output::Action;
use super::registration::{Login, Registration};
use super::state::{Phase, State};
use crate::irc::numeric::{
    ERR_ERRONEUSNICKNAME, ERR_NICKNAMEINUSE, ERR_PASSWDMISMATCH, ERR_YOUREBANNEDCREEP,
};
use crate::irc::refusal_texts::{NICK_IN_USE, WRONG_PASSWORD};

impl State {
    /// Greets the server if everything was said.
    pub(crate) fn try_to_greet(&mut self) {
        let Registration { nick, user, negotiating, login, .. } = &self.registration;
        let is_complete =
            nick.is_some() && user.is_some() && !negotiating && !matches!(login, Login::Asked { .. });
        if self.phase != Phase::Registering || !is_complete {
            return;
        }
        let secret = match login {
            Login::Known(secret) => Some(secret.clone()),
            Login::Guest | Login::Asked { .. } => None,
        };
        // Whoever logged in keeps the name they have: a nick that was set once, long ago, in the client is no wish for another.
        let wanted = nick.as_deref().filter(|_| secret.is_none());
        let Ok(name) = wanted.map(Name::parse).transpose() else {
            return self.refuse_nick(Code::NameInvalid);
        };
        self.phase = Phase::Greeting;
        let hello = Hello {
            protocol: PROTOCOL,
            client: TextLine::parse("irc").unwrap_or_default(),
            name,
            secret,
            window: WindowId::parse(&self.setup.nonce_prefix).ok(),
            password: self.registration.pass.clone(),
            ..Hello::default()
        };
        self.out.actions.push(Action::Greet(Box::new(hello)));
    }

    /// The greeting was refused.
    pub(crate) fn on_refused_greeting(&mut self, refusal: &Refusal) {
        match refusal.code {
            Code::NameTaken | Code::NameInvalid | Code::NameReserved => {
                self.phase = Phase::Registering;
                self.refuse_nick(refusal.code);
            }
            Code::AuthFailed => {
                self.numeric(ERR_PASSWDMISMATCH, [WRONG_PASSWORD]);
                self.end(&refusal.message);
            }
            Code::Banned => {
                self.numeric(ERR_YOUREBANNEDCREEP, ["You are banned from this server"]);
                self.end(&refusal.message);
            }
            Code::BadJson
            | Code::TooLong
            | Code::BadUtf8
            | Code::UnknownType
            | Code::BadRequest
            | Code::Version
            | Code::Timeout
            | Code::RateLimited
            | Code::NoSuchRoom
            | Code::NoSuchUser
            | Code::NoSuchMessage
            | Code::NotMember
            | Code::Forbidden
            | Code::LinkInvalid
            | Code::AlreadyLinked
            | Code::TakenOut
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
            | Code::Unknown => self.end(&refusal.message),
        }
    }

    /// The nick cannot be had; the client may say another.
    fn refuse_nick(&mut self, code: Code) {
        let nick = self.registration.nick.take().unwrap_or_default();
        if code == Code::NameTaken {
            self.numeric(ERR_NICKNAMEINUSE, [nick.as_str(), NICK_IN_USE]);
        } else {
            let why = if code == Code::NameReserved {
                "Erroneous nickname: a word for a role, or made of one, is nobody's name; choose another"
            } else {
                "Erroneous nickname: 2 to 24 columns of letters, digits, '-', '_' and '.'"
            };
            self.numeric(ERR_ERRONEUSNICKNAME, [nick.as_str(), why]);
        }
    }
}
