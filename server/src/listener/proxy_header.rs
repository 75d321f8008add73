//! The PROXY protocol, versions 1 and 2: the header by which a proxy says for whom it connects
//! (<https://www.haproxy.org/download/3.0/doc/proxy-protocol.txt>), as the server reads it, and as the ssh door, which is
//! such a proxy, writes it. Whether a peer may say so is not decided here.
//!
//! Written by hand, as it is a page: exactly the bytes of the header are read, so that what follows it (a TLS handshake) is
//! left to whoever reads next, and nothing of its extensions (TLVs) is needed.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use tokio::io::{AsyncRead, AsyncReadExt as _};

/// What a header of version 2 begins with.
const SIGNATURE: [u8; 12] = *b"\r\n\r\n\0\r\nQUIT\n";
/// What a header of version 1 begins with.
const WORD: &[u8] = b"PROXY ";
/// The most bytes of version 1, its end included.
const LINE_BYTES: usize = 107;
/// The least bytes of version 1: `PROXY UNKNOWN` and the end of the line.
const LEAST_LINE_BYTES: usize = 15;
/// The bytes of version 2 before the addresses.
const FIXED_BYTES: usize = 16;
/// The most bytes of addresses and extensions that are read: those of a client's certificate take some hundreds.
const MOST_BYTES: usize = 4096;

/// For whom a connection is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Proxied {
    /// For whoever has this address.
    For(SocketAddr),
    /// For the proxy itself (a health check), or for somebody whose address it does not know.
    Itself,
}

