//! `history` and `search`: checks what the requester may read, and leaves the reading to the store's reader thread.

use shared::client_msg::{History, Search};
use shared::search_terms::SearchTerms;
use shared::{Code, Refusal, Role, RoomName, Uid};

use super::{CommandResult, Requester};
use crate::chat::Chat;
use crate::chat::effect::{Effect, PageFrom, Query};
use crate::chat::newcomer_history::ReadFrom;

impl Chat {
    pub(super) fn history(&mut self, requester: &Requester, history: History) -> CommandResult {
        self.check_member(requester, &history.room)?;
        let mut places = [
            history.before.map(PageFrom::Before),
            history.after.map(PageFrom::After),
            history.around.map(PageFrom::Around),
            history.before_at.map(PageFrom::BeforeTime),
            history.after_at.map(PageFrom::AfterTime),
            history.around_at.map(PageFrom::AroundTime),
        ]
        .into_iter()
        .flatten();
        let from = places.next().unwrap_or(PageFrom::End);
        if places.next().is_some() {
            let why = "a page is before, after or around one seq or time; give one of them";
            return Err(Refusal::new(Code::BadRequest, why));
        }
        let read_from = self.read_limit_of(requester, &history.room);
        let limit = self.page_limit(history.limit);
        let query = Query::Page { room: history.room, from, read_from, limit };
        self.effects.push(Effect::Read { conn: requester.conn, id: requester.id.clone(), query });
        Ok(())
    }

    pub(super) fn search(&mut self, requester: &Requester, search: Search) -> CommandResult {
        if SearchTerms::parse(search.query.as_str()).is_none() {
            return Err(Refusal::new(
                Code::BadRequest,
                "there is no word in the query; give something to search for",
            ));
        }
        let rooms = match search.room {
            Some(room) => {
                self.check_member(requester, &room)?;
                vec![room]
            }
            None => self.roster.rooms_of(requester.uid()),
        };
        let limit = self.page_limit(search.limit);
        let limited = |room: &RoomName| Some((room.clone(), self.read_limit_of(requester, room)?));
        let read_from = rooms.iter().filter_map(limited).collect();
        let query = Query::Find { words: search.query, rooms, read_from, before: search.before, limit };
        self.effects.push(Effect::Read { conn: requester.conn, id: requester.id.clone(), query });
        Ok(())
    }

    /// What an identity may read of a room; `None` for all of it. Moderators and admins may read everything.
    pub(super) fn read_limit(&self, uid: Uid, room: &RoomName) -> Option<ReadFrom> {
        let identity = self.roster.get(uid).filter(|identity| identity.role < Role::Moderator)?;
        self.rules.newcomer_history.limit(*identity.since.get(room)?)
    }

    pub(super) fn read_limit_of(&self, requester: &Requester, room: &RoomName) -> Option<ReadFrom> {
        if requester.is_operator() { None } else { self.read_limit(requester.uid(), room) }
    }

    pub(super) fn page_limit(&self, wanted: Option<usize>) -> usize {
        let most = self.rules.limits.page_events;
        wanted.unwrap_or(most).clamp(1, most)
    }
}
