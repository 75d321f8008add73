//! Links in a text: where they are, and where each leads: the whole address in ASCII, as programs take it.

use std::ops::Range;

/// Where the links of a text are, in bytes: `http`, `https` and `mailto`.
#[must_use]
pub fn links(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(at) = next_link(text, from) {
        let rest = text.get(at..).unwrap_or_default();
        let length = rest.find(|c: char| c.is_whitespace() || "<>\"`".contains(c)).unwrap_or(rest.len());
        let link = without_punctuation(rest.get(..length).unwrap_or_default());
        let has_host =
            link.split_once("://").is_some_and(|(_, host)| host.starts_with(char::is_alphanumeric));
        let has_person = || link.strip_prefix(MAIL).is_some_and(|to| to.trim_matches('@').contains('@'));
        if has_host || has_person() {
            found.push(at..at + link.len());
        }
        from = at + length.max(1);
    }
    found
}

const MAIL: &str = "mailto:";

fn next_link(text: &str, from: usize) -> Option<usize> {
    let rest = text.get(from..)?;
    let starts = ["http://", "https://", MAIL].into_iter().filter_map(|scheme| rest.find(scheme));
    starts.min().map(|at| from + at)
}

/// A link as people end it: `(see http://a.b/c).` means `http://a.b/c`, `http://a.b/c_(d)` means itself.
fn without_punctuation(link: &str) -> &str {
    let mut link = link;
    while let Some(last) = link.chars().next_back() {
        let open = match last {
            '.' | ',' | ';' | ':' | '!' | '?' | '\'' | '。' | '、' => None,
            ')' => Some('('),
            ']' => Some('['),
            '}' => Some('{'),
            _ => break,
        };
        if open.is_some_and(|open| link.matches(open).count() >= link.matches(last).count()) {
            break;
        }
        link = link.strip_suffix(last).unwrap_or_default();
    }
    link
}

/// Where a link leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// The whole address in ASCII: the host in punycode, everything else percent-encoded.
    pub address: String,
    /// The host in it; of a mail address, none.
    pub host: Range<usize>,
    /// Whether the link as it is written may be taken for one to another host.
    pub looks_like_another: bool,
}

impl Target {
    /// Where a link of a text leads; `None` where its host is none.
    #[must_use]
    pub fn of(link: &str) -> Option<Self> {
        if let Some(to) = link.strip_prefix(MAIL) {
            return Some(Self {
                address: format!("{MAIL}{}", percent_encoded(to)),
                host: 0..0,
                looks_like_another: !to.is_ascii(),
            });
        }
        let (scheme, rest) = link.split_once("://")?;
        let (authority, path) =
            rest.split_at_checked(rest.find(['/', '?', '#', '\\']).unwrap_or(rest.len()))?;
        let (user, place) = authority.rsplit_once('@').map_or(("", authority), |(user, place)| (user, place));
        let (written, port) = match place.rsplit_once(':') {
            Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => (host, port),
            _ => (place, ""),
        };
        let host = idna::domain_to_ascii(written).ok().filter(|host| is_host(host))?;
        let mut address = format!("{scheme}://");
        if !user.is_empty() {
            address.extend([&*percent_encoded(user), "@"]);
        }
        let start = address.len();
        address.push_str(&host);
        let host = start..address.len();
        if !port.is_empty() {
            address.extend([":", port]);
        }
        address.push_str(&percent_encoded(path));
        let looks_like_another = !user.is_empty() || written.split('.').any(is_misleading);
        Some(Self { address, host, looks_like_another })
    }

    /// The host alone.
    #[must_use]
    pub fn host(&self) -> &str {
        self.address.get(self.host.clone()).unwrap_or_default()
    }
}

/// Whether a host in ASCII is a name or an address of the network.
fn is_host(host: &str) -> bool {
    let has_name = host.bytes().any(|byte| byte.is_ascii_alphanumeric());
    has_name && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._[]:".contains(&byte))
}

