//! Which addresses count as one: limits and bans by address apply to a prefix, since one household has a whole IPv6 /64.

use std::net::IpAddr;

/// The prefix of an address: an IPv4 address itself, or the /64 of an IPv6 address.
#[must_use]
pub fn prefix_of(ip: IpAddr) -> IpAddr {
    match ip.to_canonical() {
        IpAddr::V6(v6) if !v6.is_loopback() => {
            let [a, b, c, d, ..] = v6.segments();
            IpAddr::from([a, b, c, d, 0, 0, 0, 0])
        }
        one @ (IpAddr::V4(_) | IpAddr::V6(_)) => one,
    }
}

/// Whether an address does not identify a remote host: loopback, unspecified, or link-local.
#[must_use]
pub fn is_local(ip: IpAddr) -> bool {
    let ip = ip.to_canonical();
    let on_link = matches!(ip, IpAddr::V6(v6) if v6.is_unicast_link_local());
    ip.is_loopback() || ip.is_unspecified() || on_link
}
