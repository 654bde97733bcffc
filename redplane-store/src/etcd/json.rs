//! etcd's requests and answers as its JSON gateway has them: bytes in base64, 64-bit numbers as text, zeros left out.

use base64::prelude::{BASE64_STANDARD, Engine as _};
use serde::{Deserialize, Deserializer};
use serde_json::{Value, json};

use super::{Compare, Error, KeyValue, Op, TxnOutcome};

/// gRPC's codes for an answer that says nothing about what was done: cancelled, unknown, deadline exceeded, aborted, internal,
/// unavailable.
const CODES_UNKNOWN: [u32; 6] = [1, 2, 4, 10, 13, 14];

/// What servers without a leader say before they have done anything.
const NO_LEADER: &str = "etcdserver: no leader";

pub(super) fn base64(bytes: &[u8]) -> String {
    BASE64_STANDARD.encode(bytes)
}

fn bytes<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
    let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
    BASE64_STANDARD.decode(text.as_bytes()).map_err(serde::de::Error::custom)
}

/// A number as text, or as a number.
fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i64, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Either {
        Text(String),
        Number(i64),
    }
    match Either::deserialize(deserializer)? {
        Either::Text(text) => text.parse().map_err(serde::de::Error::custom),
        Either::Number(number) => Ok(number),
    }
}

pub(super) fn compare(compare: &Compare<'_>) -> Value {
    let (key, revision) = match *compare {
        Compare::Absent(key) => (key, 0),
        Compare::ModRevision(key, revision) => (key, revision),
    };
    json!({ "key": base64(key), "target": "MOD", "result": "EQUAL", "mod_revision": revision.to_string() })
}

pub(super) fn op(op: &Op<'_>) -> Value {
    match *op {
        Op::Put { key, value, lease } => {
            let lease = lease.unwrap_or(0).to_string();
            json!({ "request_put": { "key": base64(key), "value": base64(value), "lease": lease } })
        }
        Op::Delete(key) => json!({ "request_delete_range": { "key": base64(key) } }),
        Op::Get(key) => json!({ "request_range": { "key": base64(key) } }),
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct Header {
    #[serde(default, deserialize_with = "number")]
    pub(super) revision: i64,
}

#[derive(Debug, Deserialize)]
struct Kv {
    #[serde(deserialize_with = "bytes")]
    key: Vec<u8>,
    #[serde(default, deserialize_with = "bytes")]
    value: Vec<u8>,
    #[serde(default, deserialize_with = "number")]
    mod_revision: i64,
    #[serde(default, deserialize_with = "number")]
    lease: i64,
}

impl From<Kv> for KeyValue {
    fn from(Kv { key, value, mod_revision, lease }: Kv) -> Self {
        Self { key, value, mod_revision, lease }
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct RangeAnswer {
    pub(super) header: Header,
    #[serde(default)]
    kvs: Vec<Kv>,
    #[serde(default)]
    pub(super) more: bool,
}

impl RangeAnswer {
    pub(super) fn into_kvs(self) -> Result<Vec<KeyValue>, Error> {
        if self.kvs.iter().any(|kv| kv.mod_revision == 0) {
            return Err(Error::Malformed("a key without a revision".to_owned()));
        }
        Ok(self.kvs.into_iter().map(KeyValue::from).collect())
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct TxnAnswer {
    header: Header,
    #[serde(default)]
    succeeded: bool,
    #[serde(default)]
    responses: Vec<OpAnswer>,
}

#[derive(Debug, Deserialize)]
struct OpAnswer {
    response_range: Option<RangeAnswer>,
}

impl TxnAnswer {
    pub(super) fn into_outcome(self) -> Result<TxnOutcome, Error> {
        let mut found = Vec::new();
        for range in self.responses.into_iter().filter_map(|answer| answer.response_range) {
            found.extend(range.into_kvs()?);
        }
        Ok(TxnOutcome { succeeded: self.succeeded, revision: self.header.revision, found })
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct LeaseAnswer {
    #[serde(rename = "ID", deserialize_with = "number")]
    pub(super) id: i64,
    #[serde(rename = "TTL", default, deserialize_with = "number")]
    pub(super) ttl: i64,
}

/// The gateway wraps the answers of streams.
#[derive(Debug, Deserialize)]
pub(super) struct KeepAliveAnswer {
    pub(super) result: LeaseAnswer,
}

/// An answer of which only that it came matters.
#[derive(Debug, Deserialize)]
pub(super) struct Empty {}

/// What an answer other than success means.
pub(super) fn refusal(endpoint: &str, status: u16, body: &[u8]) -> Error {
    let Ok(value) = serde_json::from_slice::<Value>(body) else {
        return Error::Malformed(format!("{endpoint}: HTTP status {status} without a reason"));
    };
    let text = |name| value.get(name).and_then(Value::as_str);
    let (Some(reason), Some(code)) =
        (text("message").or_else(|| text("error")), value.get("code").and_then(Value::as_u64))
    else {
        return Error::Malformed(format!("{endpoint}: HTTP status {status} without a reason"));
    };
    let text = format!("{endpoint}: {reason}");
    if reason == NO_LEADER {
        Error::Unreachable(text)
    } else if CODES_UNKNOWN.iter().any(|unknown| u64::from(*unknown) == code) {
        Error::Unknown(text)
    } else {
        Error::Refused(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn txn_answer_of_the_other_branch_is_read() {
        let answer = r#"{"header":{"cluster_id":"32","revision":"2","raft_term":"2"},"responses":[{"response_range":
            {"header":{"revision":"2"},"kvs":[{"key":"YQ==","create_revision":"2","mod_revision":"2","version":"1",
            "value":"Yg==","lease":"5"}],"count":"1"}},{"response_put":{"header":{"revision":"2"}}}]}"#;
        let outcome = serde_json::from_str::<TxnAnswer>(answer).unwrap().into_outcome().unwrap();
        let key_value = KeyValue { key: b"a".to_vec(), value: b"b".to_vec(), mod_revision: 2, lease: 5 };
        assert_eq!(outcome, TxnOutcome { succeeded: false, revision: 2, found: vec![key_value] });
    }

    #[test]
    fn lease_that_has_ended_has_no_time_left() {
        let answer = r#"{"result":{"header":{"revision":"1"},"ID":"77"}}"#;
        assert_eq!(serde_json::from_str::<KeepAliveAnswer>(answer).unwrap().result.ttl, 0);
    }

    #[test]
    fn refusals_tell_what_surely_was_not_done() {
        let gone = br#"{"error":"etcdserver: requested lease not found","code":5}"#;
        assert!(matches!(refusal("e", 404, gone), Error::Refused(_)));
        let leaderless = br#"{"error":"etcdserver: no leader","message":"etcdserver: no leader","code":14}"#;
        assert!(matches!(refusal("e", 503, leaderless), Error::Unreachable(_)));
        let timed_out = br#"{"error":"etcdserver: request timed out","code":14}"#;
        assert!(matches!(refusal("e", 503, timed_out), Error::Unknown(_)));
        assert!(matches!(refusal("e", 404, b"Not Found\n"), Error::Malformed(_)));
    }
}
