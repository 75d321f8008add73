//! Texts about trust in a server: trust on first use, a changed key, certificate errors.

use shared::Fingerprint;

use super::Lang;
use crate::event::{Protection, Reached, TrustError};

impl Lang {
    /// The server's key was seen for the first time. A fingerprint has a line of its own, here and below, so that it can be
    /// compared aloud.
    #[must_use]
    pub fn first_meeting(self, address: &str, key: &Fingerprint, remembered: bool) -> String {
        match (self, remembered) {
            (Self::En, true) => {
                format!("First time at {address}; this is its key, which is remembered:\n{key}")
            }
            (Self::En, false) => format!("{address} has this key, which could not be remembered:\n{key}"),
            (Self::Ko, true) => format!("{address}에 처음 접속합니다. 이 서버 키를 기억합니다.\n{key}"),
            (Self::Ko, false) => format!("{address}의 서버 키입니다. 기억해 두지는 못했습니다.\n{key}"),
        }
    }

    /// What protects the connection, and the server's key, for `/server`.
    #[must_use]
    pub fn reached(self, reached: &Reached) -> String {
        let how = self.pick(match reached.protection {
            Protection::UnixSocket => [
                "through a socket of this machine, without TLS",
                "이 컴퓨터의 소켓으로 접속했습니다 (TLS 없음)",
            ],
            Protection::Clear => [
                "without TLS: not encrypted, and no key was shown",
                "TLS 없이 접속했습니다. 암호화되지 않고, 서버 키도 알 수 없습니다",
            ],
            Protection::AnyKey => [
                "TLS; the server is on this machine, and its key is",
                "TLS로 접속했습니다. 이 컴퓨터에 있는 서버이고, 키는",
            ],
            Protection::KnownKey => [
                "TLS; its key is the one that is remembered",
                "TLS로 접속했습니다. 기억해 둔 서버 키와 같습니다",
            ],
            Protection::NewKey { remembered: true } => [
                "TLS; its key was new, and is remembered now",
                "TLS로 접속했습니다. 처음 본 서버 키라서 기억해 두었습니다",
            ],
            Protection::NewKey { remembered: false } => [
                "TLS; its key was new, and could not be remembered",
                "TLS로 접속했습니다. 처음 본 서버 키인데 기억해 두지는 못했습니다",
            ],
            Protection::Authority => [
                "TLS; an authority of this system vouches for it, and its key is",
                "TLS로 접속했습니다. 시스템이 믿는 기관이 보증하는 서버이고, 키는",
            ],
            Protection::Own => [
                "TLS; the server runs in this program, and its key is",
                "TLS로 접속했습니다. 이 프로그램이 연 서버이고, 키는",
            ],
        });
        reached.key.as_ref().map_or_else(|| how.to_owned(), |key| format!("{how}\n{key}"))
    }

