//! Texts for somebody who is here by ssh: what cannot be done from elsewhere and what to do instead, who they are, what is kept.

use super::Lang;
use super::particle::Particle;
use crate::place::{Elsewhere, Kept, NotHere};

impl Lang {
    /// What cannot be done from elsewhere, and what to do instead. `ssh` is what stands after `ssh` to come here, `room` the room it is
    /// about, and `of` the number of the message; where they are not known, a word for them.
    #[must_use]
    pub fn not_here(self, what: NotHere, ssh: &str, room: Option<&str>, of: Option<&str>) -> String {
        let room = room.unwrap_or(self.pick(["ROOM", "방"]));
        let of = of.unwrap_or(self.pick(["NUMBER", "번호"]));
        match (self, what) {
            (Self::En, NotHere::Send) => {
                format!("over ssh, files of yours go this way: cat FILE | ssh {ssh} send {room} NAME")
            }
            (Self::Ko, NotHere::Send) => {
                format!("ssh에서는 파일을 이렇게 보냅니다: cat 파일 | ssh {ssh} send {room} 이름")
            }
            (Self::En, NotHere::Save) => {
                format!("over ssh, a file is saved this way: ssh {ssh} get {room} {of} > FILE")
            }
            (Self::Ko, NotHere::Save) => {
                format!("ssh에서는 파일을 이렇게 저장합니다: ssh {ssh} get {room} {of} > 파일")
            }
            (Self::En, NotHere::View) => {
                format!("over ssh there is the preview only; the picture: ssh {ssh} get {room} {of} > FILE")
            }
            (Self::Ko, NotHere::View) => {
                format!("ssh에서는 미리보기만 보입니다. 원본 받기: ssh {ssh} get {room} {of} > 파일")
            }
            (Self::En, NotHere::Transfers) => format!(
                "over ssh no file is on its way here; cat FILE | ssh {ssh} send ROOM NAME sends one, \
                 ssh {ssh} get ROOM NUMBER > FILE saves one"
            ),
            (Self::Ko, NotHere::Transfers) => format!(
                "ssh에서는 여기서 오가는 파일이 없습니다. 보내기: cat 파일 | ssh {ssh} send 방 이름, \
                 저장: ssh {ssh} get 방 번호 > 파일"
            ),
            (Self::En, NotHere::Editor) => {
                "over ssh there is no editor: Alt-Enter begins a new line, and a text can be pasted"
                    .to_owned()
            }
            (Self::Ko, NotHere::Editor) => {
                "ssh에서는 편집기를 쓸 수 없습니다. Alt-Enter로 줄을 바꾸거나, 쓴 글을 붙여 넣으세요"
                    .to_owned()
            }
            (Self::En, NotHere::Suspend) => {
                "over ssh, Enter and then ~ and Ctrl-Z suspends ssh; fg comes back".to_owned()
            }
            (Self::Ko, NotHere::Suspend) => {
                "ssh를 잠시 멈추려면 Enter 다음에 ~ 와 Ctrl-Z 를 누르세요. fg로 돌아옵니다".to_owned()
            }
            (Self::En, NotHere::Servers) => {
                "over ssh there is this server only; the program chinwag on your machine connects to others"
                    .to_owned()
            }
            (Self::Ko, NotHere::Servers) => {
                "ssh에서는 이 서버만 있습니다. 내 컴퓨터의 chinwag로는 다른 서버에도 들어갈 수 있습니다"
                    .to_owned()
            }
            (Self::En, NotHere::Hooks) => format!(
                "over ssh no program is run for messages; on your machine, ssh {ssh} tail ROOM prints them to one"
            ),
            (Self::Ko, NotHere::Hooks) => format!(
                "ssh에서는 메시지가 와도 프로그램을 실행하지 않습니다. 내 컴퓨터에서 ssh {ssh} tail 방 으로 받아 쓰세요"
            ),
            (Self::En, NotHere::Setting) => {
                "over ssh this cannot be set: it is about the machine that the program runs on".to_owned()
            }
            (Self::Ko, NotHere::Setting) => {
                "ssh에서는 정할 수 없습니다. 이 프로그램이 돌아가는 컴퓨터에 대한 설정입니다".to_owned()
            }
        }
    }

