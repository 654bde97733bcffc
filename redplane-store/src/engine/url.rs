//! What an engine's URL says.

use std::fmt;
use std::time::Duration;

use super::HOLD_MIN;

/// etcd's own limit of operations in a transaction, unless it is set otherwise (`--max-txn-ops`).
const ETCD_OPS: usize = 128;

/// A system and its options.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum System {
    Etcd { ops: usize },
    Redis { wait: u32 },
}

/// A system and where it is.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Url {
    pub(super) system: System,
    /// `host:port`, at least one.
    pub(super) addresses: Vec<String>,
}

/// Why no engine could be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OpenError {
    /// The URL names no engine, or not in this way.
    Url(String),
    /// The group is no name.
    Group(String),
    /// The hold is too short.
    Hold(Duration),
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Url(text) => {
                write!(f, "{text}: write etcd://host:port,host:port or redis://host:port,host:port?wait=1")
            }
            Self::Group(group) => write!(f, "group `{group}`: give it a name without `/`"),
            Self::Hold(hold) => {
                write!(f, "a hold of {hold:?} is too short: give it {HOLD_MIN:?} or more")
            }
        }
    }
}

impl std::error::Error for OpenError {}

impl Url {
    pub(super) fn parse(url: &str) -> Result<Self, OpenError> {
        let wrong = |what: String| OpenError::Url(format!("engine `{url}`: {what}"));
        let Some((scheme, rest)) = url.split_once("://") else {
            return Err(wrong("no scheme".to_owned()));
        };
        let (hosts, options) = rest.split_once('?').unwrap_or((rest, ""));
        let addresses: Vec<String> = hosts.trim_end_matches('/').split(',').map(str::to_owned).collect();
        for address in &addresses {
            let port = address.rsplit_once(':').filter(|(host, _)| !host.is_empty() && !host.contains('@'));
            if port.and_then(|(_, port)| port.parse::<u16>().ok()).is_none() {
                return Err(wrong(format!("`{address}` is no host:port")));
            }
        }
        let mut number = None;
        for option in options.split('&').filter(|option| !option.is_empty()) {
            let (name, value) = option.split_once('=').unwrap_or((option, ""));
            match (scheme, name, value.parse::<u32>()) {
                ("etcd", "ops", Ok(value @ 2..)) | ("redis", "wait", Ok(value)) => number = Some(value),
                _ => return Err(wrong(format!("`{option}` is no option"))),
            }
        }
        let system = match scheme {
            "etcd" => System::Etcd { ops: number.map_or(ETCD_OPS, |ops| ops as usize) },
            // With the primary, a majority of the servers that were named.
            "redis" => System::Redis { wait: number.unwrap_or(addresses.len() as u32 / 2) },
            _ => return Err(wrong(format!("`{scheme}` is none that we know"))),
        };
        Ok(Self { system, addresses })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(url: &str) -> Url {
        Url::parse(url).unwrap()
    }

    #[test]
    fn urls_of_both_systems_are_read() {
        let etcd = parse("etcd://10.0.0.1:2379,[::1]:2379?ops=512");
        assert_eq!(etcd.addresses, ["10.0.0.1:2379", "[::1]:2379"]);
        assert_eq!(etcd.system, System::Etcd { ops: 512 });
        assert_eq!(parse("etcd://h:1/").system, System::Etcd { ops: 128 });
        assert_eq!(parse("redis://a:1,b:2,c:3?wait=2").system, System::Redis { wait: 2 });
    }

    #[test]
    fn redis_unless_told_waits_for_a_majority_of_the_servers() {
        let waits = ["redis://a:1", "redis://a:1,b:1", "redis://a:1,b:1,c:1"].map(|url| parse(url).system);
        assert_eq!(waits, [0, 1, 1].map(|wait| System::Redis { wait }));
    }

    #[test]
    fn wrong_urls_are_refused_and_quoted() {
        let urls = [
            "redis",
            "mysql://a:1",
            "etcd://",
            "etcd://a",
            "etcd://a:1,",
            "etcd://:1",
            "etcd://a:70000",
            "etcd://a:1?wait=1",
            "etcd://a:1?ops=1",
            "redis://a:1?wait=-1",
            "redis://user:secret@a:1",
        ];
        for url in urls {
            let error = Url::parse(url).unwrap_err().to_string();
            assert!(error.contains(&format!("`{url}`")), "{error}");
        }
    }
}
