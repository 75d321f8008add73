use std::time::Duration;

use shared::{FileHasher, MediaType};

use super::*;

const KEPT: Millis = 1_763_640_000_000;

/// The limits of a small server.
fn registry() -> Registry {
    let limits = TransferLimits { file_max: 10_000, files_total: 50_000, per_day: 20_000 };
    Registry::new(limits, TransferTiming::default())
}

fn uid(number: u64) -> Uid {
    Uid::new(number).unwrap()
}

fn token(number: u8) -> TransferToken {
    TransferToken::from_bytes([number; 16])
}

/// The wish to send a content, with or without the proof that one has it.
fn upload(content: &[u8], is_proved: bool) -> Upload {
    let (sha256, proof) = FileHasher::of(content);
    Upload { sha256, bytes: content.len() as u64, proof: is_proved.then_some(proof) }
}

/// As if this content had been received from this identity.
fn receive(registry: &mut Registry, from: Uid, content: &[u8], now: Instant) {
    let (sha256, proof) = FileHasher::of(content);
    let bytes = content.len() as u64;
    registry.keep(Job { uid: from, sha256, bytes, way: Way::Up }, proof, KEPT, now);
}

fn code<T>(result: Result<T, Refusal>) -> Option<Code> {
    result.err().map(|refusal| refusal.code)
}

#[tokio::test]
async fn a_content_that_is_here_is_sent_once_more_by_whoever_cannot_prove_that_they_have_it() {
    let (mut registry, now) = (registry(), Instant::now());
    receive(&mut registry, uid(1), b"tea", now);
    let mut ask = |who, upload: &Upload| registry.upload(uid(who), upload, None, token(1), now).unwrap();
    assert_eq!(ask(1, &upload(b"tea", false)), None, "it is theirs");
    assert_eq!(ask(2, &upload(b"tea", false)), Some(token(1)), "the hash alone says nothing");
    let (_, wrong) = FileHasher::of(b"coffee");
    assert!(ask(2, &Upload { proof: Some(wrong), ..upload(b"tea", false) }).is_some(), "nor a wrong proof");
    assert!(ask(2, &Upload { bytes: 4, ..upload(b"tea", true) }).is_some(), "nor a wrong length");
    assert_eq!(ask(2, &upload(b"tea", true)), None);
    let sha256 = FileHasher::of(b"tea").0;
    assert_eq!((registry.held(uid(2), sha256, now), registry.held(uid(3), sha256, now)), (Some(3), None));
}

#[tokio::test]
async fn nobody_names_a_content_a_day_after_they_sent_it() {
    let (mut registry, now) = (registry(), Instant::now());
    receive(&mut registry, uid(1), b"tea", now);
    let sha256 = FileHasher::of(b"tea").0;
    let later = now + TransferTiming::default().keep;
    assert_eq!(registry.held(uid(1), sha256, later - Duration::from_secs(1)), Some(3));
    assert_eq!(registry.held(uid(1), sha256, later), None);
}

#[tokio::test]
async fn what_is_promised_counts_as_sent() {
    let (mut registry, now) = (registry(), Instant::now());
    let mut ask = |who: u64, content: u8, length: usize| {
        let upload = upload(&vec![content; length], false);
        code(registry.upload(uid(who), &upload, None, token(content), now))
    };
    assert_eq!(ask(1, 1, 10_001), Some(Code::FileTooLarge), "longer than a file may be");
    assert_eq!((ask(1, 2, 9_000), ask(1, 3, 9_000)), (None, None));
    assert_eq!(ask(1, 4, 9_000), Some(Code::FileTooLarge), "more than one may send in a day");
    assert_eq!((ask(2, 5, 9_000), ask(2, 6, 9_000), ask(3, 7, 9_000)), (None, None, None));
    assert_eq!(ask(4, 8, 9_000), Some(Code::Storage), "more than the server keeps");
    assert_eq!(ask(4, 9, 5_000), None);
}

#[tokio::test]
async fn an_upload_asked_for_again_ends_the_one_that_runs_and_goes_on_from_its_part() {
    let (mut registry, now) = (registry(), Instant::now());
    let wish = upload(b"tea for two", false);
    let ask = |registry: &mut Registry, number| {
        registry.upload(uid(1), &wish, None, token(number), now).unwrap().unwrap()
    };
    let first = ask(&mut registry, 1);
    let job = registry.open(&first, now).unwrap();
    let mut begun = registry.begin(job).unwrap();
    assert_eq!(code(registry.open(&first, now)), Some(Code::TokenInvalid), "once");
    let second = ask(&mut registry, 2);
    assert_eq!(begun.end.try_recv(), Ok(Ending::Replaced));
    let job = registry.open(&second, now).unwrap();
    assert!(matches!(registry.begin(job), Err(NotBegun::WaitForFormer)));
    let part = Part { bytes: 4, hasher: FileHasher::default(), hashed: 0, written: KEPT };
    assert_eq!(registry.finish(begun.id, job, Some(part)), None);
    assert_eq!(registry.begin(job).unwrap().part.map(|part| part.bytes), Some(4));
}

