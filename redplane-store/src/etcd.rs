//! A small blocking client of etcd, over the JSON gateway that every etcd server has.
//!
//! etcd's own protocol is gRPC, whose code generator wants a system package and whose libraries want an async runtime. The gateway
//! (`POST /v3/kv/txn` and so on, etcd 3.4 and later) takes the same requests as JSON over HTTP/1.1, with keys and values in base64. A
//! shard's commits and a configuration master's leases need no more.
//!
//! ```no_run
//! use redplane_store::etcd::{Client, Compare, Op};
//! # fn main() -> Result<(), redplane_store::etcd::Error> {
//! let mut etcd = Client::new(["10.0.0.1:2379", "10.0.0.2:2379"], std::time::Duration::from_secs(1));
//! let lease = etcd.lease_grant(5)?;
//! let put = Op::Put { key: b"group/view", value: b"1", lease: Some(lease.id) };
//! let outcome = etcd.txn(&[Compare::Absent(b"group/view")], &[put], &[Op::Get(b"group/view")])?;
//! println!("{} at revision {}", outcome.succeeded, outcome.revision);
//! # Ok(())
//! # }
//! ```
//!
//! Each call tries the endpoints in turn, beginning with the one that answered last, and takes no longer than the client's timeout. An
//! endpoint gets an equal part of it, so that one that hangs leaves time for the others; a transaction, which is not sent twice, may use
//! all of it. Reads are linearizable.
//!
//! Limits: no TLS and no passwords, so the way to etcd must be trusted. An answer may have [`ANSWER_MAX`] bytes. A host name that
//! does not resolve at once takes its time from the same timeout.

mod json;

use std::fmt;
use std::time::{Duration, Instant};

use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// Bytes of an answer that are read; a longer one is [`Error::Malformed`].
pub const ANSWER_MAX: u64 = 64 << 20;

/// Keys that [`Client::range`] asks for at a time.
pub const PAGE: u32 = 1000;

/// Why a call failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Error {
    /// No endpoint could be reached, or none had a leader. A transaction was surely not applied.
    Unreachable(String),
    /// The request left, and no answer came. A transaction may have been applied, or may be applied later.
    Unknown(String),
    /// etcd refused: a lease is gone, a request is too large, its disk is full. A transaction was surely not applied.
    Refused(String),
    /// The answer was none of etcd's: something else listens there. As [`Error::Unknown`] for a transaction.
    Malformed(String),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreachable(text) => write!(f, "etcd cannot be reached: {text}"),
            Self::Unknown(text) => write!(f, "etcd did not answer: {text}"),
            Self::Refused(text) => write!(f, "etcd refused: {text}"),
            Self::Malformed(text) => write!(f, "this is not how etcd answers: {text}"),
        }
    }
}

impl std::error::Error for Error {}

/// A key with what etcd knows of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyValue {
    /// The key.
    pub key: Vec<u8>,
    /// Its value.
    pub value: Vec<u8>,
    /// Revision of its last change.
    pub mod_revision: i64,
    /// The lease with which it ends, 0 for none.
    pub lease: i64,
}

/// What a transaction asks before it does anything.
#[derive(Clone, Copy, Debug)]
pub enum Compare<'a> {
    /// There is no such key.
    Absent(&'a [u8]),
    /// The key's last change was at this revision.
    ModRevision(&'a [u8], i64),
}

/// What a transaction does.
#[derive(Clone, Copy, Debug)]
pub enum Op<'a> {
    /// Sets a key. With a lease, the key ends when the lease ends.
    Put {
        /// The key.
        key: &'a [u8],
        /// Its new value.
        value: &'a [u8],
        /// The lease it hangs on.
        lease: Option<i64>,
    },
    /// Deletes a key, if it is there.
    Delete(&'a [u8]),
    /// Reads a key.
    Get(&'a [u8]),
}

/// What a transaction did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TxnOutcome {
    /// Whether all compares held, so that the first list of operations was done, else the second.
    pub succeeded: bool,
    /// Revision after the transaction: that of its changes, if it made any.
    pub revision: i64,
    /// What [`Op::Get`]s found, in their order; those that found nothing are left out.
    pub found: Vec<KeyValue>,
}

/// A lease as it was granted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lease {
    /// Its number.
    pub id: i64,
    /// How long it lasts, in seconds: longer than was asked for if etcd's minimum (1.5 election timeouts) is longer.
    pub ttl: i64,
}

