//! What happens in a history, as the seed has it: what people do, and what goes wrong. It must not check anything;
//! the verdict does.

use server::delivery::ring::RingCapacity;
use server::token_bucket::Pace;
use shared::RoomName;
use shared::server_msg::SanctionKind;
use tui_client::event::Event;

use super::network::{Fuse, Noticed};
use super::random::Random;
use super::server_run::{ServerSettings, WhichOrder};
use super::world::World;

/// The rooms people go to beside the lobby.
const ROOMS: [&str; 2] = ["dev", "ops"];
/// The longest line a person writes, in bytes; a few of them fill a small ring.
const LONG: usize = 1500;

/// Something that happens.
#[derive(Clone, Copy, Debug)]
enum Act {
    Say,
    Burst,
    Direct,
    Join,
    Part,
    Rename,
    Scroll,
    Reconnect,
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
    Pardon,
}

/// How often each is drawn.
const ACTS: [(u64, Act); 21] = [
    (90, Act::Say),
    (6, Act::Burst),
    (12, Act::Direct),
    (8, Act::Join),
    (2, Act::Part),
    (6, Act::Rename),
    (4, Act::Scroll),
    (2, Act::Reconnect),
    (1, Act::Quit),
    (6, Act::KillClient),
    (6, Act::KillServer),
    (2, Act::StopServer),
    (18, Act::Cut),
    (5, Act::Hold),
    (4, Act::Unplug),
    (5, Act::StopReading),
    (2, Act::FillDisk),
    (2, Act::Kick),
    (2, Act::Ban),
    (3, Act::Mute),
    (2, Act::Pardon),
];

/// What is the same throughout a history.
pub(crate) fn settings(random: &mut Random) -> ServerSettings {
    let pace = if random.one_in(4) { Pace::Limit { burst: 10, rate: 2 } } else { Pace::Off };
    let small = [
        RingCapacity { events: 3, ..RingCapacity::default() },
        RingCapacity { bytes: 1500, ..RingCapacity::default() },
    ];
    let capacity = if random.one_in(2) { *random.pick(&small) } else { RingCapacity::default() };
    let resume_s = *random.pick(&[5, 30, 300]);
    let order = if random.between(0, 2) == 0 { WhichOrder::Delayed } else { WhichOrder::InProcess };
    ServerSettings { pace, capacity, resume_s, order }
}

impl World {
    /// A whole history.
    pub(crate) async fn live(&mut self) {
        let count = self.random.between(2, 4);
        for who in 0..count {
            let wish = self.random.one_in(2).then(|| format!("kim-{who}").parse().unwrap());
            self.admit(wish);
            let pause = self.now() + self.random.delay(300, 3000);
            self.until(pause).await;
        }
        let acts = self.random.between(14, 36);
        let pause = 2 * self.random.between(40_000, 100_000) / acts;
        for _ in 0..acts {
            let then = self.now() + self.random.between(0, pause);
            self.until(then).await;
            let act = self.draw();
            self.perform(act).await;
        }
    }

    fn draw(&mut self) -> Act {
        let mut at = self.random.between(1, ACTS.iter().map(|(weight, _)| weight).sum());
        for (weight, act) in ACTS {
            if at <= weight {
                return act;
            }
            at -= weight;
        }
        Act::Say
    }

    async fn perform(&mut self, act: Act) {
        let who = self.random.index(self.people.len());
        let now = self.now();
        self.transcript.tell(now, format_args!("{who} {act:?}"));
        match act {
            Act::Say => self.say(who),
            Act::Burst => {
                for _ in 0..self.random.between(3, 20) {
                    self.say(who);
                }
            }
            Act::Direct => self.direct(who),
            Act::Join => {
                let room = *self.random.pick(&ROOMS);
                self.write(who, &format!("/join {room}"));
            }
            Act::Part => {
                let room = *self.random.pick(&ROOMS);
                self.write(who, &format!("/part {room}"));
            }
            Act::Rename => {
                let name = self.random.between(1, 6);
                self.write(who, &format!("/nick name-{name}"));
            }
            Act::Scroll => self.feed(who, Event::Key("pgup".parse().unwrap())),
            Act::Reconnect => self.write(who, "/reconnect"),
            Act::Quit => self.write(who, "/quit"),
            Act::KillClient if self.people[who].runs() => self.kill_client(who),
            Act::KillClient => {}
            Act::KillServer => self.kill_at_work(who).await,
            Act::StopServer => self.stop_server(),
            Act::Cut => self.cut(who),
            Act::Hold => self.hold(who),
            Act::Unplug => self.unplug(who),
            Act::StopReading => self.stop_reading(who).await,
            Act::Kick => self.sentence(who, None),
            Act::Ban => self.sentence(who, Some(SanctionKind::Ban)),
            Act::Mute => self.sentence(who, Some(SanctionKind::Mute)),
            Act::Pardon => self.pardon(self.people[who].app.my_uid()),
            Act::FillDisk => {
                self.counters.full_disks += 1;
                self.disk.state.fill_until(now + self.random.delay(3000, 10_000));
            }
        }
    }

