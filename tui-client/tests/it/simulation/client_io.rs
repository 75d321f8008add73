//! The clients' I/O: carries out the effects of an app and feeds it the server's messages, as the real shell would.
//! Delays and failures are in [`super::network`].

use shared::client_msg::{Hello, RoomOnly};
use shared::codec::to_line;
use shared::server_msg::{Goodbye, GoodbyeCode};
use shared::{ClientMsg, Code, Millis, Nonce, Request, ServerMsg, Uid};
use tui_client::app::outbox::{OutboxEntry, SendState};
use tui_client::effect::{Effect, Exit};
use tui_client::event::{Event, FromLink};
use tui_client::profile::Act;

use super::network::Wire;
use super::person::{Link, Person};
use super::protocol_check::ProtocolCheck;
use super::sent_messages::Message;
use super::world::{START, World};

/// The most windows of one person.
const MAX_WINDOWS: usize = 3;
/// A client is killed just before it writes its state file once in so many writes.
const KILL_BEFORE_SAVE: u64 = 400;

impl World {
    /// Adds a person and starts their client.
    pub(crate) fn add_person(&mut self, wish: Option<shared::Name>) {
        let person = Person::new(wish, self.random.roll());
        self.people.push(person);
        self.start(self.people.len() - 1);
    }

    /// Starts a further window of somebody, if they are known to the server.
    pub(crate) fn open_window(&mut self, of: usize) {
        let Some(saved) = self.people[of].saved.clone().filter(|saved| saved.secret.is_some()) else {
            return;
        };
        let is_theirs =
            |person: &&Person| person.saved.as_ref().is_some_and(|one| one.secret == saved.secret);
        if self.people.iter().filter(is_theirs).count() >= MAX_WINDOWS {
            return;
        }
        self.counters.windows += 1;
        let person = Person::beside(&saved, self.random.roll());
        self.people.push(person);
        self.start(self.people.len() - 1);
    }

    /// Starts a client again.
    pub(crate) fn begin_run(&mut self, who: usize) {
        let seed = self.random.roll();
        self.people[who].restart(seed);
        self.start(who);
    }

    fn start(&mut self, who: usize) {
        let clock = self.clock();
        let effects = self.people[who].app.start(clock);
        self.carry_out(who, effects);
    }

    /// Feeds an event to an app.
    pub(crate) fn feed(&mut self, who: usize, event: Event) {
        if !self.people[who].runs() {
            return;
        }
        let clock = self.clock();
        let run = self.people[who].runs;
        let effects = self.people[who].app.update(clock, event);
        let entered = self.enter_new(who);
        self.carry_out(who, effects);
        let person = &self.people[who];
        for at in entered {
            if !person.runs() || person.runs != run {
                self.sent.mark_uncertain(at);
                continue;
            }
            let nonce = &self.sent.messages[at].nonce;
            let kept = person.saved.as_ref().is_some_and(|saved| {
                saved.outbox.iter().chain(&saved.changes).any(|unsent| unsent.nonce == *nonce)
            });
            assert!(kept, "a message was taken and not written to the state file");
        }
    }

    /// Somebody types a line and presses Enter.
    pub(crate) fn type_line(&mut self, who: usize, line: &str) {
        if !self.people[who].runs() {
            return;
        }
        self.people[who].is_removed &= line != "/reconnect";
        self.feed(who, Event::Line(line.to_owned()));
    }

    /// Records what the app has just put into its outbox: with the line that was typed, or with the answer who somebody
    /// is to whom it was written.
    fn enter_new(&mut self, who: usize) -> Vec<usize> {
        let at = self.clock();
        let app = &self.people[who].app;
        let mut entered = Vec::new();
        for unsent in app.outbox().entries().iter().map(|entry| &entry.unsent) {
            // A reaction has no nonce on the wire. That each is there is seen on the screens.
            if self.sent.knows(&unsent.nonce) || matches!(unsent.act, Act::React { .. }) {
                continue;
            }
            let message = Message {
                who,
                nonce: unsent.nonce.clone(),
                text: unsent.act.text().map(ToString::to_string).unwrap_or_default(),
                changes: unsent.act.of(),
                room: unsent.room.clone(),
                to: app.rooms().get(&unsent.room).and_then(|room| room.other(app.my_uid())),
                at,
                is_uncertain: false,
                seq: None,
                refused: None,
            };
            self.sent.enter(message);
            entered.push(self.sent.messages.len() - 1);
        }
        entered
    }

