//! Redis as an engine: fast, and durable as far as its replicas are.
//!
//! ```text
//! <place>/owner           hash: token of the owner, version
//! <place>/r               hash: the records
//! ```
//!
//! A batch is one script, which Redis runs all at once: it asks whether the owner is still this server and the version an older
//! one, then changes the records. `WAIT` follows in the same breath: the batch is committed when as many replicas have it as the URL's
//! option `wait` says; unless it says, half of the servers that it names, rounded down: a majority together with the primary. With fewer
//! the batch is unreachable, and sent again. The server that is asked is the one among those named that says it is the primary; who
//! becomes the primary is for Sentinel or an operator to decide.
//!
//! # What it can lose
//!
//! `WAIT` is no consensus. It tells that replicas received the batch, and nothing keeps a replica without it from becoming the primary.
//!
//! - **Failover to a replica that lacks the newest commits**: they are lost although they were acknowledged, unless Sentinel chooses a
//!   replica that has them, as it does among those that it sees. The owner notices with its next commit (the version went back),
//!   says so in the log and loads anew; switches keep what they hold leases for.
//! - **Two primaries**, while an old one is cut off: it cannot commit with `wait` at 1 or more, as long as its replicas are not cut
//!   off with it. `wait=0` asks no replica.
//! - **The fence** is data like the records: what loses these may lose it too, and for a hold two servers may answer.
//! - **A primary that restarts empty**, because persistence is off, makes its replicas empty as well. Turn on `appendonly yes`.
//! - **Disks**: received is not written. `appendfsync everysec`, the default, loses a second if all servers lose power at once.
//!
//! Whoever cannot bear this takes etcd or a chain.
//!
//! Limits: no TLS, no passwords, no Redis Cluster. With `maxmemory`, the policy must not be one of `allkeys-…`, or Redis would throw all
//! records away to make room: it is refused by name.

use std::time::{Duration, Instant};

use redis::io::tcp::TcpSettings;
use redis::{Connection, ErrorKind, FromRedisValue, IntoConnectionInfo, Pipeline, RedisError};

use super::watch::Watch;
use super::{Change, Engine, EngineError, draw_owner, hold_of, patience, sure};

/// Changes of one script.
const PART: usize = 4096;

/// Records asked for at a time.
const PAGE: u32 = 1000;

/// The token when the fence was given back.
const NOBODY: &str = "";

/// KEYS: owner. ARGV: new token, version of the owner to replace. Gives the version, or 0 if the owner is another.
const FENCE: &str = "
local owner = redis.call('HMGET', KEYS[1], 'token', 'version')
if owner[1] ~= ARGV[1] and (owner[2] or '0') ~= ARGV[2] then return 0 end
redis.call('HSET', KEYS[1], 'token', ARGV[1])
return redis.call('HINCRBY', KEYS[1], 'version', 1)";

/// KEYS: owner, records. ARGV: token, version that is surely there, version of this attempt, number of keys with values, these and
/// their values in turn, keys to delete.
const COMMIT: &str = "
local owner = redis.call('HMGET', KEYS[1], 'token', 'version')
if owner[1] ~= ARGV[1] then return 'lost' end
local version = tonumber(owner[2])
if version < tonumber(ARGV[2]) then return 'back' end
if version >= tonumber(ARGV[3]) then return 'late' end
redis.call('HSET', KEYS[1], 'version', ARGV[3])
local deleted = 5 + 2 * tonumber(ARGV[4])
for i = 5, deleted - 1, 4000 do
  redis.call('HSET', KEYS[2], unpack(ARGV, i, math.min(i + 3999, deleted - 1)))
