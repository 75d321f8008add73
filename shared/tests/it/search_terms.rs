//! What a search finds in a text, and which parts of it are marked.

use shared::search_terms::SearchTerms;

#[test]
fn a_query_finds_these_parts_of_a_text() {
    let table: &[(&str, &str, &[&str])] = &[
        // Words by their beginning, short ones whole.
        ("lunch", "lunch at noon? Lunch!", &["lunch", "Lunch"]),
        ("lunch", "the lunchbox", &["lunch"]),
        ("lunch", "brunch", &[]),
        ("to", "to be, today", &["to"]),
        ("a b", "a-b", &["a", "b"]),
        ("café", "Café au lait", &["Café"]),
        ("cafe", "Café au lait", &[]),
        ("हिन्दी", "यह हिन्दी है", &["हिन्दी"]),
        ("i", "İstanbul", &[]),
        ("мир", "привет, МИР", &["МИР"]),
        // Hangul, Han and kana anywhere.
        ("회의", "내일회의는 회의실에서", &["회의", "회의"]),
        ("점심 3월", "3월의 점심", &["3", "월", "점심"]),
        ("LUNCH 점심", "점심 lunch 점심", &["점심", "lunch", "점심"]),
        ("東京", "今日は東京です", &["東京"]),
        // With signs: exactly.
        ("c++", "I like C++, not c or c+", &["C++"]),
        ("c++", "abc++", &[]),
        ("c++", "c+++ ++c++", &["c++"]),
        ("c+", "c++ C+, c+11 c+=", &["C+", "c+", "c+"]),
        ("+", "++ c+ + a+b", &["+", "+", "+"]),
        ("=", "a == b", &[]),
        ("--plain", "chinwag --plain ---plain", &["--plain"]),
        ("-v", "--v -v", &["-v"]),
        ("really!", "really!! (really!)", &["really!", "really!"]),
        ("wait..", "wait...", &["wait.."]),
        ("배포!", "배포!!", &["배포!"]),
        ("c#", "c##, c#/f#", &["c#"]),
        ("c++", "c++11 c++", &["c++", "c++"]),
        ("c#", "c# and c", &["c#"]),
        (".net", "dot.net and .NET", &[".net", ".NET"]),
        ("192.0.2.7", "192.0.2.7 192.0.2.71 1192.0.2.7 192-0-2-7", &["192.0.2.7"]),
        ("example.com", "https://example.com/x example.community", &["example.com"]),
        ("foo_bar", "foo_bar foo bar", &["foo_bar"]),
        ("don't", "don’t do not", &["don’t"]),
        ("#42", "see #42, #421", &["#42"]),
        ("100%", "100% 1000 %", &["100%"]),
        ("!?", "what!?", &["!?"]),
        ("!?", "what?!", &[]),
        ("배포!", "오늘배포! 배포", &["배포!"]),
        // Between quotes: exactly, whatever white space there is.
        ("\"exact phrase\"", "an Exact  Phrase, exact phrases, inexact phrase", &["Exact  Phrase"]),
        ("\"exact phrase\"", "phrase exact", &[]),
        ("“exact phrase”", "exact\nphrase", &["exact\nphrase"]),
        ("\"to\"", "to today", &["to"]),
        ("\"lunch\"", "lunchbox", &[]),
        ("\"회의 있\"", "내일회의 있어요", &["회의 있"]),
        ("\"a b\" c", "c a b", &["c", "a b"]),
        ("a\"b", "a b a\"b", &["a\"b"]),
        ("\"open", "open \"open", &["\"open"]),
        // Emoji.
        ("😂", "haha😂😂", &["😂", "😂"]),
        ("😂 lunch", "😂 lunch", &["😂", "lunch"]),
        ("❤", "I ❤️ it", &["❤"]),
        ("❤️", "I ❤ it", &["❤"]),
        ("👍", "👍🏽 👍", &["👍"]),
        ("👍🏽", "👍🏽 👍", &["👍🏽"]),
        ("👩", "👩‍👩‍👧 👩", &["👩"]),
        ("🇷🇺", "🇰🇷🇺🇸", &[]),
        ("🇺🇸", "🇰🇷🇺🇸", &["🇺🇸"]),
    ];
    for &(query, text, expected) in table {
        let terms = SearchTerms::parse(query).unwrap();
        let found: Vec<&str> = terms.find(text).into_iter().map(|part| text.get(part).unwrap()).collect();
        assert_eq!(found, expected, "{query} in {text}");
        let all = terms.terms().len() == 1 || query.contains(' ');
        assert_eq!(terms.is_in(text), all && !expected.is_empty(), "{query} in {text}");
    }
}

#[test]
fn all_parts_of_a_query_must_be_there() {
    for (query, text, found) in [
        ("green build", "the build is green", true),
        ("red build", "the build is green", false),
        ("\"the build\" 😂", "the build", false),
        ("v2 배포", "배포v2완료", true),
        ("의회", "내일회의를 합니다", false),
    ] {
        assert_eq!(SearchTerms::parse(query).unwrap().is_in(text), found, "{query} in {text}");
    }
}

#[test]
fn a_query_of_nothing_is_none() {
    for query in ["", "  ", "\"\"", "\" \"", "\u{fe0f}", "“” \"\""] {
        assert_eq!(SearchTerms::parse(query), None, "{query:?}");
    }
}
