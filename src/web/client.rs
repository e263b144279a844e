//! Which address a request comes from, when proxies stand in between. `X-Forwarded-For` is believed from right to left
//! and only as far as the proxies that the operator named: anything to the left of the first stranger is hearsay.

use std::convert::Infallible;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{Extensions, HeaderMap};

use super::WebState;
use crate::setting::IpRange;

/// The address that a request comes from.
#[derive(Clone, Copy, Debug)]
pub struct Client(pub IpAddr);

impl FromRequestParts<WebState> for Client {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &WebState) -> Result<Self, Infallible> {
        Ok(Self(client(peer(&parts.extensions), &parts.headers, &state.settings.web.trusted_proxies)))
    }
}

/// The peer of the connection, where the server was told it; the unspecified address otherwise.
fn peer(extensions: &Extensions) -> IpAddr {
    extensions
        .get::<axum::extract::ConnectInfo<SocketAddr>>()
        .map_or(IpAddr::V6(Ipv6Addr::UNSPECIFIED), |info| info.0.ip())
        .to_canonical()
}

/// The client's address: the peer, or what the trusted proxies say of it.
fn client(peer: IpAddr, headers: &HeaderMap, trusted: &[IpRange]) -> IpAddr {
    let believed = |address: IpAddr| trusted.iter().any(|range| range.contains(address));
    let mut at = peer.to_canonical();
    if !believed(at) {
        return at;
    }
    let hops: Vec<&str> = headers
        .get_all("x-forwarded-for")
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .collect();
    for hop in hops.into_iter().rev() {
        let Some(address) = address_of(hop.trim()) else { break };
        at = address;
        if !believed(at) {
            break;
        }
    }
    at
}

/// An address as proxies write it: bare, with a port, or IPv6 in brackets.
fn address_of(hop: &str) -> Option<IpAddr> {
    let bare = hop.trim_start_matches('[').split(']').next().unwrap_or_default();
    bare.parse::<IpAddr>()
        .ok()
        .or_else(|| hop.parse::<SocketAddr>().ok().map(|socket| socket.ip()))
        .map(|address| address.to_canonical())
}

/// What limits count by: an IPv4 address, or the /64 of an IPv6 one (one subscriber has a whole /64).
pub fn bucket(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from(u128::from(v6) & (u128::MAX << 64))),
        v4 @ IpAddr::V4(_) => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    fn seen(peer: &str, forwarded: &[&str]) -> IpAddr {
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append("x-forwarded-for", value.parse().unwrap());
        }
        let trusted = ["10.0.0.0/8".parse().unwrap(), "::1".parse().unwrap()];
        client(ip(peer), &headers, &trusted)
    }

    #[test]
    fn only_named_proxies_are_believed_and_from_right_to_left() {
        assert_eq!(seen("192.0.2.7", &["203.0.113.9"]), ip("192.0.2.7"));
        assert_eq!(seen("10.1.1.1", &["203.0.113.9"]), ip("203.0.113.9"));
        assert_eq!(seen("::1", &["198.51.100.1, 203.0.113.9, 10.2.2.2"]), ip("203.0.113.9"));
        assert_eq!(seen("10.1.1.1", &["198.51.100.1", "203.0.113.9:4711"]), ip("203.0.113.9"));
        assert_eq!(seen("::ffff:10.1.1.1", &["[2001:db8::5]:80"]), ip("2001:db8::5"));
        assert_eq!(seen("10.1.1.1", &["203.0.113.9, unknown"]), ip("10.1.1.1"));
        assert_eq!(seen("10.1.1.1", &[]), ip("10.1.1.1"));
    }

    #[test]
    fn one_subscriber_is_one_bucket() {
        assert_eq!(bucket(ip("2001:db8:1:2:3::4")), bucket(ip("2001:db8:1:2:ffff::")));
        assert_ne!(bucket(ip("2001:db8:1:2::")), bucket(ip("2001:db8:1:3::")));
        assert_ne!(bucket(ip("192.0.2.1")), bucket(ip("192.0.2.2")));
    }
}
