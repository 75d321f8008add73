//! Texts about the connection: connected, lost, refused, waiting, and why.

use std::borrow::Cow;

use shared::server_msg::{Goodbye, GoodbyeCode};
use shared::{Code, NodeName};

use super::Lang;
use super::goodbye::is_secret_replaced;
use super::particle::Particle;
use crate::address::Address;
use crate::event::{Lost, SystemError, SystemErrorKind, Tried, TrustError};

/// Notices in the timeline.
impl Lang {
    /// The server welcomed us for the first time.
    #[must_use]
    pub fn connected(self, name: &str) -> String {
        match self {
            Self::En => format!("[CONNECT] {name} is connected"),
            Self::Ko => format!("[접속 완료] {name}님이 접속했습니다"),
        }
    }

    /// The time zone of this machine cannot be found.
    #[must_use]
    pub fn unknown_zone(self) -> &'static str {
        self.pick([
            "the time zone of this machine is not known: times are in UTC; set TZ to change that",
            "이 컴퓨터의 시간대를 알 수 없어 시각을 UTC로 보여 줍니다. TZ 로 정할 수 있습니다",
        ])
    }

    /// The server welcomed us again.
    #[must_use]
    pub fn connected_again(self) -> String {
        match self {
            Self::En => "[CONNECT] connected again".into(),
            Self::Ko => "[접속 완료] 다시 접속했습니다".into(),
        }
    }

    /// The connection was lost, and is there again at another node of the cluster.
    #[must_use]
    pub fn moved_to(self, node: &str) -> String {
        match self {
            Self::En => format!("connected to {node}"),
            Self::Ko => format!("{node}에 접속했습니다"),
        }
    }

    /// One address of several shows no key that is trusted.
    #[must_use]
    pub fn passed_over(self, address: &str, why: &TrustError) -> String {
        let why = self.distrust_reason(why);
        match self {
            Self::En => format!("{address} is passed over: {why}"),
            Self::Ko => format!("{address}에는 접속하지 않습니다: {why}"),
        }
    }

    /// The connection ended, and why.
    #[must_use]
    pub fn disconnected(self, why: &str) -> String {
        match self {
            Self::En => format!("Disconnected from chat server: {why}"),
            Self::Ko => format!("채팅 서버와 연결이 끊겼습니다: {why}"),
        }
    }

    /// No connection could be made.
    #[must_use]
    pub fn unreachable(self, address: &str, lost: &Lost) -> String {
        let why = self.loss_reason(lost);
        match self {
            Self::En => format!("Cannot reach {address}: {why}"),
            // What one would search for.
            Self::Ko if *lost == Lost::Refused => {
                format!("{address}에 접속할 수 없습니다: {why} (Connection refused)")
            }
            Self::Ko => format!("{address}에 접속할 수 없습니다: {why}"),
        }
    }

    /// No server runs on this machine: how to start one.
    #[must_use]
    pub fn how_to_host(self, address: &Address) -> String {
        let command = match address {
            Address::Net { .. } if *address == Address::default() => "chinwag --host".to_owned(),
            Address::Net { .. } => format!("chinwag --host {address}"),
            Address::Unix(_) => "chinwagd".to_owned(),
        };
        match self {
            Self::En => format!("No server runs on this machine: `{command}` starts one"),
            Self::Ko => {
                format!(
                    "이 컴퓨터에는 서버가 없습니다. `{command}` {} 시작할 수 있습니다",
                    Particle::To.after(&command)
                )
            }
        }
    }

    /// Another server answers than expected. `asks` is the name we ask for there.
    #[must_use]
    pub fn another_server(self, address: &str, is_known: bool, asks: Option<&str>) -> String {
        match (self, is_known, asks) {
            (Self::En, true, _) => {
                format!("Another server than last time answers at {address}. You are known there, too.")
            }
            (Self::Ko, true, _) => {
                format!("{address}에 지난번과 다른 서버가 있습니다. 전에 만난 적이 있는 서버입니다.")
            }
            (Self::En, false, Some(name)) => format!(
                "Another server than last time answers at {address}. You are new there, and ask for your name, {name}. \
                 Who you are on the other one is kept."
            ),
            (Self::Ko, false, Some(name)) => format!(
                "{address}에 지난번과 다른 서버가 있습니다. 새 사용자로 들어가면서 쓰던 이름 {} 요청합니다. \
                 지난 서버의 내 정보는 그대로 있습니다.",
                Particle::Object.on(name)
            ),
            (Self::En, false, None) => format!(
                "Another server than last time answers at {address}. You are new there. Who you are on the other one is \
                 kept."
            ),
            (Self::Ko, false, None) => format!(
                "{address}에 지난번과 다른 서버가 있습니다. 새 사용자로 들어갑니다. 지난 서버의 내 정보는 그대로 있습니다."
            ),
        }
    }

    /// A line from the server could not be read.
    #[must_use]
    pub fn garbled(self) -> &'static str {
        self.pick([
            "Something the server said could not be read; it may be newer than this program",
            "서버가 한 말을 읽지 못한 것이 있습니다. 서버가 이 프로그램보다 새 버전일 수 있습니다",
        ])
    }

    /// The server did not let us in; what to do about it, by a command where commands can be typed.
    #[must_use]
    pub fn not_let_in(self, why: Code, by_command: bool, gave_password: bool) -> String {
        let (reason, advice) = if why == Code::AuthFailed {
            let reason = if gave_password {
                self.pick(["the password is wrong", "비밀번호가 틀렸습니다"])
            } else {
                self.pick(["this server asks for a password", "비밀번호가 필요한 서버입니다"])
            };
            if by_command {
                // A prompt for it is there.
                return self.not_in(reason);
            }
            (reason, self.pick(["give it with --password-file", "--password-file 로 비밀번호를 주세요"]))
        } else if why == Code::Forbidden {
            let reason = self.pick([
                "it takes no connection without TLS from another machine",
                "다른 컴퓨터와는 TLS로만 접속을 받는 서버입니다",
            ]);
            (reason, self.pick(["start without --tls off", "--tls off 없이 다시 시작하세요"]))
        } else {
            (self.refusal_reason(why), self.refusal_advice(why, by_command))
        };
        self.not_in(&self.reason_and_advice(reason, advice))
    }

    /// The server did not let us in, for this reason.
    #[must_use]
    pub fn not_in(self, why: &str) -> String {
        match self {
            Self::En => format!("The server did not let us in: {why}"),
            Self::Ko => format!("서버에 들어가지 못했습니다: {why}"),
        }
    }
}