end
for i = deleted, #ARGV, 4000 do
  redis.call('HDEL', KEYS[2], unpack(ARGV, i, math.min(i + 3999, #ARGV)))
end
return 'done'";

/// KEYS: owner. ARGV: token. Gives the fence back if it is this server's.
const RELEASE: &str = "
if redis.call('HGET', KEYS[1], 'token') ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[1], 'token', '')
return redis.call('HINCRBY', KEYS[1], 'version', 1)";

/// Error codes that an operator has to see to; others pass.
const REFUSALS: [&str; 8] = ["OOM", "NOAUTH", "NOPERM", "WRONGTYPE", "MISCONF", "MOVED", "CROSSSLOT", "ERR"];

impl From<RedisError> for EngineError {
    fn from(error: RedisError) -> Self {
        let refused = matches!(error.kind(), ErrorKind::Server(_) | ErrorKind::Extension)
            && error.code().is_some_and(|code| REFUSALS.contains(&code));
        let text = format!("Redis: {error}");
        if refused { Self::Refused(text) } else { Self::Unreachable(text) }
    }
}

/// A field of a hash, with its value.
type Field = (Vec<u8>, Vec<u8>);

/// The fence, as far as this server knows.
#[derive(Debug)]
struct Fence {
    token: String,
    /// Version that as many replicas have as are asked for.
    confirmed: i64,
    /// Version of the newest attempt.
    newest: i64,
}

/// One shard's records in Redis.
pub struct Redis {
    addresses: Vec<String>,
    wait: u32,
    owner: String,
    records: String,
    hold: Duration,
    patience: Duration,
    connection: Option<Connection>,
    watch: Watch,
    fence: Option<Fence>,
    /// Drawn for the next attempts to get the fence: one of them may have been applied without an answer.
    attempt: Option<String>,
}

impl std::fmt::Debug for Redis {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { addresses, wait, owner, fence, .. } = self;
        write!(f, "Redis {{ {owner} at {addresses:?}, wait {wait}, {fence:?} }}")
    }
}

impl Redis {
    /// The records under `place`, of the Redis whose primary is among `addresses` (`host:port`). A batch is committed when `wait` replicas
    /// have it.
    pub fn new(addresses: Vec<String>, wait: u32, place: &str, hold: Duration) -> Self {
        Self {
            addresses,
            wait,
            owner: format!("{place}/owner"),
            records: format!("{place}/r"),
            hold,
            patience: patience(hold),
            connection: None,
            watch: Watch::default(),
            fence: None,
            attempt: None,
        }
    }

    /// Sends commands and takes the answers. After any failure the connection is another: what is still under way on the old one
    /// must not be taken for an answer.
    fn ask<T: FromRedisValue>(&mut self, pipeline: &Pipeline) -> Result<T, EngineError> {
        let mut connection = match self.connection.take() {
            Some(connection) => connection,
            None => self.connect()?,
        };
        let answer = pipeline.query(&mut connection)?;
        self.connection = Some(connection);
        Ok(answer)
    }

    /// The primary that has replicas enough, or else the one that has most.
    fn connect(&self) -> Result<Connection, EngineError> {
        let share = self.patience / u32::try_from(self.addresses.len()).unwrap_or(u32::MAX).max(1);
        let mut best: Option<(usize, Connection)> = None;
        let mut failure = format!("none of {} is the primary", self.addresses.join(", "));
        for address in &self.addresses {
            match primary(address, share) {
                Ok(Some(found)) if best.as_ref().is_none_or(|best| found.0 > best.0) => best = Some(found),
                Ok(_) => {}
                Err(error) => failure = format!("{failure}; {address}: {error}"),
            }
            if best.as_ref().is_some_and(|(replicas, _)| *replicas >= self.wait as usize) {
                break;
            }
        }
        let Some((_, mut connection)) = best else {
            return Err(EngineError::Unreachable(format!("Redis: {failure}")));
        };
        connection.set_read_timeout(Some(self.patience))?;
        connection.set_write_timeout(Some(self.patience))?;
        let info: String = redis::cmd("INFO").arg("memory").query(&mut connection)?;
        refuse_eviction(&info)?;
        Ok(connection)
    }

    fn wait(&self, pipeline: &mut Pipeline) {
        if self.wait > 0 {
            let timeout = (self.patience / 2).as_millis() as u64;
            pipeline.cmd("WAIT").arg(self.wait).arg(timeout);
        }
    }

    /// Runs a script, and waits for replicas.
    fn durably<T: FromRedisValue>(&mut self, mut pipeline: Pipeline) -> Result<T, EngineError> {
        self.wait(&mut pipeline);
        if self.wait == 0 {
            return self.ask::<(T,)>(&pipeline).map(|(answer,)| answer);
        }
        let (answer, replicas) = self.ask::<(T, u32)>(&pipeline)?;
        if replicas < self.wait {
            let text = format!("Redis: {replicas} of {} replicas answered in time", self.wait);
            return Err(EngineError::Unreachable(text));
        }
        Ok(answer)
    }

    fn commit_part(&mut self, part: &[Change]) -> Result<(), EngineError> {
        let Some(fence) = &mut self.fence else { return Err(EngineError::Lost) };
        fence.newest += 1;
        let version = fence.newest;
        let mut pipeline = Pipeline::new();
        let values = || part.iter().filter_map(|change| Some((&change.key, change.value.as_ref()?)));
        let script = pipeline.cmd("EVAL").arg(COMMIT).arg(2).arg(&self.owner).arg(&self.records);
        script.arg(&fence.token).arg(fence.confirmed).arg(version).arg(values().count());
        for (key, value) in values() {
            script.arg(key).arg(value);
        }
        for change in part.iter().filter(|change| change.value.is_none()) {
            script.arg(&change.key);
        }
        let result: String = self.durably(pipeline)?;
        match (&mut self.fence, &*result) {
            (Some(fence), "done") => {
                fence.confirmed = version;
                Ok(())
            }
            (_, "late") => Err(EngineError::Unreachable("Redis: a newer batch overtook this one".to_owned())),
            (_, result) => {
                if result == "back" {
                    log::error!("{}: Redis lost commits that it had acknowledged", self.owner);
                }
                self.fence = None;
                Err(EngineError::Lost)
            }
        }
    }
}

/// A connection to a server and its number of replicas, if it is a primary.
fn primary(address: &str, timeout: Duration) -> Result<Option<(usize, Connection)>, RedisError> {
    let (host, port) = address.rsplit_once(':').unwrap_or((address, ""));
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let port: u16 = port.parse().unwrap_or(6379);
    // A batch's last segment must not wait for the acknowledgement of those before.
    let tcp = TcpSettings::default().set_nodelay(true);
    let server = (host, port).into_connection_info()?.set_tcp_settings(tcp);
    let mut connection = redis::Client::open(server)?.get_connection_with_timeout(timeout)?;
    connection.set_read_timeout(Some(timeout))?;
    connection.set_write_timeout(Some(timeout))?;
    let role: Vec<redis::Value> = redis::cmd("ROLE").query(&mut connection)?;
    let is_primary = role
        .first()
        .is_some_and(|role| String::from_redis_value_ref(role).is_ok_and(|role| role == "master"));
    let replicas = match role.get(2) {
        Some(redis::Value::Array(replicas)) => replicas.len(),
        _ => 0,
    };
    Ok(is_primary.then_some((replicas, connection)))
}

/// Records that Redis may throw away are none.
fn refuse_eviction(info: &str) -> Result<(), EngineError> {
    let value =
        |name| info.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':')).map(str::trim);
    match (value("maxmemory"), value("maxmemory_policy")) {
        (Some(max), Some(policy)) if max != "0" && policy.starts_with("allkeys") => {
            Err(EngineError::Refused(format!(
                "Redis: maxmemory-policy is {policy}, which throws records away: set it to noeviction"
            )))
        }
        _ => Ok(()),
    }
}

