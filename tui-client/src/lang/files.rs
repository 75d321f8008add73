//! What is told of a file: its size, what kind of content it is.

use shared::{Attachment, MediaType, Millis};

use super::Lang;
use crate::file_state::{FileState, Moving, Share};

/// Media types whose second name is not what people call them, and what they do.
const CALLED: [(&str, &str); 22] = [
    ("application/gzip", "GZIP"),
    ("application/java-archive", "JAR"),
    ("application/msword", "DOC"),
    ("application/vnd.ms-excel", "XLS"),
    ("application/vnd.ms-powerpoint", "PPT"),
    ("application/vnd.oasis.opendocument.presentation", "ODP"),
    ("application/vnd.oasis.opendocument.spreadsheet", "ODS"),
    ("application/vnd.oasis.opendocument.text", "ODT"),
    ("application/vnd.openxmlformats-officedocument.presentationml.presentation", "PPTX"),
    ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "XLSX"),
    ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "DOCX"),
    ("application/x-7z-compressed", "7Z"),
    ("application/x-bzip2", "BZIP2"),
    ("application/x-tar", "TAR"),
    ("application/x-xz", "XZ"),
    ("application/zstd", "ZSTD"),
    ("audio/mpeg", "MP3"),
    ("audio/x-wav", "WAV"),
    ("image/svg+xml", "SVG"),
    ("text/x-python", "Python"),
    ("video/quicktime", "MOV"),
    ("video/x-matroska", "MKV"),
];

/// The units of a size, each a thousand of the one before.
const UNITS: [&str; 6] = ["KB", "MB", "GB", "TB", "PB", "EB"];

impl Lang {
    /// A number of bytes, in two or three digits of a unit of a thousand: `1.2 MB`.
    #[must_use]
    pub fn file_size(self, bytes: u64) -> String {
        if bytes < 1_000 {
            return match self {
                Self::En if bytes == 1 => "1 byte".to_owned(),
                Self::En => format!("{bytes} bytes"),
                Self::Ko => format!("{bytes}바이트"),
            };
        }
        let (mut tenths, mut unit) = (tenths(bytes, 100), 0);
        // What rounds up to a thousand of a unit is one of the next.
        while tenths >= 9_995 && unit + 1 < UNITS.len() {
            unit += 1;
            let power = u32::try_from(unit).unwrap_or_default();
            tenths = self::tenths(bytes, 100 * 1_000_u64.pow(power));
        }
        let unit = UNITS.get(unit).copied().unwrap_or_default();
        if tenths < 100 {
            format!("{}.{} {unit}", tenths / 10, tenths % 10)
        } else {
            format!("{} {unit}", (tenths + 5) / 10)
        }
    }

    /// A limit as the server's operator writes it, if it is whole in binary units (`100M`); else as any size.
    #[must_use]
    pub fn size_limit(self, bytes: u64) -> String {
        let units = [(1 << 40, "T"), (1 << 30, "G"), (1 << 20, "M"), (1 << 10, "K")];
        let whole = units.into_iter().find(|(unit, _)| bytes > 0 && bytes.is_multiple_of(*unit));
        // More digits would be no round number.
        match whole.map(|(unit, sign)| (bytes / unit, sign)) {
            Some((count, sign)) if count < 10_000 => format!("{count}{sign}"),
            Some(_) | None => self.file_size(bytes),
        }
    }

    /// What kind of content a file has, in a word or two: as its sender says, else by its name. A picture has its size.
    #[must_use]
    pub fn file_kind(self, file: &Attachment) -> Option<String> {
        let kind = self.called(&file.media_type).or_else(|| called_by_name(file))?;
        Some(match &file.picture {
            Some(picture) => format!("{kind} {}×{}", picture.width, picture.height),
            None => kind,
        })
    }

    /// How a file stands, the longest words first, for as much room as there is.
    #[must_use]
    pub fn file_state(self, state: &FileState) -> Vec<String> {
        let with = |word: [&'static str; 2], share: Share| {
            let word = self.pick(word);
            let percent = (share.done > 0).then(|| format!("{word} {}%", share.percent()));
            percent.into_iter().chain([word.to_owned()]).collect()
        };
        match state {
            FileState::Preparing(share) => with(["reading", "읽는 중"], *share),
            FileState::Waiting(share) => with(["waiting", "대기"], *share),
            FileState::Stopped(share) => with(["stopped", "멈춤"], *share),
            FileState::Cut(share) => with(["cut off, goes on by itself", "끊김, 저절로 이어짐"], *share),
            FileState::Failed => vec![self.pick(["failed", "실패"]).to_owned()],
            FileState::Saved(path) => vec![
                match self {
                    Self::En => format!("saved to {path}"),
                    Self::Ko => format!("{path}에 저장됨"),
                },
                self.pick(["saved", "저장됨"]).to_owned(),
            ],
            FileState::Moving(moving) => self.file_moves(moving),
        }
    }