/// Reasons.
impl Lang {
    /// How a connection was lost.
    #[must_use]
    pub fn loss_reason(self, lost: &Lost) -> String {
        match (self, lost) {
            (_, Lost::Unreachable(why) | Lost::Broken(why)) => self.system_error(why),
            (Self::En, Lost::Closed) => "the connection was closed".into(),
            (Self::Ko, Lost::Closed) => "연결이 닫혔습니다".into(),
            (Self::En, Lost::Silent) => "the server does not answer".into(),
            (Self::Ko, Lost::Silent) => "서버가 응답하지 않습니다".into(),
            (Self::En, Lost::Stuck) => "the server reads nothing any more".into(),
            (Self::Ko, Lost::Stuck) => "서버가 더 이상 받지 않습니다".into(),
            (Self::En, Lost::NoHandshake) => {
                "the server closed the connection instead of shaking hands for TLS".into()
            }
            (Self::Ko, Lost::NoHandshake) => "서버가 TLS 협상 중에 연결을 닫았습니다".into(),
            (Self::En, Lost::Refused) => "Connection refused".into(),
            (Self::Ko, Lost::Refused) => "연결이 거부되었습니다".into(),
            (_, Lost::NoneOf(tried)) => {
                let each = |tried: &Tried| format!("{}: {}", tried.address, self.loss_reason(&tried.why));
                tried.iter().map(each).collect::<Vec<_>>().join(" · ")
            }
            (Self::En, Lost::NotUnderstood) => {
                "what the server says cannot be read; is it a Chinwag server, and as new as this program?"
                    .into()
            }
            (Self::Ko, Lost::NotUnderstood) => {
                "서버의 말을 읽을 수 없습니다. Chinwag 서버가 맞는지, 버전이 맞는지 확인하세요".into()
            }
            (Self::En, Lost::AnotherServer) => {
                "another server than at the other addresses answers there".into()
            }
            (Self::Ko, Lost::AnotherServer) => "다른 주소의 서버와 같은 서버가 아닙니다".into(),
            (_, Lost::Untrusted(why)) => self.distrust_reason(why),
        }
    }

