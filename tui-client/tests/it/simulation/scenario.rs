//! What happens in a history: the random actions of people and faults. The checks are in [`super::invariants`].

use server::delivery::ring::RingCapacity;
use server::token_bucket::Pace;
use shared::RoomName;
use shared::server_msg::SanctionKind;
use tui_client::event::Event;

use super::network::{NoticedBy, ScheduledCut};
use super::random::Random;
use super::server_run::{ServerSettings, WhichOrder};
use super::world::World;

/// The rooms people go to beside the lobby.
const ROOMS: [&str; 2] = ["dev", "ops"];
/// The longest message, in bytes; a few of them fill a small ring.
const LONG: usize = 1500;

/// An action of a person, or a fault.
#[derive(Clone, Copy, Debug)]
enum Action {
    Say,
    Burst,
    Direct,
    Reply,
    Edit,
    Delete,
    React,
    Join,
    Part,
    SetUpRoom,
    Rename,
    Away,
    Type,
    Scroll,
    Reconnect,
    OpenWindow,
    Quit,
    KillClient,
    KillServer,
    StopServer,
    Cut,
    Hold,
    Unplug,
    StopReading,
    FillDisk,
    Kick,
    Ban,
    Mute,
    LiftSanctions,
    CutNode,
    DeafNode,
    StallLog,
    PauseNode,
    ReplaceDisk,
    ShutDown,
    GreetWhileCut,
    RepeatFrame,
    RemoveNode,
    AlterState,
}

/// The actions with their weights.
const ACTIONS: [(u64, Action); 29] = [
    (90, Action::Say),
    (6, Action::Burst),
    (12, Action::Direct),
    (8, Action::Reply),
    (16, Action::Edit),
    (8, Action::Delete),
    (16, Action::React),
    (8, Action::Join),
    (2, Action::Part),
    (14, Action::SetUpRoom),
    (6, Action::Rename),
    (6, Action::Away),
    (12, Action::Type),
    (4, Action::Scroll),
    (2, Action::Reconnect),
    (6, Action::OpenWindow),
    (1, Action::Quit),
    (6, Action::KillClient),
    (6, Action::KillServer),
    (2, Action::StopServer),
    (18, Action::Cut),
    (5, Action::Hold),
    (4, Action::Unplug),
    (5, Action::StopReading),
    (2, Action::FillDisk),
    (2, Action::Kick),
    (2, Action::Ban),
    (3, Action::Mute),
    (2, Action::LiftSanctions),
];

/// What happens to a cluster beside that.
const CLUSTER_ACTIONS: [(u64, Action); 11] = [
    (12, Action::KillServer),
    (10, Action::CutNode),
    (8, Action::DeafNode),
    (6, Action::StallLog),
    (6, Action::PauseNode),
    (6, Action::ReplaceDisk),
    (1, Action::ShutDown),
    (8, Action::GreetWhileCut),
    (8, Action::RepeatFrame),
    (3, Action::RemoveNode),
    (3, Action::AlterState),
];

/// The settings of a history of a cluster.
pub(crate) fn cluster_settings(random: &mut Random) -> ServerSettings {
    let settings = settings(random);
    ServerSettings {
        order: WhichOrder::Replicated(usize::try_from(random.between(2, 4)).unwrap()),
        ..settings
    }
}

/// The settings of a history.
pub(crate) fn settings(random: &mut Random) -> ServerSettings {
    let pace = if random.one_in(4) { Pace::Limit { burst: 10, rate: 2 } } else { Pace::Off };
    let small = [
        RingCapacity { events: 3, ..RingCapacity::default() },
        RingCapacity { bytes: 1500, ..RingCapacity::default() },
        RingCapacity { tail: 0, ..RingCapacity::default() },
    ];
    let capacity = if random.one_in(2) { *random.pick(&small) } else { RingCapacity::default() };
    let resume_s = *random.pick(&[5, 30, 300]);
    let order = if random.between(0, 2) == 0 { WhichOrder::Delayed } else { WhichOrder::InProcess };
    ServerSettings { pace, capacity, resume_s, order }
}

