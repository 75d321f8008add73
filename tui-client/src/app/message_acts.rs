//! What is done to a message that was picked out or named: answer, edit, delete, react, go to what it answers and back.

use shared::{Code, Reaction, Refusal, Role, RoomName, Sender, Seq, Text};

use super::App;
use super::action::Action;
use super::composing::Composing;
use super::pending_requests::Unconfirmed;
use super::popup::Popup;
use super::popup::delete::DeleteQuestion;
use super::popup::links::LinkList;
use super::popup::reactions::ReactionPicker;
use super::room::Room;
use super::timeline::{Body, Entry, Level, Timeline, links};
use super::transfers::{Transfer, TransferState};
use crate::effect::Effect;
use crate::picked_key::PickedKey;
use crate::profile::{Act, Unsent};

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

    /// Asks whether to delete it; where that waits to be sent, keeps it.
    pub(super) fn delete_picked(&mut self) {
        let Some(Picked { seq, from, text }) = self.take_picked(is_said) else { return };
        if self.rooms.current().timeline.is_deleting(seq) {
            if let Err(why_not) = self.keep_message(seq) {
                self.hint(why_not, Level::Warning);
            }
            return;
        }
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
        let is_deleting = entry.seq().is_some_and(|seq| room.timeline.is_deleting(seq));
        let has_file = self.has_picked_file();
        let transfer = self.picked_transfer();
        let does = |key: &PickedKey| match key {
            PickedKey::Answer => entry.seq().is_some() && entry.text().is_some(),
            PickedKey::React => is_said,
            PickedKey::Edit => is_said && entry.from().is_some_and(|from| from.uid == self.my_uid()),
            PickedKey::Delete => {
                is_said && !is_deleting && entry.from().is_some_and(|from| self.may_delete(from).is_ok())
            }
            PickedKey::Keep => is_deleting,
            PickedKey::View => is_said && self.has_picked_picture(),
            PickedKey::Save => is_said && has_file && transfer.is_none_or(Transfer::has_ended),
            PickedKey::OpenFile => is_said && has_file,
            PickedKey::Stop => transfer.is_some_and(|it| !it.is_resting()),
            PickedKey::GoOn => transfer.is_some_and(Transfer::may_go_on),
            PickedKey::Cancel => {
                transfer.is_some_and(|it| !matches!(it.state, TransferState::Finished { .. }))
            }
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
        self.queue(room, Act::Edit { edits: of, text })
    }

    /// Has something done to a message: now, or as soon as there is a connection again.
    fn queue(&mut self, room: RoomName, act: Act) -> Result<(), String> {
        let lang = self.lang();
        if let Some(why_not) = self.why_not_queue() {
            return Err(why_not.to_owned());
        }
        let nonce = self.random.nonce().ok_or_else(|| lang.not_sent(Code::Internal))?;
        self.outbox.push(Unsent { room, nonce, act });
        if self.connection.status().is_over() {
            self.hint(lang.not_sent_until_reconnect(), Level::Warning);
        } else if !self.connection.is_online() {
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

    /// Deletes a message: now, or as soon as there is a connection again. Until then it is shown as one that is being deleted.
    pub(super) fn delete_message(&mut self, room: RoomName, of: Seq) -> Result<(), String> {
        if self.outbox.wordless().any(|entry| is_deletion(&entry.unsent, &room, of)) {
            return Err(self.lang().is_being_deleted().to_owned());
        }
        self.queue(room, Act::Delete { deletes: of })
    }

    /// Deletes a message without a screen: at a terminal once that is confirmed, in a script at once.
    pub(super) fn delete_by_line(&mut self, room: RoomName, of: Seq, said: &str) -> Result<(), String> {
        if self.is_script() {
            return self.delete_message(room, of);
        }
        self.requests.set_unconfirmed(Unconfirmed::Delete(room, of));
        let lang = self.lang();
        self.notice(&format!("{} {said}\n{}", lang.delete_title(), lang.yes_or_no()), Level::Info);
        Ok(())
    }

    /// Does not delete a message whose deletion waits to be sent.
    pub(super) fn keep_message(&mut self, of: Seq) -> Result<(), String> {
        let room = self.rooms.current().name.clone();
        let is_meant = |act: &Act| *act == Act::Delete { deletes: of };
        let may_be_heard = self.outbox.withdraw(&room, is_meant).ok_or(self.lang().is_being_deleted())?;
        self.hint(self.lang().message_kept(may_be_heard), Level::Info);
        Ok(())
    }

    /// Reacts to a message; takes the reaction back where it is there. One that waits to be sent is not sent any more.
    pub(super) fn react(&mut self, room: RoomName, of: Seq, with: Reaction) -> Result<(), String> {
        let off = self.has_reacted(&room, of, &with);
        let is_opposite = |act: &Act| *act == Act::React { reacts: of, with: with.clone(), off: !off };
        self.screen.note_reaction(&with);
        if self.outbox.withdraw(&room, is_opposite) == Some(false) {
            return Ok(());
        }
        self.queue(room, Act::React { reacts: of, with, off })
    }

    /// Whether we have reacted so to a message, or will have once everything is sent.
    fn has_reacted(&self, room: &RoomName, of: Seq, with: &Reaction) -> bool {
        let me = self.my_uid();
        self.rooms.get(room).is_some_and(|room| room.timeline.has_reacted(of, me, with))
    }

    /// Whether what waited to be sent need not be sent: a reaction may have been stored before the connection was lost.
    pub(super) fn is_done_already(&self, unsent: &Unsent) -> bool {
        let Act::React { reacts: of, with, off } = &unsent.act else { return false };
        let facts = self.rooms.get(&unsent.room).and_then(|room| room.timeline.facts(*of));
        facts.is_some_and(|facts| facts.has_reacted(self.my_uid(), with) != *off)
            && !self.outbox.is_reacting(&unsent.nonce, *of, with)
    }

    /// The server did not delete a message, or did not take a reaction: all is as it was, and that is told.
    pub(super) fn tell_unchanged(&mut self, refusal: &Refusal) {
        let lang = self.lang();
        let why = if refusal.code == Code::UnknownType {
            lang.server_cannot().to_owned()
        } else if refusal.code == Code::Forbidden {
            lang.request_declined(&self.needs_role(Role::Moderator))
        } else {
            lang.request_declined(&self.why_refused(refusal))
        };
        self.notice(&why, Level::Warning);
        self.effects.push(Effect::NotDone);
    }

    /// Shows which messages are being changed and which reactions wait, as the outbox has them.
    pub(super) fn mark_changes(&mut self) {
        let has_any = self.outbox.changes().next().is_some();
        if !has_any && !std::mem::replace(&mut self.marks_changes, has_any) {
            return;
        }
        self.marks_changes = has_any;
        for room in self.rooms.list_mut() {
            let here = self.outbox.changes().filter(|unsent| unsent.room == room.name);
            let acts = here.map(|unsent| unsent.act.clone());
            room.timeline.mark_changes(acts.collect());
        }
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
        PickedKey::Delete | PickedKey::Keep => Action::DeleteMessage,
        PickedKey::Copy => Action::Copy,
        PickedKey::Pin => Action::PinMessage,
        PickedKey::View => Action::ViewPicture,
        PickedKey::Save => Action::SaveFile,
        PickedKey::OpenFile => Action::OpenFile,
        PickedKey::Stop | PickedKey::GoOn => Action::StopFile,
        PickedKey::Cancel => Action::CancelFile,
        PickedKey::Done => Action::Cancel,
    }
}

fn is_said(entry: &Entry) -> bool {
    matches!(entry.body(), Body::Message(_) | Body::Action(_))
}

fn is_deletion(unsent: &Unsent, room: &RoomName, of: Seq) -> bool {
    unsent.room == *room && unsent.act == Act::Delete { deletes: of }
}
