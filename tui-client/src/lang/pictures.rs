//! Texts of the view of a picture.

use shared::Attachment;

use super::Lang;
use crate::pictures::decode::NotShown;

impl Lang {
    /// The keys of the view.
    #[must_use]
    pub fn viewer_keys(self) -> &'static str {
        self.pick(["Esc close · s save", "Esc 닫기 · s 저장"])
    }

    /// It is decoded.
    #[must_use]
    pub fn picture_loading(self) -> &'static str {
        self.pick(["…", "…"])
    }

    /// Its file is fetched.
    #[must_use]
    pub fn picture_fetching(self, done: u64, bytes: u64) -> String {
        let (done, bytes) = (self.file_size(done), self.file_size(bytes));
        match self {
            Self::En => format!("fetching it: {done} of {bytes}"),
            Self::Ko => format!("받는 중: {done} / {bytes}"),
        }
    }

    /// There is nowhere to fetch it to.
    #[must_use]
    pub fn no_place_for_pictures(self) -> &'static str {
        self.pick([
            "there is no directory to fetch it to; save it with s",
            "사진을 받아 둘 디렉터리가 없습니다. s로 저장하세요",
        ])
    }

    /// Why it is not shown.
    #[must_use]
    pub fn picture_not_shown(self, why: NotShown, file: &Attachment) -> String {
        let said = file.picture.as_ref().map_or((0, 0), |picture| (picture.width, picture.height));
        match (why, self) {
            (NotShown::TooLarge { width, height }, _) => {
                let (width, height) = if width > 0 { (width, height) } else { said };
                match self {
                    Self::En => format!("too large to be shown here: {width}×{height}; s saves it"),
                    Self::Ko => format!("여기서 보이기에는 너무 큽니다: {width}×{height}. s로 저장하세요"),
                }
            }
            (NotShown::TooLong, Self::En) => "takes too long to be shown here; s saves it".to_owned(),
            (NotShown::TooLong, Self::Ko) => "보이는 데 너무 오래 걸립니다. s로 저장하세요".to_owned(),
            (NotShown::Damaged, Self::En) => "is damaged, or no picture; s saves it".to_owned(),
            (NotShown::Damaged, Self::Ko) => "손상되었거나 사진이 아닙니다. s로 저장하세요".to_owned(),
        }
    }
}
