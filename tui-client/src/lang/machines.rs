//! Texts of one person on several machines: the code for another one, the list, what was taken out.

use shared::server_msg::Machine;
use shared::{LinkCode, Millis};

use super::Lang;

impl Lang {
    /// What to start on the other machine.
    #[must_use]
    pub fn link_code(self, code: &LinkCode, address: &str, minutes: u64) -> String {
        let command = format!("chinwag --link {} {address}", code.as_str());
        match self {
            Self::En => {
                format!("on your other machine, within {minutes} minutes; whoever runs it is you:\n{command}")
            }
            Self::Ko => {
                format!("다른 기기에서 {minutes}분 안에 실행하세요. 실행한 사람이 곧 내가 됩니다:\n{command}")
            }
        }
    }

    /// The machines that are linked, with dates as `date` writes them.
    #[must_use]
    pub fn machine_list(self, machines: &[Machine], date: impl Fn(Millis) -> String) -> String {
        if machines.len() < 2 {
            return self
                .pick([
                    "no other machine is linked; /link shows a code for one",
                    "연결된 다른 기기가 없습니다. /기기연결로 코드를 볼 수 있습니다",
                ])
                .to_owned();
        }
        let listed: Vec<String> = machines.iter().map(|machine| self.machine(machine, &date)).collect();
        let listed = listed.join("\n");
        match self {
            Self::En => format!("your machines (/unlink NUMBER takes one out):\n{listed}"),
            Self::Ko => format!("내 기기 (/기기해제 번호로 뺄 수 있습니다):\n{listed}"),
        }
    }

    fn machine(self, machine: &Machine, date: &impl Fn(Millis) -> String) -> String {
        let Machine { number, name, since, connected, here, own } = machine;
        let name = if name.is_empty() { self.pick(["unnamed", "이름 없음"]) } else { name.as_str() };
        let state = match (own, here) {
            (true, _) => self.pick([" (this one)", " (이 기기)"]),
            (false, true) => self.pick([" (connected)", " (접속 중)"]),
            (false, false) => "",
        };
        let since = date(*since);
        let linked = match self {
            Self::En => format!("linked {since}"),
            Self::Ko => format!("연결 {since}"),
        };
        let last = connected.filter(|_| !here).map_or_else(String::new, |at| match self {
            Self::En => format!(", last here {}", date(at)),
            Self::Ko => format!(", 마지막 접속 {}", date(at)),
        });
        format!("{number} {name}{state} · {linked}{last}")
    }

    /// A machine was taken out.
    #[must_use]
    pub fn machine_unlinked(self, number: u32) -> String {
        match self {
            Self::En => format!("machine {number} is taken out"),
            Self::Ko => format!("{number}번 기기를 뺐습니다"),
        }
    }

    /// A machine cannot be taken out: it is the one this is said on, or there is none with that number.
    #[must_use]
    pub fn other_machines_only(self, number: u32) -> String {
        match self {
            Self::En => format!("{number} is this machine, or none of yours; /machines lists them"),
            Self::Ko => format!("{number}번은 이 기기이거나 없는 기기입니다. /기기로 볼 수 있습니다"),
        }
    }

    /// This machine is one of somebody's now.
    #[must_use]
    pub fn linked_as(self, name: &str) -> String {
        match self {
            Self::En => format!("this machine is linked: you are {name} here, too"),
            Self::Ko => format!("이 기기를 연결했습니다. 여기서도 {name}입니다"),
        }
    }
}
