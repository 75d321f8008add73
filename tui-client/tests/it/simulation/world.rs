//! The state of a history (people, connections, disk, the server that is started and killed) and its event loop. What
//! happens is decided by [`super::scenario`].

use std::collections::BTreeMap;
use std::future::{Future as _, poll_fn};
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use server::admin::AdminKey;
use shared::{Millis, Uid};
use tokio::time::Instant;
use tui_client::app::connection::{Closed, Status as State};
use tui_client::event::{Event, FromLink, Lost};

use super::counters::Counters;
use super::disk::{Batch, Disk};
use super::moderation::Moderation;
use super::network::{Packet, Wire};
use super::person::{Link, LinkTimeout, Person};
use super::random::Random;
use super::sent_messages::SentMessages;
use super::server_run::{ServerRun, ServerSettings};
use super::transcript::Transcript;

/// When every history begins: 2026-11-21 09:30 UTC.
pub(crate) const START: Millis = 1_795_253_400_000;

/// The state of a history.
pub(crate) struct World {
    pub(crate) began: Instant,
    pub(crate) random: Random,
    pub(crate) disk: Disk,
    pub(crate) settings: ServerSettings,
    pub(crate) key: AdminKey,
    pub(crate) server: Option<ServerRun>,
    /// When the server starts again.
    pub(crate) server_at: Option<u64>,
    pub(crate) people: Vec<Person>,
    pub(crate) wires: BTreeMap<u64, Wire>,
    pub(crate) wire_count: u64,
    pub(crate) sent: SentMessages,
    pub(crate) moderation: Moderation,
    /// The identity of each secret.
    pub(crate) owners: BTreeMap<String, Uid>,
    pub(crate) counters: Counters,
    pub(crate) transcript: Transcript,
    /// Since when there are no more faults.
    pub(crate) faults_stopped_at: Option<u64>,
    scratch: Vec<u8>,
}

impl World {
    pub(crate) fn new(
        mut random: Random,
        settings: ServerSettings,
        key: AdminKey,
        transcript: Transcript,
    ) -> Self {
        let people = Vec::new();
        let world_random = random.fork();
        Self {
            began: Instant::now(),
            random: world_random,
            disk: Disk::new(),
            settings,
            key,
            server: None,
            server_at: Some(0),
            people,
            wires: BTreeMap::new(),
            wire_count: 0,
            sent: SentMessages::default(),
            moderation: Moderation::default(),
            owners: BTreeMap::new(),
            counters: Counters::default(),
            transcript,
            faults_stopped_at: None,
            scratch: vec![0; 64 * 1024],
        }
    }