/// Whether a label of a host may be taken for another one: letters of other alphabets look like Latin ones. Hangul, kana and
/// ideographs do not, unless Latin stands among them.
fn is_misleading(label: &str) -> bool {
    let is_east_asian = |c: char| matches!(c, '\u{ac00}'..='\u{d7a3}' | '\u{3041}'..='\u{3096}' | '\u{30a1}'..='\u{30fa}' | '\u{4e00}'..='\u{9fff}');
    !label.is_ascii() && !label.chars().all(|c| is_east_asian(c) || c.is_ascii_digit() || c == '-')
}

/// Everything but visible ASCII as `%XX`; what is encoded stays so.
fn percent_encoded(text: &str) -> String {
    use std::fmt::Write as _;
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_graphic() && !b"\"<>\\^`{|}".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            // A String takes everything.
            write!(encoded, "%{byte:02X}").ok();
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Target, links};

    #[test]
    fn links_end_where_people_mean() {
        let table: [(&str, &[&str]); 11] = [
            ("see http://a.b/c, ok", &["http://a.b/c"]),
            ("(see https://a.b/c).", &["https://a.b/c"]),
            ("https://a.b/c_(d)", &["https://a.b/c_(d)"]),
            ("http://a http://b", &["http://a", "http://b"]),
            ("<https://a.b>", &["https://a.b"]),
            ("https:// http:// ftp://x", &[]),
            ("주소는 https://예.한국/길 입니다", &["https://예.한국/길"]),
            ("https://https://x", &["https://https://x"]),
            ("write to mailto:kim@example.org.", &["mailto:kim@example.org"]),
            ("mailto: mailto:@ file:///etc/passwd javascript:alert(1)", &[]),
            ("", &[]),
        ];
        for (text, expect) in table {
            let found: Vec<&str> = links(text).into_iter().map(|range| text.get(range).unwrap()).collect();
            assert_eq!(found, expect, "{text:?}");
        }
    }

    #[test]
    fn a_link_leads_where_its_ascii_form_says() {
        for (link, address, host, misleads) in [
            ("https://example.org/a?b=c#d", "https://example.org/a?b=c#d", "example.org", false),
            ("http://Example.ORG:8080", "http://example.org:8080", "example.org", false),
            ("https://예.한국/길", "https://xn--2j5b.xn--3e0b707e/%EA%B8%B8", "xn--2j5b.xn--3e0b707e", false),
            ("https://аррӏе.com/x", "https://xn--80ak6aa92e.com/x", "xn--80ak6aa92e.com", true),
            ("https://pаypal.com", "https://xn--pypal-4ve.com", "xn--pypal-4ve.com", true),
            ("https://bank.example@evil.test/", "https://bank.example@evil.test/", "evil.test", true),
            ("https://good.test\\@evil.test", "https://good.test%5C@evil.test", "good.test", false),
            ("https://a.b/100%25 \u{1b}", "https://a.b/100%25%20%1B", "a.b", false),
            ("mailto:kim@example.org?subject=차", "mailto:kim@example.org?subject=%EC%B0%A8", "", true),
        ] {
            let target = Target::of(link).unwrap();
            assert_eq!(
                (&*target.address, target.host(), target.looks_like_another),
                (address, host, misleads)
            );
        }
        for none in ["https://", "https://xn--", "ftp:x"] {
            assert_eq!(Target::of(none), None, "{none}");
        }
    }

    proptest! {
        #[test]
        fn an_address_is_visible_ascii(text in "https?://[a-z가а@:./ \u{1b}%\u{202e}-]{1,20}") {
            if let Some(target) = Target::of(&text) {
                prop_assert!(target.address.bytes().all(|byte| byte.is_ascii_graphic()), "{:?}", target);
                prop_assert!(target.address.starts_with("http"));
            }
        }
    }
}
