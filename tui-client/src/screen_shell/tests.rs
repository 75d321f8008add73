//! What goes to the terminal, and when.

use shared::ServerMsg;
use tokio::sync::mpsc;
use tokio::time::advance;

use super::{Shell, Wake};
use crate::address::Address;
use crate::app::tests::{Client, message};
use crate::clock::Clock;
use crate::effect::{DesktopNotice, Effect};
use crate::event::{Event, FromLink, Lost};
use crate::fair_share::{FRAME, FairShare};
use crate::lang::Lang;
use crate::log::Log;
use crate::net::dial::Dialer;
use crate::services::Services;
use crate::terminal::modes::Capabilities;
use crate::terminal::output::{self, FrameSource};
use crate::terminal::{Size, Terminal, TerminalEvent};

fn shell() -> (Shell, FrameSource) {
    shell_among(FairShare::default())
}

fn shell_among(share: FairShare) -> (Shell, FrameSource) {
    let (output, frames) = output::channel();
    let terminal = Terminal {
        size: Size { columns: 40, rows: 10 },
        capabilities: Capabilities::of("xterm", true, false),
        events: mpsc::channel(1).1.into(),
        output,
        job_control: None,
        editor: None,
        opener: None,
        cell_pixels: || None,
        notices: None,
        clipboard: None,
    };
    let dialer = Box::new(Dialer::from(Address::default()));
    let mut services = Services::new(Clock::start(), Log::default(), dialer, None);
    services.share_process(share);
    (Shell::new((Client::online(Lang::En).app, services), terminal), frames)
}

/// One more server of the same client.
fn add(shell: &mut Shell, address: &str) {
    let client = Client::with(Lang::En, |setup| setup.address = address.parse().unwrap());
    let dialer = Box::new(Dialer::from(Address::default()));
    shell.add(client.app, Services::new(Clock::start(), Log::default(), dialer, None));
}

/// Draws, and gives back what went to the terminal, if anything did.
async fn drawn(shell: &mut Shell, frames: &mut FrameSource) -> Option<String> {
    shell.draw();
    if !shell.terminal.output.is_busy() {
        return None;
    }
    let frame = frames.next().await?;
    let text = String::from_utf8(frame.clone()).unwrap();
    frames.done(Ok(frame));
    shell.terminal.output.written().await.unwrap();
    Some(text)
}

/// Whoever runs the server, or speaks there, must not have the terminal write more than frames.
#[tokio::test(start_paused = true)]
async fn titles_go_with_frames_and_are_no_more_than_these() {
    let (mut shell, mut frames) = shell();
    assert!(drawn(&mut shell, &mut frames).await.is_some());
    let mut written = Vec::new();
    for n in 0..1_000 {
        shell.execute_here(0, Effect::Title(format!("({n}) lobby")));
        written.extend(drawn(&mut shell, &mut frames).await);
    }
    assert!(written.len() <= 1, "{written:?}");
    assert!(shell.frame_at().is_some(), "the last one is not forgotten");
    advance(FRAME).await;
    let last = drawn(&mut shell, &mut frames).await.unwrap();
    assert_eq!(last.matches("\x1b]2;").count(), 1, "{last:?}");
    assert!(last.contains("(999) lobby"), "{last:?}");
    assert_eq!(drawn(&mut shell, &mut frames).await, None);
}