    /// A room that did not let somebody in gives what they had written for it back to its draft; what may be stored already is
    /// refused with it.
    fn note_taken_back(&mut self, who: usize) {
        let app = &self.people[who].app;
        for OutboxEntry { unsent, state, .. } in app.outbox().entries() {
            let why = app.rooms().get(&unsent.room).and_then(|room| room.refused);
            if let Some(why) = why.filter(|why| *state == SendState::Failed(*why)) {
                let (may_be_full, set_up) = (self.may_refuse_storage(), self.counters.rooms_set_up > 0);
                self.sent.refuse(&unsent.nonce, why, may_be_full, |_| false, false, set_up);
            }
        }
        for room in app.rooms().list() {
            if let Some(why) = room.refused {
                self.sent.drop_deletions(who, &room.name, why);
            }
        }
        let drafts = app.rooms().list().iter().map(|room| room.draft.text()).chain([app.composer().text()]);
        for draft in drafts.filter(|draft| !draft.is_empty()) {
            self.sent.take_back(who, draft);
        }
    }

    /// `kill -9` of a client.
    pub(crate) fn kill_client(&mut self, who: usize) {
        let now = self.now();
        self.counters.client_kills += 1;
        if let Some(link) = self.people[who].link.take()
            && let Some(wire) = self.wires.get_mut(&link.wire)
        {
            wire.crash(now);
        }
        let away = if self.faults_stopped_at.is_some() { 100 } else { self.random.delay(3000, 30_000) };
        self.people[who].back_at = Some(now + away);
    }

    fn carry_out(&mut self, who: usize, effects: Vec<Effect>) {
        let mut unsaved = None;
        if effects.iter().any(|effect| matches!(effect, Effect::NotDone)) {
            self.note_taken_back(who);
        }
        for effect in effects {
            match effect {
                Effect::Connect(hello, _) => self.connect(who, *hello),
                Effect::Send(request) => self.send(who, &request),
                Effect::Disconnect => self.close(who),
                Effect::Save(profile) => unsaved = Some(*profile),
                Effect::Quit(Exit::Done) => {
                    self.close(who);
                    let now = self.now();
                    self.people[who].back_at = Some(now + self.random.delay(3000, 20_000));
                }
                Effect::Quit(why) => panic!("the client gave up: {why:?}"),
                Effect::Notify(notice) => {
                    let app = &self.people[who].app;
                    assert!(!app.connection().is_resuming(), "{notice:?} was replayed");
                    let me = app.session().me().map(|me| me.name.to_string());
                    let is_own = me.is_some_and(|me| notice.title.split(" · ").next() == Some(me.as_str()));
                    assert!(!is_own, "{notice:?} is for what one said oneself");
                    self.counters.notices += 1;
                }
                Effect::Copy(_)
                | Effect::Open(_)
                | Effect::Title(_)
                | Effect::Notice(_)
                | Effect::Happened(_)
                | Effect::Recalled(_)
                | Effect::NotDone
                | Effect::ShowServer(..)
                | Effect::OpenServer(_)
                | Effect::CloseServer(_)
                | Effect::LeaveOthers { .. }
                | Effect::Redraw
                | Effect::Suspend
                | Effect::EditDraft
                | Effect::WriteSetting { .. }
                | Effect::Transfer(..)
                | Effect::AskFiles(..)
                | Effect::OpenFile { .. }
                | Effect::LoadPicture(_)
                | Effect::TransferMoved(_)
                | Effect::SettingsChanged
                | Effect::RunHook(_)
                | Effect::Log(_) => {}
            }
        }
        let Some(profile) = unsaved else { return };
        if self.faults_stopped_at.is_none() && self.people[who].runs() && self.random.one_in(KILL_BEFORE_SAVE)
        {
            return self.kill_client(who);
        }
        // The draft of a room that one had left before it let nobody in is kept until one enters it.
        for draft in profile.drafts.values() {
            self.sent.take_back(who, draft);
        }
        self.people[who].saved = Some(profile);
    }

    fn connect(&mut self, who: usize, hello: Hello) {
        self.close(who);
        let now = self.now();
        assert!(!self.people[who].is_removed, "{who} was thrown out and comes back by itself");
        let (id, mut random) = (self.wire_count, self.random.fork());
        self.wire_count += 1;
        self.counters.connections += 1;
        let ready = now.max(self.people[who].unplugged_until);
        let buffer = *random.pick(&[512, 4096, 64 * 1024]);
        let node = self.dial(who);
        let mut wire = Wire::new((who, node), ready + random.delay(20, 2000), buffer, random);
        let check = ProtocolCheck::new(&hello);
        wire.send(now, to_line(&Request::unnamed(ClientMsg::Hello(hello))));
        self.wires.insert(id, wire);
        self.people[who].link = Some(Link::new(id, check, now));
    }

