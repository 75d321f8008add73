//! Light formatting (markup) of a text: `*bold*`, `_italic_`, `` `code` ``, fenced code blocks, `> quotes`. Says which bytes are markers,
//! that are not drawn, and how the others look; the text itself is stored, sent and copied as it was typed.
//!
//! The rules are those of `CommonMark` made stricter: what could be something else stays as it is (`snake_case`, `2*3*4`, paths,
//! addresses, masked names like `김*수`). `inline` has the rules within a line.

mod inline;
mod spans;

use std::ops::Range;

pub(super) use self::spans::Markup;
pub use self::spans::{BlockKind, Look};

use super::links::links;

impl Markup {
    /// The formatting of a text; `None` where it has none. Only a text that begins a line of its own has blocks.
    pub(super) fn of(text: &str, with_blocks: bool) -> Option<Self> {
        if !text.bytes().any(|byte| matches!(byte, b'*' | b'_' | b'`' | b'>')) {
            return None;
        }
        let mut markup = Self::default();
        let links = if text.contains("://") { links(text) } else { Vec::new() };
        let mut rest = Lines { text, at: 0 };
        while let Some(line) = rest.next() {
            let Some(words) = text.get(line.clone()) else { break };
            if with_blocks && let Some(fence) = Fence::opening(words) {
                markup.add_fenced(text, line.start, &fence, &mut rest);
                continue;
            }
            let mut line = line;
            if with_blocks && words.starts_with("> ") && !words.trim_start_matches(['>', ' ']).is_empty() {
                markup.markers.push(line.start..line.start + 2);
                line.start += 2;
                markup.looks.push((line.clone(), Look::Quote));
                markup.blocks.push((line.clone(), BlockKind::Quote));
            }
            inline::add(&mut markup, text, line, &links);
        }
        (!markup.looks.is_empty()).then_some(markup)
    }

    /// A fenced block whose first line begins at `start`, to the line that closes it or to the end of the text. One with nothing
    /// in it stays as it is.
    fn add_fenced(&mut self, text: &str, start: usize, fence: &Fence, lines: &mut Lines<'_>) {
        let first = lines.at;
        let (mut end, mut closing) = (None, None);
        for line in lines.by_ref() {
            if text.get(line.clone()).is_some_and(|words| fence.is_closed_by(words)) {
                closing = Some(line.end);
                break;
            }
            end = Some(line.end);
        }
        let Some(end) = end.filter(|end| text.get(first..*end).is_some_and(|code| !code.trim().is_empty()))
        else {
            return;
        };
        // The name of a language is drawn, as the first line.
        let begin = if fence.info.is_empty() { first } else { start + fence.info.start };
        self.markers.push(start..begin);
        if let Some(closing) = closing {
            self.markers.push(end..closing);
        }
        self.looks.push((begin..end, Look::Code));
        self.blocks.push((begin..end, BlockKind::Code));
    }
}

/// The lines of a text, as places in it.
struct Lines<'a> {
    text: &'a str,
    /// Where the next one begins; past the end, there is none.
    at: usize,
}

impl Iterator for Lines<'_> {
    type Item = Range<usize>;

    fn next(&mut self) -> Option<Range<usize>> {
        let start = self.at;
        let rest = self.text.get(start..)?;
        let end = rest.find('\n').map_or(self.text.len(), |length| start + length);
        self.at = end + 1;
        Some(start..end)
    }
}

/// The line that opens a fenced block.
struct Fence {
    /// How many backticks it has; as many at least close it.
    ticks: usize,
    /// The language it names.
    info: Range<usize>,
}

impl Fence {
    /// Three backticks or more, and after them no more than the name of a language: a line of words is none.
    fn opening(line: &str) -> Option<Self> {
        let after = line.trim_start_matches('`');
        let ticks = line.len() - after.len();
        let info = after.trim();
        let start = ticks + after.len() - after.trim_start().len();
        let is_name = |c: char| c.is_ascii_alphanumeric() || "+-#._".contains(c);
        (ticks >= 3 && info.chars().all(is_name)).then(|| Self { ticks, info: start..start + info.len() })
    }

    fn is_closed_by(&self, line: &str) -> bool {
        let line = line.trim_end();
        line.len() >= self.ticks && line.bytes().all(|byte| byte == b'`')
    }
}

#[cfg(test)]
#[expect(clippy::string_slice, reason = "a test may panic")]
mod tests {
    use proptest::prelude::*;

    use super::{BlockKind, Look, Markup};

    /// The text as it is drawn: bold in `<b>`, italic in `<i>`, code in `<c>`, quotes in `<q>`.
    fn shown(text: &str) -> String {
        let Some(markup) = Markup::of(text, true) else { return text.to_owned() };
        let mut drawn = markup.strip(text);
        let mut tags = Vec::new();
        for (depth, (range, look)) in (1_i32..).zip(&markup.looks) {
            let name = match look {
                Look::Bold => 'b',
                Look::Italic => 'i',
                Look::Code => 'c',
                Look::Quote => 'q',
            };
            let range = markup.drawn(range);
            tags.extend([
                (range.start, -depth, format!("<{name}>")),
                (range.end, depth, format!("</{name}>")),
            ]);
        }
        // From the last place to the first; at the same one, what comes first in the text is inserted last.
        tags.sort_by_key(|(at, depth, _)| (std::cmp::Reverse(*at), *depth));
        for (at, _, tag) in tags {
            drawn.insert_str(at, &tag);
        }
        drawn
    }

