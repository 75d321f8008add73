//! The picture that a terminal shows large beside its cells: given to it once, drawn above the cells of its place, and taken away before
//! anything else is drawn there, so that nothing of it is left. Where it is made of cells alone, there is nothing to do here.

use std::sync::Arc;

use ratatui::layout::Rect;

use crate::pictures::large::{Drawn, LargePicture};
use crate::terminal::Size;
use crate::terminal::screen::Screen;

/// What is shown, and where.
#[derive(Debug, Default)]
pub(super) struct LargeView(Option<(Rect, Arc<LargePicture>)>);

impl LargeView {
    /// Brings the terminal in line with what is to be shown: appends to `before` what comes before the cells of the frame, and returns
    /// what comes after them.
    pub(super) fn follow(
        &mut self,
        wanted: Option<(Rect, &Arc<LargePicture>)>,
        screen: &mut Screen,
        size: Size,
        before: &mut Vec<u8>,
    ) -> Vec<u8> {
        let is_shown = match (&self.0, wanted) {
            (None, None) => return Vec::new(),
            (Some((place, shown)), Some((at, picture))) => *place == at && Arc::ptr_eq(shown, picture),
            (None, Some(_)) | (Some(_), None) => false,
        };
        if !is_shown && let Some((_, old)) = self.0.take() {
            match &old.drawn {
                Drawn::Placeholders { delete, .. } => before.extend(&**delete),
                // It goes with whatever the cells under it are erased by.
                Drawn::Bytes(_) => screen.invalidate(size.columns, size.rows),
                Drawn::Blocks(_) => {}
            }
        }
        let Some((place, picture)) = wanted else { return Vec::new() };
        let is_lost = !is_shown || screen.is_stale();
        self.0 = Some((place, Arc::clone(picture)));
        match &picture.drawn {
            Drawn::Placeholders { transmit, .. } if is_lost => {
                before.extend(&**transmit);
                Vec::new()
            }
            Drawn::Bytes(bytes) if is_lost => {
                // The cursor goes back to where the frame left it (DECSC, DECRC).
                let to = format!("\x1b7\x1b[{};{}H", place.y.saturating_add(1), place.x.saturating_add(1));
                [to.as_bytes(), bytes, b"\x1b8"].concat()
            }
            Drawn::Placeholders { .. } | Drawn::Bytes(_) | Drawn::Blocks(_) => Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use ratatui::layout::Rect;

    use super::LargeView;
    use crate::pictures::large::{Drawn, LargePicture};
    use crate::terminal::Size;
    use crate::terminal::screen::Screen;

    const SIZE: Size = Size { columns: 20, rows: 6 };
    const PLACE: Rect = Rect { x: 3, y: 1, width: 2, height: 2 };

    fn picture(drawn: Drawn) -> Arc<LargePicture> {
        Arc::new(LargePicture { columns: 2, rows: 2, drawn })
    }

    /// What is written before and after the cells.
    fn frame(view: &mut LargeView, screen: &mut Screen, shown: Option<&Arc<LargePicture>>) -> [String; 2] {
        let mut before = Vec::new();
        let after = view.follow(shown.map(|picture| (PLACE, picture)), screen, SIZE, &mut before);
        screen.draw(Vec::new(), 0..6, |_, _| None);
        [before, after].map(|bytes| String::from_utf8(bytes).unwrap())
    }

    #[test]
    fn bytes_are_drawn_once_again_after_an_erasure_and_erased_at_the_end() {
        let (mut view, mut screen) = (LargeView::default(), Screen::new(20, 6));
        let shown = picture(Drawn::Bytes(b"SIXEL"[..].into()));
        let drawn = "\x1b7\x1b[2;4HSIXEL\x1b8";
        assert_eq!(frame(&mut view, &mut screen, None), ["", ""]);
        assert_eq!(frame(&mut view, &mut screen, Some(&shown)), ["", drawn]);
        assert_eq!(frame(&mut view, &mut screen, Some(&shown)), ["", ""]);
        screen.invalidate(20, 6);
        assert_eq!(frame(&mut view, &mut screen, Some(&shown)), ["", drawn], "Ctrl-L");
        let mut before = Vec::new();
        view.follow(None, &mut screen, SIZE, &mut before);
        assert!(screen.is_stale(), "everything is erased, the picture with it");
    }

    #[test]
    fn what_is_placed_by_cells_is_given_once_and_taken_away() {
        let (mut view, mut screen) = (LargeView::default(), Screen::new(20, 6));
        let of = |id| {
            picture(Drawn::Placeholders {
                id,
                transmit: format!("+{id}").into_bytes().into(),
                delete: format!("-{id}").into_bytes().into(),
            })
        };
        let (one, other) = (of(20), of(21));
        frame(&mut view, &mut screen, None);
        assert_eq!(frame(&mut view, &mut screen, Some(&one)), ["+20", ""]);
        assert_eq!(frame(&mut view, &mut screen, Some(&one)), ["", ""]);
        assert_eq!(frame(&mut view, &mut screen, Some(&other)), ["-20+21", ""], "another size");
        assert_eq!(frame(&mut view, &mut screen, None), ["-21", ""]);
        assert!(!screen.is_stale());
    }
}
