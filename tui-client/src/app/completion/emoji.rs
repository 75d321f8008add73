//! Emoji by their short names (`:thumbsup:`), for completion. A short list: any other emoji can be pasted.

use crate::lang::Lang;

/// The names and what they mean, sorted by name; and words by which they are found in Korean, the first of which is the name.
static NAMES: &[(&str, &str, &str)] = &[
    ("+1", "👍", "좋아요 추천"),
    ("-1", "👎", "싫어요 반대"),
    ("100", "💯", "백점 만점"),
    ("angry", "😠", "화남 분노"),
    ("bear", "🐻", "곰"),
    ("beer", "🍺", "맥주"),
    ("birthday", "🎂", "생일 케이크"),
    ("bow", "🙇", "절 죄송"),
    ("broken_heart", "💔", "실연 이별"),
    ("bug", "🐛", "벌레 버그"),
    ("bulb", "💡", "전구 생각"),
    ("cat", "🐱", "고양이"),
    ("clap", "👏", "박수"),
    ("coffee", "☕", "커피"),
    ("confused", "😕", "혼란 당황"),
    ("construction", "🚧", "공사"),
    ("cookie", "🍪", "과자 쿠키"),
    ("cool", "😎", "멋짐 선글라스"),
    ("cry", "😢", "슬픔 눈물"),
    ("dog", "🐶", "강아지 개"),
    ("eyes", "👀", "눈 보는중"),
    ("fire", "🔥", "불"),
    ("ghost", "👻", "유령"),
    ("gift", "🎁", "선물"),
    ("grin", "😁", "활짝 웃음"),
    ("heart", "❤️", "하트 사랑"),
    ("hi", "👋", "안녕 인사"),
    ("hourglass", "⏳", "모래시계 기다림"),
    ("hug", "🤗", "포옹"),
    ("joy", "😂", "웃김 웃음 눈물"),
    ("kiss", "😘", "뽀뽀"),
    ("laugh", "😆", "웃음"),
    ("love", "😍", "사랑 하트눈"),
    ("moon", "🌙", "달"),
    ("ok", "👌", "오케이 좋음"),
    ("otter", "🦦", "수달"),
    ("party", "🥳", "파티"),
    ("pizza", "🍕", "피자"),
    ("point_up", "☝️", "위로 손가락"),
    ("pray", "🙏", "기도 부탁 감사"),
    ("question", "❓", "물음표 질문"),
    ("rain", "🌧️", "비"),
    ("rocket", "🚀", "로켓"),
    ("sad", "😞", "실망 슬픔"),
    ("scream", "😱", "비명 경악"),
    ("see_no_evil", "🙈", "원숭이 못봄"),
    ("shrug", "🤷", "글쎄 모름"),
    ("sleep", "😴", "잠"),
    ("smile", "😄", "미소 웃음"),
    ("snow", "❄️", "눈 눈송이"),
    ("sob", "😭", "엉엉 울음"),
    ("star", "⭐", "별"),
    ("sun", "☀️", "해 태양"),
    ("sweat", "😅", "식은땀"),
    ("tada", "🎉", "축하"),
    ("tea", "🍵", "차"),
    ("think", "🤔", "생각 고민"),
    ("thumbsdown", "👎", "싫어요 반대"),
    ("thumbsup", "👍", "좋아요 최고 엄지"),
    ("tree", "🌳", "나무"),
    ("umbrella", "☔", "우산"),
    ("warning", "⚠️", "경고 주의"),
    ("wave", "👋", "안녕 손흔들기"),
    ("wink", "😉", "윙크"),
    ("x", "❌", "엑스 아니요"),
    ("yes", "✅", "네 확인 체크"),
    ("zzz", "💤", "졸림"),
];

/// The emoji whose names begin with `prefix`.
pub(super) fn like(prefix: &str) -> impl Iterator<Item = &'static str> {
    NAMES.iter().filter(move |named| begins(named, prefix)).map(|(_, emoji, _)| *emoji)
}

/// The emoji whose names have this in them, those that begin with it first.
pub fn with(part: &str) -> impl Iterator<Item = &'static str> {
    let others = NAMES
        .iter()
        .filter(move |named| !begins(named, part) && (named.0.contains(part) || named.2.contains(part)));
    like(part).chain(others.map(|(_, emoji, _)| *emoji))
}

fn begins((name, _, korean): &(&str, &str, &str), prefix: &str) -> bool {
    name.starts_with(prefix) || korean.split(' ').any(|word| word.starts_with(prefix))
}

/// What an emoji is called.
#[must_use]
pub fn name_of(emoji: &str, lang: Lang) -> Option<&'static str> {
    // Words before signs: `thumbsup`, not `+1`.
    let named = || NAMES.iter().filter(|(_, known, _)| *known == emoji);
    let named = named().find(|(name, ..)| name.chars().all(char::is_alphabetic)).or_else(|| named().next());
    named.map(|(name, _, korean)| lang.pick([name, korean.split(' ').next().unwrap_or(name)]))
}

/// The emoji of exactly this name.
#[must_use]
pub fn named(name: &str) -> Option<&'static str> {
    let is_called =
        |(known, _, korean): &&(&str, &str, &str)| *known == name || korean.split(' ').next() == Some(name);
    NAMES.iter().find(is_called).map(|(_, emoji, _)| *emoji)
}

#[cfg(test)]
mod tests {
    use super::{NAMES, like, name_of, with};
    use crate::lang::Lang;

    #[test]
    fn names_are_sorted_and_each_emoji_is_drawn_in_two_columns() {
        assert!(NAMES.is_sorted_by(|(one, ..), (other, ..)| one < other));
        for (name, emoji, korean) in NAMES {
            assert_eq!(crate::app::text_width::columns(emoji), 2, "{name}");
            assert!(
                korean.chars().all(|c| c == ' ' || ('가'..='힣').contains(&c)) && !korean.is_empty(),
                "{name}"
            );
        }
        assert_eq!(like("tad").collect::<Vec<_>>(), ["🎉"]);
    }

    #[test]
    fn emoji_are_found_by_korean_words() {
        assert_eq!(with("엄지").collect::<Vec<_>>(), ["👍"]);
        assert_eq!(with("시계").collect::<Vec<_>>(), ["⏳"]);
        assert_eq!((name_of("👍", Lang::Ko), name_of("👍", Lang::En)), (Some("좋아요"), Some("thumbsup")));
    }
}
