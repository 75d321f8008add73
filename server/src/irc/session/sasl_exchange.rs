//! An exchange of SASL that is under way, and the credentials that its answer holds: of `PLAIN` (RFC 4616) and `EXTERNAL`
//! (RFC 4422, appendix A).

use base64ct::{Base64, Encoding as _};

use super::output::Credentials;

/// An exchange that is under way.
#[derive(Debug)]
pub(crate) struct Exchange {
    pub(super) mechanism: Mechanism,
    /// The answer in base64, as far as it came.
    pub(super) answer: String,
}

/// How somebody logs in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mechanism {
    Plain,
    External,
}

impl Exchange {
    /// The credentials that the answer holds; none if it is not what the mechanism wants.
    pub(super) fn credentials(&self) -> Option<Credentials> {
        let decoded = Base64::decode_vec(&self.answer).ok()?;
        let text = String::from_utf8(decoded).ok()?;
        match self.mechanism {
            Mechanism::Plain => {
                let mut parts = text.split('\0');
                let (acts_as, authcid, password) = (parts.next()?, parts.next()?, parts.next()?);
                // Nobody speaks for somebody else.
                let is_own = acts_as.is_empty() || acts_as == authcid;
                let is_whole = parts.next().is_none() && !authcid.is_empty() && !password.is_empty();
                (is_own && is_whole).then(|| Credentials::Password {
                    account: authcid.to_owned(),
                    password: password.to_owned(),
                })
            }
            Mechanism::External => (!text.contains('\0')).then_some(Credentials::Certificate(text)),
        }
    }
}

impl Mechanism {
    /// The mechanism of this name, if it is one of those that are offered.
    pub(super) fn parse(name: &str, offered: &[&str]) -> Option<Self> {
        let name = offered.iter().find(|offered| offered.eq_ignore_ascii_case(name))?;
        match *name {
            "PLAIN" => Some(Self::Plain),
            "EXTERNAL" => Some(Self::External),
            _ => None,
        }
    }
}