/// A client of one cluster. A clone shares its connections.
#[derive(Clone, Debug)]
pub struct Client {
    endpoints: Vec<String>,
    /// The endpoint that is asked first: the last one that answered.
    first: usize,
    timeout: Duration,
    agent: ureq::Agent,
}

impl Client {
    /// A client of the cluster with these endpoints (`host:port`). `timeout` bounds each call. Nothing is sent yet.
    pub fn new<S: Into<String>>(endpoints: impl IntoIterator<Item = S>, timeout: Duration) -> Self {
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .proxy(None)
            .user_agent("redplane-store")
            .build();
        Self {
            endpoints: endpoints.into_iter().map(Into::into).collect(),
            first: 0,
            timeout,
            agent: config.new_agent(),
        }
    }

    /// All keys that begin with `prefix`, as of one revision, which is the first result.
    ///
    /// # Errors
    /// See [`Error`]. [`Error::Refused`] also if etcd was compacted beyond that revision meanwhile: ask again.
    pub fn range(&mut self, prefix: &[u8]) -> Result<(i64, Vec<KeyValue>), Error> {
        let mut all = Vec::new();
        let revision = self.range_each(prefix, |page| {
            all.extend(page);
            Ok(())
        })?;
        Ok((revision, all))
    }

    /// The same, page by page: `each` is given up to [`PAGE`] keys at a time. Gives the revision. The timeout is for each page.
    ///
    /// # Errors
    /// As [`Client::range`], and those of `each`.
    pub fn range_each<E: From<Error>>(
        &mut self,
        prefix: &[u8],
        mut each: impl FnMut(Vec<KeyValue>) -> Result<(), E>,
    ) -> Result<i64, E> {
        let range_end = json::base64(&prefix_end(prefix));
        let mut key = prefix.to_vec();
        let mut revision = 0;
        loop {
            let body = json!({
                "key": json::base64(&key), "range_end": range_end, "limit": PAGE, "revision": revision.to_string(),
            });
            let answer: json::RangeAnswer = self.read("/v3/kv/range", &body)?;
            if revision == 0 {
                revision = answer.header.revision;
            }
            let more = answer.more;
            let page = answer.into_kvs()?;
            if let Some(last) = page.last() {
                key.clone_from(&last.key);
                key.push(0);
            } else if more {
                return Err(Error::Malformed("an empty page with more to come".to_owned()).into());
            }
            each(page)?;
            if !more {
                return Ok(revision);
            }
        }
    }

    /// One key, with etcd's revision as it was read.
    ///
    /// # Errors
    /// See [`Error`].
    pub fn get(&mut self, key: &[u8]) -> Result<(i64, Option<KeyValue>), Error> {
        let answer: json::RangeAnswer = self.read("/v3/kv/range", &json!({ "key": json::base64(key) }))?;
        let revision = answer.header.revision;
        Ok((revision, answer.into_kvs()?.into_iter().next()))
    }

