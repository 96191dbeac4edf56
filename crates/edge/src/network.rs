//! 来者的地址：只有配置过的代理说的话才算数。

use std::net::IpAddr;
use std::str::FromStr;

use axum::http::HeaderMap;
use thiserror::Error;

/// 一个网段，如 `10.0.0.0/8`、`::1`。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    prefix: u8,
}

/// 网段的写法不对。
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("不是网段：{0}；应如 127.0.0.1、10.1.0.0/16 或 fd00::/8")]
pub struct MalformedNetwork(String);

impl Network {
    /// 地址在这个网段里。
    pub fn contains(&self, address: IpAddr) -> bool {
        match (self.address, address.to_canonical()) {
            (IpAddr::V4(network), IpAddr::V4(address)) => {
                let shift = 32 - u32::from(self.prefix);
                let cut = |a: u32| a.checked_shr(shift).unwrap_or(0);
                cut(network.to_bits()) == cut(address.to_bits())
            }
            (IpAddr::V6(network), IpAddr::V6(address)) => {
                let shift = 128 - u32::from(self.prefix);
                let cut = |a: u128| a.checked_shr(shift).unwrap_or(0);
                cut(network.to_bits()) == cut(address.to_bits())
            }
            (IpAddr::V4(_), IpAddr::V6(_)) | (IpAddr::V6(_), IpAddr::V4(_)) => false,
        }
    }
}

impl FromStr for Network {
    type Err = MalformedNetwork;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let malformed = || MalformedNetwork(text.to_owned());
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().map_err(|_| malformed())?;
        let widest = if address.is_ipv4() { 32 } else { 128 };
        let prefix = match prefix {
            Some(prefix) => prefix.parse().map_err(|_| malformed())?,
            None => widest,
        };
        if prefix > widest {
            return Err(malformed());
        }
        Ok(Network { address, prefix })
    }
}

/// 代理至多几层：再长的 `X-Forwarded-For` 不看。
const HOPS_MAX: usize = 16;

/// 真正的来者：从最近的一跳往回走，遇到第一个不受信任的地址为止。
///
/// A header sent by somebody who is not a configured proxy is ignored, so that nobody chooses his
/// own address.
pub fn client(direct: IpAddr, headers: &HeaderMap, proxies: &[Network]) -> IpAddr {
    let is_proxy = |address: IpAddr| proxies.iter().any(|network| network.contains(address));
    let mut client = direct.to_canonical();
    if !is_proxy(client) {
        return client;
    }
    let lines: Vec<&str> = headers
        .get_all("x-forwarded-for")
        .iter()
        .filter_map(|value| value.to_str().ok())
        .collect();
    let hops = lines.iter().flat_map(|line| line.split(','));
    let hops: Vec<&str> = hops.map(str::trim).collect();
    for hop in hops.into_iter().rev().take(HOPS_MAX) {
        let Ok(address) = hop.parse::<IpAddr>() else {
            break;
        };
        client = address.to_canonical();
        if !is_proxy(client) {
            break;
        }
    }
    client
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn check(direct: &str, forwarded: &[&str], expected: &str) {
        let proxies: Vec<Network> = ["127.0.0.1", "fd00::/8", "10.1.0.0/16"]
            .map(|n| n.parse().unwrap())
            .to_vec();
        let mut headers = HeaderMap::new();
        for line in forwarded {
            headers.append("x-forwarded-for", HeaderValue::from_str(line).unwrap());
        }
        let found = client(direct.parse().unwrap(), &headers, &proxies);
        assert_eq!(
            found,
            expected.parse::<IpAddr>().unwrap(),
            "{direct} {forwarded:?}"
        );
    }

    #[test]
    fn only_a_configured_proxy_may_name_the_client() {
        check("203.0.113.9", &["198.51.100.1"], "203.0.113.9");
        check("127.0.0.1", &["198.51.100.1"], "198.51.100.1");
        check("::ffff:127.0.0.1", &["198.51.100.1"], "198.51.100.1");
        check("fd12::5", &["2001:db8::7"], "2001:db8::7");
    }

    #[test]
    fn what_the_client_itself_wrote_is_not_believed() {
        check(
            "127.0.0.1",
            &["1.1.1.1, 198.51.100.1, 10.1.2.3"],
            "198.51.100.1",
        );
        check("127.0.0.1", &["1.1.1.1", "198.51.100.1"], "198.51.100.1");
        check("127.0.0.1", &["198.51.100.1, nonsense"], "127.0.0.1");
        check("127.0.0.1", &[], "127.0.0.1");
    }

    #[test]
    fn networks_are_checked_when_read() {
        for bad in ["", "10.0.0.0/33", "::/129", "10.0.0/8", "10.0.0.0/x"] {
            assert!(bad.parse::<Network>().is_err(), "{bad}");
        }
        let all: Network = "0.0.0.0/0".parse().unwrap();
        assert!(all.contains("8.8.8.8".parse().unwrap()));
        assert!(!all.contains("::1".parse().unwrap()));
    }
}