impl World {
    /// Runs a whole history.
    pub(crate) async fn run_scenario(&mut self) {
        let count = self.random.between(2, 4);
        for who in 0..count {
            let wish = self.random.one_in(2).then(|| format!("kim-{who}").parse().unwrap());
            self.add_person(wish);
            let pause = self.now() + self.random.delay(300, 3000);
            self.until(pause).await;
        }
        let actions = self.random.between(14, 36);
        let pause = 2 * self.random.between(40_000, 100_000) / actions;
        for _ in 0..actions {
            let then = self.now() + self.random.between(0, pause);
            self.until(then).await;
            let action = self.draw_action();
            self.perform(action).await;
            self.trim_log();
        }
        if self.random.one_in(2) {
            // Whoever comes late sees the same as those who were here.
            self.add_person(None);
        }
    }

    fn draw_action(&mut self) -> Action {
        let more: &[_] = if self.log.is_some() { &CLUSTER_ACTIONS } else { &[] };
        let actions = || ACTIONS.iter().chain(more).copied();
        let mut at = self.random.between(1, actions().map(|(weight, _)| weight).sum());
        for (weight, action) in actions() {
            if at <= weight {
                return action;
            }
            at -= weight;
        }
        Action::Say
    }

    async fn perform(&mut self, action: Action) {
        let who = self.random.index(self.people.len());
        let now = self.now();
        self.transcript.tell(now, format_args!("{who} {action:?}"));
        match action {
            Action::Say => self.say(who),
            Action::Burst => {
                for _ in 0..self.random.between(3, 20) {
                    self.say(who);
                }
            }
            Action::Direct => self.direct(who),
            Action::Reply => {
                let (back, text) = (self.random.between(1, 4), self.text(who));
                self.type_line(who, &format!("/reply ^{back} {text}"));
            }
            Action::Edit => {
                let (back, text) = (self.random.between(1, 3), self.text(who));
                self.type_line(who, &format!("/edit ^{back} {text}"));
            }
            Action::Delete => {
                let back = self.random.between(1, 3);
                self.type_line(who, &format!("/delete ^{back}"));
                self.say_yes(who).await;
            }
            Action::React => {
                let (back, with) = (self.random.between(1, 4), *self.random.pick(&["👍", "❤️", "ㅋㅋ"]));
                self.type_line(who, &format!("/react ^{back} {with}"));
            }
            Action::Join => {
                let room = *self.random.pick(&ROOMS);
                let word = *self.random.pick(&["", "", " tea", " milk"]);
                self.type_line(who, &format!("/join {room}{word}"));
                // Typed ahead: the answer is on its way.
                if self.random.one_in(2) {
                    self.say_here(who);
                }
            }
            Action::Part => {
                let room = *self.random.pick(&ROOMS);
                self.type_line(who, &format!("/part {room}"));
                if self.random.one_in(2) {
                    self.say_here(who);
                }
            }
            Action::SetUpRoom => self.set_up_room(who).await,
            Action::Rename => {
                let name = self.random.between(1, 6);
                self.type_line(who, &format!("/nick name-{name}"));
            }
            Action::Away => {
                let line = *self.random.pick(&["/away", "/away tea", "/back"]);
                self.type_line(who, line);
            }
            Action::Type => self.tell_typing(who),
            Action::Scroll => self.feed(who, Event::Key("pgup".parse().unwrap())),
            Action::Reconnect => self.type_line(who, "/reconnect"),
            Action::OpenWindow => self.open_window(who),
            Action::Quit => {
                self.type_line(who, "/quit");
                // It asks first where something is not sent.
                self.say_yes(who).await;
            }
            Action::KillClient if self.people[who].runs() => self.kill_client(who),
            Action::KillClient => {}
            Action::KillServer => self.kill_server_under_load(who).await,
            Action::StopServer => self.stop_server(),
            Action::CutNode => self.cut_node(),
            Action::DeafNode => self.deaf_node(),
            Action::StallLog => self.stall_log(),
            Action::PauseNode => self.pause_node(),
            Action::ShutDown => self.shut_down(),
            Action::ReplaceDisk => self.replace_disk().await,
            Action::GreetWhileCut => self.greet_while_cut(who),
            Action::RepeatFrame => self.repeat_frame(),
            Action::RemoveNode => self.remove_node(),
            Action::AlterState => self.alter_state().await,
            Action::Cut => self.cut(who),
            Action::Hold => self.hold(who),
            Action::Unplug => self.unplug(who),
            Action::StopReading => self.stop_reading(who).await,
            Action::Kick => self.sanction(who, None),
            Action::Ban => self.sanction(who, Some(SanctionKind::Ban)),
            Action::Mute => self.sanction(who, Some(SanctionKind::Mute)),
            Action::LiftSanctions => self.lift_sanctions(self.people[who].app.my_uid()),
            Action::FillDisk => {
                self.counters.full_disks += 1;
                let node = self.random.index(self.nodes.len());
                self.nodes[node].disk.state.fill_until(now + self.random.delay(3000, 10_000));
            }
        }
    }

