//! Reads and decodes pictures that are shown large, on threads for blocking work. Their files are kept in directories of their own, named
//! by hash, of which the oldest go when they are too many bytes together.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use shared::FileHash;
use tokio::sync::mpsc;

use crate::pictures::decode::{Limits, NotShown, decode};
use crate::pictures::large::{LargePicture, Stage};
use crate::pictures::media_type::PictureKind;
use crate::pictures::metadata::strip;
use crate::pictures::pieces::Pieces;
use crate::pictures::source::Source;
use crate::pictures::viewing::{PictureProblem, PictureWanted};

/// What came of it.
pub(super) type Loaded = Result<Arc<LargePicture>, PictureProblem>;

/// The app asks for one at a time.
const ANSWERS: usize = 4;
/// The most bytes that are kept of pictures that were looked at.
const KEPT: u64 = 128 << 20;

/// Decodes pictures.
pub(super) struct Pictures {
    sink: mpsc::Sender<(FileHash, Loaded)>,
    answers: mpsc::Receiver<(FileHash, Loaded)>,
}

impl Default for Pictures {
    fn default() -> Self {
        let (sink, answers) = mpsc::channel(ANSWERS);
        Self { sink, answers }
    }
}

impl Pictures {
    /// Begins with one. Needs a runtime.
    pub(super) fn load(&self, wanted: PictureWanted, stage: Stage) {
        let sink = self.sink.clone();
        tokio::task::spawn_blocking(move || {
            let loaded = load(&wanted, stage).map(Arc::new);
            // Nobody waits for it when the client has ended.
            sink.blocking_send((wanted.sha256, loaded)).ok();
            if let Some(cache) = wanted.dir.as_deref().and_then(Path::parent) {
                // What cannot be removed now is found again.
                prune(cache, wanted.dir.as_deref(), KEPT).ok();
            }
        });
    }

    /// The next answer. Cancel safe.
    pub(super) async fn next(&mut self) -> (FileHash, Loaded) {
        match self.answers.recv().await {
            Some(answer) => answer,
            None => std::future::pending().await,
        }
    }
}

fn load(wanted: &PictureWanted, stage: Stage) -> Result<LargePicture, PictureProblem> {
    let damaged = PictureProblem::NotShown(NotShown::Damaged);
    let path = find(wanted).ok_or(PictureProblem::Missing)?;
    let file: Arc<dyn Source> = Arc::new(fs::File::open(path).map_err(|_| PictureProblem::Missing)?);
    let mut head = [0; 16];
    let len = file.read_at(0, &mut head).map_err(|_| damaged)?;
    let kind = PictureKind::of(head.get(..len).unwrap_or_default()).ok_or(damaged)?;
    let scans = strip(kind, &*file, wanted.bytes).map_err(|_| damaged)?.scans;
    let pieces = Arc::new(Pieces::whole(wanted.bytes));
    let picture = decode(kind, &file, &pieces, scans, Limits::default()).map_err(PictureProblem::NotShown)?;
    Ok(LargePicture::new(&picture, stage))
}

/// Where its file is: where it was saved, else in its directory, where it has the length it should have.
fn find(wanted: &PictureWanted) -> Option<PathBuf> {
    let is_it =
        |path: &PathBuf| fs::symlink_metadata(path).is_ok_and(|it| it.is_file() && it.len() == wanted.bytes);
    if let Some(path) = wanted.path.clone().filter(is_it) {
        return Some(path);
    }
    let entries = fs::read_dir(wanted.dir.as_deref()?).ok()?;
    entries.filter_map(|entry| Some(entry.ok()?.path())).find(is_it)
}

/// Removes the directories that were used longest ago, until the rest are few enough bytes. One is kept in any case.
fn prune(cache: &Path, keep: Option<&Path>, most: u64) -> io::Result<()> {
    let mut dirs = Vec::new();
    for entry in fs::read_dir(cache)? {
        let dir = entry?.path();
        let files = fs::read_dir(&dir).into_iter().flatten().filter_map(|file| file.ok()?.metadata().ok());
        let bytes: u64 = files.map(|file| file.len()).sum();
        dirs.push((fs::metadata(&dir)?.modified()?, bytes, dir));
    }
    dirs.sort();
    let mut total: u64 = dirs.iter().map(|(_, bytes, _)| bytes).sum();
    for (_, bytes, dir) in dirs {
        if total <= most {
            break;
        }
        if Some(&*dir) != keep {
            fs::remove_dir_all(&dir)?;
            total -= bytes;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use shared::FileHash;

    use super::{PictureProblem, PictureWanted, load, prune};
    use crate::picture_way::PictureWay;
    use crate::pictures::decode::NotShown;
    use crate::pictures::large::Stage;

    #[test]
    fn a_picture_is_found_by_its_length_and_decoded() {
        let dir = tempfile::tempdir().unwrap();
        let mut file = std::io::Cursor::new(Vec::new());
        image::RgbImage::new(30, 20).write_to(&mut file, image::ImageFormat::Png).unwrap();
        let file = file.into_inner();
        let stage =
            Stage { cells: (10, 10), cell_pixels: None, way: PictureWay::Blocks, through_tmux: false };
        let wanted = |bytes: usize| PictureWanted {
            sha256: FileHash([0; 32]),
            bytes: bytes as u64,
            dir: Some(dir.path().to_owned()),
            path: None,
            cells: stage.cells,
        };
        assert_eq!(load(&wanted(file.len()), stage), Err(PictureProblem::Missing));
        fs::write(dir.path().join("part"), b"half").unwrap();
        fs::write(dir.path().join("it.png"), &file).unwrap();
        let shown = load(&wanted(file.len()), stage).unwrap();
        assert_eq!((shown.columns, shown.rows), (10, 4));
        assert_eq!(load(&wanted(4), stage), Err(PictureProblem::NotShown(NotShown::Damaged)));
    }

    #[test]
    fn the_oldest_go_when_there_is_too_much() {
        let cache = tempfile::tempdir().unwrap();
        for (age, name) in ["a", "b", "c"].into_iter().enumerate() {
            let dir = cache.path().join(name);
            fs::create_dir(&dir).unwrap();
            fs::write(dir.join("x"), [0; 100]).unwrap();
            let then = std::time::UNIX_EPOCH + std::time::Duration::from_secs(age as u64);
            fs::File::open(&dir).unwrap().set_modified(then).unwrap();
        }
        prune(cache.path(), Some(&cache.path().join("a")), 250).unwrap();
        let left = |name: &str| cache.path().join(name).exists();
        assert_eq!(["a", "b", "c"].map(left), [true, false, true]);
    }
}