    /// Something nobody said before, in the room that is looked at, which is another one now and then.
    fn say(&mut self, who: usize) {
        if self.random.one_in(3) {
            let key = *self.random.pick(&["alt-1", "alt-2", "alt-3", "alt-4"]);
            self.feed(who, Event::Key(key.parse().unwrap()));
        }
        let text = self.text(who);
        let line = if self.random.one_in(10) { format!("/me {text}") } else { text };
        self.write(who, &line);
    }

    fn direct(&mut self, who: usize) {
        let other = self.random.index(self.people.len());
        let Some(name) = self.people[other].app.session().me().map(|me| me.name.clone()) else { return };
        let text = self.text(who);
        self.write(who, &format!("/msg {name} {text}"));
    }

    fn text(&mut self, who: usize) -> String {
        let person = &mut self.people[who];
        person.said += 1;
        let said = person.said;
        let filler = if self.random.one_in(12) { self.random.index(LONG) } else { self.random.index(20) };
        format!("{who}.{said} 안녕 {}", "x".repeat(filler))
    }

    /// Mostly there is something under way when the server is killed.
    async fn kill_at_work(&mut self, who: usize) {
        if !self.random.one_in(3) {
            (0..self.random.between(1, 3)).for_each(|_| self.say(who));
            let then = self.now() + self.random.between(0, 120);
            self.until(then).await;
        }
        self.kill_server().await;
    }

    fn stop_server(&mut self) {
        if let Some(server) = &mut self.server {
            self.counters.server_stops += 1;
            server.stop(true);
        }
    }

    fn cut(&mut self, who: usize) {
        let now = self.now();
        let noticed = *self.random.pick(&[
            Noticed::Both,
            Noticed::Both,
            Noticed::Client,
            Noticed::Server,
            Noticed::Nobody,
        ]);
        let bytes = if self.random.one_in(3) { 0 } else { self.random.index(700) };
        let fuse = Fuse { is_up: self.random.one_in(2), bytes, noticed };
        let wire = self.people[who].link.as_ref().map(|link| link.wire);
        if let Some(wire) = wire.and_then(|wire| self.wires.get_mut(&wire)) {
            self.counters.cuts += 1;
            wire.set_fuse(now, fuse);
        }
    }

    fn hold(&mut self, who: usize) {
        let until = self.now() + self.random.delay(3000, 25_000);
        for wire in self.wires.values_mut().filter(|wire| wire.person == who) {
            wire.hold(until);
        }
    }

    /// The cable is out: what there was is gone, unnoticed, and nothing new comes about.
    fn unplug(&mut self, who: usize) {
        let now = self.now();
        self.people[who].unplugged_until = now + self.random.delay(5000, 40_000);
        let noticed = *self.random.pick(&[Noticed::Client, Noticed::Nobody]);
        for wire in self.wires.values_mut().filter(|wire| wire.person == who) {
            wire.set_fuse(now, Fuse { is_up: true, bytes: 0, noticed });
        }
    }

    /// Somebody does not look at what comes, while the others go on talking.
    async fn stop_reading(&mut self, who: usize) {
        let now = self.now();
        self.people[who].deaf_until = now + self.random.delay(9000, 40_000);
        for _ in 0..self.random.between(0, 15) {
            let other = self.random.index(self.people.len());
            self.say(other);
            let then = self.now() + self.random.between(0, 200);
            self.until(then).await;
        }
    }

    /// Nothing goes wrong from now on; what is broken is found out.
    pub(crate) fn heal(&mut self) {
        let now = self.now();
        self.is_healed = true;
        self.disk.state.fill_until(0);
        if self.server.is_none() {
            self.server_at = Some(now);
        }
        for person in &mut self.people {
            (person.deaf_until, person.unplugged_until) = (0, 0);
            person.back_at = person.back_at.map(|_| now);
        }
        self.wires.values_mut().for_each(super::network::Wire::heal);
    }

    /// The room of this name on somebody's screen comes to be looked at.
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