    /// What the system says, in the person's language where there are words for it; its own stay, for one may search for them.
    fn system_error(self, error: &SystemError) -> String {
        let said = &error.said;
        let words = match (self, error.kind) {
            (_, SystemErrorKind::NoAddress) => self.pick([
                "there is no address for this name; check how it is written, and the network",
                "이 이름의 주소를 찾을 수 없습니다. 이름과 네트워크를 확인하세요",
            ]),
            (Self::En, _) => return said.clone(),
            (Self::Ko, SystemErrorKind::NoRoute) => "서버로 가는 길이 없습니다. 네트워크를 확인하세요",
            (Self::Ko, SystemErrorKind::TimedOut) => "서버가 응답하지 않습니다",
            (Self::Ko, SystemErrorKind::BrokenOff) => "연결이 끊어졌습니다",
            (Self::Ko, SystemErrorKind::NoSocket) => "그런 소켓이 없습니다",
            (Self::Ko, SystemErrorKind::Denied) => "접속할 권한이 없습니다",
            (Self::Ko, SystemErrorKind::Other) => "접속 오류입니다",
        };
        format!("{words} ({said})")
    }

    /// Why the server said goodbye.
    #[must_use]
    pub fn goodbye_reason(self, goodbye: &Goodbye) -> String {
        if is_secret_replaced(goodbye) {
            return self.secret_replaced().to_owned();
        }
        let by = goodbye.by.as_ref().map(|by| self.by_name(by));
        let what = match (self, goodbye.code, by) {
            (Self::En, GoodbyeCode::Quit, _) => "you left".into(),
            (Self::Ko, GoodbyeCode::Quit, _) => "나갔습니다".into(),
            (Self::En, GoodbyeCode::Replaced, _) => "you connected from somewhere else".into(),
            (Self::Ko, GoodbyeCode::Replaced, _) => "다른 곳에서 접속했습니다".into(),
            (Self::En, GoodbyeCode::Kicked, Some(by)) => format!("{by} kicked you"),
            (Self::Ko, GoodbyeCode::Kicked, Some(by)) => format!("{} 내보냈습니다", Self::doer(by)),
            (Self::En, GoodbyeCode::Kicked, None) => "you were kicked".into(),
            (Self::Ko, GoodbyeCode::Kicked, None) => "강퇴되었습니다".into(),
            (Self::En, GoodbyeCode::Unlinked, _) => "another machine of yours took this one out".into(),
            (Self::Ko, GoodbyeCode::Unlinked, _) => "내 다른 기기에서 이 기기를 뺐습니다".into(),
            (Self::En, GoodbyeCode::SlowConsumer, _) => "this side read too slowly".into(),
            (Self::Ko, GoodbyeCode::SlowConsumer, _) => "이쪽에서 너무 느리게 읽었습니다".into(),
            (Self::En, GoodbyeCode::Restarting, _) => "the server restarts".into(),
            (Self::Ko, GoodbyeCode::Restarting, _) => "서버가 다시 시작됩니다".into(),
            (_, GoodbyeCode::Error(code), _) => self.refusal_reason(code).to_owned(),
        };
        if goodbye.reason.is_empty() { what } else { format!("{what} ({})", goodbye.reason) }
    }
}

/// The status line.
impl Lang {
    /// The first attempt is under way.
    #[must_use]
    pub fn connecting(self, address: &str) -> String {
        match self {
            Self::En => format!("connecting to {address}"),
            Self::Ko => format!("{address}에 접속 중"),
        }
    }