#[tokio::test(start_paused = true)]
async fn what_is_copied_goes_out_at_once() {
    let (mut shell, mut frames) = shell();
    drawn(&mut shell, &mut frames).await;
    for n in 0..3 {
        shell.execute_here(0, Effect::Copy(n.to_string()));
        let frame = drawn(&mut shell, &mut frames).await.unwrap();
        assert!(frame.contains("\x1b]52;"), "{frame:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_notice_goes_out_at_once_in_the_way_the_terminal_takes_it() {
    let (mut shell, mut frames) = shell();
    drawn(&mut shell, &mut frames).await;
    let notice = DesktopNotice { title: "민수 · dev".into(), text: "kim?".into() };
    shell.execute_here(0, Effect::Notify(notice.clone()));
    assert!(drawn(&mut shell, &mut frames).await.unwrap().contains('\x07'));
    // The terminal says which one it is.
    shell.take_terminal_event(TerminalEvent::Input(b"\x1bP>|foot(1.17.2)\x1b\\".to_vec()));
    drawn(&mut shell, &mut frames).await;
    shell.execute_here(0, Effect::Notify(notice));
    let frame = drawn(&mut shell, &mut frames).await.unwrap();
    assert!(frame.contains("\x1b]777;notify;민수 · dev;kim?\x1b\\") && !frame.contains('\x07'), "{frame:?}");
    shell.take_terminal_event(TerminalEvent::Notice(b"\x07".to_vec()));
    assert!(drawn(&mut shell, &mut frames).await.unwrap().contains('\x07'));
}

#[tokio::test(start_paused = true)]
async fn a_server_that_is_not_shown_names_no_window_and_its_notices_say_which_it_is() {
    let (mut shell, mut frames) = shell();
    add(&mut shell, "b.example");
    shell.tell_others();
    shell.take_terminal_event(TerminalEvent::Input(b"\x1bP>|foot(1.17.2)\x1b\\".to_vec()));
    drawn(&mut shell, &mut frames).await;
    shell.execute_here(1, Effect::Title("of b.example".into()));
    shell.execute_here(1, Effect::SettingsChanged);
    assert_eq!(drawn(&mut shell, &mut frames).await, None);
    let notice = DesktopNotice { title: "민수 · dev".into(), text: "kim?".into() };
    shell.execute_here(1, Effect::Notify(notice));
    let frame = drawn(&mut shell, &mut frames).await.unwrap();
    assert!(frame.contains("]777;notify;민수 · dev · b.example;kim?"), "{frame:?}");
}

#[tokio::test(start_paused = true)]
async fn what_happens_at_a_hidden_server_is_drawn_only_where_it_changes_the_list() {
    let (mut shell, mut frames) = shell();
    shell.take_terminal_event(TerminalEvent::Resize(Size { columns: 80, rows: 20 }));
    add(&mut shell, "b.example");
    shell.tell_others();
    let first = drawn(&mut shell, &mut frames).await.unwrap();
    assert!(first.contains("b.example"), "{first:?}");
    // It connects, as it did before; then it is over.
    shell.give(1, Event::Link(FromLink::NoAnswer(true)));
    shell.tell_others();
    advance(FRAME).await;
    assert_eq!(drawn(&mut shell, &mut frames).await, None);
    shell.give(1, Event::Link(FromLink::Down(Lost::Refused)));
    shell.tell_others();
    assert!(drawn(&mut shell, &mut frames).await.unwrap().contains("reconnecting"));
}

#[tokio::test(start_paused = true)]
async fn a_size_and_the_focus_count_at_every_server() {
    let (mut shell, _frames) = shell();
    add(&mut shell, "b.example");
    shell.take_terminal_event(TerminalEvent::Resize(Size { columns: 77, rows: 22 }));
    shell.take_terminal_event(TerminalEvent::Input(b"\x1b[O".to_vec()));
    for server in shell.servers.iter() {
        let screen = server.app.screen();
        assert_eq!((screen.size(), screen.is_focused(), screen.reports_focus()), ((77, 22), false, true));
    }
}

#[tokio::test(start_paused = true)]
async fn among_many_a_key_is_drawn_at_once_and_what_others_say_by_turn() {
    let share = FairShare::of_many();
    let (mut shell, mut frames) = shell_among(share.clone());
    let (_keys, queue) = mpsc::channel(1);
    shell.terminal.events = queue.into();
    drawn(&mut shell, &mut frames).await.unwrap();
    let of_another = share.turn().await;
    let line = message("lobby", 101, 18, "민수", "AAAA");
    shell.take_batch(0, vec![FromLink::Said(ServerMsg::parse(line.as_bytes()).unwrap())]);
    advance(FRAME).await;
    assert_eq!(drawn(&mut shell, &mut frames).await, None);
    let waits = tokio::time::timeout(FRAME, shell.wait()).await;
    assert!(!matches!(waits, Ok(Wake::Turn(_))), "another has the turn");
    shell.take_terminal_event(TerminalEvent::Input(b"k".to_vec()));
    assert!(drawn(&mut shell, &mut frames).await.unwrap().contains("AAAA"), "a key shows all");
    let line = message("lobby", 102, 18, "민수", "BBBB");
    shell.take_batch(0, vec![FromLink::Said(ServerMsg::parse(line.as_bytes()).unwrap())]);
    drop(of_another);
    while shell.turn.is_none() {
        let wake = shell.wait().await;
        shell.react(wake);
    }
    assert!(drawn(&mut shell, &mut frames).await.unwrap().contains("BBBB"));
}