impl Engine for Redis {
    fn fence(&mut self) -> Result<(), EngineError> {
        if self.fence.is_some() {
            return self.commit_part(&[]);
        }
        let token = match &self.attempt {
            Some(token) => token.clone(),
            None => self.attempt.insert(draw_owner(self.hold)?).clone(),
        };
        let mut read = Pipeline::new();
        read.cmd("HMGET").arg(&self.owner).arg("token").arg("version");
        let ((owner, version),): ((Option<String>, Option<i64>),) = self.ask(&read)?;
        let (owner, version) = (owner.unwrap_or_default(), version.unwrap_or(0));
        let hold = hold_of(owner.as_bytes()).unwrap_or_default().max(self.hold);
        let is_free = owner == NOBODY || owner == token;
        if !is_free && !self.watch.has_lapsed(version, Instant::now(), hold) {
            return Err(EngineError::Held);
        }
        let mut take = Pipeline::new();
        take.cmd("EVAL").arg(FENCE).arg(1).arg(&self.owner).arg(&token).arg(version);
        let version: i64 = self.durably(take)?;
        if version == 0 {
            return Err(EngineError::Held);
        }
        self.attempt = None;
        self.fence = Some(Fence { token, confirmed: version, newest: version });
        Ok(())
    }

    fn load(&mut self, each: &mut dyn FnMut(&[u8], &[u8])) -> Result<(), EngineError> {
        let mut extended = Instant::now();
        let mut cursor = 0_u64;
        loop {
            let mut scan = Pipeline::new();
            scan.cmd("HSCAN").arg(&self.records).arg(cursor).arg("COUNT").arg(PAGE);
            let ((next, page),): ((u64, Vec<Field>),) = self.ask(&scan)?;
            for (key, value) in &page {
                each(key, value);
            }
            cursor = next;
            if cursor == 0 {
                return self.commit_part(&[]);
            }
            if extended.elapsed() > self.hold / 4 {
                extended = Instant::now();
                self.commit_part(&[])?;
            }
        }
    }