    /// Milliseconds since the history began.
    pub(crate) fn now(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_millis()).unwrap()
    }

    /// The wall clock of clients and servers.
    pub(crate) fn clock(&self) -> Millis {
        START + Millis::try_from(self.now()).unwrap()
    }

    /// Runs the event loop up to a time.
    pub(crate) async fn until(&mut self, end: u64) {
        let mut idle = 0;
        loop {
            self.step();
            let now = self.now();
            if now >= end {
                return;
            }
            let next = self.next_due().map_or(end, |due| due.clamp(now, end));
            if next > now {
                idle = 0;
                self.wait(next).await;
            } else {
                idle += 1;
                assert!(idle < 1000, "something is due and is not done");
                // What is due now may need the server's tasks to run first.
                tokio::task::yield_now().await;
            }
        }
    }

    /// Waits until a time, or until the server writes, reads or ends.
    async fn wait(&mut self, until: u64) {
        let now = self.now();
        let mut sleep = pin!(tokio::time::sleep_until(self.began + Duration::from_millis(until)));
        let (wires, people, server) = (&self.wires, &self.people, &mut self.server);
        let ended = poll_fn(|context| {
            if let Some(server) = server.as_mut()
                && let Poll::Ready(ended) = pin!(server.ended()).poll(context)
            {
                ended.expect("the hub panicked");
                return Poll::Ready(true);
            }
            let moved =
                wires.values().any(|wire| wire.poll(context, now, people[wire.person].reads(now)).is_ready());
            if moved || sleep.as_mut().poll(context).is_ready() { Poll::Ready(false) } else { Poll::Pending }
        })
        .await;
        if ended && let Some(server) = self.server.take() {
            server.close().await;
            self.schedule_server();
        }
    }

    /// Does everything that is due.
    fn step(&mut self) {
        let now = self.now();
        if self.server_at.is_some_and(|at| at <= now) {
            self.open_server();
        }
        let open: Vec<u64> = self.wires.keys().copied().collect();
        for id in open {
            self.step_wire(id);
        }
        for who in 0..self.people.len() {
            self.step_person(who);
        }
    }

    fn step_wire(&mut self, id: u64) {
        let now = self.now();
        let Some(wire) = self.wires.get_mut(&id) else { return };
        if wire.opens_at.is_some_and(|at| at <= now) {
            match &mut self.server {
                Some(server) => {
                    wire.open(server.accept(wire.buffer));
                    if let Some(link) = &mut self.people[wire.person].link
                        && link.wire == id
                    {
                        link.heard = now;
                    }
                }
                None => wire.refuse(now),
            }
        }
        let who = wire.person;
        wire.step(now, self.people[who].reads(now), &mut self.scratch);
        while self.people[who].reads(now)
            && let Some(packet) = self.wires.get_mut(&id).and_then(|wire| wire.next_down(now))
        {
            if self.people[who].link.as_ref().is_none_or(|link| link.wire != id) {
                continue;
            }
            match packet {
                Packet::Bytes(bytes) => self.receive(who, id, &bytes),
                Packet::End(lost) => self.drop_link(who, lost),
            }
        }
        if self.wires.get(&id).is_some_and(Wire::is_over) {
            self.wires.remove(&id);
        }
    }

    fn step_person(&mut self, who: usize) {
        let (now, clock) = (self.now(), self.clock());
        let person = &mut self.people[who];
        if let Some(back_at) = person.back_at {
            if back_at <= now {
                self.begin_run(who);
            }
            return;
        }
        if let Some(link) = person.link.as_mut().filter(|link| link.deadline() <= now) {
            match link.on_timeout() {
                LinkTimeout::Ping(ping) => {
                    let id = link.wire;
                    self.wires.get_mut(&id).into_iter().for_each(|wire| wire.send(now, ping.clone()));
                }
                LinkTimeout::GiveUp => self.drop_link(who, Lost::Silent),
            }
        }
        if self.people[who].app.deadline().is_some_and(|at| at <= clock) {
            self.feed(who, Event::Tick);
        }
        self.check_status(who);
    }

    /// A client's connection ended.
    fn drop_link(&mut self, who: usize, lost: Lost) {
        let now = self.now();
        if let Some(link) = self.people[who].link.take()
            && let Some(wire) = self.wires.get_mut(&link.wire)
        {
            wire.close(now);
        }
        self.feed(who, Event::Link(FromLink::Down(lost)));
    }

    /// A person reacts, after a while, to a client that does not reconnect by itself: another name, or `/reconnect`.
    fn check_status(&mut self, who: usize) {
        let now = self.now();
        let person = &mut self.people[who];
        if !person.app.status().is_over() {
            person.checks_at = None;
            return;
        }
        let checks_at = *person.checks_at.get_or_insert(now + 5000);
        if checks_at > now {
            return;
        }
        person.checks_at = None;
        let refused = matches!(person.app.status(), State::Closed(Closed::Refused(_)));
        let line = if refused {
            self.counters.refused_greetings += 1;
            format!("/nick p{who}-{now}")
        } else {
            self.counters.thrown_out += 1;
            self.people[who].is_removed = false;
            "/reconnect".to_owned()
        };
        self.feed(who, Event::Line(line));
    }

    /// When something is due next.
    fn next_due(&self) -> Option<u64> {
        let (now, clock) = (self.now(), self.clock());
        let wires =
            self.wires.values().filter_map(|wire| wire.next_due(now, self.people[wire.person].reads(now)));
        let people = self.people.iter().flat_map(|person| {
            if person.back_at.is_some() {
                return [person.back_at, None, None, None];
            }
            let app = person.app.deadline().map(|at| now + u64::try_from(at - clock).unwrap_or(0));
            let link = person.link.as_ref().map(Link::deadline);
            let reads = Some(person.not_reading_until).filter(|at| *at > now);
            [app, link, reads, person.checks_at]
        });
        wires.chain(people.flatten()).chain(self.server_at).min()
    }

    fn open_server(&mut self) {
        let at = (self.began, self.clock());
        self.server_at = None;
        self.server = Some(ServerRun::open(&self.disk, self.settings, &self.key, at, &mut self.random));
    }

    pub(crate) fn schedule_server(&mut self) {
        let away = if self.faults_stopped_at.is_some() { 100 } else { self.random.delay(2000, 15_000) };
        self.server_at = Some(self.now() + away);
    }

    /// `kill -9` of the server.
    pub(crate) async fn kill_server(&mut self) {
        let Some(server) = self.server.take() else { return };
        match self.disk.state.batch() {
            Batch::HandedOver => self.counters.lost_batches += 1,
            Batch::Kept => self.counters.unreported_batches += 1,
            Batch::None => {}
        }
        self.counters.server_kills += 1;
        server.kill().await;
        self.schedule_server();
    }
}
