//! Texts of the search in everything said.

use shared::Code;

use super::Lang;

impl Lang {
    /// The title of the search.
    #[must_use]
    pub fn search_title(self) -> &'static str {
        self.pick(["Search", "대화 검색"])
    }

    /// Which rooms are searched.
    #[must_use]
    pub fn search_scope(self, room: Option<&str>) -> String {
        match (self, room) {
            (_, None) => self.pick(["all rooms", "모든 방"]).to_owned(),
            (Self::En, Some(room)) => format!("only {room}"),
            (Self::Ko, Some(room)) => format!("{room} 방만"),
        }
    }

    /// Nothing to look for is typed yet.
    #[must_use]
    pub fn search_hint(self) -> &'static str {
        self.pick([
            "Type words that were said, in any order. Pieces of Korean words are found too.",
            "대화에 나온 말을 입력하세요. 순서는 상관없고, 단어의 일부로도 찾습니다.",
        ])
    }

    /// The keys of the search.
    #[must_use]
    pub fn search_keys(self, here: bool) -> &'static str {
        if here {
            self.pick([
                "↑↓ choose · Enter show · Tab all rooms · Esc close",
                "↑↓ 고르기 · Enter 보기 · Tab 모든 방 · Esc 닫기",
            ])
        } else {
            self.pick([
                "↑↓ choose · Enter show · Tab this room only · Esc close",
                "↑↓ 고르기 · Enter 보기 · Tab 이 방만 · Esc 닫기",
            ])
        }
    }

    /// The server was asked.
    #[must_use]
    pub fn searching(self) -> &'static str {
        self.pick(["searching…", "검색 중…"])
    }

    /// How many were found so far.
    #[must_use]
    pub fn search_count(self, count: usize, more: bool) -> String {
        match (self, more) {
            (Self::En, false) => format!("{count} found"),
            (Self::En, true) => format!("{count}+ found"),
            (Self::Ko, false) => format!("{count}개 찾음"),
            (Self::Ko, true) => format!("{count}개 이상"),
        }
    }

    /// The server declined.
    #[must_use]
    pub fn search_refused(self, why: Code) -> String {
        if why == Code::BadRequest {
            return self.search_hint().to_owned();
        }
        let why = self.refusal_reason(why);
        match self {
            Self::En => format!("{why} · Enter tries again"),
            Self::Ko => format!("{why} · Enter를 누르면 다시 검색합니다"),
        }
    }

    /// There is no connection to search over.
    #[must_use]
    pub fn search_offline(self) -> &'static str {
        self.pick([
            "no connection; it searches when there is one again",
            "연결이 끊겼습니다. 다시 접속하면 검색합니다",
        ])
    }

    /// The chosen message is being fetched.
    #[must_use]
    pub fn fetching_message(self) -> &'static str {
        self.pick(["fetching that message…", "그 메시지를 가져오는 중…"])
    }

    /// The oldest messages of a room are being fetched.
    #[must_use]
    pub fn seeking_oldest(self) -> &'static str {
        self.pick([
            "fetching the oldest messages… Esc stays here",
            "가장 오래된 메시지를 가져오는 중… Esc 그만두기",
        ])
    }

    /// The chosen message is not on the server any more.
    #[must_use]
    pub fn message_not_found(self) -> &'static str {
        self.pick(["that message is not there any more", "그 메시지는 이제 없습니다"])
    }

    /// A message was counted back to, and there are not so many; of one's own, or of all.
    #[must_use]
    pub fn nothing_that_far_back(self, own: bool) -> &'static str {
        self.pick(if own {
            ["no message of yours is here that far back", "그만큼 앞에는 여기에 내 메시지가 없습니다"]
        } else {
            ["no message is here that far back", "그만큼 앞에는 여기에 메시지가 없습니다"]
        })
    }

    /// A message was counted back to, and the server has not said that it is stored.
    #[must_use]
    pub fn message_on_its_way(self) -> &'static str {
        self.pick([
            "that message of yours is still on its way: once the server has it, do this again",
            "그 메시지는 아직 보내는 중입니다: 서버에 저장되면 다시 하세요",
        ])
    }

    /// Without a screen there is no field to type them into.
    #[must_use]
    pub fn search_needs_words(self) -> &'static str {
        self.pick(["say what to look for: /search WORDS", "찾을 말을 쓰세요: /검색 찾을말"])
    }
}
