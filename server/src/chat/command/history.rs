//! `history` and `search`: checks what the requester may read, and leaves the reading to the store's reader thread.

use shared::client_msg::{History, Search};
use shared::search_terms::SearchTerms;
use shared::{Code, Refusal};

use super::{CommandResult, Requester};
use crate::chat::Chat;
use crate::chat::effect::{Effect, PageFrom, Query};

impl Chat {
    pub(super) fn history(&mut self, requester: &Requester, history: History) -> CommandResult {
        self.check_member(requester, &history.room)?;
        let from = match (history.before, history.after, history.around) {
            (None, None, None) => PageFrom::End,
            (Some(seq), None, None) => PageFrom::Before(seq),
            (None, Some(seq), None) => PageFrom::After(seq),
            (None, None, Some(seq)) => PageFrom::Around(seq),
            _ => return Err(Refusal::new(Code::BadRequest, "give one of before, after and around")),
        };
        let query = Query::Page { room: history.room, from, limit: self.page_limit(history.limit) };
        self.effects.push(Effect::Read { conn: requester.conn, id: requester.id.clone(), query });
        Ok(())
    }

    pub(super) fn search(&mut self, requester: &Requester, search: Search) -> CommandResult {
        if SearchTerms::parse(search.query.as_str()).is_none() {
            return Err(Refusal::new(Code::BadRequest, "give something to search for"));
        }
        let rooms = match search.room {
            Some(room) => {
                self.check_member(requester, &room)?;
                vec![room]
            }
            None => self.roster.rooms_of(requester.uid()),
        };
        let limit = self.page_limit(search.limit);
        let query = Query::Find { words: search.query, rooms, before: search.before, limit };
        self.effects.push(Effect::Read { conn: requester.conn, id: requester.id.clone(), query });
        Ok(())
    }

    fn page_limit(&self, wanted: Option<usize>) -> usize {
        let most = self.rules.limits.page_events;
        wanted.unwrap_or(most).clamp(1, most)
    }
}
