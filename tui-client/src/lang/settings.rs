//! Texts about settings: what one may be, what is wrong in the configuration file, the answers of `/set`.

use super::Lang;
use crate::event::HookFailure;
use crate::settings::file::{Problem, What};
use crate::settings::table::Scope;
use crate::settings::value::Allowed;

impl Lang {
    /// What a setting may be.
    #[must_use]
    pub fn allowed(self, allowed: &Allowed) -> String {
        match (self, allowed) {
            (_, Allowed::Words(words)) => words.join(", "),
            (Self::En, Allowed::Number(least, u32::MAX)) => format!("a number from {least} on"),
            (Self::Ko, Allowed::Number(least, u32::MAX)) => format!("{least} 이상의 수"),
            (Self::En, Allowed::Number(least, most)) => format!("a number from {least} to {most}"),
            (Self::Ko, Allowed::Number(least, most)) => format!("{least}부터 {most}까지의 수"),
            (Self::En, Allowed::Name) => "a name of letters, digits, - and _".into(),
            (Self::Ko, Allowed::Name) => "글자, 숫자, -, _ 로 된 이름".into(),
            (Self::En, Allowed::Address) => {
                "HOST, HOST:PORT, [IPv6]:PORT or the path of a Unix socket; HOST1,HOST2 of one server with several".into()
            }
            (Self::Ko, Allowed::Address) => "주소, 주소:포트, [IPv6]:포트, 유닉스 소켓 경로. 한 서버의 주소가 여럿이면 주소1,주소2".into(),
            (_, Allowed::Path) => self.pick(["the path of a file", "파일 경로"]).into(),
            (_, Allowed::Servers) => {
                self.pick(["a list of servers, each as HOST or HOST1,HOST2", "서버 주소 목록. 하나는 주소 또는 주소1,주소2"]).into()
            }
            (_, Allowed::List) => self.pick(["texts with commas between them", "쉼표로 나눈 글"]).into(),
        }
    }

    /// What is wrong in the configuration file, a line for each; the file, whose path may be long, is named once.
    #[must_use]
    pub fn settings_wrong(self, file: &str, problems: &[Problem]) -> String {
        if let [problem] = problems {
            return self.bad_setting(&format!("{file}:{}", problem.line), &self.wrong(&problem.what));
        }
        let heading = self.bad_setting(file, &self.settings_mistakes(problems.len()));
        let told =
            problems.iter().map(|problem| format!("\n  {}: {}", problem.line, self.wrong(&problem.what)));
        told.fold(heading, |told, line| told + &line)
    }

    /// How many mistakes follow, each with its line.
    fn settings_mistakes(self, count: usize) -> String {
        match self {
            Self::En => format!("{count} mistakes, by line"),
            Self::Ko => format!("{count}곳, 줄 번호와 함께"),
        }
    }