    /// If all `compares` hold, does `then`, else `otherwise`: all at once or nothing. Each list may have as many operations as etcd's
    /// `--max-txn-ops` says (128 unless set), and no two changes of one key.
    ///
    /// # Errors
    /// See [`Error`]. After [`Error::Unknown`] it may have been done, or may still be done later. It is not sent a second time then:
    /// the compares must be such that the caller can find out.
    pub fn txn(
        &mut self,
        compares: &[Compare<'_>],
        then: &[Op<'_>],
        otherwise: &[Op<'_>],
    ) -> Result<TxnOutcome, Error> {
        let list = |ops: &[Op<'_>]| ops.iter().map(json::op).collect::<Value>();
        let body = json!({
            "compare": compares.iter().map(json::compare).collect::<Value>(),
            "success": list(then),
            "failure": list(otherwise),
        });
        let answer: json::TxnAnswer = self.call("/v3/kv/txn", &body, false)?;
        answer.into_outcome()
    }

    /// A new lease of `ttl` seconds. After an error a lease may be left behind; it ends by itself.
    ///
    /// # Errors
    /// See [`Error`].
    pub fn lease_grant(&mut self, ttl: u32) -> Result<Lease, Error> {
        let answer: json::LeaseAnswer = self.read("/v3/lease/grant", &json!({ "TTL": ttl }))?;
        Ok(Lease { id: answer.id, ttl: answer.ttl })
    }

    /// Extends a lease, and gives for how many seconds it lasts from now: 0 if it had ended.
    ///
    /// Before etcd 3.5.3 a leader that has been voted out and has not noticed may answer this: what must not be done by two at a time
    /// has to be guarded by a transaction, not by this answer.
    ///
    /// # Errors
    /// See [`Error`].
    pub fn lease_keep_alive(&mut self, id: i64) -> Result<i64, Error> {
        let answer: json::KeepAliveAnswer =
            self.read("/v3/lease/keepalive", &json!({ "ID": id.to_string() }))?;
        Ok(answer.result.ttl)
    }

    /// Ends a lease, and with it all keys that hang on it.
    ///
    /// # Errors
    /// See [`Error`]; [`Error::Refused`] if it had ended.
    pub fn lease_revoke(&mut self, id: i64) -> Result<(), Error> {
        self.read::<json::Empty>("/v3/lease/revoke", &json!({ "ID": id.to_string() })).map(drop)
    }

    /// A request that may be made twice.
    fn read<T: DeserializeOwned>(&mut self, path: &str, body: &Value) -> Result<T, Error> {
        self.call(path, body, true)
    }

    /// Asks the endpoints in turn, until one answers, or there is no telling what became of a request that must not be repeated.
    fn call<T: DeserializeOwned>(&mut self, path: &str, body: &Value, repeatable: bool) -> Result<T, Error> {
        let body = serde_json::to_vec(body).map_err(|error| Error::Refused(error.to_string()))?;
        let deadline = Instant::now() + self.timeout;
        let count = self.endpoints.len();
        let mut failure = Error::Unreachable("no endpoint was given".to_owned());
        for tried in 0..count {
            let at = (self.first + tried) % count;
            let left = deadline.saturating_duration_since(Instant::now());
            let share = left / u32::try_from(count - tried).unwrap_or(u32::MAX);
            if share.is_zero() {
                break;
            }
            // Behind one that does not answer, a request that must not be repeated has no other to go to.
            let timeout = if repeatable { share } else { left };
            match self.call_endpoint(at, path, &body, timeout, share) {
                Ok(answer) => {
                    self.first = at;
                    return serde_json::from_slice(&answer)
                        .map_err(|error| Error::Malformed(format!("{}: {error}", self.endpoints[at])));
                }
                Err(error @ Error::Refused(_)) => {
                    self.first = at;
                    return Err(error);
                }
                Err(error) => {
                    let gone_on = repeatable || matches!(error, Error::Unreachable(_));
                    failure = error;
                    if !gone_on {
                        // The next call begins elsewhere.
                        self.first = (at + 1) % count;
                        break;
                    }
                }
            }
        }
        Err(failure)
    }

    fn call_endpoint(
        &self,
        at: usize,
        path: &str,
        body: &[u8],
        timeout: Duration,
        connect: Duration,
    ) -> Result<Vec<u8>, Error> {
        let endpoint = &self.endpoints[at];
        let answer = self
            .agent
            .post(format!("http://{endpoint}{path}"))
            .config()
            .timeout_global(Some(timeout))
            .timeout_connect(Some(connect))
            .build()
            .content_type("application/json")
            .send(body)
            .map_err(|error| failed(endpoint, &error))?;
        let status = answer.status();
        let bytes = answer
            .into_body()
            .into_with_config()
            .limit(ANSWER_MAX)
            .read_to_vec()
            .map_err(|error| failed(endpoint, &error))?;
        if status.is_success() { Ok(bytes) } else { Err(json::refusal(endpoint, status.as_u16(), &bytes)) }
    }
}

/// What became of a request that got no answer: it surely did not leave, or there is no telling.
fn failed(endpoint: &str, error: &ureq::Error) -> Error {
    use std::io::ErrorKind;
    let text = format!("{endpoint}: {error}");
    match error {
        ureq::Error::Io(io) if io.kind() == ErrorKind::ConnectionRefused => Error::Unreachable(text),
        ureq::Error::HostNotFound
        | ureq::Error::ConnectionFailed
        | ureq::Error::BadUri(_)
        | ureq::Error::Timeout(ureq::Timeout::Resolve | ureq::Timeout::Connect) => Error::Unreachable(text),
        ureq::Error::Protocol(_)
        | ureq::Error::BodyExceedsLimit(_)
        | ureq::Error::LargeResponseHeader(..) => Error::Malformed(text),
        _ => Error::Unknown(text),
    }
}

/// The first key behind all that begin with `prefix`; a zero byte, etcd's word for "no end", if there is none.
fn prefix_end(prefix: &[u8]) -> Vec<u8> {
    let mut end = prefix.to_vec();
    while let Some(last) = end.pop() {
        if last < u8::MAX {
            end.push(last + 1);
            return end;
        }
    }
    vec![0]
}

#[cfg(test)]
mod tests;