    /// What was sent has had no answer for a while.
    #[must_use]
    pub fn no_answer_yet(self) -> &'static str {
        self.pick(["no answer yet", "아직 응답 없음"])
    }

    /// A later attempt is under way.
    #[must_use]
    pub fn reconnecting(self) -> &'static str {
        self.pick(["reconnecting", "다시 접속 중"])
    }

    /// Connected.
    #[must_use]
    pub fn online(self) -> &'static str {
        self.pick(["online", "접속됨"])
    }

    /// Connected, to this node of a cluster.
    #[must_use]
    pub fn online_at(self, node: Option<&NodeName>) -> Cow<'static, str> {
        let online = self.online();
        node.map_or(Cow::Borrowed(online), |node| format!("{online} ({node})").into())
    }

    /// Seconds until the next attempt.
    #[must_use]
    pub fn reconnecting_in(self, seconds: i64) -> String {
        match self {
            Self::En => format!("reconnecting in {seconds} s"),
            Self::Ko => format!("{seconds}초 뒤 다시 접속"),
        }
    }

    /// We were kicked, or connected elsewhere.
    #[must_use]
    pub fn removed_status(self, replaced: bool) -> &'static str {
        if replaced {
            self.pick(["connected elsewhere", "다른 곳에서 접속함"])
        } else {
            self.pick(["removed", "내보내짐"])
        }
    }

    /// We are banned.
    #[must_use]
    pub fn banned_status(self) -> &'static str {
        self.pick(["banned", "차단됨"])
    }

    /// No further attempt is made.
    #[must_use]
    pub fn offline(self) -> &'static str {
        self.pick(["offline", "연결 끊김"])
    }

    /// How to connect again.
    #[must_use]
    pub fn how_to_reconnect(self) -> &'static str {
        self.pick(["/reconnect comes back", "/재접속으로 돌아갑니다"])
    }

    /// We have said goodbye.
    #[must_use]
    pub fn leaving(self) -> &'static str {
        self.pick(["leaving", "나가는 중"])
    }

    /// Something was written while there is no connection.
    #[must_use]
    pub fn not_sent_yet(self) -> &'static str {
        self.pick([
            "not sent, reconnecting; it goes out by itself",
            "다시 접속하면 자동으로 보냅니다 (아직 못 보냄)",
        ])
    }

    /// Something was written after we were removed, or left: nothing connects again by itself.
    #[must_use]
    pub fn not_sent_until_reconnect(self) -> &'static str {
        self.pick(["not sent until /reconnect", "다시 접속하면 보냅니다"])
    }

    /// Messages wait, and would not outlast this program.
    #[must_use]
    pub fn unsent_and_unsaved(self, count: usize) -> String {
        match self {
            Self::En => format!("{count} not sent, and not saved"),
            Self::Ko => format!("못 보낸 것 {count}개, 저장도 못 함"),
        }
    }

    /// Nothing is kept to be sent to a server that has not let us in yet.
    #[must_use]
    pub fn not_kept_unknown(self) -> &'static str {
        self.pick([
            "not connected yet; press Enter again when you are",
            "아직 접속하지 못했습니다. 접속하면 다시 Enter를 누르세요",
        ])
    }

    /// The same where the server wants a password.
    #[must_use]
    pub fn not_kept_password(self) -> &'static str {
        self.pick([
            "the server wants a password; /reconnect asks for it",
            "비밀번호가 필요합니다. /재접속 하면 물어봅니다",
        ])
    }

    /// The same where the server has refused us.
    #[must_use]
    pub fn not_kept_refused(self) -> &'static str {
        self.pick(["the server did not let us in; nothing is sent", "서버에 들어가지 못해 보낼 수 없습니다"])
    }

    /// The title of the prompt for the server's password.
    #[must_use]
    pub fn password_title(self) -> &'static str {
        self.pick(["The server's password", "서버 비밀번호"])
    }

    /// The explanation in it.
    #[must_use]
    pub fn password_hint(self) -> &'static str {
        self.pick([
            "This server wants a password. Type or paste it; nobody sees it, and it is not kept.",
            "이 서버는 비밀번호가 필요합니다. 입력하거나 붙여 넣으세요. 보이지 않고, 남지도 않습니다.",
        ])
    }

    /// The same after a wrong one.
    #[must_use]
    pub fn password_was_wrong(self) -> &'static str {
        self.pick(["That was not the password. Try again.", "비밀번호가 틀렸습니다. 다시 입력하세요."])
    }

    /// The keys of the prompt.
    #[must_use]
    pub fn password_keys(self) -> &'static str {
        self.pick(["Enter connect · Ctrl-U clear · Esc close", "Enter 접속 · Ctrl-U 지우기 · Esc 닫기"])
    }

    /// How many messages wait to be sent.
    #[must_use]
    pub fn unsent_count(self, count: usize) -> String {
        match self {
            Self::En => format!("{count} not sent"),
            Self::Ko => format!("못 보낸 것 {count}개"),
        }
    }
}
