//! What is known of a certificate beside its use: its key, by which clients know the server, and when it expires. The dates
//! are read from its DER by hand (RFC 5280, section 4.1): two fields behind four that are skipped, for which a crate would
//! bring a parser of all of ASN.1.

use jiff::civil;
use jiff::tz::TimeZone;

use shared::{Fingerprint, Millis};

/// From how many days before its end on it is told that a certificate expires.
pub const SOON_DAYS: i64 = 14;
const DAY_MS: Millis = 24 * 60 * 60 * 1000;

/// A certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// Its key.
    pub key: Fingerprint,
    /// When it expires; none if it does not say so in a form that is known.
    pub expires: Option<Millis>,
    /// All of it, with those that vouch for it.
    pub(super) chain: Vec<Vec<u8>>,
}

impl Certificate {
    /// The days until it expires, negative when it has.
    #[must_use]
    pub fn days_left(&self, now: Millis) -> Option<i64> {
        self.expires.map(|expires| expires.saturating_sub(now).div_euclid(DAY_MS))
    }

    /// What should be told of its dates, if anything.
    #[must_use]
    pub fn warning(&self, now: Millis) -> Option<String> {
        match self.days_left(now)? {
            left @ ..0 => Some(format!(
                "the certificate has expired {} days ago; clients that verify it are locked out",
                -left
            )),
            left @ 0..SOON_DAYS => Some(format!("the certificate expires in {left} days; renew it")),
            _ => None,
        }
    }

    /// Whether it has expired.
    #[must_use]
    pub fn is_expired(&self, now: Millis) -> bool {
        self.expires.is_some_and(|expires| expires <= now)
    }
}

/// When a certificate, in DER, expires.
pub(super) fn expiry(der: &[u8]) -> Option<Millis> {
    let (_, certificate, _) = element(der)?;
    let (_, mut fields, _) = element(certificate)?;
    // The version is left out in version 1.
    if let (0xa0, _, rest) = element(fields)? {
        fields = rest;
    }
    // Serial number, algorithm, issuer.
    for _ in 0..3 {
        fields = element(fields)?.2;
    }
    let (_, validity, _) = element(fields)?;
    let (_, _, rest) = element(validity)?;
    let (tag, time, _) = element(rest)?;
    time_of(tag, std::str::from_utf8(time).ok()?)
}

/// The first element: its tag, its content, and what follows it.
fn element(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (&tag, rest) = bytes.split_first()?;
    let (&short, rest) = rest.split_first()?;
    let (length, rest) = if short < 0x80 {
        (usize::from(short), rest)
    } else {
        let (digits, rest) = rest.split_at_checked(usize::from(short & 0x7f))?;
        // Four bytes are more than any certificate has.
        let length = (digits.len() <= 4)
            .then(|| digits.iter().fold(0, |sum, &digit| sum << 8 | usize::from(digit)))?;
        (length, rest)
    };
    let (content, rest) = rest.split_at_checked(length)?;
    Some((tag, content, rest))
}

/// `UTCTime` up to 2049, `GeneralizedTime` from 2050 on; both in UTC and to the second.
fn time_of(tag: u8, text: &str) -> Option<Millis> {
    let (year, rest): (i16, &str) = match tag {
        0x17 => {
            let year: i16 = text.get(..2)?.parse().ok()?;
            (if year < 50 { 2000 } else { 1900 } + year, text.get(2..)?)
        }
        0x18 => (text.get(..4)?.parse().ok()?, text.get(4..)?),
        _ => return None,
    };
    let part = |at: usize| rest.get(at..at + 2)?.parse::<i8>().ok();
    let time = civil::DateTime::new(year, part(0)?, part(2)?, part(4)?, part(6)?, part(8)?, 0).ok()?;
    Some(TimeZone::UTC.to_timestamp(time).ok()?.as_millisecond())
}

#[cfg(test)]
mod tests {
    use rcgen::{CertificateParams, KeyPair, date_time_ymd};

    use super::*;

    fn made(until: (i32, u8, u8)) -> Certificate {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
        params.not_after = date_time_ymd(until.0, until.1, until.2);
        let der = params.self_signed(&key).unwrap().der().to_vec();
        Certificate { key: Fingerprint::of(b""), expires: expiry(&der), chain: vec![der] }
    }

    #[test]
    fn the_end_of_a_certificate_is_read_in_both_forms() {
        // date -ud 2030-06-01 +%s
        assert_eq!(made((2030, 6, 1)).expires, Some(1_906_502_400_000));
        assert_eq!(made((2049, 12, 31)).expires, Some(2_524_521_600_000));
        assert_eq!(made((2050, 1, 1)).expires, Some(2_524_608_000_000));
        assert_eq!(made((4096, 1, 1)).expires, Some(67_090_118_400_000));
    }

    #[test]
    fn what_is_cut_or_no_certificate_has_no_end_and_does_no_harm() {
        let der = made((2030, 6, 1)).chain.remove(0);
        for length in 0..der.len().min(160) {
            assert_eq!(expiry(&der[..length]), None);
        }
        assert_eq!(expiry(&[0x30, 0x85, 1, 1, 1, 1, 1]), None);
        assert_eq!(expiry(b"nonsense"), None);
    }

    #[test]
    fn what_ends_soon_or_has_ended_is_told() {
        let (end, certificate) = (1_906_502_400_000, made((2030, 6, 1)));
        let told = |days: i64| certificate.warning(end - days * DAY_MS).unwrap_or_default();
        assert_eq!((told(15), told(14)), (String::new(), String::new()));
        assert!(told(13).contains("expires in 13 days"), "{}", told(13));
        assert!(told(-2).contains("has expired 2 days ago"), "{}", told(-2));
        assert!(certificate.is_expired(end) && !certificate.is_expired(end - 1));
    }
}
