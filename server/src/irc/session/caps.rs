//! What IRCv3 capabilities there are and which of them this client speaks, and what follows from that for a tag.

use std::collections::BTreeSet;

use shared::Text;

/// A capability, by what it is called on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Cap {
    AccountNotify,
    AccountTag,
    AwayNotify,
    Batch,
    Changes,
    ChatHistory,
    EchoMessage,
    EventPlayback,
    ExtendedJoin,
    InviteNotify,
    LabeledResponse,
    MessageTags,
    MultiPrefix,
    Multiline,
    ReadMarker,
    Redaction,
    Sasl,
    ServerTime,
    StandardReplies,
    UserhostInNames,
}

/// Every capability, with its name.
const ALL: [(Cap, &str); 20] = [
    (Cap::AccountNotify, "account-notify"),
    (Cap::AccountTag, "account-tag"),
    (Cap::AwayNotify, "away-notify"),
    (Cap::Batch, "batch"),
    (Cap::Changes, "cap-notify"),
    (Cap::ChatHistory, "draft/chathistory"),
    (Cap::EventPlayback, "draft/event-playback"),
    (Cap::Redaction, "draft/message-redaction"),
    (Cap::Multiline, "draft/multiline"),
    (Cap::ReadMarker, "draft/read-marker"),
    (Cap::EchoMessage, "echo-message"),
    (Cap::ExtendedJoin, "extended-join"),
    (Cap::InviteNotify, "invite-notify"),
    (Cap::LabeledResponse, "labeled-response"),
    (Cap::MessageTags, "message-tags"),
    (Cap::MultiPrefix, "multi-prefix"),
    (Cap::Sasl, "sasl"),
    (Cap::ServerTime, "server-time"),
    (Cap::StandardReplies, "standard-replies"),
    (Cap::UserhostInNames, "userhost-in-names"),
];

/// The capabilities of a connection.
#[derive(Clone, Debug, Default)]
pub(crate) struct Caps {
    spoken: BTreeSet<Cap>,
    /// The SASL mechanisms there are, none where nobody can log in.
    pub(crate) mechanisms: Vec<&'static str>,
    /// Whether the client knows values of capabilities (`CAP LS 302`).
    pub(crate) values: bool,
}

impl Caps {
    pub(crate) fn new(mechanisms: Vec<&'static str>) -> Self {
        Self { mechanisms, ..Self::default() }
    }

    /// Whether the client speaks it.
    pub(crate) fn has(&self, cap: Cap) -> bool {
        self.spoken.contains(&cap)
    }

    /// The names of those there are, with their values where the client knows of values.
    pub(crate) fn offered(&self) -> Vec<String> {
        let offered = ALL.iter().filter(|(cap, _)| self.is_offered(*cap));
        offered.map(|(cap, name)| self.with_value(*cap, name)).collect()
    }

    /// The names of those that are spoken.
    pub(crate) fn spoken(&self) -> Vec<String> {
        ALL.iter().filter(|(cap, _)| self.has(*cap)).map(|(_, name)| (*name).to_owned()).collect()
    }

    /// Takes a wish such as `sasl -batch`: all of it or nothing.
    pub(crate) fn request(&mut self, wish: &str) -> bool {
        let mut spoken = self.spoken.clone();
        for word in wish.split_ascii_whitespace() {
            let (off, name) = word.strip_prefix('-').map_or((false, word), |name| (true, name));
            let known = ALL.iter().find(|(cap, known)| *known == name && self.is_offered(*cap));
            let Some((cap, _)) = known else { return false };
            if off {
                spoken.remove(cap);
            } else {
                spoken.insert(*cap);
            }
        }
        self.spoken = spoken;
        true
    }

    /// Takes it that the client asked for `CAP LS 302`, which speaks `cap-notify` by itself.
    pub(crate) fn knows_values(&mut self) {
        self.values = true;
        self.spoken.insert(Cap::Changes);
    }

    /// Whether the client may be sent a tag.
    pub(crate) fn allows(&self, tag: &str) -> bool {
        match tag {
            "time" => self.has(Cap::ServerTime) || self.has(Cap::MessageTags),
            "account" => self.has(Cap::AccountTag),
            "batch" => self.has(Cap::Batch),
            "label" => self.has(Cap::LabeledResponse),
            _ => self.has(Cap::MessageTags),
        }
    }

    fn is_offered(&self, cap: Cap) -> bool {
        cap != Cap::Sasl || !self.mechanisms.is_empty()
    }

    fn with_value(&self, cap: Cap, name: &str) -> String {
        match cap {
            Cap::Sasl if self.values => format!("{name}={}", self.mechanisms.join(",")),
            Cap::Multiline if self.values => {
                format!("{name}=max-bytes={},max-lines={}", Text::MAX_BYTES, Text::MAX_LINES)
            }
            Cap::Sasl
            | Cap::ChatHistory
            | Cap::EventPlayback
            | Cap::Multiline
            | Cap::ReadMarker
            | Cap::Redaction
            | Cap::AccountNotify
            | Cap::AccountTag
            | Cap::AwayNotify
            | Cap::Batch
            | Cap::Changes
            | Cap::EchoMessage
            | Cap::ExtendedJoin
            | Cap::InviteNotify
            | Cap::LabeledResponse
            | Cap::MessageTags
            | Cap::MultiPrefix
            | Cap::ServerTime
            | Cap::StandardReplies
            | Cap::UserhostInNames => name.to_owned(),
        }
    }
}
