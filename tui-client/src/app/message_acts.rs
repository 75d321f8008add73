//! What is done to a message that was picked out or named: answer, edit, delete, react, go to what it answers and back.

use shared::client_msg::{Delete, React};
use shared::{ClientMsg, Kind, Line, Reaction, Role, RoomName, Sender, Seq, Text, event};

use super::App;
use super::action::Action;
use super::composing::Composing;
use super::outbox;
use super::pending_requests::Purpose;
use super::popup::Popup;
use super::popup::delete::DeleteQuestion;
use super::popup::links::LinkList;
use super::popup::reactions::ReactionPicker;
use super::room::Room;
use super::timeline::{Body, Entry, Level, Timeline, links};
use crate::picked_key::PickedKey;
use crate::profile::Unsent;

/// A message that was picked out.
struct Picked {
    seq: Seq,
    from: Sender,
    text: String,
}

/// With the picked message.
impl App {
    /// Answers it: the draft is an answer from now on.
    pub(super) fn answer_picked(&mut self) {
        let Some(picked) = self.take_picked(|_| true) else { return };
        self.compose(Composing::Answer(picked.seq));
    }

    /// Edits it: its text is the draft, which comes back afterwards.
    pub(super) fn edit_picked(&mut self) {
        let Some(picked) = self.take_picked(is_said) else { return };
        if picked.from.uid != self.my_uid() {
            let answer = self.keymap.key_of(&Action::Reply).unwrap_or_default();
            return self.hint(self.lang().not_yours_to_edit(&answer), Level::Warning);
        }
        self.end_composing();
        let draft = self.input.text().to_owned();
        self.compose(Composing::Edit { of: picked.seq, draft });
        self.input.set_text(picked.text);
    }

    /// Asks whether to delete it.
    pub(super) fn delete_picked(&mut self) {
        let Some(Picked { seq, from, text }) = self.take_picked(is_said) else { return };
        if let Err(why_not) = self.may_delete(&from) {
            return self.hint(why_not, Level::Warning);
        }
        let room = self.rooms.current().name.clone();
        self.screen.push_popup(Popup::Delete(Box::new(DeleteQuestion::new(
            (room, seq),
            from,
            text,
            self.now,
        ))));
    }

    /// Pins it in its room.
    pub(super) fn pin_picked(&mut self) {
        let Some(picked) = self.take_picked(is_said) else { return };
        if let Err(why_not) = self.pin(picked.seq) {
            self.hint(why_not, Level::Warning);
        }
    }

    /// Offers reactions to it.
    pub(super) fn pick_reaction(&mut self) {
        let Some(picked) = self.take_picked(is_said) else { return };
        let last = self.screen.last_reaction().cloned();
        let room = self.rooms.current().name.clone();
        self.screen.push_popup(Popup::Reactions(Box::new(ReactionPicker::new((room, picked.seq), last))));
    }

    /// Lists its links.
    pub(super) fn list_links(&mut self) {
        let timeline = &self.rooms.current().timeline;
        let list = timeline.selected().and_then(Entry::text).and_then(|text| LinkList::of(text, self.now));
        match list {
            Some(list) => self.screen.push_popup(Popup::Links(list)),
            None => self.hint(self.lang().no_links(), Level::Info),
        }
    }

    /// Unfolds it, or folds it again.
    pub(super) fn fold_picked(&mut self) {
        if !self.toggle_fold() {
            self.hint(self.lang().nothing_to_unfold(), Level::Info);
        }
    }

    /// The same. Says whether it is long enough for that.
    pub(super) fn toggle_fold(&mut self) -> bool {
        let viewport = self.viewport();
        self.rooms.move_reader(|timeline| timeline.toggle_fold(&viewport))
    }

    /// Goes to what it answers.
    pub(super) fn go_to_original(&mut self) {
        let room = self.rooms.current();
        let Some(entry) = room.timeline.selected() else { return };
        let (name, from) = (room.name.clone(), entry.seq());
        match room.timeline.answered(entry) {
            Some(original) => {
                self.rooms.current_mut().came_from = from;
                self.show_message(&name, original, "");
            }
            None => self.hint(self.lang().answers_nothing(), Level::Info),
        }
    }

