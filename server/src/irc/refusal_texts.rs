//! What is said with the usual numerics of a refusal: the words that clients and people know from other servers, and behind
//! them what to do next. Those whose reason only the server knows have its message instead.

/// There is none, or one that is private.
pub(crate) const NO_SUCH_CHANNEL: &str = "No such channel; /list shows those there are";
/// What was to be joined can be no room's name.
pub(crate) const NO_CHANNEL_NAME: &str = "No such channel; a name is # and letters, digits, '-', '_' and '.'";
/// Nobody is called so.
pub(crate) const NO_SUCH_NICK: &str = "No such nick; /who * shows who is here";
/// One must be in it.
pub(crate) const NOT_ON_CHANNEL: &str = "You're not on that channel; /join it first";
/// One must be in it to speak.
pub(crate) const CANNOT_SEND: &str = "Cannot send to channel; /join it first";
/// Somebody else is not in it.
pub(crate) const NOT_IN_IT: &str = "They aren't on that channel; /names shows who is";
/// It is private.
pub(crate) const INVITE_ONLY: &str = "Cannot join channel (+i); ask somebody in it for an invitation";
/// It is private, and the word that was given is another.
pub(crate) const BAD_KEY: &str =
    "Cannot join channel (+k); the word is wrong, or one needs an invitation: ask somebody in it";
/// Somebody is called that.
pub(crate) const NICK_IN_USE: &str =
    "Nickname is already in use; choose another, or log in by SASL if it is yours";
/// Owners and moderators may.
pub(crate) const NOT_CHANNEL_OPERATOR: &str = "You're not channel operator; its operators (@) may do that";
/// Admins may.
pub(crate) const NOT_OPERATOR: &str =
    "Permission Denied- You're not an IRC operator; with the server's admin key /oper makes you one";
/// The password of the server.
pub(crate) const WRONG_PASSWORD: &str = "Password incorrect; the server's password goes into your client's settings for this server, or is said by PASS";
/// The key of `OPER`.
pub(crate) const WRONG_KEY: &str = "Password incorrect; /oper takes any name and the server's admin key";
/// Before the welcome.
pub(crate) const NOT_REGISTERED: &str = "You have not registered; say NICK and USER first";
