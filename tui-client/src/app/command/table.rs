//! The slash commands as data: one table of names, aliases, arguments, help and roles, in English and Korean. Help, completion
//! and suggestions are made from it, so that a new command is a row here and an arm in `run_command.rs`.

use shared::Role;

use crate::lang::Lang;
use crate::place::NotHere;

/// Which command it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "named as they are typed; the table says what each does")]
pub enum CommandId {
    Help,
    Nick,
    Me,
    Msg,
    Who,
    Whois,
    Search,
    History,
    Rooms,
    Join,
    Part,
    Topic,
    Invite,
    Private,
    Open,
    ReadOnly,
    Notice,
    Pin,
    Unpin,
    Owner,
    Remove,
    Silence,
    Unsilence,
    Quit,
    Quiet,
    Edit,
    Delete,
    Undelete,
    Reply,
    React,
    Send,
    Save,
    Transfers,
    Notify,
    Highlight,
    Dnd,
    Away,
    Back,
    Seen,
    Ignore,
    Unignore,
    Read,
    Joins,
    Editor,
    Retry,
    Reconnect,
    Server,
    Link,
    Machines,
    Unlink,
    IrcPassword,
    IrcCert,
    Set,
    Source,
    Clear,
    Admin,
    Kick,
    Ban,
    Unban,
    Mute,
    Unmute,
    Bans,
    FreeName,
    Role,
    Announce,
    Shutdown,
    Limits,
}

/// What can stand after a command, to complete it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Takes {
    /// Nothing to complete.
    Anything,
    /// Somebody's name first.
    Person,
    /// A room's name.
    Room,
    /// Another command's name.
    Command,
    /// The name of somebody who is banned or muted.
    Sanctioned,
    /// The name of somebody who is ignored.
    Ignored,
    /// A setting, then its value.
    Setting,
    /// The address of a server of this client.
    Server,
    /// The path of a file.
    Path,
}