    /// What is wrong with a setting.
    #[must_use]
    pub fn wrong(self, what: &What) -> String {
        match (self, what) {
            (_, What::NotToml(why)) => why.clone(),
            (Self::En, What::UnknownKey { key, meant: Some(meant) }) => {
                format!("there is no setting {key}; did you mean {meant}?")
            }
            (Self::Ko, What::UnknownKey { key, meant: Some(meant) }) => {
                format!("{key} 설정은 없습니다. 혹시 {meant} 인가요?")
            }
            (Self::En, What::UnknownKey { key, meant: None }) => {
                format!("there is no setting {key}; /set lists them")
            }
            (Self::Ko, What::UnknownKey { key, meant: None }) => {
                format!("{key} 설정은 없습니다. /설정에 모두 나옵니다")
            }
            (Self::En, What::NoText(name)) => format!("{name} needs a text in quotes, or a list of them"),
            (Self::Ko, What::NoText(name)) => {
                format!("{name} 값은 따옴표로 묶은 글이나 그 목록이어야 합니다")
            }
            (Self::En, What::UnknownAction(name, Some(meant))) => {
                format!("there is no action {name}; did you mean {meant}?")
            }
            (Self::Ko, What::UnknownAction(name, Some(meant))) => {
                format!("{name} 동작은 없습니다. 혹시 {meant} 인가요?")
            }
            (Self::En, What::UnknownAction(name, None)) => {
                format!("there is no action {name}; /set keys lists them")
            }
            (Self::Ko, What::UnknownAction(name, None)) => {
                format!("{name} 동작은 없습니다. /설정 keys에 모두 나옵니다")
            }
            (Self::En, What::NoKey(key)) => {
                format!("{key} is no key; keys are written as ctrl-k, alt-enter, f5, pgup")
            }
            (Self::Ko, What::NoKey(key)) => {
                format!("{key} 키는 없습니다. ctrl-k, alt-enter, f5, pgup 처럼 씁니다")
            }
            (Self::En, What::TypesText(key)) => format!("{key} types a character, so it cannot mean that"),
            (Self::Ko, What::TypesText(key)) => format!("{key} 키는 글자를 쓰는 키여서 쓸 수 없습니다"),
            (Self::En, What::KeyTwice(key, line)) => format!("{key} is bound in line {line} already"),
            (Self::Ko, What::KeyTwice(key, line)) => format!("{key} 키는 {line}번째 줄에서 이미 썼습니다"),
            (Self::En, What::AliasIsCommand(name)) => {
                format!("/{name} is a command; call the alias otherwise")
            }
            (Self::Ko, What::AliasIsCommand(name)) => {
                format!("/{name} 명령어가 이미 있습니다. 다른 이름을 쓰세요")
            }
            (Self::En, What::AliasOfNothing(line, Some(meant))) => {
                format!("there is no command /{line}; did you mean /{meant}?")
            }
            (Self::Ko, What::AliasOfNothing(line, Some(meant))) => {
                format!("/{line} 명령어는 없습니다. 혹시 /{meant} 인가요?")
            }
            (Self::En, What::AliasOfNothing(line, None)) => {
                format!("there is no command /{line}; /help lists them")
            }
            (Self::Ko, What::AliasOfNothing(line, None)) => {
                format!("/{line} 명령어는 없습니다. /도움말에 모두 나옵니다")
            }
            (Self::En, What::UnknownHook(name)) => {
                format!("there is no hook {name}; there are mention, direct and message")
            }
            (Self::Ko, What::UnknownHook(name)) => {
                format!("{name} 훅은 없습니다. mention, direct, message 가 있습니다")
            }
            (Self::En, What::TooLong(bytes)) => {
                format!(
                    "that would be more than {bytes} bytes of keys and aliases; \"default\" takes one out"
                )
            }
            (Self::Ko, What::TooLong(bytes)) => {
                format!("키와 별칭이 모두 {bytes}바이트를 넘게 됩니다. \"기본\"으로 하나를 지울 수 있습니다")
            }
            (Self::En, What::EmptyHook(name)) => {
                format!("the hook {name} names no program; write it as [\"program\", \"argument\"]")
            }
            (Self::Ko, What::EmptyHook(name)) => {
                format!("{name} 훅에 프로그램이 없습니다. [\"프로그램\", \"인자\"] 처럼 쓰세요")
            }
            (Self::En, What::BadValue { key, allowed }) => format!("{key} can be: {}", self.allowed(allowed)),
            (Self::Ko, What::BadValue { key, allowed }) => {
                format!("{key}에 쓸 수 있는 값: {}", self.allowed(allowed))
            }
        }
    }

    /// A hook did not run to a good end.
    #[must_use]
    pub fn hook_failed(self, program: &str, why: &HookFailure) -> String {
        match (self, why) {
            (Self::En, HookFailure::NotStarted(why)) => {
                format!("the hook {program} cannot be started: {why}")
            }
            (Self::Ko, HookFailure::NotStarted(why)) => format!("{program} 훅을 시작할 수 없습니다: {why}"),
            (_, HookFailure::Failed(status, said)) => {
                let failed =
                    self.pick(["the hook {} failed: ", "{} 훅이 실패했습니다: "]).replace("{}", program);
                if said.is_empty() { failed + status } else { format!("{failed}{said} ({status})") }
            }
            (Self::En, HookFailure::TooLong) => {
                format!("the hook {program} took too long and was ended; hook-time is the limit")
            }
            (Self::Ko, HookFailure::TooLong) => {
                format!("{program} 훅이 너무 오래 걸려 끝냈습니다. 시간은 hook-time으로 정합니다")
            }
            (Self::En, HookFailure::Behind) => {
                format!("hooks are behind: {program} is left out for messages that come meanwhile")
            }
            (Self::Ko, HookFailure::Behind) => {
                format!("훅이 밀려서 그동안 온 메시지에는 {program} 훅을 실행하지 않습니다")
            }
        }
    }