    fn send(&mut self, who: usize, request: &Request) {
        let now = self.now();
        let Some(link) = &mut self.people[who].link else { return };
        link.check.on_request(request);
        if let Some(wire) = self.wires.get_mut(&link.wire) {
            wire.send(now, to_line(request));
        }
    }

    fn close(&mut self, who: usize) {
        let now = self.now();
        let Some(link) = self.people[who].link.take() else { return };
        if let Some(wire) = self.wires.get_mut(&link.wire) {
            wire.close(now);
        }
    }

    /// Bytes arrive at a client.
    pub(crate) fn receive(&mut self, who: usize, id: u64, bytes: &[u8]) {
        let now = self.now();
        let Some(link) = &mut self.people[who].link else { return };
        link.read(now, bytes);
        while let Some(link) = self.people[who].link.as_mut().filter(|link| link.wire == id)
            && let Some(line) = link.next_line()
        {
            let msg = ServerMsg::parse(&line).unwrap();
            self.transcript.receive(now, who, &msg, &line);
            if Link::is_private(&msg) {
                if let (Some(answer), Some(wire)) = (link.answer(&msg), self.wires.get_mut(&id)) {
                    wire.send(now, answer);
                }
                continue;
            }
            let Some(node) = self.wires.get(&id).map(|wire| wire.node) else { return };
            if let Some(new) = link.check.on_said(&msg, &self.nodes[node].disk.state, &mut self.owners) {
                self.counters.forgotten += 1;
                self.sent.change_sender(who, new);
            }
            let began = link.began;
            self.counters.private_listed += std::mem::take(&mut link.check.private_listed);
            let typing = std::mem::take(&mut link.check.typing);
            self.count_typing(node, &typing);
            self.check_access(who, node, began, &msg);
            self.record_answer(who, began, &msg);
            self.counters.gaps += u64::from(matches!(msg, ServerMsg::Gap(_)));
            let is_sent_elsewhere = |goodbye: &Goodbye| goodbye.code == GoodbyeCode::Error(Code::Storage);
            self.counters.sent_elsewhere +=
                u64::from(matches!(&msg, ServerMsg::Goodbye(goodbye) if is_sent_elsewhere(goodbye)));
            self.counters.resumes += u64::from(matches!(msg, ServerMsg::Resumed(_)));
            self.feed(who, Event::Link(FromLink::Said(msg)));
        }
    }

    /// Somebody types in the room on their screen. The client tells that as the line is written, which nobody does here.
    pub(crate) fn tell_typing(&mut self, who: usize) {
        let app = &self.people[who].app;
        let room = app.rooms().current().name.clone();
        if app.status().is_online() {
            self.counters.typed += 1;
            self.send(who, &Request::unnamed(ClientMsg::Typing(RoomOnly { room })));
        }
    }

    /// People are said to be typing over a server.
    fn count_typing(&mut self, node: usize, typing: &[Uid]) {
        for uid in typing {
            let is_there = |person: &Person| person.app.my_uid() == *uid && person.node == node;
            self.counters.seen_typing += 1;
            self.counters.seen_typing_elsewhere += u64::from(!self.people.iter().any(is_there));
        }
    }

    /// Records what the server answers about a message.
    fn record_answer(&mut self, who: usize, began: u64, msg: &ServerMsg) {
        match msg {
            ServerMsg::Event(event) if event.from.uid == self.people[who].app.my_uid() => {
                if let Some(nonce) = &event.nonce {
                    self.sent.acknowledge(nonce, event.seq);
                }
            }
            ServerMsg::Ok(answer) => {
                if let (Some(id), Some(seq)) = (&answer.id, answer.seq)
                    && let Ok(nonce) = Nonce::parse(id.as_str())
                {
                    self.sent.acknowledge(&nonce, seq);
                }
            }
            ServerMsg::Error(refusal) => {
                let nonce = refusal.id.as_ref().and_then(|id| Nonce::parse(id.as_str()).ok());
                if let Some(nonce) = nonce {
                    let is_gone = |uid| self.nodes.iter().any(|node| node.disk.has_forgotten(uid));
                    let (began, now) = (START + Millis::try_from(began).unwrap(), self.clock());
                    let was_muted = self.may_be_muted(self.people[who].app.my_uid(), began, now);
                    let (may_be_full, set_up) = (self.may_refuse_storage(), self.counters.rooms_set_up > 0);
                    self.sent.refuse(&nonce, refusal.code, may_be_full, is_gone, was_muted, set_up);
                }
            }
            _ => {}
        }
    }
}
