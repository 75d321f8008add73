//! Texts of the countdown to the server's shutdown or restart.

use shared::event::Countdown;

use super::Lang;

impl Lang {
    /// On the screen of everyone while it runs.
    #[must_use]
    pub fn countdown(self, restart: bool, seconds: i64) -> String {
        let clock = format!("{}:{:02}", seconds / 60, seconds % 60);
        match (self, restart) {
            (Self::En, true) => format!("The server restarts in {clock}"),
            (Self::En, false) => format!("The server stops in {clock}"),
            (Self::Ko, true) => format!("{clock} 뒤 서버가 다시 시작됩니다"),
            (Self::Ko, false) => format!("{clock} 뒤 서버가 종료됩니다"),
        }
    }

    /// Beside it, for admins.
    #[must_use]
    pub fn countdown_keys(self) -> &'static str {
        self.pick(["Esc calls it off", "Esc 취소"])
    }

    /// In the scrollback, as it begins or is called off.
    #[must_use]
    pub fn countdown_told(self, told: &Countdown) -> String {
        let span = told.in_ms.map(|wait| self.duration(wait.div_ceil(1000)));
        let text = match (self, span.as_deref(), told.restart) {
            (Self::En, None, _) => "the shutdown is called off".into(),
            (Self::En, Some(""), true) => "the server restarts now".into(),
            (Self::En, Some(""), false) => "the server stops now".into(),
            (Self::En, Some(span), true) => format!("the server restarts in {span}"),
            (Self::En, Some(span), false) => format!("the server stops in {span}"),
            (Self::Ko, None, _) => "서버 종료가 취소되었습니다".into(),
            (Self::Ko, Some(""), true) => "서버가 지금 다시 시작됩니다".into(),
            (Self::Ko, Some(""), false) => "서버가 지금 종료됩니다".into(),
            (Self::Ko, Some(span), true) => format!("서버가 {span} 뒤에 다시 시작됩니다"),
            (Self::Ko, Some(span), false) => format!("서버가 {span} 뒤에 종료됩니다"),
        };
        if told.reason.is_empty() { text } else { format!("{text}: {}", told.reason) }
    }
}