    /// Hooks are set in the file alone.
    #[must_use]
    pub fn hooks_in_file(self) -> &'static str {
        self.pick(["hooks are set in the configuration file only", "훅은 설정 파일에서만 정합니다"])
    }

    /// The file was changed and is wrong: the settings before stay.
    #[must_use]
    pub fn settings_kept(self, wrong: &str) -> String {
        match self {
            Self::En => {
                format!("the settings were changed and are wrong, so those from before stay\n{wrong}")
            }
            Self::Ko => format!("바뀐 설정 파일이 잘못되어 전의 설정을 그대로 씁니다\n{wrong}"),
        }
    }

    /// The file was changed from outside; which settings are others now.
    #[must_use]
    pub fn settings_read(self, keys: &str) -> String {
        match self {
            Self::En => format!("the settings were read again: {keys}"),
            Self::Ko => format!("설정을 다시 읽었습니다: {keys}"),
        }
    }

    /// The file cannot be written; why not.
    #[must_use]
    pub fn settings_unwritten(self, why: &str) -> String {
        match self {
            Self::En => {
                format!("the settings cannot be written, so the change holds only for this run: {why}")
            }
            Self::Ko => format!("설정을 저장하지 못해 이번 실행에만 적용됩니다: {why}"),
        }
    }

    /// There is no home directory to keep the settings in.
    #[must_use]
    pub fn no_settings_file(self) -> &'static str {
        self.pick([
            "no home directory is known; --config names a file",
            "홈 디렉터리를 알 수 없습니다. --config 로 파일을 정하세요",
        ])
    }

    /// A setting that is not set.
    #[must_use]
    pub fn not_set(self) -> &'static str {
        self.pick(["(not set)", "(정하지 않음)"])
    }

    /// How `/set` ends its list.
    #[must_use]
    pub fn settings_hint(self, file: Option<&str>) -> String {
        let file = file.unwrap_or_else(|| self.no_settings_file());
        match self {
            Self::En => format!(
                "* differs from the default · /set KEY tells more · /set KEY VALUE changes it · {file}"
            ),
            Self::Ko => format!("* 기본값과 다름 · /설정 키: 설명 · /설정 키 값: 바꾸기 · {file}"),
        }
    }

    /// Where a setting counts.
    #[must_use]
    pub fn counts_elsewhere(self, scope: Scope) -> &'static str {
        self.pick(match scope {
            Scope::Everywhere => ["", ""],
            Scope::Screen => ["counts on the full screen only", "전체 화면에서만 쓰입니다"],
            Scope::Lines => {
                ["counts for lines only (--plain, --json)", "줄 단위 입출력(--plain, --json)에서만 쓰입니다"]
            }
        })
    }

    /// The settings that `/set` does not list, for they count elsewhere.
    #[must_use]
    pub fn settings_elsewhere(self, scope: Scope, keys: &str) -> String {
        let where_to = match scope {
            Scope::Everywhere => "",
            Scope::Screen => self.pick(["for the full screen only", "전체 화면에서만 쓰는 것"]),
            Scope::Lines => self
                .pick(["for lines only (--plain, --json)", "줄 단위 입출력(--plain, --json)에서만 쓰는 것"]),
        };
        format!("{where_to}: {keys}")
    }

    /// What a setting may be and what it is by default.
    #[must_use]
    pub fn setting_allows(self, key: &str, allowed: &str, default: &str) -> String {
        match self {
            Self::En => format!("can be: {allowed}; default: {default}, which /set {key} default puts back"),
            Self::Ko => format!("쓸 수 있는 값: {allowed}, 기본값: {default} (/설정 {key} 기본: 되돌리기)"),
        }
    }

    /// A change counts from the next start on.
    #[must_use]
    pub fn counts_at_start(self) -> &'static str {
        self.pick(["counts from the next start on", "다음에 시작할 때 적용됩니다"])
    }

    /// An option or a variable has this setting for this run, whatever the file says.
    #[must_use]
    pub fn overridden(self, by: &str) -> String {
        match self {
            Self::En => format!("in this run {by} decides"),
            Self::Ko => format!("이번 실행에서는 {by} 값을 씁니다"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Lang;
    use crate::settings::file::read;

    #[test]
    fn what_is_wrong_is_named_with_its_line_and_what_to_write() {
        for (text, parts) in [
            ("\nmuose = true", &["F:2: ", "muose", "did you mean mouse?"][..]),
            ("nick = \"kim\"", &["F:1: there is no setting nick", "/set"]),
            ("name = \"a b\"", &["F:1: name", "letters"]),
            ("address = \"host:99999\"", &["F:1: address", "HOST:PORT"]),
            ("tls = \"never\"", &["F:1: tls", "auto, trust, verify, off"]),
            ("lang = \"fr\"", &["F:1: lang", "en, ko"]),
            ("plain = \"perhaps\"", &["F:1: plain", "true, false"]),
            ("escape-wait = 0", &["F:1: escape-wait", "from 1 to 5000"]),
            ("mouse = 1.5", &["F:1: mouse", "true, false"]),
            ("name = \"kim", &["F:1: "]),
            ("name = \"kim\"\n\nname = \"lee\"", &["F:3: duplicate key"]),
        ] {
            let told = Lang::En.settings_wrong("F", &read(text).1);
            for part in parts {
                assert!(told.contains(part), "{text}: no {part} in {told}");
            }
            let korean = Lang::Ko.settings_wrong("F", &read(text).1);
            assert!(korean.contains(parts[0].get(..3).unwrap()), "{korean}");
        }
    }

    #[test]
    fn the_file_is_named_once() {
        let wrong = read("muose = 1\n\ntls = 'x'\n").1;
        assert_eq!(
            Lang::En.settings_wrong("F", &wrong),
            "F: 2 mistakes, by line\n  1: there is no setting muose; did you mean mouse?\n  3: tls can be: auto, trust, verify, off"
        );
        assert_eq!(
            Lang::Ko.settings_wrong("F", &wrong).lines().next().unwrap(),
            "F: 설정이 잘못되었습니다: 2곳, 줄 번호와 함께"
        );
    }
}