    /// The heading of the help about what is particular over ssh.
    #[must_use]
    pub fn over_ssh_title(self) -> &'static str {
        self.pick(["Over ssh", "ssh에서"])
    }

    /// What is done outside the screen over ssh: what is typed, and what it does.
    #[must_use]
    pub fn over_ssh(self, ssh: &str) -> [(String, &'static str); 5] {
        let (file, room, name) =
            (self.pick(["FILE", "파일"]), self.pick(["ROOM", "방"]), self.pick(["NAME", "이름"]));
        let of = self.pick(["NUMBER", "번호"]);
        [
            (
                format!("cat {file} | ssh {ssh} send {room} {name}"),
                self.pick(["on your machine: send a file", "내 컴퓨터에서: 파일 보내기"]),
            ),
            (
                format!("ssh {ssh} get {room} {of} > {file}"),
                self.pick([
                    "on your machine: save the file of a message",
                    "내 컴퓨터에서: 메시지의 파일 저장",
                ]),
            ),
            (
                format!("ssh {ssh} help"),
                self.pick(["what else there is without a screen", "화면 없이 할 수 있는 다른 일"]),
            ),
            (
                "Enter ~ Ctrl-Z".to_owned(),
                self.pick(["suspend ssh; fg comes back", "ssh 잠시 멈추기, fg로 돌아오기"]),
            ),
            (
                "Enter ~ .".to_owned(),
                self.pick(["end ssh, where nothing else does", "아무것도 듣지 않을 때 ssh 끝내기"]),
            ),
        ]
    }

    /// That something was asked that only somebody at this machine can have done. The app declines such things with a better sentence.
    #[must_use]
    pub fn nothing_here(self) -> &'static str {
        self.pick([
            "over ssh this cannot be done: it is about the machine that the program runs on",
            "ssh에서는 할 수 없습니다. 이 프로그램이 돌아가는 컴퓨터에 대한 일입니다",
        ])
    }

    /// Who somebody is who came by ssh, what is kept of them, and how they leave.
    #[must_use]
    pub fn come_by_ssh(self, me: &str, kept: Kept) -> String {
        match (self, kept) {
            (Self::En, Kept::ByKey) => {
                format!(
                    "Your ssh key is who you are: with it you are {me} again the next time. /quit leaves."
                )
            }
            (Self::Ko, Kept::ByKey) => {
                format!("ssh 키가 곧 나입니다. 같은 키로 들어오면 다음에도 {me}입니다. /종료로 나갑니다.")
            }
            (Self::En, Kept::NothingOfGuest) => format!(
                "You came without a key: {me} is a guest, and nothing of you is kept. With a key (ssh-keygen makes one) you are the same person each time. /quit leaves."
            ),
            (Self::Ko, Kept::NothingOfGuest) => format!(
                "키 없이 들어온 손님 {me}입니다. 나가면 아무것도 남지 않습니다. 키(ssh-keygen으로 만듭니다)로 들어오면 늘 같은 사람입니다. /종료로 나갑니다."
            ),
            (Self::En, Kept::NothingOfTooMany) => format!(
                "So many keys are known here that yours is not kept: {me} is a guest, and nothing of you is kept. Whoever runs this server can change that (--keys-max). /quit leaves."
            ),
            (Self::Ko, Kept::NothingOfTooMany) => format!(
                "여기에 등록된 키가 너무 많아 내 키는 기억하지 못합니다. 손님 {me}이며, 나가면 아무것도 남지 않습니다. 서버를 운영하는 사람이 늘릴 수 있습니다(--keys-max). /종료로 나갑니다."
            ),
            (Self::En, Kept::NothingUnwritable) => format!(
                "What you do cannot be written down here now: {me} is a guest, and nothing of you is kept. Whoever runs this server finds the reason in its log. /quit leaves."
            ),
            (Self::Ko, Kept::NothingUnwritable) => format!(
                "지금은 여기에 아무것도 저장할 수 없습니다. 손님 {me}이며, 나가면 아무것도 남지 않습니다. 서버를 운영하는 사람이 로그에서 까닭을 볼 수 있습니다. /종료로 나갑니다."
            ),
        }
    }

    /// The name that somebody new asked for by their ssh user name is not to be had.
    #[must_use]
    pub fn wish_not_given(self, name: &str) -> String {
        match self {
            Self::En => format!("the name {name} is not free, so you get another one; /nick NAME changes it"),
            Self::Ko => {
                format!(
                    "{name} {} 쓸 수 없어 다른 이름을 받습니다. /이름 새이름으로 바꿀 수 있습니다",
                    Particle::Topic.after(name)
                )
            }
        }
    }

    /// What was typed or pasted would make the draft too long.
    #[must_use]
    pub fn draft_full(self, bytes: usize) -> String {
        let kilobytes = bytes / 1024;
        match self {
            Self::En => format!(
                "over ssh a draft has {kilobytes} kB at most, and this was left out; a longer text goes as a file"
            ),
            Self::Ko => format!(
                "ssh에서는 {kilobytes} kB까지만 쓸 수 있어 넣지 않았습니다. 더 긴 글은 파일로 보내세요"
            ),
        }
    }

    /// So much waits to be sent that nothing more can.
    #[must_use]
    pub fn too_many_queued(self) -> &'static str {
        self.pick([
            "so many messages wait to be sent that this one stays here; send it when they are gone",
            "보낼 메시지가 너무 많이 밀려 이 글은 그대로 두었습니다. 앞의 것이 가면 보내세요",
        ])
    }

    /// The server, where its address is nobody's concern.
    #[must_use]
    pub fn the_server(self) -> &'static str {
        self.pick(["the server", "서버"])
    }

    /// A word for an address.
    #[must_use]
    pub fn an_address(self) -> &'static str {
        self.pick(["ADDRESS", "주소"])
    }

    /// How others come to this server as this person did.
    #[must_use]
    pub fn others_come_by_ssh(self, elsewhere: &Elsewhere) -> String {
        let ssh = &elsewhere.destination;
        match self {
            Self::En => format!("Others join with: ssh {ssh}"),
            Self::Ko => format!("다른 사람은 이렇게 들어옵니다: ssh {ssh}"),
        }
    }

    /// Where the settings of somebody who is here by ssh are.
    #[must_use]
    pub fn settings_of_key(self, kept: Kept) -> &'static str {
        match kept {
            Kept::ByKey => self.pick(["kept with your ssh key", "ssh 키와 함께 저장됩니다"]),
            Kept::NothingOfGuest | Kept::NothingOfTooMany | Kept::NothingUnwritable => {
                self.pick(["kept until you leave", "나갈 때까지만 유지됩니다"])
            }
        }
    }
}