    /// Makes a room private or open, or read-only or not, invites somebody or removes them, or asks which rooms there are. Who
    /// may not is refused.
    async fn set_up_room(&mut self, who: usize) {
        let room = RoomName::parse(ROOMS[self.random.index(ROOMS.len())]).unwrap();
        if self.people[who].app.rooms().get(&room).is_none_or(|room| !room.joined) {
            self.type_line(who, &format!("/join {room}"));
            let then = self.now() + 500;
            self.until(then).await;
        }
        self.go(who, &room);
        for _ in 0..self.random.between(1, 3) {
            let other = self.random.index(self.people.len());
            let name =
                self.people[other].app.session().me().map(|me| me.name.to_string()).unwrap_or_default();
            let lines = [
                "/private",
                "/private tea",
                "/open",
                "/read-only",
                "/read-only off",
                "/rooms",
                "/rooms",
                &format!("/invite {name}"),
                &format!("/invite {name}"),
                &format!("/remove {name}"),
                &format!("/silence {name} 5s"),
                &format!("/owner {name}"),
            ];
            let line = (*self.random.pick(&lines)).to_owned();
            self.counters.rooms_set_up += 1;
            self.type_line(who, &line);
            self.say_yes(who).await;
            let then = self.now() + self.random.between(0, 400);
            self.until(then).await;
        }
    }

    /// Says yes to what a client asks, if it asks something.
    async fn say_yes(&mut self, who: usize) {
        if self.people[who].app.screen().popups().is_empty() {
            return;
        }
        let then = self.now() + 400;
        self.until(then).await;
        // If nothing is asked any more, it would send the draft.
        if !self.people[who].app.screen().popups().is_empty() {
            self.feed(who, Event::Key("enter".parse().unwrap()));
        }
    }

    /// The same, after sometimes switching to another room.
    fn say(&mut self, who: usize) {
        if self.random.one_in(3) {
            let key = *self.random.pick(&["alt-1", "alt-2", "alt-3", "alt-4"]);
            self.feed(who, Event::Key(key.parse().unwrap()));
        }
        self.say_here(who);
    }

    /// Sends a unique message to the room on the screen.
    fn say_here(&mut self, who: usize) {
        let text = self.text(who);
        let line = if self.random.one_in(10) { format!("/me {text}") } else { text };
        self.type_line(who, &line);
    }

    fn direct(&mut self, who: usize) {
        let other = self.random.index(self.people.len());
        let Some(name) = self.people[other].app.session().me().map(|me| me.name.clone()) else { return };
        let text = self.text(who);
        self.type_line(who, &format!("/msg {name} {text}"));
    }

