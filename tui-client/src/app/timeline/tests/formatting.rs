//! Formatting in the layout: whatever the text and the width, the rows have all of it but the markers.
#![expect(clippy::string_slice, reason = "a test may panic")]

use jiff::tz::TimeZone;
use proptest::prelude::*;

use super::message;
use crate::app::text_width;
use crate::app::timeline::{BLOCK_SIGN, BlockKind, Timeline, Viewport};
use crate::lang::Lang;
use crate::profile::Act;
use crate::time_style::TimeStyle;

fn viewport(width: u16, formatted: bool) -> Viewport {
    Viewport {
        width,
        height: u16::MAX,
        times: TimeStyle::usual(TimeZone::UTC),
        lang: Lang::En,
        formatted,
        fold: 0,
        picture_rows: 0,
    }
}

proptest! {
    #[test]
    fn the_rows_have_the_whole_text_but_its_markers(
        text in "([*_`>#a-c가é./ \n]|> |\n```\n|word |\\*b\\*|https://x\\.y/_z_){1,40}",
        width in 1_u16..90,
        formatted in any::<bool>(),
    ) {
        // As it is kept, in composed form.
        let Ok(text) = shared::Text::parse(&text) else { return Ok(()) };
        let text = text.as_str();
        let mut timeline = Timeline::default();
        timeline.push(&message(10, text));
        let visible = timeline.visible(&viewport(width, formatted));
        let block = &visible.blocks[0];
        let said = &block.said;
        let own = &said.text[said.own.clone()];
        let source = said.source.as_ref();
        prop_assert_eq!(own, source.map_or(text.to_owned(), |(source, markup)| markup.strip(source)));
        let mut at = 0;
        for row in &block.rows {
            let gap = &said.text[at..row.start];
            prop_assert!(["", " ", "\n"].contains(&gap), "lost {:?}", gap);
            let kind = said.block_at(row.start);
            let columns = u16::try_from(text_width::columns(&said.text[row.start..row.end])).unwrap();
            prop_assert_eq!(row.columns, columns);
            if kind != Some(BlockKind::Code) {
                let width = block.text.1 - kind.map_or(0, |_| BLOCK_SIGN);
                prop_assert!(columns <= width.max(2), "{} in {}", columns, width);
            }
            at = row.end;
        }
        prop_assert_eq!(&said.text[at..], "");
    }
}

#[test]
fn code_is_not_wrapped_and_a_quote_is_wrapped_beside_its_sign() {
    let mut timeline = Timeline::default();
    let code = "let it_is = 1; // longer than any row of this viewport, and two  spaces";
    timeline.push(&message(10, &format!("> quoted words that are wrapped beside it\n```\n{code}\n```\nend")));
    let visible = timeline.visible(&viewport(50, true));
    let block = &visible.blocks[0];
    let rows: Vec<&str> = block.rows.iter().map(|row| &block.said.text[row.start..row.end]).collect();
    assert_eq!(rows, ["quoted words that are wrapped", "beside it", code, "end"]);
    let source = timeline.visible(&viewport(50, false));
    assert!(
        source.blocks[0].said.text.starts_with("> quoted") && source.blocks[0].said.text.contains("```\n")
    );
}

#[test]
fn what_is_added_to_a_message_does_not_go_into_its_blocks() {
    let mut timeline = Timeline::default();
    timeline.push(&message(10, "```\ncode\n```"));
    timeline.mark_changes(vec![Act::Delete { deletes: super::seq(10) }]);
    let narrow = timeline.visible(&viewport(30, true));
    let block = &narrow.blocks[0];
    let rows: Vec<&str> = block.rows.iter().map(|row| &block.said.text[row.start..row.end]).collect();
    assert_eq!(rows[1..], ["code", "(deleting…)"]);
    assert!(rows[0].ends_with(':'), "the name has a row of its own: {rows:?}");
    assert_eq!(timeline.visible(&viewport(80, true)).blocks[0].rows.len(), 2);
}
