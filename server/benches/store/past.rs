//! The messages a store is filled with.

use server::encoded::Encoded;
use server::store::write::{Stored, Write};
use shared::{Event, Kind, Name, Nonce, RoomName, Sender, Seq, Style, Text, Uid};

const KOREAN: [&str; 12] = [
    "내일",
    "회의를",
    "합니다",
    "배포가",
    "끝났어요",
    "점심",
    "같이",
    "먹어요",
    "서버",
    "다시",
    "시작했습니다",
    "ㅋㅋㅋ",
];
const ENGLISH: [&str; 12] = [
    "the", "build", "is", "green", "deploy", "again", "server", "please", "review", "my", "branch",
    "tomorrow",
];

/// Two thirds Korean, one third English, ten rooms, a hundred people; one in 100,000 has a rare word in it.
pub(crate) fn message(number: u64) -> Write {
    let pick =
        |salt: u64| usize::try_from((number.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> salt) % 12).unwrap();
    let words = if number.is_multiple_of(3) { ENGLISH } else { KOREAN };
    let mut text: Vec<&str> = (0..8).map(|place| words[pick(3 * place + 7)]).collect();
    if number.is_multiple_of(100_000) {
        text.push("해바라기 zeppelin");
    }
    let uid = sender(number);
    let room = RoomName::parse(&format!("room{}", number % 10)).unwrap();
    let from = Sender { uid, name: Name::parse(&format!("person-{uid}")).unwrap(), style: Style::ALL[0] };
    let place = [number.saturating_sub(10), number].map(|seq| Seq::new(seq).unwrap());
    let at = 1_763_640_000_000 + i64::try_from(number).unwrap() * 1000;
    let kind = Kind::Message(Text::parse(&text.join(" ")).unwrap());
    let event =
        Event { nonce: Some(nonce(number)), ..Event::new(room.clone(), place.into(), at, from, kind) };
    Write::Event(Stored {
        room,
        at: event.at,
        uid,
        nonce: event.nonce.clone(),
        file: None,
        encoded: Encoded::new(&event),
    })
}

/// Who said it.
pub(crate) fn sender(number: u64) -> Uid {
    Uid::new(number % 100 + 1).unwrap()
}

/// Its nonce: one that grows, as those of our client do.
pub(crate) fn nonce(number: u64) -> Nonce {
    Nonce::parse(&format!("n{number:010}")).unwrap()
}
