//! Texts for whoever hosts a server: how others join, and which key they are to expect.

use std::net::SocketAddr;

use super::Lang;
use crate::address::Address;
use crate::hosting::{HostedSsh, Hosting};

impl Lang {
    /// What the host tells the others. A fingerprint and a command have a line of their own, so that neither is split.
    #[must_use]
    pub fn hosting(self, hosting: &Hosting, own: &Address) -> String {
        let Hosting { addresses, is_local, fingerprint, has_password, ssh } = hosting;
        let everywhere = match own {
            Address::Net { port, .. } if *port != shared::DEFAULT_PORT => format!("0.0.0.0:{port}"),
            Address::Net { .. } | Address::Unix(_) => "0.0.0.0".to_owned(),
        };
        let own = if *own == Address::default() { String::new() } else { format!(" {own}") };
        let commands: Vec<String> =
            addresses.iter().map(|address| format!("\n  chinwag {}", for_command(*address))).collect();
        let commands = commands.concat();
        let mut text = match (self, is_local, addresses.is_empty()) {
            (Self::En, true, _) => format!(
                "You host this chat, for this machine only. Others here join with\n  chinwag{own}\n\
                 To let other machines in, start it with\n  chinwag --host {everywhere}"
            ),
            (Self::Ko, true, _) => format!(
                "이 컴퓨터에서만 들어올 수 있는 서버를 열었습니다. 이 컴퓨터의 다른 사용자는\n  chinwag{own}\n\
                 다른 컴퓨터에서도 들어오게 하려면\n  chinwag --host {everywhere}"
            ),
            (Self::En, false, true) => {
                "You host this chat. Others join with chinwag and this machine's address.".to_owned()
            }
            (Self::Ko, false, true) => {
                "서버를 열었습니다. 다른 사람은 chinwag 뒤에 이 컴퓨터의 주소를 써서 들어옵니다.".to_owned()
            }
            (Self::En, false, false) => format!("You host this chat. Others join with{commands}"),
            (Self::Ko, false, false) => {
                format!("서버를 열었습니다. 다른 사람의 접속 명령은{commands}")
            }
        };
        if !is_local {
            let key = self.pick([
                "Their first visit shows the key; it must be",
                "처음 접속할 때 보이는 서버 키는 이것입니다",
            ]);
            text.extend(["\n", key, "\n", fingerprint]);
        }
        if let Some(ssh) = ssh {
            text.push('\n');
            text += &self.hosting_ssh(ssh);
        }
        if *has_password {
            text.push('\n');
            text += self.pick(["They need your password, too.", "비밀번호도 알려 주어야 합니다."]);
        }
        text
    }

    /// How others come in by ssh.
    fn hosting_ssh(self, ssh: &HostedSsh) -> String {
        let HostedSsh { port, hosts, is_local, fingerprint } = ssh;
        let port = if *port == 22 { String::new() } else { format!(" -p {port}") };
        let commands = |host: String| format!("\n  ssh{port} {host}");
        let commands: String = match (hosts.is_empty(), is_local) {
            (false, _) => hosts.iter().map(|host| commands(host.to_string())).collect(),
            (true, true) => commands("localhost".to_owned()),
            (true, false) => commands(self.pick(["ADDRESS", "주소"]).to_owned()),
        };
        let (with, key) = match (self, is_local) {
            (Self::En, true) => {
                ("On this machine also without chinwag, by ssh", "The key that ssh shows must be")
            }
            (Self::En, false) => ("Those without chinwag join by ssh", "The key that ssh shows must be"),
            (Self::Ko, true) => {
                ("이 컴퓨터에서는 chinwag 없이 ssh로도 들어옵니다", "ssh가 보여 주는 키는 이것입니다")
            }
            (Self::Ko, false) => {
                ("chinwag가 없는 사람은 ssh로 들어옵니다", "ssh가 보여 주는 키는 이것입니다")
            }
        };
        format!("{with}{commands}\n{key}\n{fingerprint}")
    }

    /// A limit kept people out, and how to raise it.
    #[must_use]
    pub fn kept_out(self, setting: &str, count: u64, address: Option<&str>) -> String {
        match self {
            Self::En => {
                let from = address.map(|address| format!(", the last from {address}")).unwrap_or_default();
                format!("{setting} kept {count} out{from}; /limits {setting} VALUE raises it")
            }
            Self::Ko => {
                let from = address.map(|address| format!(", 마지막 주소 {address}")).unwrap_or_default();
                format!(
                    "{setting} 제한으로 {count}번 들어오지 못했습니다{from}. /제한 {setting} 값으로 올릴 수 있습니다"
                )
            }
        }
    }

    /// What somebody may do whom a limit kept out.
    #[must_use]
    pub fn ask_to_raise(self, setting: &str) -> String {
        match self {
            Self::En => format!("ask whoever runs the server to raise {setting}"),
            Self::Ko => format!("서버 운영자에게 {setting} 값을 올려 달라고 하세요"),
        }
    }

    /// The limits of the running server.
    #[must_use]
    pub fn limits_are(self, changed: bool) -> &'static str {
        if changed {
            self.pick([
                "changed until the server is restarted or reads its configuration again",
                "바꿨습니다. 서버를 다시 시작하거나 설정을 다시 읽을 때까지 유지됩니다",
            ])
        } else {
            self.pick(["limits (/limits NAME VALUE changes one)", "제한 (/제한 이름 값으로 바꿉니다)"])
        }
    }

    /// The server one is on, for `/server`.
    #[must_use]
    pub fn server_is(self, name: &str, version: &str, address: &str) -> String {
        match self {
            Self::En => format!("{name} · chinwagd {version} · {address}"),
            Self::Ko => format!("{name} · chinwagd {version} · 주소 {address}"),
        }
    }

    /// The same, of a server that has not let us in yet.
    #[must_use]
    pub fn server_silent(self, address: &str) -> String {
        match self {
            Self::En => format!("{address} has not let us in yet"),
            Self::Ko => format!("{address} 서버에 아직 들어가지 못했습니다"),
        }
    }
}

/// An address as it is typed: the port is left out where it is the usual one.
fn for_command(address: SocketAddr) -> String {
    match address {
        SocketAddr::V4(v4) if v4.port() == shared::DEFAULT_PORT => v4.ip().to_string(),
        SocketAddr::V4(_) | SocketAddr::V6(_) => address.to_string(),
    }
}