    /// Goes back to the answer from which the reader came.
    pub(super) fn go_back_to_answer(&mut self) {
        let name = self.rooms.current().name.clone();
        if let Some(answer) = self.rooms.current_mut().came_from.take() {
            return self.show_message(&name, answer, "");
        }
        let [there, back] = [Action::ToOriginal, Action::BackToAnswer]
            .map(|action| self.keymap.key_of(&action).unwrap_or_default());
        self.hint(self.lang().came_from_nowhere(&there, &back), Level::Info);
    }

    /// Whether we may set a room up, as far as is known.
    fn has_room_power(&self, room: &Room) -> bool {
        let is_owner = room.settings.owner == Some(self.my_uid());
        !room.is_direct() && (is_owner || self.role() >= Role::Moderator)
    }

    /// The keys that do something with the message that is selected, as they are bound now.
    #[must_use]
    pub fn picked_keys(&self) -> Option<Vec<(String, PickedKey)>> {
        let room = self.rooms.current();
        let entry = room.timeline.selected()?;
        let is_said = entry.seq().is_some() && is_said(entry);
        let is_folded = room.timeline.is_selected_folded(&self.viewport());
        let does = |key: &PickedKey| match key {
            PickedKey::Answer => entry.seq().is_some() && entry.text().is_some(),
            PickedKey::React => is_said,
            PickedKey::Edit => is_said && entry.from().is_some_and(|from| from.uid == self.my_uid()),
            PickedKey::Delete => is_said && entry.from().is_some_and(|from| self.may_delete(from).is_ok()),
            PickedKey::Original => room.timeline.answered(entry).is_some(),
            PickedKey::Back => room.came_from.is_some(),
            PickedKey::Links => entry.text().is_some_and(|text| !links(text).is_empty()),
            PickedKey::Pin => is_said && self.has_room_power(room),
            PickedKey::Unfold => is_folded == Some(true),
            PickedKey::Fold => is_folded == Some(false),
            PickedKey::Copy | PickedKey::Done => true,
        };
        let keys = PickedKey::ALL.into_iter().filter(does);
        Some(keys.filter_map(|key| Some((self.keymap.key_of(&action(key))?, key))).collect())
    }

    /// The message that is selected, which is not any more. Where it is not what is wanted, that is said.
    fn take_picked(&mut self, is_wanted: impl Fn(&Entry) -> bool) -> Option<Picked> {
        let timeline = &mut self.rooms.current_mut().timeline;
        let entry = timeline.selected()?;
        let picked = entry.seq().zip(entry.from()).zip(entry.text()).filter(|_| is_wanted(entry));
        let picked =
            picked.map(|((seq, from), text)| Picked { seq, from: from.clone(), text: text.to_owned() });
        timeline.select_none();
        if picked.is_none() {
            self.hint(self.lang().no_stored_message(), Level::Info);
        }
        picked
    }
}

/// The draft.
impl App {
    fn compose(&mut self, composing: Composing) {
        self.end_composing();
        self.rooms.current_mut().composing = Some(composing);
        self.rooms.move_reader(Timeline::to_bottom);
        self.mark_seen();
    }

    /// The draft is the next message again. Says whether it was not.
    pub(super) fn end_composing(&mut self) -> bool {
        if self.rooms.current().composing.is_none() {
            return false;
        }
        let Some(composing) = self.rooms.current_mut().composing.take() else { return false };
        if let Composing::Edit { draft, .. } = composing {
            self.input.set_text(draft);
        }
        true
    }

    /// Sends the draft as the new text of a message. What cannot be sent stays.
    pub(super) fn send_edit(&mut self, of: Seq) {
        let (room, text) = (self.rooms.current().name.clone(), self.input.text().to_owned());
        if let Err(why_not) = self.edit_message(room, of, &text) {
            return self.hint(why_not, Level::Warning);
        }
        // Like every line that was sent it can be had again.
        drop(self.input.take());
        self.end_composing();
    }
}

/// With a message that is named by its seq.
impl App {
    /// Gives a message another text: now, or as soon as there is a connection again.
    pub(super) fn edit_message(&mut self, room: RoomName, of: Seq, text: &str) -> Result<(), String> {
        let lang = self.lang();
        let length = self.message_limit().measure(text);
        if length.over() > 0 {
            return Err(lang.too_long(length));
        }
        let text = Text::parse(text.trim_end()).map_err(|why| lang.not_sent(why.code))?;
        if let Some(why_not) = self.why_not_queue() {
            return Err(why_not.to_owned());
        }
        let nonce = self.random.nonce().ok_or_else(|| lang.not_sent(shared::Code::Internal))?;
        self.outbox.push(Unsent { edits: Some(of), ..outbox::unsent(room, nonce, text, false) });
        if !self.connection.is_online() {
            self.hint(lang.not_sent_yet(), Level::Warning);
        }
        Ok(())
    }

