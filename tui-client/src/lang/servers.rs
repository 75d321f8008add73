//! Texts about several servers in one client.

use shared::{Millis, NodeName};

use super::Lang;
use super::particle::Particle;
use crate::server_list::{ServerNews, ServerState};

/// The list of rooms and of servers.
impl Lang {
    /// How many servers there are, above a list of them.
    #[must_use]
    pub fn server_count(self, count: usize) -> String {
        match self {
            Self::En => format!(
                "{count} servers (* you are here); /server ADDR goes to one, /server close leaves one"
            ),
            Self::Ko => {
                format!("서버 {count}개 (* 지금 여기). /서버 주소로 가고, /서버 닫기로 나갑니다")
            }
        }
    }

    /// How the connection to a server is.
    #[must_use]
    pub fn server_state(self, state: ServerState, node: Option<&NodeName>, now: Millis) -> String {
        match state {
            ServerState::Online => self.online_at(node).into_owned(),
            ServerState::Waiting { until } => self.reconnecting_in((until - now + 999).max(0) / 1000),
            ServerState::Connecting | ServerState::WantsPassword | ServerState::Over => {
                self.server_state_word(state).to_owned()
            }
        }
    }

    /// The same in a word or two that never change by themselves.
    #[must_use]
    pub fn server_state_word(self, state: ServerState) -> &'static str {
        match state {
            ServerState::Online => self.online(),
            ServerState::Connecting => self.pick(["connecting", "접속 중"]),
            ServerState::Waiting { .. } => self.reconnecting(),
            ServerState::WantsPassword => self.pick(["password?", "비밀번호 필요"]),
            ServerState::Over => self.offline(),
        }
    }

    /// How much is unread on a server.
    #[must_use]
    pub fn unread_on_server(self, count: usize) -> String {
        match self {
            Self::En => format!("{count} unread"),
            Self::Ko => format!("안 읽음 {count}개"),
        }
    }

    /// Which node of a cluster this is, and all addresses that are known.
    #[must_use]
    pub fn nodes(self, node: Option<&str>, addresses: &str) -> String {
        match (self, node) {
            (Self::En, Some(node)) => format!("node {node} of a cluster; its addresses: {addresses}"),
            (Self::En, None) => format!("its addresses: {addresses}"),
            (Self::Ko, Some(node)) => format!("여러 서버 중 {node}. 주소: {addresses}"),
            (Self::Ko, None) => format!("주소: {addresses}"),
        }
    }

    /// The server showed a key that is not trusted.
    #[must_use]
    pub fn distrusted_status(self) -> &'static str {
        self.pick(["not trusted", "믿을 수 없는 서버"])
    }
}

/// What became of a server that is not on the screen.
impl Lang {
    /// That its connection went from one state to another, where that is worth telling.
    #[must_use]
    pub fn server_trouble(
        self,
        label: &str,
        before: Option<ServerState>,
        now: ServerState,
        why: Option<&str>,
    ) -> Option<String> {
        let before = before.filter(|before| *before != now)?;
        let why = why.map_or_else(String::new, |why| format!(" ({why})"));
        match (now, before) {
            (ServerState::WantsPassword, _) => Some(match self {
                Self::En => format!("{label} wants a password: Alt-K goes there"),
                Self::Ko => format!("{label}에 비밀번호가 필요합니다. Alt-K 로 갈 수 있습니다"),
            }),
            (ServerState::Over, _) | (ServerState::Waiting { .. }, ServerState::Online) => {
                let word = self.server_state_word(now);
                Some(format!("{label}: {word}{why}"))
            }
            (ServerState::Waiting { .. } | ServerState::Connecting | ServerState::Online, _) => None,
        }
    }

    /// Anything else.
    #[must_use]
    pub fn server_news(self, news: &ServerNews) -> String {
        match (self, news) {
            (Self::En, ServerNews::Left { label, unsent: 0 }) => format!("left {label}"),
            (Self::Ko, ServerNews::Left { label, unsent: 0 }) => format!("{label}에서 나갔습니다"),
            (Self::En, ServerNews::Left { label, unsent }) => {
                format!("left {label}; {unsent} not sent, kept for the next time")
            }
            (Self::Ko, ServerNews::Left { label, unsent }) => {
                format!("{label}에서 나갔습니다. 못 보낸 메시지 {unsent}개는 다음에 접속할 때까지 보관합니다")
            }
            (Self::En, ServerNews::Same { label, stays }) => {
                format!("{label} is the same server as {stays}, where you are already")
            }
            (Self::Ko, ServerNews::Same { label, stays }) => {
                format!(
                    "{} 이미 들어가 있는 {} 같은 서버입니다",
                    Particle::Topic.on(label),
                    Particle::With.on(stays)
                )
            }
        }
    }

    /// What stays behind on another server when the program is left.
    #[must_use]
    pub fn left_on(self, label: &str, unsent: usize, drafts: usize) -> String {
        let parts = match self {
            Self::En => [
                (unsent, format!("{unsent} not sent")),
                (drafts, format!("{drafts} draft{}", if drafts == 1 { "" } else { "s" })),
            ],
            Self::Ko => {
                [(unsent, format!("못 보낸 메시지 {unsent}개")), (drafts, format!("쓰던 글 {drafts}개"))]
            }
        };
        let parts: Vec<String> =
            parts.into_iter().filter(|(count, _)| *count > 0).map(|(_, text)| text).collect();
        match self {
            Self::En => format!("On {label}: {}, kept for the next start.", parts.join(", ")),
            Self::Ko => format!("{label}: {} — 다음에 시작할 때까지 보관합니다.", parts.join(", ")),
        }
    }
}

/// What `/server` declines.
impl Lang {
    /// There are only lines.
    #[must_use]
    pub fn servers_need_screen(self) -> &'static str {
        self.pick([
            "without a screen there is one server: start another `chinwag --plain` for the other one",
            "화면 없이는 서버 하나와만 이야기합니다. 다른 서버는 `chinwag --plain` 을 하나 더 실행하세요",
        ])
    }

    /// That is no address.
    #[must_use]
    pub fn bad_address(self, text: &str) -> String {
        match self {
            Self::En => {
                format!(
                    "{text} is no address: HOST, HOST:PORT, [IPv6]:PORT or the path of a Unix socket; several of one server as HOST1,HOST2"
                )
            }
            Self::Ko => format!(
                "{text} 주소를 알아볼 수 없습니다: 호스트, 호스트:포트, [IPv6]:포트, 유닉스 소켓 경로로 쓰세요. 한 서버의 주소가 여럿이면 호스트1,호스트2"
            ),
        }
    }

    /// It is the only one.
    #[must_use]
    pub fn only_server(self) -> &'static str {
        self.pick(["this is the only server: /quit leaves it", "서버가 하나뿐입니다. /종료로 나갑니다"])
    }

    /// There is no such server in this client.
    #[must_use]
    pub fn no_such_server(self, which: &str) -> String {
        match self {
            Self::En => format!("you are not on {which}; /server lists where you are"),
            Self::Ko => format!("{which}에는 들어가 있지 않습니다. /서버로 목록을 볼 수 있습니다"),
        }
    }

    /// It runs in this process.
    #[must_use]
    pub fn hosted_is_not_closed(self) -> &'static str {
        self.pick([
            "you host this server: it stops with the program, by /quit",
            "직접 연 서버입니다. /종료로 프로그램과 함께 끝납니다",
        ])
    }
}