    /// How a file moves: percent, how much of how much, bytes a second and the time that is left; the longest first.
    #[must_use]
    pub fn file_moves(self, moving: &Moving) -> Vec<String> {
        let Share { done, bytes } = moving.share;
        let percent = format!("{}%", moving.share.percent());
        let rate = moving.rate.map(|rate| format!(" {}", self.file_rate(rate))).unwrap_or_default();
        let left = moving.left.map(|left| format!(" {}", time_left(left))).unwrap_or_default();
        let of = format!(" · {} / {}", self.file_size(done), self.file_size(bytes));
        let between = if rate.is_empty() { "" } else { " ·" };
        let mut all = vec![
            format!("{percent}{of}{between}{rate}{left}"),
            format!("{percent}{rate}{left}"),
            format!("{percent}{left}"),
            percent,
        ];
        all.dedup();
        all
    }

    /// So many bytes a second.
    #[must_use]
    pub fn file_rate(self, rate: u64) -> String {
        if rate == 0 {
            return self.pick(["stalled", "정체"]).to_owned();
        }
        format!("{}/{}", self.file_size(rate), self.pick(["s", "초"]))
    }

    fn called(self, media_type: &MediaType) -> Option<String> {
        if media_type.is_unknown() {
            return None;
        }
        if media_type.as_str() == "text/plain" {
            return Some(self.pick(["text", "텍스트"]).to_owned());
        }
        if let Some((_, called)) = CALLED.iter().find(|(known, _)| *known == media_type.as_str()) {
            return Some((*called).to_owned());
        }
        let (_, name) = media_type.as_str().split_once('/')?;
        let name = name.strip_prefix("x-").unwrap_or(name);
        is_short(name).then(|| name.to_uppercase())
    }
}

/// A time as it runs down: minutes and seconds, from an hour on hours.
fn time_left(left: Millis) -> String {
    let seconds = left.max(0).saturating_add(999) / 1_000;
    let (hours, minutes, seconds) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    match hours {
        0 => format!("{minutes}:{seconds:02}"),
        1..100 => format!("{hours}:{minutes:02}:{seconds:02}"),
        _ => "99h+".to_owned(),
    }
}

/// How many times `by` is in a number, rounded to the nearest.
const fn tenths(bytes: u64, by: u64) -> u64 {
    bytes / by + if bytes % by >= by / 2 { 1 } else { 0 }
}

fn called_by_name(file: &Attachment) -> Option<String> {
    let name = file.name.split_extension().1.strip_prefix('.')?;
    is_short(name).then(|| name.to_uppercase())
}

/// Whether it is a word that can stand in a line.
fn is_short(name: &str) -> bool {
    (1..=8).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use shared::{FileHash, Picture};

    use super::*;

    #[test]
    fn a_size_has_two_or_three_digits() {
        for (bytes, said) in [
            (0, "0 bytes"),
            (1, "1 byte"),
            (999, "999 bytes"),
            (1_000, "1.0 KB"),
            (1_249, "1.2 KB"),
            (1_250, "1.3 KB"),
            (9_949, "9.9 KB"),
            (9_950, "10 KB"),
            (318_400, "318 KB"),
            (999_449, "999 KB"),
            (999_500, "1.0 MB"),
            (1_234_567, "1.2 MB"),
            (2_147_483_648, "2.1 GB"),
            (u64::MAX, "18 EB"),
        ] {
            assert_eq!(Lang::En.file_size(bytes), said, "{bytes}");
        }
        assert_eq!(Lang::Ko.file_size(12), "12바이트");
    }

    #[test]
    fn a_kind_is_what_people_call_it() {
        let file = |name: &str, media_type: &str| Attachment {
            name: name.parse().unwrap(),
            bytes: 1,
            sha256: FileHash([0; 32]),
            media_type: MediaType::parse(media_type).unwrap(),
            picture: None,
        };
        let kind = |name, media_type| Lang::En.file_kind(&file(name, media_type));
        assert_eq!(kind("a", "application/pdf").unwrap(), "PDF");
        assert_eq!(kind("a", "text/plain").unwrap(), "text");
        assert_eq!(kind("a.zip", "application/octet-stream").unwrap(), "ZIP");
        assert_eq!(kind("a.보고서", "application/octet-stream"), None);
        assert_eq!(kind("a", "application/vnd.something-very.long"), None);
        let mut cat = file("cat", "image/png");
        cat.picture = Some(Picture { width: 1200, height: 800, preview: None });
        assert_eq!(Lang::Ko.file_kind(&cat).unwrap(), "PNG 1200×800");
    }
}
