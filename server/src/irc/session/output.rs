//! What a session wants done: lines for the IRC client and requests to the server.

use shared::Request;
use shared::client_msg::Hello;

/// What is to be done, in this order: first the actions, then the lines are sent, then the end.
#[derive(Debug, Default)]
pub struct Output {
    /// Lines of IRC, each with its end.
    pub lines: String,
    /// What is asked of the server, in order.
    pub actions: Vec<Action>,
    /// Whether the connection ends once the lines are sent.
    pub end: bool,
}

/// Something for the shell to do.
#[derive(Debug)]
pub enum Action {
    /// Attach a fresh pipe in place of the one there may be, and send this greeting through it.
    Greet(Box<Hello>),
    /// Send this request.
    Ask(Box<Request>),
    /// Find out whose these credentials are; [`Session::on_login`](super::Session::on_login) takes the outcome.
    LogIn(Credentials),
}

/// With what an IRC client wants to be somebody.
#[derive(Clone, PartialEq, Eq)]
pub enum Credentials {
    /// A name or uid, and a word or the secret.
    Password {
        /// The name or uid.
        account: String,
        /// The word or the secret.
        password: String,
    },
    /// A `PASS`: the server's password, a secret, or a name and a word with a colon between them.
    Pass(String),
    /// The certificate of the TLS connection; the shell has it. What stands here is the account wanted, perhaps empty.
    Certificate(String),
}

impl std::fmt::Debug for Credentials {
    /// Everything but the password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Password { account, .. } => write!(f, "Password({account}, …)"),
            Self::Pass(_) => f.write_str("Pass(…)"),
            Self::Certificate(account) => write!(f, "Certificate({account})"),
        }
    }
}
