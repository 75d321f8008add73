//! Which addresses are taken for one. It must not know who is behind them.

use std::net::IpAddr;

/// What counts as one address: an IPv4 address, or the /64 of an IPv6 address, which one household has.
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

/// Whether an address says nothing about who is there: the machine itself, or any machine on the same cable.
#[must_use]
pub fn is_local(ip: IpAddr) -> bool {
    let ip = ip.to_canonical();
    let on_link = matches!(ip, IpAddr::V6(v6) if v6.is_unicast_link_local());
    ip.is_loopback() || ip.is_unspecified() || on_link
}