    #[test]
    fn markers_at_word_borders_format() {
        for (text, expect) in [
            ("*bold* and _italic_", "<b>bold</b> and <i>italic</i>"),
            ("**bold**, (*so*)!", "<b>bold</b>, (<b>so</b>)!"),
            ("*two words* \"_quoted_\"", "<b>two words</b> \"<i>quoted</i>\""),
            ("*bold _both_*", "<b>bold <i>both</i></b>"),
            ("_*both*_.", "<i><b>both</b></i>."),
            ("*중요*합니다, _강조_는", "<b>중요</b>합니다, <i>강조</i>는"),
            ("*🎉*", "<b>🎉</b>"),
            ("run `cargo test` now", "run <c>`cargo test`</c> now"),
            ("`*raw*` *`code`*", "<c>`*raw*`</c> <b><c>`code`</c></b>"),
            ("``a`b``", "<c>``a`b``</c>"),
            ("```one line```", "<c>```one line```</c>"),
            ("`mut_x`를", "<c>`mut_x`</c>를"),
            ("**a* *b**", "<b>a* *b</b>"),
            ("*a* b*", "<b>a</b> b*"),
            ("snake_case _it_ too", "snake_case <i>it</i> too"),
            ("see *https://a.b/c_d_e* _x_", "see *https://a.b/c_d_e* <i>x</i>"),
        ] {
            assert_eq!(shown(text), expect, "{text}");
        }
    }

    #[test]
    fn what_could_be_something_else_stays_as_it_is() {
        for text in [
            "snake_case_name and _private_name and __init__ __all__",
            "2*3*4 2 * 3 * 4 a*b*c",
            "5* hotel, 4* hotel",
            "*nix and *BSD",
            "*.rs, *.toml* **/*.rs",
            "/usr/lib/_build_/x ~/_x_/y C:\\_x_\\y a/*b*/c",
            "https://example.org/_a_/*b*?c=_d_",
            "int *p, *q; (*p)(*q) f(*args)*g *p++ = *q++",
            "김*수와 이*영, 张*明和李*华",
            "-_- >_< ^_^ (*^_^*) *^^* ㅠ_ㅠ T_T :_( o_O *_* ***",
            "don`t and can`t ` alone ``",
            "* item *\n*not\nover lines*",
            "_x_.py _a_b _x_/y",
            "*\u{a0}x* * x* *x *",
            ">:( >>> >text >",
            "\\*escaped\\* \\_so\\_",
            "**a* ****",
            "rm *~ *.bak",
        ] {
            assert_eq!(shown(text), text);
        }
    }

    #[test]
    fn blocks_are_whole_lines() {
        for (text, expect) in [
            ("> quoted *so*\nme", "<q>quoted <b>so</b></q>\nme"),
            ("> one\n> two", "<q>one</q>\n<q>two</q>"),
            ("> > twice", "<q>> twice</q>"),
            ("```\nlet *a* = 1;\n\n  _b_\n```\nafter", "<c>let *a* = 1;\n\n  _b_</c>\nafter"),
            ("so:\n```rust\nfn main() {}\n```", "so:\n<c>rust\nfn main() {}</c>"),
            ("````\n```\n````", "<c>```</c>"),
            ("```\nnever closed\n> so", "<c>never closed\n> so</c>"),
            ("``` two words\n*x*", "``` two words\n<b>x</b>"),
            ("```", "```"),
            ("```\n```", "```\n```"),
            ("```\n\n```\n*x*", "```\n\n```\n<b>x</b>"),
        ] {
            assert_eq!(shown(text), expect, "{text}");
        }
        let markup = Markup::of("a\n> b\n```\nc\n```", true).unwrap();
        assert_eq!(markup.blocks, [(4..5, BlockKind::Quote), (10..11, BlockKind::Code)]);
    }

    #[test]
    fn an_action_has_no_blocks() {
        assert_eq!(Markup::of("> waves", false), None);
        assert_eq!(Markup::of("waves *hard*", false).unwrap().strip("waves *hard*"), "waves hard");
    }

    proptest! {
        #[test]
        fn what_is_drawn_is_the_text_without_markers(
            text in "([*_`>#a-c가é./ \n]|> |```\n|\\*b\\*|https://x.y/_z_){0,40}", with_blocks in any::<bool>(),
        ) {
            let Some(markup) = Markup::of(&text, with_blocks) else { return Ok(()) };
            let mut before = 0;
            for marker in &markup.markers {
                prop_assert!(before <= marker.start && marker.start < marker.end, "{:?}", markup);
                let is_sign = |c: char| "*_`> \n".contains(c);
                prop_assert!(text[marker.clone()].chars().all(is_sign), "{:?} is lost", &text[marker.clone()]);
                before = marker.end;
            }
            let lost: usize = markup.markers.iter().map(ExactSizeIterator::len).sum();
            let drawn = markup.strip(&text);
            prop_assert_eq!(drawn.len() + lost, text.len());
            for (range, _) in &markup.looks {
                let drawn_part = markup.drawn(range);
                prop_assert!(!drawn_part.is_empty() && drawn.get(drawn_part).is_some());
            }
            let mut before = 0;
            for (range, _) in &markup.blocks {
                let block = markup.drawn(range);
                prop_assert!(block.start == 0 || drawn[..block.start].ends_with('\n'));
                prop_assert!(block.end == drawn.len() || drawn[block.end..].starts_with('\n'));
                prop_assert!(before <= block.start);
                before = block.end;
            }
        }

        #[test]
        fn nothing_is_drawn_twice_or_out_of_order(text in "[*_` a가.]{0,60}", at in 0_usize..60) {
            let Some(markup) = Markup::of(&text, true) else { return Ok(()) };
            prop_assert!(markup.drawn_at(at.min(text.len())) <= markup.drawn_at((at + 1).min(text.len())));
        }
    }
}