/// Why there is no header.
#[derive(Debug, thiserror::Error)]
pub(super) enum HeaderError {
    #[error("the peer closed the connection before it")]
    Closed,
    #[error("it does not begin with one")]
    Missing,
    #[error("it is malformed")]
    Malformed,
    #[error("it is longer than {MOST_BYTES} bytes")]
    TooLong,
    #[error(transparent)]
    Failed(#[from] std::io::Error),
}

/// What is known after the first bytes of a header.
#[derive(Debug)]
enum Parsed {
    /// At least so many more belong to it.
    Needs(usize),
    Whole(Proxied),
}

/// The header, of version 2, of a connection for whoever has this address, or for the proxy itself. Where they connected
/// to is left open: nobody reads it.
#[must_use]
pub fn header(from: Option<SocketAddr>) -> Vec<u8> {
    let (command, family, addresses) = match from.map(|from| (from.ip().to_canonical(), from.port())) {
        None => (0x20, 0, Vec::new()),
        Some((IpAddr::V4(ip), port)) => {
            (0x21, 0x11, [&ip.octets()[..], &[0; 4], &port.to_be_bytes(), &[0; 2]].concat())
        }
        Some((IpAddr::V6(ip), port)) => {
            (0x21, 0x21, [&ip.octets()[..], &[0; 16], &port.to_be_bytes(), &[0; 2]].concat())
        }
    };
    let length = u16::try_from(addresses.len()).unwrap_or(u16::MAX).to_be_bytes();
    [&SIGNATURE[..], &[command, family], &length, &addresses].concat()
}

/// Reads a header, and nothing of what follows it. Not cancel safe.
pub(super) async fn read(stream: &mut (impl AsyncRead + Unpin)) -> Result<Proxied, HeaderError> {
    let mut bytes = Vec::new();
    loop {
        match parse(&bytes)? {
            Parsed::Whole(proxied) => return Ok(proxied),
            Parsed::Needs(more) => {
                let so_far = bytes.len();
                bytes.resize(so_far + more, 0);
                let read = stream.read(bytes.get_mut(so_far..).unwrap_or_default()).await?;
                bytes.truncate(so_far + read);
                if read == 0 {
                    return Err(HeaderError::Closed);
                }
            }
        }
    }
}

fn parse(bytes: &[u8]) -> Result<Parsed, HeaderError> {
    match bytes.first() {
        None => Ok(Parsed::Needs(LEAST_LINE_BYTES)),
        Some(b'P') => parse_line(bytes),
        Some(_) => parse_binary(bytes),
    }
}

/// Version 1: `PROXY TCP4 SOURCE DESTINATION PORT PORT`, and the end of a line.
fn parse_line(bytes: &[u8]) -> Result<Parsed, HeaderError> {
    if bytes.iter().zip(WORD).any(|(one, other)| one != other) {
        return Err(HeaderError::Missing);
    }
    if bytes.len() < LEAST_LINE_BYTES {
        return Ok(Parsed::Needs(LEAST_LINE_BYTES - bytes.len()));
    }
    let Some(line) = bytes.strip_suffix(b"\n") else {
        return if bytes.len() < LINE_BYTES { Ok(Parsed::Needs(1)) } else { Err(HeaderError::TooLong) };
    };
    let line = line.strip_suffix(b"\r").and_then(|line| std::str::from_utf8(line).ok());
    let words: Vec<_> = line.ok_or(HeaderError::Malformed)?.split(' ').collect();
    match words.as_slice() {
        ["PROXY", "UNKNOWN", ..] => Ok(Parsed::Whole(Proxied::Itself)),
        ["PROXY", family, source, _, port, _] => {
            let ip: Option<IpAddr> = match *family {
                "TCP4" => source.parse::<Ipv4Addr>().ok().map(IpAddr::V4),
                "TCP6" => source.parse::<Ipv6Addr>().ok().map(IpAddr::V6),
                _ => None,
            };
            let address = ip.zip(port.parse().ok()).ok_or(HeaderError::Malformed)?;
            Ok(Parsed::Whole(Proxied::For(address.into())))
        }
        _ => Err(HeaderError::Malformed),
    }
}

/// Version 2: a signature, version and command, family and protocol, the length of the rest, the addresses, and extensions.
fn parse_binary(bytes: &[u8]) -> Result<Parsed, HeaderError> {
    if bytes.iter().zip(&SIGNATURE).any(|(one, other)| one != other) {
        return Err(HeaderError::Missing);
    }
    let Some(([.., command, family, high, low], rest)) = bytes.split_first_chunk::<FIXED_BYTES>() else {
        return Ok(Parsed::Needs(FIXED_BYTES - bytes.len()));
    };
    let length = usize::from(u16::from_be_bytes([*high, *low]));
    if length > MOST_BYTES {
        return Err(HeaderError::TooLong);
    }
    if rest.len() < length {
        return Ok(Parsed::Needs(length - rest.len()));
    }
    match (command, family) {
        (0x21, 0x11) => {
            let [a, b, c, d, _, _, _, _, high, low, _, _, ..] = rest else {
                return Err(HeaderError::Malformed);
            };
            Ok(Parsed::Whole(for_whom(Ipv4Addr::new(*a, *b, *c, *d), [*high, *low])))
        }
        (0x21, 0x21) => {
            let Some((source, [high, low, _, _, ..])) = split_ipv6(rest) else {
                return Err(HeaderError::Malformed);
            };
            Ok(Parsed::Whole(for_whom(Ipv6Addr::from(source), [*high, *low])))
        }
        // A local command, or a family that says nothing: UNSPEC, a Unix socket, datagrams.
        (0x20 | 0x21, _) => Ok(Parsed::Whole(Proxied::Itself)),
        _ => Err(HeaderError::Malformed),
    }
}

/// The source, and what follows the destination.
fn split_ipv6(rest: &[u8]) -> Option<([u8; 16], &[u8])> {
    let (source, rest) = rest.split_first_chunk::<16>()?;
    let (_destination, rest) = rest.split_first_chunk::<16>()?;
    Some((*source, rest))
}

fn for_whom(ip: impl Into<IpAddr>, port: [u8; 2]) -> Proxied {
    Proxied::For(SocketAddr::new(ip.into().to_canonical(), u16::from_be_bytes(port)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_written_is_read_as_what_was_meant() {
        for (from, meant) in [
            ("192.0.2.7:4000", "192.0.2.7:4000"),
            ("[2001:db8::7]:4000", "[2001:db8::7]:4000"),
            ("[::ffff:192.0.2.7]:4000", "192.0.2.7:4000"),
        ] {
            let Parsed::Whole(read) = parse(&header(Some(from.parse().unwrap()))).unwrap() else {
                panic!("{from}")
            };
            assert_eq!(read, Proxied::For(meant.parse().unwrap()));
        }
        assert!(matches!(parse(&header(None)), Ok(Parsed::Whole(Proxied::Itself))));
    }

    /// A header of version 2.
    fn binary(command: u8, family: u8, rest: &[u8]) -> Vec<u8> {
        let length = u16::try_from(rest.len()).unwrap().to_be_bytes();
        [&SIGNATURE[..], &[command, family], &length, rest].concat()
    }

    fn ipv6(source: &str) -> Vec<u8> {
        let ip = |text: &str| text.parse::<Ipv6Addr>().unwrap().octets();
        [&ip(source)[..], &ip("2001:db8::1"), &[0x0f, 0xa0, 0x1d, 0xf3]].concat()
    }

    /// What is read of a header with something behind it, that it leaves.
    async fn read_of(header: &[u8]) -> String {
        let bytes = [header, b"{next"].concat();
        let mut stream = &bytes[..];
        let read = match read(&mut stream).await {
            Ok(Proxied::For(address)) => address.to_string(),
            Ok(Proxied::Itself) => "itself".to_owned(),
            Err(error) => return error.to_string(),
        };
        assert_eq!(stream, b"{next", "{read}");
        read
    }

    #[tokio::test]
    async fn a_header_says_for_whom_a_connection_is() {
        const IPV4: [u8; 12] = [192, 0, 2, 7, 10, 0, 0, 1, 0x0f, 0xa0, 0x1d, 0xf3];
        let extended = |more: usize| [&IPV4[..], &vec![4; more]].concat();
        for (header, expected) in [
            (binary(0x21, 0x11, &IPV4), "192.0.2.7:4000"),
            (binary(0x21, 0x11, &extended(300)), "192.0.2.7:4000"),
            (binary(0x21, 0x11, &extended(MOST_BYTES)), "it is longer than 4096 bytes"),
            (binary(0x21, 0x21, &ipv6("2001:db8::7")), "[2001:db8::7]:4000"),
            (binary(0x21, 0x21, &ipv6("::ffff:192.0.2.7")), "192.0.2.7:4000"),
            (binary(0x20, 0x00, &[]), "itself"),
            (binary(0x20, 0x11, &IPV4), "itself"),
            (binary(0x21, 0x00, &[]), "itself"),
            (binary(0x21, 0x31, &[0; 216]), "itself"),
            (binary(0x21, 0x12, &IPV4), "itself"),
            (binary(0x21, 0x11, &IPV4[..11]), "it is malformed"),
            (binary(0x21, 0x21, &IPV4), "it is malformed"),
            (binary(0x22, 0x11, &IPV4), "it is malformed"),
            (binary(0x11, 0x11, &IPV4), "it is malformed"),
            (b"PROXY TCP4 192.0.2.7 10.0.0.1 4000 7667\r\n".to_vec(), "192.0.2.7:4000"),
            (b"PROXY TCP6 2001:db8::7 ::1 4000 7667\r\n".to_vec(), "[2001:db8::7]:4000"),
            (b"PROXY UNKNOWN\r\n".to_vec(), "itself"),
            (b"PROXY UNKNOWN ffff::1 ::1 1 2\r\n".to_vec(), "itself"),
            (b"PROXY TCP4 2001:db8::7 ::1 4000 7667\r\n".to_vec(), "it is malformed"),
            (b"PROXY TCP4 192.0.2.7 10.0.0.1 70000 1\r\n".to_vec(), "it is malformed"),
            (b"PROXY TCP4 192.0.2.7 10.0.0.1 4000 7667\n".to_vec(), "it is malformed"),
            (b"PROXY TCP4 192.0.2.7\r\n".to_vec(), "it is malformed"),
            ([b"PROXY UNKNOWN ", &[b'x'; 100][..]].concat(), "it is longer than 4096 bytes"),
            (b"PROXYTCP4 ".to_vec(), "it does not begin with one"),
            (b"\x16\x03\x01".to_vec(), "it does not begin with one"),
            (b"\r\n\r\nGET".to_vec(), "it does not begin with one"),
            (vec![], "it does not begin with one"),
        ] {
            assert_eq!(read_of(&header).await, expected, "{:?}", header.escape_ascii().to_string());
        }
    }

    proptest! {
        #[test]
        fn whatever_comes_it_ends_and_so_it_does_in_pieces(
            start in prop_oneof![Just(vec![]), Just(SIGNATURE.to_vec()), Just(WORD.to_vec())],
            rest in proptest::collection::vec(any::<u8>(), 0..64),
        ) {
            let bytes = [start, rest].concat();
            let mut at = 0;
            while let Ok(Parsed::Needs(more)) = parse(&bytes[..at]) {
                prop_assert!(more > 0 && at + more <= FIXED_BYTES + MOST_BYTES);
                if at + more > bytes.len() {
                    break;
                }
                // A byte at a time is as good as all that is needed.
                for part in at..at + more {
                    prop_assert!(!matches!(parse(&bytes[..part]), Ok(Parsed::Whole(_))));
                }
                at += more;
            }
        }
    }
}
