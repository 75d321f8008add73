//! What the shell could not do, in words.

use super::Lang;
use crate::event::LocalFailure;
use crate::met::Damaged;

impl Lang {
    /// What it is, and what it means for the person.
    #[must_use]
    pub fn local_failure(self, failure: &LocalFailure) -> String {
        match (self, failure) {
            (Self::En, LocalFailure::ProfileDamaged(Damaged { path, is_restored: false })) => format!(
                "The file with your identity here was damaged, so you come as somebody new. It is kept as {path}"
            ),
            (Self::Ko, LocalFailure::ProfileDamaged(Damaged { path, is_restored: false })) => format!(
                "이 서버의 내 정보 파일이 망가져서 새 사용자로 들어갑니다. 망가진 파일은 여기에 두었습니다: {path}"
            ),
            (Self::En, LocalFailure::ProfileDamaged(Damaged { path, is_restored: true })) => format!(
                "The file with your identity here was damaged; the one before it is used. The damaged one is kept as {path}"
            ),
            (Self::Ko, LocalFailure::ProfileDamaged(Damaged { path, is_restored: true })) => format!(
                "이 서버의 내 정보 파일이 망가져서 바로 전에 저장한 것을 씁니다. 망가진 파일은 여기에 두었습니다: {path}"
            ),
            (Self::En, LocalFailure::ProfileUnwritten(why)) => format!(
                "Your identity and unsent messages cannot be saved, and will not outlast this program: {why}"
            ),
            (Self::Ko, LocalFailure::ProfileUnwritten(why)) => {
                format!("내 정보와 못 보낸 메시지을 저장할 수 없어, 이 프로그램을 끝내면 사라집니다: {why}")
            }
            (_, LocalFailure::ProfileWritten) => self
                .pick([
                    "Your identity and unsent messages are saved again",
                    "내 정보와 못 보낸 메시지을 다시 저장했습니다",
                ])
                .to_owned(),
            (_, LocalFailure::InputNotUtf8) => self
                .pick([
                    "Your terminal sent bytes that are not UTF-8; they are left out. Set it to UTF-8 to type these characters",
                    "터미널이 보낸 글자 가운데 UTF-8이 아닌 것은 빠졌습니다. 터미널의 문자 인코딩을 UTF-8로 바꾸면 입력할 수 있습니다",
                ])
                .to_owned(),
            (_, LocalFailure::LocaleNotUtf8) => self
                .pick([
                    "This locale is not UTF-8: what is not ASCII may look wrong. LC_ALL=C.UTF-8 shows it",
                    "UTF-8 로캘이 아니어서 ASCII가 아닌 글자는 깨져 보일 수 있습니다. LC_ALL=C.UTF-8 로 볼 수 있습니다",
                ])
                .to_owned(),
            (_, LocalFailure::SettingsUnwritten(why)) => self.settings_unwritten(why),
            (_, LocalFailure::NoSettingsFile) => self.settings_unwritten(self.no_settings_file()),
            (_, LocalFailure::Hook(program, why)) => self.hook_failed(program, why),
            (_, LocalFailure::NotHere) => self.nothing_here().to_owned(),
            (_, LocalFailure::NoJobControl) => self
                .pick(["There is nothing to suspend to here", "여기서는 잠시 멈출 수 없습니다"])
                .to_owned(),
        }
    }
}