/// One command.
#[derive(Debug)]
pub struct Command {
    /// Which it is.
    pub id: CommandId,
    /// Its name.
    pub name: &'static str,
    /// What it may be called as well.
    pub aliases: &'static [&'static str],
    /// What stands after it, in English and Korean.
    pub args: [&'static str; 2],
    /// What it does, in English and Korean.
    pub help: [&'static str; 2],
    /// What can be completed after it.
    pub takes: Takes,
    /// Who may, at least: the others are not shown it.
    pub role: Role,
}

/// Every command.
pub static COMMANDS: &[Command] = &[
    Command {
        id: CommandId::Help,
        name: "help",
        aliases: &["도움말", "도움", "명령어", "h"],
        args: ["[COMMAND]", "[명령어]"],
        help: ["this help, or that of a command", "도움말, 또는 한 명령어의 설명"],
        takes: Takes::Command,
        role: Role::Member,
    },
    Command {
        id: CommandId::Nick,
        name: "nick",
        aliases: &["이름", "닉네임", "name"],
        args: ["NAME", "새이름"],
        help: ["be called otherwise", "이름 바꾸기"],
        takes: Takes::Anything,
        role: Role::Member,
    },
    Command {
        id: CommandId::Me,
        name: "me",
        aliases: &["행동"],
        args: ["TEXT", "글"],
        help: ["say what you do", "하는 행동을 말하기"],
        takes: Takes::Anything,
        role: Role::Member,
    },
    Command {
        id: CommandId::Msg,
        name: "msg",
        aliases: &["귓속말", "귓", "쪽지", "dm", "w"],
        args: ["NAME [TEXT]", "이름 [글]"],
        help: ["talk to one person", "한 사람과 따로 이야기하기"],
        takes: Takes::Person,
        role: Role::Member,
    },
    Command {
        id: CommandId::Who,
        name: "who",
        aliases: &["사용자", "접속자", "names"],
        args: ["[ROOM]", "[방]"],
        help: ["who is here, or in a room", "접속한 사람 보기"],
        takes: Takes::Room,
        role: Role::Member,
    },
    Command {
        id: CommandId::Whois,
        name: "whois",
        aliases: &["누구"],
        args: ["NAME", "이름"],
        help: ["who somebody is", "어떤 사람인지 보기"],
        takes: Takes::Person,
        role: Role::Member,
    },
    Command {
        id: CommandId::Search,
        name: "search",
        aliases: &["검색", "찾기", "find"],
        args: ["[WORDS]", "[단어]"],
        help: ["search everything said, in any room", "모든 방에서 대화 검색"],
        takes: Takes::Anything,
        role: Role::Member,
    },
    Command {
        id: CommandId::History,
        name: "history",
        aliases: &["기록", "지난메시지", "지난글"],
        args: ["[ROOM] [COUNT]", "[방] [개수]"],
        help: ["what was said before", "지난 메시지 보기"],
        takes: Takes::Room,
        role: Role::Member,
    },
    Command {
        id: CommandId::Rooms,
        name: "rooms",
        aliases: &["방목록", "방"],
        args: ["[BEGINNING]", "[이름 앞부분]"],
        help: ["which rooms there are", "어떤 방이 있는지 보기"],
        takes: Takes::Room,
        role: Role::Member,
    },
    Command {
        id: CommandId::Join,
        name: "join",
        aliases: &["입장", "들어가기", "j"],
        args: ["ROOM [WORD]", "방 [암호]"],
        help: ["go to a room; it is made if need be", "방에 들어가기 (없으면 만들기)"],
        takes: Takes::Room,
        role: Role::Member,
    },
    Command {
        id: CommandId::Part,
        name: "part",
        aliases: &["퇴장", "방나가기", "leave"],
        args: ["[ROOM]", "[방]"],
        help: ["leave a room", "방에서 나가기"],
        takes: Takes::Room,
        role: Role::Member,
    },
    Command {
        id: CommandId::Topic,
        name: "topic",
        aliases: &["주제"],
        args: ["[TEXT | -]", "[글 | -]"],
        help: ["show or set the topic; - clears it", "주제 보기, 바꾸기, 지우기(-)"],
        takes: Takes::Anything,
        role: Role::Member,
    },
    Command {
        id: CommandId::Invite,
        name: "invite",
        aliases: &["초대"],
        args: ["NAME", "이름"],
        help: ["let somebody into this room", "이 방에 초대하기"],
        takes: Takes::Person,
        role: Role::Member,
    },
    Command {
        id: CommandId::Private,
        name: "private",
        aliases: &["비공개"],
        args: ["[WORD]", "[암호]"],
        help: [
            "only who is invited, or knows the word, enters this room",
            "초대받거나 암호를 아는 사람만 들어오는 방으로",
        ],
        takes: Takes::Anything,
        role: Role::Member,
    },
    Command {
        id: CommandId::Open,
        name: "open",
        aliases: &["공개"],
        args: ["", ""],
        help: ["let everybody into this room again", "누구나 들어오는 방으로"],
        takes: Takes::Anything,
        role: Role::Member,
    },
    Command {
        id: CommandId::ReadOnly,
        name: "read-only",
        aliases: &["읽기전용"],
        args: ["[off]", "[끄기]"],
        help: ["only the owner and moderators speak in this room", "방장과 관리자만 말하는 방으로"],
        takes: Takes::Anything,
        role: Role::Member,
    },
    Command {
        id: CommandId::Notice,
        name: "notice",
        aliases: &["안내문"],
        args: ["TEXT | -", "글 | -"],
        help: [
            "what newcomers to this room are shown; - clears it",
            "새로 온 사람에게 보일 안내문, 지우기(-)",
        ],
        takes: Takes::Anything,
        role: Role::Member,
    },
    Command {
        id: CommandId::Pin,
        name: "pin",
        aliases: &["고정"],
        args: ["[^N|SEQ]", "[^N|번호]"],
        help: ["go to the pinned message, or pin one", "고정된 메시지로 가기, 메시지 고정하기"],
        takes: Takes::Anything,
        role: Role::Member,
    },
    Command {
        id: CommandId::Unpin,
        name: "unpin",
        aliases: &["고정해제"],
        args: ["", ""],
        help: ["pin nothing", "고정 풀기"],
        takes: Takes::Anything,
        role: Role::Member,
    },
    Command {
        id: CommandId::Owner,
        name: "owner",
        aliases: &["방장"],
        args: ["NAME", "이름"],
        help: ["hand this room on to somebody in it", "방장 넘기기"],
        takes: Takes::Person,
        role: Role::Member,
    },
    Command {
        id: CommandId::Remove,
        name: "remove",
        aliases: &["방퇴장"],
        args: ["NAME [REASON]", "이름 [이유]"],
        help: [
            "remove somebody from this room, or take back an invitation",
            "이 방에서 내보내기, 초대 거두기",
        ],
        takes: Takes::Person,
        role: Role::Member,
    },
    Command {
        id: CommandId::Silence,
        name: "silence",
        aliases: &["발언금지"],
        args: ["NAME [10m] [REASON]", "이름 [10분] [이유]"],
        help: ["let somebody only read in this room", "이 방에서 말 못 하게 하기"],
        takes: Takes::Person,
        role: Role::Member,
    },
    Command {
        id: CommandId::Unsilence,
        name: "unsilence",
        aliases: &["발언허용"],
        args: ["NAME", "이름"],
        help: ["let somebody speak in this room again", "이 방에서 다시 말하게 하기"],
        takes: Takes::Person,
        role: Role::Member,
    },
    Command {
        id: CommandId::Quit,
        name: "quit",
        aliases: &["종료", "나가기", "exit", "q"],
        args: ["", ""],
        help: ["leave; other windows of yours stay", "나가기 (내 다른 창은 그대로 있습니다)"],
        takes: Takes::Anything,
        role: Role::Member,
    },
    Command {
        id: CommandId::Quiet,
        name: "quiet",
        aliases: &["조용히나가기"],
        args: ["", ""],
        help: ["leave without a word to the others", "다른 사람에게 알리지 않고 나가기"],
        takes: Takes::Anything,
        role: Role::Member,
    },
    Command {
        id: CommandId::Undelete,
        name: "undelete",
        aliases: &["삭제취소"],
        args: ["[SEQ]", "[번호]"],
        help: ["keep a message whose deletion is not sent yet", "아직 보내지 않은 삭제를 취소하기"],
        takes: Takes::Anything,
        role: Role::Member,
    },
    Command {
        id: CommandId::Reply,
        name: "reply",
        aliases: &["답장"],
        args: ["^N|SEQ TEXT", "^N|번호 글"],
        help: ["answer a message: ^ the newest, ^2 the one before", "메시지에 답하기: ^ 마지막, ^2 그 앞"],
        takes: Takes::Anything,
        role: Role::Member,
    },
    Command {
        id: CommandId::Edit,
        name: "edit",
        aliases: &["수정"],
        args: ["^N|SEQ TEXT", "^N|번호 글"],
        help: ["give a message of yours another text", "내 메시지 고치기"],
        takes: Takes::Anything,
        role: Role::Member,
    },
    Command {
        id: CommandId::Delete,
        name: "delete",
        aliases: &["삭제"],
        args: ["^N|SEQ", "^N|번호"],
        help: ["delete a message", "메시지 삭제하기"],
        takes: Takes::Anything,
        role: Role::Member,
    },
    Command {
        id: CommandId::React,
        name: "react",
        aliases: &["반응"],
        args: ["^N|SEQ EMOJI", "^N|번호 이모지"],
        help: ["react to a message, or take that back", "메시지에 반응하기, 취소하기"],
        takes: Takes::Anything,
        role: Role::Member,
    },
    Command {
        id: CommandId::Send,
        name: "send",
        aliases: &["보내기", "파일보내기", "upload"],
        args: ["PATH [TEXT]", "경로 [글]"],
        help: ["send a file here, with a text", "여기에 파일 보내기"],
        takes: Takes::Path,
        role: Role::Member,
    },
    Command {
        id: CommandId::Save,
        name: "save",
        aliases: &["저장", "내려받기", "download"],
        args: ["[NUMBER | ^N] [DIR]", "[번호 | ^N] [폴더]"],
        help: ["save the newest file, or that of a message", "가장 새로운 파일이나 한 메시지의 파일 저장"],
        takes: Takes::Anything,
        role: Role::Member,
    },
    Command {
        id: CommandId::Transfers,
        name: "transfers",
        aliases: &["전송", "전송목록", "files"],
        args: ["[stop | resume | cancel N]", "[멈춤 | 계속 | 취소 N]"],
        help: [
            "list the files on their way; stop, resume or cancel one",
            "오가는 파일 보기, 멈추기, 계속하기, 취소하기",
        ],
        takes: Takes::Anything,
        role: Role::Member,
    },
    Command {
        id: CommandId::Notify,
        name: "notify",
        aliases: &["알림"],
        args: ["[WHAT]", "[무엇]"],
        help: ["notices of this room: all, mentions, nothing", "이 방의 알림: 모두, 멘션, 없음"],
        takes: Takes::Anything,
        role: Role::Member,
    },
    Command {
        id: CommandId::Highlight,
        name: "highlight",
        aliases: &["호출어"],
        args: ["[add WORD]", "[추가 말]"],
        help: ["words that call you as your name does; remove WORD", "이름처럼 나를 부르는 말; 삭제 말"],
        takes: Takes::Anything,
        role: Role::Member,
    },
    Command {
        id: CommandId::Dnd,
        name: "dnd",
        aliases: &["방해금지"],
        args: ["[on | off]", "[켜기 | 끄기]"],
        help: ["do not disturb: no notices", "방해 금지: 알림 끄기, 켜기"],
        takes: Takes::Anything,
        role: Role::Member,
    },
    Command {
        id: CommandId::Away,
        name: "away",
        aliases: &["자리비움", "자리비우기"],
        args: ["[WHY]", "[이유]"],
        help: ["show that you are away, until /back", "/돌아옴까지 자리를 비웠다고 보이기"],
        takes: Takes::Anything,
        role: Role::Member,
    },
    Command {
        id: CommandId::Back,
        name: "back",
        aliases: &["돌아옴", "복귀"],
        args: ["", ""],
        help: ["show that you are back", "돌아왔다고 보이기"],
        takes: Takes::Anything,
        role: Role::Member,
    },
    Command {
        id: CommandId::Seen,
        name: "seen",
        aliases: &["마지막접속", "최근접속"],
        args: ["NAME", "이름"],
        help: ["when somebody was last here", "어떤 사람이 언제까지 있었는지 보기"],
        takes: Takes::Person,
        role: Role::Member,
    },
    Command {
        id: CommandId::Ignore,
        name: "ignore",
        aliases: &["무시", "무시하기"],
        args: ["[NAME]", "[이름]"],
        help: [
            "hide what somebody says; alone, lists whom you ignore",
            "어떤 사람의 말을 숨기기, 무시하는 사람 보기",
        ],
        takes: Takes::Person,
        role: Role::Member,
    },
    Command {
        id: CommandId::Unignore,
        name: "unignore",
        aliases: &["무시해제", "무시풀기"],
        args: ["NAME", "이름"],
        help: ["show what somebody says again", "무시 풀기"],
        takes: Takes::Ignored,
        role: Role::Member,
    },
    Command {
        id: CommandId::Read,
        name: "read",
        aliases: &["모두읽음"],
        args: ["", ""],
        help: ["mark everything as read, in all rooms", "모든 방의 메시지를 읽은 것으로 하기"],
        takes: Takes::Anything,
        role: Role::Member,
    },
    Command {
        id: CommandId::Joins,
        name: "joins",
        aliases: &["출입"],
        args: ["HOW", "방법"],
        help: ["show who comes and leaves: all, condensed, none", "드나든 사람 보기: 모두, 묶어서, 없음"],
        takes: Takes::Anything,
        role: Role::Member,
    },
    Command {
        id: CommandId::Editor,
        name: "editor",
        aliases: &["편집기"],
        args: ["[TEXT]", "[글]"],
        help: ["write in your own editor ($VISUAL, $EDITOR)", "내 편집기($VISUAL, $EDITOR)로 쓰기"],
        takes: Takes::Anything,
        role: Role::Member,
    },
    Command {
        id: CommandId::Retry,
        name: "retry",
        aliases: &["다시", "재전송"],
        args: ["[edit | drop]", "[고치기 | 버리기]"],
        help: [
            "send again what was refused, or edit or drop it",
            "거절된 메시지 다시 보내기, 고치기, 버리기",
        ],
        takes: Takes::Anything,
        role: Role::Member,
    },
    Command {
        id: CommandId::Reconnect,
        name: "reconnect",
        aliases: &["재접속", "재연결"],
        args: ["", ""],
        help: ["connect now", "지금 다시 접속하기"],
        takes: Takes::Anything,
        role: Role::Member,
    },
    Command {
        id: CommandId::Server,
        name: "server",
        aliases: &["서버정보", "서버"],
        args: ["[ADDR | close]", "[주소 | 닫기]"],
        help: [
            "which servers these are, how others join; go to one more; leave one",
            "서버 목록과 초대 방법 보기, 다른 서버로 가기, 한 서버에서 나가기",
        ],
        takes: Takes::Server,
        role: Role::Member,
    },
    Command {
        id: CommandId::Link,
        name: "link",
        aliases: &["기기연결"],
        args: ["", ""],
        help: ["a code to be the same person on another machine", "다른 기기에서도 나로 접속할 코드 받기"],
        takes: Takes::Anything,
        role: Role::Member,
    },
    Command {
        id: CommandId::Machines,
        name: "machines",
        aliases: &["기기목록", "기기"],
        args: ["", ""],
        help: ["your linked machines", "연결된 내 기기 보기"],
        takes: Takes::Anything,
        role: Role::Member,
    },
    Command {
        id: CommandId::Unlink,
        name: "unlink",
        aliases: &["기기해제"],
        args: ["NUMBER", "번호"],
        help: ["take one of your machines out", "내 기기 하나를 빼기"],
        takes: Takes::Anything,
        role: Role::Member,
    },
    Command {
        id: CommandId::IrcPassword,
        name: "irc-password",
        aliases: &["irc암호", "irc비밀번호"],
        args: ["[off]", "[끄기]"],
        help: [
            "a word to log in with from IRC clients; off takes it out",
            "IRC로 접속할 때 쓸 암호 정하기, 없애기",
        ],
        takes: Takes::Anything,
        role: Role::Member,
    },
    Command {
        id: CommandId::IrcCert,
        name: "irc-cert",
        aliases: &["irc인증서"],
        args: ["SHA256", "SHA256"],
        help: [
            "log in from an IRC client with this certificate (its SHA-256 fingerprint)",
            "IRC로 접속할 때 쓸 인증서 등록하기 (SHA-256 지문)",
        ],
        takes: Takes::Anything,
        role: Role::Member,
    },
    Command {
        id: CommandId::Set,
        name: "set",
        aliases: &["설정", "settings"],
        args: ["[KEY [VALUE]]", "[키 [값]]"],
        help: ["what is set; change it, and keep that", "설정 보기, 바꾸어 저장하기"],
        takes: Takes::Setting,
        role: Role::Member,
    },
    Command {
        id: CommandId::Source,
        name: "source",
        aliases: &["원문", "원문보기"],
        args: ["[on|off]", "[켜기|끄기]"],
        help: [
            "show messages as they were typed, or *bold* _italic_ `code` drawn",
            "쓴 그대로 보기, 또는 *굵게* _기울임_ `코드` 서식으로 보기",
        ],
        takes: Takes::Anything,
        role: Role::Member,
    },
    Command {
        id: CommandId::Clear,
        name: "clear",
        aliases: &["다시그리기"],
        args: ["", ""],
        help: ["draw everything again", "화면 다시 그리기"],
        takes: Takes::Anything,
        role: Role::Member,
    },
    Command {
        id: CommandId::Admin,
        name: "admin",
        aliases: &["관리자", "auth", "인증"],
        args: ["", ""],
        help: ["become admin by key, typed unseen", "키로 관리자 되기 (보이지 않게 입력)"],
        takes: Takes::Anything,
        role: Role::Member,
    },
    Command {
        id: CommandId::Kick,
        name: "kick",
        aliases: &["강퇴", "내보내기"],
        args: ["NAME [REASON]", "이름 [이유]"],
        help: ["remove somebody", "내보내기"],
        takes: Takes::Person,
        role: Role::Moderator,
    },
    Command {
        id: CommandId::Ban,
        name: "ban",
        aliases: &["차단"],
        args: ["NAME [2h] [address] [REASON]", "이름 [2시간] [주소] [이유]"],
        help: ["remove somebody and keep them out", "내보내고 다시 못 들어오게 하기"],
        takes: Takes::Person,
        role: Role::Moderator,
    },
    Command {
        id: CommandId::Unban,
        name: "unban",
        aliases: &["차단해제", "차단풀기"],
        args: ["NAME", "이름"],
        help: ["lift a ban", "차단 풀기"],
        takes: Takes::Sanctioned,
        role: Role::Moderator,
    },
    Command {
        id: CommandId::Mute,
        name: "mute",
        aliases: &["채팅금지"],
        args: ["NAME [10m] [REASON]", "이름 [10분] [이유]"],
        help: ["let somebody read but not speak", "읽기만 하고 말은 못 하게 하기"],
        takes: Takes::Person,
        role: Role::Moderator,
    },
    Command {
        id: CommandId::Unmute,
        name: "unmute",
        aliases: &["금지해제", "채팅금지해제", "채팅금지풀기"],
        args: ["NAME", "이름"],
        help: ["let somebody speak again", "다시 말할 수 있게 하기"],
        takes: Takes::Sanctioned,
        role: Role::Moderator,
    },
    Command {
        id: CommandId::Bans,
        name: "bans",
        aliases: &["차단목록"],
        args: ["", ""],
        help: ["the bans and mutes in force", "차단과 채팅 금지 목록"],
        takes: Takes::Anything,
        role: Role::Moderator,
    },
    Command {
        id: CommandId::FreeName,
        name: "free-name",
        aliases: &["이름비우기"],
        args: ["NAME", "이름"],
        help: ["free the name of somebody who is not here", "없는 사람의 이름 비우기"],
        takes: Takes::Anything,
        role: Role::Moderator,
    },
    Command {
        id: CommandId::Role,
        name: "role",
        aliases: &["역할"],
        args: ["NAME member|moderator|admin", "이름 회원|부관리자|관리자"],
        help: ["give somebody a role", "역할 주기"],
        takes: Takes::Person,
        role: Role::Admin,
    },
    Command {
        id: CommandId::Announce,
        name: "announce",
        aliases: &["공지"],
        args: ["TEXT", "글"],
        help: ["tell everybody", "모두에게 알리기"],
        takes: Takes::Anything,
        role: Role::Admin,
    },
    Command {
        id: CommandId::Shutdown,
        name: "shutdown",
        aliases: &["서버종료"],
        args: ["[30s] [restart] [REASON] | cancel", "[30초] [재시작] [이유] | 취소"],
        help: ["stop the server; with restart it is back in a moment", "서버 끝내기 (재시작: 곧 다시 열림)"],
        takes: Takes::Anything,
        role: Role::Admin,
    },
    Command {
        id: CommandId::Limits,
        name: "limits",
        aliases: &["제한"],
        args: ["[LIMIT VALUE]", "[항목 값]"],
        help: ["see or raise the server's limits", "서버의 제한 보기, 바꾸기"],
        takes: Takes::Anything,
        role: Role::Admin,
    },
];

impl CommandId {
    /// What of it somebody elsewhere cannot have done, if that is so. Each command is named here, so that none is offered to them by
    /// oversight. Of `/server` and `/set` a part can be done: they decline the rest themselves.
    #[must_use]
    pub const fn not_here(self) -> Option<NotHere> {
        match self {
            Self::Send => Some(NotHere::Send),
            Self::Save => Some(NotHere::Save),
            Self::Transfers => Some(NotHere::Transfers),
            Self::Editor => Some(NotHere::Editor),
            Self::Help
            | Self::Nick
            | Self::Me
            | Self::Msg
            | Self::Who
            | Self::Whois
            | Self::Search
            | Self::History
            | Self::Rooms
            | Self::Join
            | Self::Part
            | Self::Topic
            | Self::Invite
            | Self::Private
            | Self::Open
            | Self::ReadOnly
            | Self::Notice
            | Self::Pin
            | Self::Unpin
            | Self::Owner
            | Self::Remove
            | Self::Silence
            | Self::Unsilence
            | Self::Quit
            | Self::Quiet
            | Self::Edit
            | Self::Delete
            | Self::Undelete
            | Self::Reply
            | Self::React
            | Self::Notify
            | Self::Highlight
            | Self::Dnd
            | Self::Away
            | Self::Back
            | Self::Seen
            | Self::Ignore
            | Self::Unignore
            | Self::Read
            | Self::Joins
            | Self::Retry
            | Self::Reconnect
            | Self::Server
            | Self::Link
            | Self::Machines
            | Self::Unlink
            | Self::IrcPassword
            | Self::IrcCert
            | Self::Set
            | Self::Source
            | Self::Clear
            | Self::Admin
            | Self::Kick
            | Self::Ban
            | Self::Unban
            | Self::Mute
            | Self::Unmute
            | Self::Bans
            | Self::FreeName
            | Self::Role
            | Self::Announce
            | Self::Shutdown
            | Self::Limits => None,
        }
    }
}

impl Command {
    /// The command as it is typed.
    #[must_use]
    pub fn usage(&self, lang: Lang) -> String {
        let args = lang.pick(self.args);
        let name = lang.pick([self.name, self.korean_name()]);
        if args.is_empty() { format!("/{name}") } else { format!("/{name} {args}") }
    }

    /// Its Korean name.
    #[must_use]
    pub fn korean_name(&self) -> &'static str {
        self.aliases.iter().find(|alias| !alias.is_ascii()).copied().unwrap_or(self.name)
    }

    /// Every way to call it.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        std::iter::once(self.name).chain(self.aliases.iter().copied())
    }
}
