//! A picture shown large: scaled to the cells it is given and made ready for the way the terminal shows pictures ([`PictureWay`]). All of
//! the work is done here, off the loop; what comes of it is cells or bytes.

mod iterm2;
mod kitty;
mod sixel;

use std::sync::Arc;

use image::{DynamicImage, GenericImageView as _};

pub use self::kitty::placeholder;
use super::fit::fitted;
use super::preview::{dithered, scaled};
use crate::picture_way::PictureWay;

/// The most pixels that are handed to a terminal: more than a screen has, and few enough for one write.
const MOST_PIXELS: (u32, u32) = (1_920, 1_200);

/// Where a picture is to be shown, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stage {
    /// How many columns and rows there are.
    pub cells: (u16, u16),
    /// The pixels of a cell, where the terminal says it.
    pub cell_pixels: Option<(u16, u16)>,
    /// How the terminal shows pictures.
    pub way: PictureWay,
    /// It is reached through tmux, which lets wrapped bytes pass.
    pub through_tmux: bool,
}

/// A picture, ready to be shown.
#[derive(Clone, PartialEq, Eq)]
pub struct LargePicture {
    /// How many columns it has.
    pub columns: u16,
    /// How many rows.
    pub rows: u16,
    /// What is drawn.
    pub drawn: Drawn,
}

/// What is drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Drawn {
    /// Half blocks: for each row of cells the upper and the lower pixel of each.
    Blocks(Vec<Vec<(u8, Option<u8>)>>),
    /// Cells that stand for parts of a picture which the terminal is given before (kitty).
    Placeholders {
        /// The number of the picture, a colour of the palette.
        id: u8,
        /// The bytes that give it to the terminal.
        transmit: Arc<[u8]>,
        /// The bytes that take it away.
        delete: Arc<[u8]>,
    },
    /// Bytes that draw it from the cursor on, over cells that are blank (iTerm2, sixels).
    Bytes(Arc<[u8]>),
}

impl std::fmt::Debug for LargePicture {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "LargePicture({}x{})", self.columns, self.rows)
    }
}

impl LargePicture {
    /// Makes a picture ready for a stage. Blocks.
    #[must_use]
    pub fn new(picture: &DynamicImage, stage: Stage) -> Self {
        let made = match (stage.way, stage.cell_pixels) {
            (PictureWay::Kitty, pixels) => Self::kitty(picture, stage, pixels.unwrap_or((8, 16))),
            (PictureWay::Iterm2, pixels) => Self::iterm2(picture, stage, pixels.unwrap_or((8, 16))),
            (PictureWay::Sixel, Some(pixels)) => Some(Self::sixel(picture, stage, pixels)),
            (PictureWay::None | PictureWay::Blocks | PictureWay::Sixel, _) => None,
        };
        made.unwrap_or_else(|| Self::blocks(picture, stage))
    }

    fn blocks(picture: &DynamicImage, stage: Stage) -> Self {
        let (columns, rows) = stage.cells;
        let (width, height) = fitted(picture.dimensions(), (u32::from(columns), 2 * u32::from(rows)));
        let pixels = dithered(&scaled(picture, width, height), width);
        let pixel_rows: Vec<&[u8]> = pixels.chunks(size(width)).collect();
        let cells = pixel_rows.chunks(2).map(|two| {
            let mut lower = two.get(1).into_iter().copied().flatten().copied();
            two.first().into_iter().copied().flatten().map(|upper| (*upper, lower.next())).collect()
        });
        Self {
            columns: narrow(width),
            rows: narrow(height.div_ceil(2)),
            drawn: Drawn::Blocks(cells.collect()),
        }
    }

    fn kitty(picture: &DynamicImage, stage: Stage, pixels: (u16, u16)) -> Option<Self> {
        let cells = (stage.cells.0.min(kitty::MOST), stage.cells.1.min(kitty::MOST));
        let ((columns, rows), file) = png(picture, cells, pixels)?;
        let id = kitty::id_of(&file);
        let transmit = kitty::transmit(id, (columns, rows), &file, stage.through_tmux).into();
        let delete = kitty::delete(id, stage.through_tmux).into();
        Some(Self { columns, rows, drawn: Drawn::Placeholders { id, transmit, delete } })
    }

    fn iterm2(picture: &DynamicImage, stage: Stage, pixels: (u16, u16)) -> Option<Self> {
        let ((columns, rows), file) = png(picture, stage.cells, pixels)?;
        Some(Self { columns, rows, drawn: Drawn::Bytes(iterm2::bytes((columns, rows), &file).into()) })
    }

    fn sixel(picture: &DynamicImage, stage: Stage, pixels: (u16, u16)) -> Self {
        let (columns, rows) = stage.cells;
        let room = pixel_room((columns, rows), pixels);
        // Sixels come six rows at a time, and a row too many would scroll.
        let room = (room.0, (room.1 / sixel::BAND * sixel::BAND).max(1));
        let (width, height) = fitted(picture.dimensions(), room);
        let indexes = dithered(&scaled(picture, width, height), width);
        let (columns, rows) = cells_of((width, height), pixels);
        Self { columns, rows, drawn: Drawn::Bytes(sixel::bytes(&indexes, size(width)).into()) }
    }
}

/// A picture scaled to so many cells of so many pixels, as a PNG; how many cells it takes.
fn png(picture: &DynamicImage, cells: (u16, u16), pixels: (u16, u16)) -> Option<((u16, u16), Vec<u8>)> {
    let (width, height) = fitted(picture.dimensions(), pixel_room(cells, pixels));
    let scaled = scaled(picture, width, height).into_flattened();
    let scaled = image::RgbImage::from_raw(width, height, scaled)?;
    let mut file = std::io::Cursor::new(Vec::new());
    scaled.write_to(&mut file, image::ImageFormat::Png).ok()?;
    Some((cells_of((width, height), pixels), file.into_inner()))
}

/// How many pixels there are in so many cells.
fn pixel_room((columns, rows): (u16, u16), (width, height): (u16, u16)) -> (u32, u32) {
    let side = |cells: u16, pixels: u16| u32::from(cells) * u32::from(pixels.max(1));
    (side(columns, width).clamp(1, MOST_PIXELS.0), side(rows, height).clamp(1, MOST_PIXELS.1))
}

/// How many cells so many pixels take.
fn cells_of((width, height): (u32, u32), pixels: (u16, u16)) -> (u16, u16) {
    let cells = |side: u32, pixels: u16| narrow(side.div_ceil(u32::from(pixels.max(1))));
    (cells(width, pixels.0), cells(height, pixels.1))
}

fn narrow(side: u32) -> u16 {
    u16::try_from(side).unwrap_or(u16::MAX)
}

fn size(side: u32) -> usize {
    usize::try_from(side).unwrap_or(usize::MAX).max(1)
}

#[cfg(test)]
mod tests;
