//! What the client said before it is in.

use shared::Secret;

use super::sasl_exchange::Exchange;

/// What the client said so far.
#[derive(Debug, Default)]
pub(crate) struct Registration {
    pub(crate) nick: Option<String>,
    pub(crate) user: Option<String>,
    pub(crate) realname: String,
    /// `PASS`: the server's password.
    pub(crate) pass: Option<String>,
    /// Whether capabilities are being negotiated, which ends with `CAP END`.
    pub(crate) negotiating: bool,
    /// What SASL has come to.
    pub(crate) login: Login,
    /// The SASL exchange that is under way.
    pub(crate) exchange: Option<Exchange>,
    /// How many log-ins failed, and how many `PASS` were looked at as one.
    pub(crate) failed_logins: u32,
    pub(crate) passes: u32,
}

/// As whom the client is to be welcomed.
#[derive(Debug, Default)]
pub(crate) enum Login {
    /// As somebody new.
    #[default]
    Guest,
    /// That is being found out.
    Asked {
        /// Whether it came with `PASS`.
        by_pass: bool,
    },
    /// As whoever has this secret, who is called so.
    Known(Secret),
}
