//! What a client is told in `RPL_ISUPPORT` (005): <https://modern.ircdocs.horse/#rplisupport-parameters>.

/// The most rooms, persons or modes that one command may name.
pub(crate) const MAX_TARGETS: usize = 4;
/// The most persons whose coming and going one connection may ask to be told of.
pub(crate) const MAX_MONITORED: usize = 100;
/// The most events in one answer to `CHATHISTORY`.
pub(crate) const MAX_HISTORY: usize = 200;
/// How many tokens stand in one line: thirteen is what fits in fifteen parameters beside the name and the text.
const IN_ONE_LINE: usize = 13;

/// The tokens, as many as one line holds in each item.
pub(crate) fn tokens(network: &str) -> Vec<Vec<String>> {
    let network: String =
        network.chars().map(|char| if char.is_whitespace() || char == '=' { '_' } else { char }).collect();
    let mut tokens: Vec<String> = [
        "CASEMAPPING=ascii",
        "CLIENTTAGDENY=*,-typing,-draft/typing,-draft/react,-draft/unreact,-draft/reply,-reply,-nonce",
        "CHANLIMIT=#:50",
        "CHANMODES=b,k,,imn",
        "CHANNELLEN=64",
        "CHANTYPES=#",
        "ELIST=U",
        "KICKLEN=300",
        "NICKLEN=24",
        "PREFIX=(ov)@+",
        "AWAYLEN=300",
        "TOPICLEN=300",
        "UTF8ONLY",
        "WHOX",
        "SAFELIST",
        "MSGREFTYPES=msgid,timestamp",
    ]
    .map(ToOwned::to_owned)
    .into();
    tokens.extend([
        format!("CHATHISTORY={MAX_HISTORY}"),
        format!("MODES={MAX_TARGETS}"),
        format!("MONITOR={MAX_MONITORED}"),
        format!("NETWORK={network}"),
        format!("TARGMAX=PRIVMSG:{MAX_TARGETS},NOTICE:{MAX_TARGETS},TAGMSG:{MAX_TARGETS},KICK:1,JOIN:,PART:,NAMES:1,WHOIS:1,MONITOR:"),
    ]);
    tokens.chunks(IN_ONE_LINE).map(<[String]>::to_vec).collect()
}