    fn commit(&mut self, batch: &[Change]) -> Result<(), EngineError> {
        if batch.is_empty() {
            return self.commit_part(&[]);
        }
        batch.chunks(PART).try_for_each(|part| self.commit_part(part))
    }

    fn atomic(&self) -> usize {
        PART
    }

    fn extend(&mut self) -> Result<Duration, EngineError> {
        self.commit_part(&[])?;
        Ok(sure(self.hold))
    }

    fn release(&mut self) {
        let Some(fence) = self.fence.take() else { return };
        let mut release = Pipeline::new();
        release.cmd("EVAL").arg(RELEASE).arg(1).arg(&self.owner).arg(&fence.token);
        if let Err(error) = self.ask::<(i64,)>(&release) {
            log::warn!("the shard's fence was not given back, a successor waits {:?}: {error}", self.hold);
        }
    }

    fn name(&self) -> &'static str {
        "Redis"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn redis_that_evicts_records_is_refused() {
        let info = |max, policy| format!("# Memory\r\nmaxmemory:{max}\r\nmaxmemory_policy:{policy}\r\n");
        let refusal = refuse_eviction(&info("1000", "allkeys-lru")).unwrap_err();
        assert!(matches!(&refusal, EngineError::Refused(text) if text.contains("noeviction")), "{refusal}");
        assert_eq!(refuse_eviction(&info("0", "allkeys-lru")), Ok(()));
        assert_eq!(refuse_eviction(&info("1000", "noeviction")), Ok(()));
    }

    #[test]
    fn commit_without_fence_is_lost_and_sends_nothing() {
        let mut redis = Redis::new(vec!["127.0.0.1:1".to_owned()], 0, "g/0/1", Duration::from_secs(1));
        assert_eq!(redis.commit(&[]), Err(EngineError::Lost));
        assert!(matches!(redis.fence(), Err(EngineError::Unreachable(_))));
    }
}
