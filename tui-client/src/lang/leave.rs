//! Texts of the question before leaving.

use super::Lang;

impl Lang {
    /// Its title.
    #[must_use]
    pub fn leave_title(self) -> &'static str {
        self.pick(["Leave?", "나갈까요?"])
    }

    /// Its keys.
    #[must_use]
    pub fn leave_keys(self) -> &'static str {
        self.pick(["Enter leaves · Esc stays", "Enter 나가기 · Esc 머무르기"])
    }

    /// The server runs in this program, and so many people and further windows of one's own are on it.
    #[must_use]
    pub fn server_stops(self, guests: usize, windows: usize) -> String {
        let (is, whose): (_, [(_, String); 2]) = match self {
            Self::En => (
                if guests + windows == 1 { "is" } else { "are" },
                [
                    (guests, format!("{guests} guest{}", if guests == 1 { "" } else { "s" })),
                    (
                        windows,
                        format!("{windows} other window{} of yours", if windows == 1 { "" } else { "s" }),
                    ),
                ],
            ),
            Self::Ko => {
                ("", [(guests, format!("손님 {guests}명")), (windows, format!("내 다른 창 {windows}개"))])
            }
        };
        let whose: Vec<String> =
            whose.into_iter().filter(|(count, _)| *count > 0).map(|(_, text)| text).collect();
        match self {
            Self::En => {
                format!("You host this server: it stops, and {} {is} disconnected.", whose.join(" and "))
            }
            Self::Ko => {
                format!(
                    "이 서버의 호스트입니다. 나가면 서버가 종료되고 {}의 접속이 끊깁니다.",
                    whose.join("과 ")
                )
            }
        }
    }

    /// Messages that are not stored on the server.
    #[must_use]
    pub fn unsent_when_leaving(self, count: usize) -> String {
        match (self, count) {
            (Self::En, 1) => "1 message is not sent yet. It is kept for the next start.".into(),
            (Self::En, _) => format!("{count} messages are not sent yet. They are kept for the next start."),
            (Self::Ko, _) => {
                format!("아직 보내지 못한 메시지가 {count}개 있습니다. 다음에 시작할 때까지 보관합니다.")
            }
        }
    }

    /// Drafts in these rooms.
    #[must_use]
    pub fn drafts_when_leaving(self, rooms: &str) -> String {
        match self {
            Self::En => format!("Not sent, kept as a draft: what you wrote in {rooms}."),
            Self::Ko => format!("{rooms}에 쓰던 글은 보내지 않고 남겨 둡니다."),
        }
    }
}