    /// Before the key of a server whose host is connected to it without TLS.
    #[must_use]
    pub fn key_over_tls(self) -> &'static str {
        self.pick(["over TLS it shows this key", "TLS로 접속하면 이 서버 키가 보입니다"])
    }

    /// Why we do not talk to a server, and what to do.
    #[must_use]
    pub fn not_trusted(self, address: &str, why: &TrustError) -> String {
        let TrustError::Changed { known, shown, file, line } = why else {
            return self.not_connected(address, why);
        };
        let label = self.pick(["known", "알던 키"]);
        let known: Vec<_> = known.iter().map(|key| format!("{label}: {key}")).collect();
        let known = known.join("\n");
        match self {
            Self::En => format!(
                "WARNING: THE KEY OF {address} HAS CHANGED. Nothing was sent.\n\
                 Somebody may be between you and the server, or the server got a new key.\n\
                 {known}\n\
                 shown: {shown}\n\
                 Ask whoever runs the server for its fingerprint. If it is the one shown, delete line {line} of\n\
                 {file}\n\
                 and connect again."
            ),
            Self::Ko => format!(
                "경고: {address} 서버의 키가 바뀌었습니다. 아무것도 보내지 않았습니다.\n\
                 누군가 서버인 척하고 있거나, 서버가 새 키를 쓰는 것입니다.\n\
                 {known}\n\
                 지금 키: {shown}\n\
                 서버 운영자에게 지문을 물어보세요. 지금 키가 맞으면 {line}번째 줄을 지우고 다시 접속하세요.\n\
                 {file}"
            ),
        }
    }

    /// Why we do not talk to a server, in one line.
    #[must_use]
    pub fn not_connected(self, address: &str, why: &TrustError) -> String {
        let why = self.distrust_reason(why);
        match self {
            Self::En => format!("Not connected to {address}: {why}"),
            Self::Ko => format!("{address}에 접속하지 않았습니다: {why}"),
        }
    }

    /// The title of the page about a changed key.
    #[must_use]
    pub fn changed_key_title(self, address: &str) -> String {
        match self {
            Self::En => format!("The key of {address} has changed"),
            Self::Ko => format!("{address} 서버의 키가 바뀌었습니다"),
        }
    }

    /// The keys, each with its label.
    #[must_use]
    pub fn changed_key_facts(self, why: &TrustError) -> Vec<(&'static str, String)> {
        let TrustError::Changed { known, shown, .. } = why else { return Vec::new() };
        let known = known.iter().map(|key| (self.pick(["known", "알던 키"]), key.as_str().to_owned()));
        known.chain([(self.pick(["shown", "지금 키"]), shown.as_str().to_owned())]).collect()
    }

    /// What it may mean.
    #[must_use]
    pub fn changed_key_means(self) -> &'static str {
        self.pick([
            "Nothing was sent. Somebody may be between you and the server, or the server got a new key.",
            "아무것도 보내지 않았습니다. 누군가 서버인 척하고 있거나, 서버가 새 키를 쓰는 것입니다.",
        ])
    }

    /// What to do about it.
    #[must_use]
    pub fn changed_key_notes(self, why: &TrustError) -> Vec<String> {
        let TrustError::Changed { file, line, .. } = why else { return Vec::new() };
        let what = match self {
            Self::En => format!(
                "Ask whoever runs the server for its fingerprint. If it is the one shown, delete line {line} of"
            ),
            Self::Ko => format!(
                "서버 운영자에게 지문을 물어보세요. 지금 키가 맞으면 이 파일의 {line}번째 줄을 지우세요."
            ),
        };
        vec![what, file.clone()]
    }

    /// What to do now.
    #[must_use]
    pub fn changed_key_keys(self) -> &'static str {
        self.pick([
            "/reconnect tries again · Esc hides this · /quit leaves",
            "/재접속 다시 해 보기 · Esc 닫기 · /종료 나가기",
        ])
    }

    /// Where the page has no room for all of it.
    #[must_use]
    pub fn changed_key_more(self) -> &'static str {
        self.pick(["… /server says it all", "… /서버정보로 모두 보기"])
    }

    /// Why a server is not trusted, in a few words.
    pub(super) fn distrust_reason(self, why: &TrustError) -> String {
        let short = match why {
            TrustError::Changed { .. } => ["its key has changed", "서버의 키가 바뀌었습니다"],
            TrustError::UnknownIssuer => [
                "nobody this system trusts vouches for its certificate; --tls trust goes by its key instead",
                "시스템이 믿는 기관이 보증하지 않은 인증서입니다. --tls trust 로 키를 기억해 접속할 수 있습니다",
            ],
            TrustError::WrongName => [
                "its certificate is for another name; use the name in it, or --tls trust to go by its key",
                "인증서의 이름이 다릅니다. 인증서에 적힌 이름을 쓰거나 --tls trust 로 접속하세요",
            ],
            TrustError::Expired => [
                "its certificate has run out; ask whoever runs it for a new one",
                "인증서의 기한이 지났습니다. 서버 운영자에게 새 인증서를 요청하세요",
            ],
            TrustError::NoTls => [
                "it answers, but does not speak TLS; check the port, or use --tls off where nobody listens in",
                "TLS를 쓰지 않는 서버입니다. 포트를 확인하거나, 안전한 망이라면 --tls off 를 쓰세요",
            ],
            TrustError::Unreadable(what) => {
                return match self {
                    Self::En => format!("the known servers cannot be read: {what}"),
                    Self::Ko => format!("아는 서버 목록을 읽을 수 없습니다: {what}"),
                };
            }
            TrustError::Failed(what) => {
                return match self {
                    Self::En => format!("TLS failed: {what}"),
                    Self::Ko => format!("TLS 오류: {what}"),
                };
            }
        };
        self.pick(short).to_owned()
    }
}