    fn text(&mut self, who: usize) -> String {
        let person = &mut self.people[who];
        person.said += 1;
        let said = person.said;
        let filler = if self.random.one_in(12) { self.random.index(LONG) } else { self.random.index(20) };
        format!("{who}.{said} 안녕 {}", "x".repeat(filler))
    }

    /// Kills the server, mostly while messages are being committed.
    async fn kill_server_under_load(&mut self, who: usize) {
        if !self.random.one_in(3) {
            (0..self.random.between(1, 3)).for_each(|_| self.say(who));
            let then = self.now() + self.random.between(0, 120);
            self.until(then).await;
        }
        let node = self.random.index(self.nodes.len());
        self.kill_server(node).await;
    }

    fn stop_server(&mut self) {
        let (node, is_cluster) = (self.random.index(self.nodes.len()), self.log.is_some());
        if let Some(server) = &mut self.nodes[node].server {
            self.counters.server_stops += 1;
            if is_cluster { server.leave() } else { server.stop(true) }
        }
    }

    fn cut(&mut self, who: usize) {
        let now = self.now();
        let noticed_by = *self.random.pick(&[
            NoticedBy::Both,
            NoticedBy::Both,
            NoticedBy::Client,
            NoticedBy::Server,
            NoticedBy::Nobody,
        ]);
        let bytes = if self.random.one_in(3) { 0 } else { self.random.index(700) };
        let scheduled_cut = ScheduledCut { is_up: self.random.one_in(2), bytes, noticed_by };
        let wire = self.people[who].link.as_ref().map(|link| link.wire);
        if let Some(wire) = wire.and_then(|wire| self.wires.get_mut(&wire)) {
            self.counters.cuts += 1;
            wire.schedule_cut(now, scheduled_cut);
        }
    }

    fn hold(&mut self, who: usize) {
        let until = self.now() + self.random.delay(3000, 25_000);
        for wire in self.wires.values_mut().filter(|wire| wire.person == who) {
            wire.hold(until);
        }
    }

    /// Unplugs somebody's network: cuts their connections, and no new ones succeed for a while.
    fn unplug(&mut self, who: usize) {
        let now = self.now();
        self.people[who].unplugged_until = now + self.random.delay(5000, 40_000);
        let noticed_by = *self.random.pick(&[NoticedBy::Client, NoticedBy::Nobody]);
        for wire in self.wires.values_mut().filter(|wire| wire.person == who) {
            wire.schedule_cut(now, ScheduledCut { is_up: true, bytes: 0, noticed_by });
        }
    }

    /// Somebody's client stops reading while the others send messages (slow consumer).
    async fn stop_reading(&mut self, who: usize) {
        let now = self.now();
        self.people[who].not_reading_until = now + self.random.delay(9000, 40_000);
        for _ in 0..self.random.between(0, 15) {
            let other = self.random.index(self.people.len());
            self.say(other);
            let then = self.now() + self.random.between(0, 200);
            self.until(then).await;
        }
    }

    /// Ends all faults; clients and server recover from there.
    pub(crate) fn stop_faults(&mut self) {
        let now = self.now();
        self.faults_stopped_at = Some(now);
        self.stop_node_faults();
        for person in &mut self.people {
            (person.not_reading_until, person.unplugged_until) = (0, 0);
            person.back_at = person.back_at.map(|_| now);
        }
        self.wires.values_mut().for_each(super::network::Wire::stop_faults);
    }

    /// Switches somebody's screen to a room.
    pub(crate) fn go(&mut self, who: usize, room: &RoomName) {
        let Some(at) = self.people[who].app.rooms().index_of(room) else { return };
        for _ in 0..self.people[who].app.rooms().list().len() {
            if self.people[who].app.rooms().current_index() == at {
                return;
            }
            self.feed(who, Event::Key("alt-right".parse().unwrap()));
        }
    }
}