#[tokio::test]
async fn tokens_and_transfers_end_with_a_kick_and_tokens_with_the_last_connection() {
    let (mut registry, now) = (registry(), Instant::now());
    receive(&mut registry, uid(1), b"tea", now);
    let file = Attachment {
        name: "tea".parse().unwrap(),
        bytes: 3,
        sha256: FileHasher::of(b"tea").0,
        media_type: MediaType::default(),
        picture: None,
    };
    for (number, take) in [(1, Registry::gone as fn(&mut Registry, Uid)), (2, Registry::end)] {
        let given = registry.download(uid(2), &file, token(number), now).unwrap();
        take(&mut registry, uid(2));
        assert_eq!(code(registry.open(&given, now)), Some(Code::TokenInvalid));
    }
    let given = registry.download(uid(2), &file, token(3), now).unwrap();
    let job = registry.open(&given, now).unwrap();
    let mut begun = registry.begin(job).unwrap();
    registry.gone(uid(2));
    assert!(begun.end.try_recv().is_err(), "it runs on");
    registry.end(uid(2));
    assert_eq!(begun.end.try_recv(), Ok(Ending::Removed));
}

#[tokio::test]
async fn a_content_stays_while_somebody_is_about_to_name_it() {
    let (mut registry, now) = (registry(), Instant::now());
    receive(&mut registry, uid(1), b"tea", now);
    let sha256 = FileHasher::of(b"tea").0;
    assert!(registry.remove(sha256, now).is_err());
    assert!(registry.held(uid(1), sha256, now).is_some());
    let said = now + TransferTiming::default().say;
    assert!(registry.remove(sha256, said).is_ok_and(|content| content.is_some()));
    assert!(!registry.has(sha256) && registry.held(uid(1), sha256, said).is_none());
}

#[tokio::test]
async fn what_other_nodes_may_have_can_be_asked_for_and_has_to_fit() {
    let (mut registry, now) = (registry(), Instant::now());
    let (sha256, _) = FileHasher::of(b"tea");
    let file = Attachment {
        name: shared::FileName::parse("tea.txt").unwrap(),
        bytes: 3,
        sha256,
        media_type: MediaType::default(),
        picture: None,
    };
    assert_eq!(code(registry.download(uid(1), &file, token(1), now)), Some(Code::NoSuchFile));
    registry.has_others = true;
    assert_eq!(registry.download(uid(1), &file, token(1), now), Ok(token(1)));
    let job = registry.open(&token(1), now).unwrap();
    let begun = registry.begin(job).unwrap();
    assert!(begun.job.bytes == 3 && begun.content.is_none());
    assert_eq!(code(registry.check_pull(50_000, 0, None)), None);
    assert_eq!(code(registry.check_pull(50_000, 1, None)), Some(Code::Storage), "others are coming");
    receive(&mut registry, uid(1), b"tea", now);
    assert_eq!(code(registry.check_pull(50_000, 0, None)), Some(Code::Storage));
}

#[tokio::test]
async fn what_another_node_asked_to_keep_goes_with_its_message_and_may_be_said_here() {
    let (mut registry, now) = (registry(), Instant::now());
    let (sha256, proof) = FileHasher::of(b"tea");
    registry.lend(uid(1), sha256, now);
    assert_eq!(registry.held(uid(1), sha256, now), None, "it is not here yet");
    registry.found(sha256, Content { proof, bytes: 3, kept: KEPT });
    assert!(registry.needed_until(sha256, now).is_some());
    assert_eq!(registry.held(uid(1), sha256, now), Some(3));
    registry.lend(uid(2), sha256, now);
    registry.release(vec![sha256], now);
    assert_eq!((registry.take_released(), registry.needed_until(sha256, now)), (vec![sha256], None));
}

#[tokio::test]
async fn a_content_that_nobody_took_is_not_waited_for_again_at_once() {
    let (mut registry, now) = (registry(), Instant::now());
    let (sha256, later) = (FileHasher::of(b"tea").0, now + Duration::from_mins(1));
    assert!(!registry.gave_up(sha256, now));
    registry.give_up(sha256, now, later);
    assert!(registry.gave_up(sha256, now) && !registry.gave_up(sha256, later));
}