    /// Whether a message of somebody may be deleted, as far as is known.
    pub(super) fn may_delete(&self, author: &Sender) -> Result<(), String> {
        if author.uid == self.my_uid() {
            return Ok(());
        }
        if self.rooms.current().settings.owner == Some(self.my_uid()) {
            return Ok(());
        }
        if self.is_known_below(Role::Moderator) {
            return Err(self.needs_role(Role::Moderator));
        }
        let role = self.rooms.everyone().get(author.uid).map(|member| member.role);
        match role.filter(|role| self.is_known_outranked(*role)) {
            Some(_) => Err(self.lang().same_rank(author.name.as_str())),
            None => Ok(()),
        }
    }

    /// Deletes a message.
    pub(super) fn delete_message(&mut self, room: &RoomName, of: Seq) -> Result<(), String> {
        let (purpose, msg) = self.deletion(room, of)?;
        self.request(purpose, msg);
        self.set_deleting(room, of, true);
        Ok(())
    }

    /// A deletion is under way, or came to nothing.
    pub(super) fn set_deleting(&mut self, room: &RoomName, of: Seq, is_under_way: bool) {
        if let Some(room) = self.rooms.get_mut(room) {
            room.timeline.set_deleting(of, is_under_way);
        }
    }

    /// Deletes a message without a screen: at a terminal once that is confirmed, in a script at once.
    pub(super) fn delete_by_line(&mut self, room: &RoomName, of: Seq, said: &str) -> Result<(), String> {
        if self.is_script() {
            return self.delete_message(room, of);
        }
        let (purpose, msg) = self.deletion(room, of)?;
        self.requests.set_unconfirmed(purpose, msg);
        let lang = self.lang();
        self.notice(&format!("{} {said}\n{}", lang.delete_title(), lang.yes_or_no()), Level::Info);
        Ok(())
    }

    fn deletion(&mut self, room: &RoomName, of: Seq) -> Result<(Purpose, ClientMsg), String> {
        let nonce = self.random.nonce().filter(|_| self.connection.is_online());
        let nonce = nonce.ok_or_else(|| self.lang().needs_connection().to_owned())?;
        let reason = Line::default();
        let change = Kind::Delete(event::Delete { of, reason: reason.clone() });
        let msg = ClientMsg::Delete(Delete { room: room.clone(), of, nonce, reason });
        Ok((Purpose::Change(room.clone(), change), msg))
    }

    /// Reacts to a message; takes the reaction back where it is there.
    pub(super) fn react(&mut self, room: RoomName, of: Seq, with: Reaction) -> Result<(), String> {
        if !self.connection.is_online() {
            return Err(self.lang().needs_connection().to_owned());
        }
        let me = self.my_uid();
        let facts = self.rooms.get(&room).and_then(|room| room.timeline.facts(of));
        let off = facts.is_some_and(|facts| facts.has_reacted(me, &with));
        self.screen.note_reaction(&with);
        let change = Kind::React(event::React { of, with: with.clone(), off });
        let msg = ClientMsg::React(React { room: room.clone(), of, with, off });
        self.request(Purpose::Change(room, change), msg);
        Ok(())
    }
}

/// What one of the keys means.
const fn action(key: PickedKey) -> Action {
    match key {
        PickedKey::Answer => Action::Reply,
        PickedKey::React => Action::React,
        PickedKey::Original => Action::ToOriginal,
        PickedKey::Back => Action::BackToAnswer,
        PickedKey::Unfold | PickedKey::Fold => Action::Fold,
        PickedKey::Links => Action::Links,
        PickedKey::Edit => Action::EditMessage,
        PickedKey::Delete => Action::DeleteMessage,
        PickedKey::Copy => Action::Copy,
        PickedKey::Pin => Action::PinMessage,
        PickedKey::Done => Action::Cancel,
    }
}

fn is_said(entry: &Entry) -> bool {
    matches!(entry.body(), Body::Message(_) | Body::Action(_))
}
