//! That the nodes of a cluster do not reach each other: what waits, what was not done, and what happens next.

use super::Lang;

impl Lang {
    /// In the status line, for as long as it lasts.
    #[must_use]
    pub fn stalled(self) -> &'static str {
        self.pick([
            "the servers do not reach each other; what you send waits",
            "보낸 말은 기다립니다. 서버들이 서로 닿지 않습니다",
        ])
    }

    /// The same for somebody without a status line.
    #[must_use]
    pub fn stalled_at_length(self) -> &'static str {
        self.pick([
            "the servers of this chat do not reach each other; nothing is lost: what you send waits, and goes out by itself when they do",
            "보낸 말은 없어지지 않습니다. 채팅 서버들이 서로 닿지 않아 기다렸다가, 다시 이어지면 저절로 갑니다",
        ])
    }

    /// They agree again, for somebody without a status line.
    #[must_use]
    pub fn flows_again(self) -> &'static str {
        self.pick([
            "the servers reach each other again; what waited is sent",
            "서버들이 다시 이어졌습니다. 기다리던 말을 보냅니다",
        ])
    }

    /// Something was asked for that waits now.
    #[must_use]
    pub fn waits_for_order(self) -> &'static str {
        self.pick([
            "not done yet, nothing is lost: the servers do not reach each other; it is done when they do",
            "아직 처리되지 않았습니다. 사라지지는 않습니다. 서버들이 서로 닿지 않습니다. 다시 이어지면 처리됩니다",
        ])
    }

    /// Why something was refused while they do not.
    #[must_use]
    pub fn no_agreement(self) -> &'static str {
        self.pick(["the servers of this chat do not reach each other", "채팅 서버들이 서로 닿지 않습니다"])
    }

    /// The same, with what to do about it.
    #[must_use]
    pub fn refused_in_stall(self) -> String {
        let advice = self.pick([
            "nothing is lost or changed; try again when they do",
            "없어지거나 바뀐 것은 없으니, 다시 이어지면 해 보세요",
        ]);
        self.reason_and_advice(self.no_agreement(), advice)
    }

    /// No answer came to what was asked while they do not: it may be done later.
    #[must_use]
    pub fn unanswered_in_stall(self) -> String {
        let advice = self.pick([
            "what you asked is not lost, and may be done when they do: look before you ask again",
            "요청은 없어지지 않고, 다시 이어지면 처리될 수 있습니다. 되었는지 보고 다시 하세요",
        ]);
        self.reason_and_advice(self.no_agreement(), advice)
    }

    /// They let nobody in while they do not, or nobody is answered.
    #[must_use]
    pub fn not_in_during_stall(self) -> String {
        let next = self.pick([
            "nothing is lost, and this program connects again when they do",
            "없어진 것은 없고, 다시 이어지면 저절로 접속합니다",
        ]);
        self.not_in(&self.reason_and_advice(self.no_agreement(), next))
    }

    /// The same in the status line, while the greeting waits.
    #[must_use]
    pub fn greeting_waits(self) -> &'static str {
        self.pick([
            "the servers do not reach each other; you are let in when they do",
            "서버들이 서로 닿지 않습니다. 다시 이어지면 들어갑니다",
        ])
    }

    /// A node took so long for the greeting that it does not hold any more.
    #[must_use]
    pub fn greeted_late(self) -> String {
        let why = self.pick(["its answer came too late", "답이 너무 늦게 왔습니다"]);
        let next = self.pick(["this program connects again in a moment", "저절로 다시 접속합니다"]);
        self.not_in(&self.reason_and_advice(why, next))
    }
}

#[cfg(test)]
mod tests {
    use super::Lang;

    #[test]
    fn every_sentence_says_why_and_what_happens_next_in_both_languages() {
        for (lang, why, lost) in
            [(Lang::En, "do not reach each other", ["lost"; 2]), (Lang::Ko, "서로 닿지 않", ["없어", "사라"])]
        {
            let all = [
                lang.stalled().to_owned(),
                lang.greeting_waits().to_owned(),
                lang.stalled_at_length().to_owned(),
                lang.waits_for_order().to_owned(),
                lang.refused_in_stall(),
                lang.unanswered_in_stall(),
                lang.not_in_during_stall(),
            ];
            for (at, said) in all.iter().enumerate() {
                assert!(said.contains(why), "{said}");
                // A status line has no room for it.
                assert!(at < 2 || lost.iter().any(|lost| said.contains(lost)), "{said}");
            }
        }
    }
}
