//! Counters, gauges and histograms of a shard, and their text for Prometheus.
//!
//! If something breaks at night, a counter moves; counting must cost a shard next to nothing. So each shard has a
//! table of numbers that it alone writes, by plain loads and stores, and that the metrics server reads whenever it
//! is asked. What the numbers mean (names, help, labels) is a constant table beside the code that counts.
//!
//! ```
//! use redplane_store::metrics::{self, Metric};
//!
//! const WRITES: usize = 0;
//! const STALE: usize = 1;
//! const TABLE: &[Metric] = &[
//!     Metric::counter("redplane_writes_total", "Writes committed.", &[]),
//!     Metric::counter("redplane_refused_total", "Messages refused.", &[("reason", "stale_epoch")]),
//! ];
//!
//! let (writer, reader) = metrics::new(TABLE, &[("shard", "0")])?;
//! writer.add(WRITES, 2);
//! writer.add(STALE, 1);
//!
//! let mut text = String::new();
//! metrics::render(&[reader], &mut text);
//! assert!(text.contains("redplane_refused_total{shard=\"0\",reason=\"stale_epoch\"} 1\n"));
//! # Ok::<(), metrics::TableError>(())
//! ```
//!
//! A histogram of times is a row per bucket, one for the sum and one for the count ([`Metric::times`]), written in that order.
//!
//! Format: Prometheus text exposition 0.0.4. Limits: whole numbers only, but for a sum of times; numbers read while a shard
//! runs are each right, but not all of the same instant.

use crate::histogram::Histogram;
use std::cell::Cell;
use std::fmt::{self, Write};
use std::marker::PhantomData;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Nanoseconds of a tick, in which histograms count.
const TICK_NANOS: u64 = 256;

/// How a number behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Only grows, from zero at start-up.
    Counter,
    /// Goes up and down.
    Gauge,
    /// How many times were how long.
    Histogram,
}

/// Which line of its metric a number is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    /// The only one with these labels.
    Value,
    /// Times of a histogram up to the one in the label `le`.
    Bucket,
    /// The sum of a histogram's times, in nanoseconds.
    Sum,
    /// How many there were.
    Count,
}

/// A label's name and value.
pub type Label<'a> = (&'a str, &'a str);

/// What one number means. Rows that differ in their labels alone repeat name, help and kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Metric {
    name: &'static str,
    help: &'static str,
    kind: Kind,
    part: Part,
    labels: &'static [Label<'static>],
}

impl Metric {
    /// A row for a counter; its name ends in `_total` by Prometheus' custom.
    #[must_use]
    pub const fn counter(name: &'static str, help: &'static str, labels: &'static [Label<'static>]) -> Self {
        Self { name, help, kind: Kind::Counter, part: Part::Value, labels }
    }

    /// A row for a gauge; its name ends in the unit, if it has one.
    #[must_use]
    pub const fn gauge(name: &'static str, help: &'static str, labels: &'static [Label<'static>]) -> Self {
        Self { name, help, kind: Kind::Gauge, part: Part::Value, labels }
    }

    /// The rows for a [`Histogram`] of times, in the order of [`Histogram::cumulative`] and then sum and count; the name ends in
    /// `_seconds` by Prometheus' custom. Its labels live as long as the process.
    #[must_use]
    pub fn times(name: &'static str, help: &'static str, labels: &[Label<'static>]) -> Vec<Self> {
        let own: &'static [Label<'static>] = Box::leak(labels.into());
        let row = |part, labels| Self { name, help, kind: Kind::Histogram, part, labels };
        let bucket = |(end, _): (Option<u64>, u64)| {
            let end: &'static str = match end {
                Some(ticks) => Box::leak(seconds(ticks * TICK_NANOS).into_boxed_str()),
                None => "+Inf",
            };
            let labels = own.iter().copied().chain([("le", end)]).collect::<Vec<_>>();
            row(Part::Bucket, Vec::leak(labels))
        };
        let buckets = Histogram::default().cumulative().map(bucket).collect::<Vec<_>>();
        buckets.into_iter().chain([row(Part::Sum, own), row(Part::Count, own)]).collect()
    }

    /// Whether this is a bucket of a histogram: what it counts, others count too.
    #[must_use]
    pub fn is_bucket(&self) -> bool {
        self.part == Part::Bucket
    }

    /// Its name.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// Its own labels, without those of the whole table.
    #[must_use]
    pub const fn labels(&self) -> &'static [Label<'static>] {
        self.labels
    }
}

/// What is wrong with a table of metrics. A mistake of the program, found when it starts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TableError {
    /// A metric's name is not one to Prometheus, or a counter's does not end in `_total`.
    Name(&'static str),
    /// A label's name is not one to Prometheus, or given twice for one number.
    Label(String),
    /// Two rows have the same name and labels.
    Twice(&'static str),
    /// Two rows of the same name differ in help or kind.
    Differs(&'static str),
}

impl fmt::Display for TableError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => write!(f, "{name:?} is no name for a metric (a counter's ends in _total)"),
            Self::Label(name) => write!(f, "{name:?} is no name for a label, or is given twice"),
            Self::Twice(name) => write!(f, "metric {name} is listed twice with the same labels"),
            Self::Differs(name) => write!(f, "metric {name} is listed with different helps or kinds"),
        }
    }
}

impl std::error::Error for TableError {}

/// A table and its numbers.
#[derive(Debug)]
struct Set {
    table: &'static [Metric],
    /// Labels of every number, with the values escaped: `a="x",b="y"`.
    labels: Box<[String]>,
    values: Box<[AtomicU64]>,
}

/// The writing end: one owner, on one thread at a time (it can be sent, but neither shared nor cloned), which is
/// why it needs no atomic addition.
#[derive(Debug)]
pub struct Writer {
    set: Arc<Set>,
    on_one_thread: PhantomData<Cell<()>>,
}

/// The reading end.
#[derive(Debug, Clone)]
pub struct Reader {
    set: Arc<Set>,
}

/// Makes the numbers of `table`, all zero; `labels` are added to each (the number of the shard, say).
///
/// # Errors
/// See [`TableError`].
pub fn new(table: &'static [Metric], labels: &[Label<'_>]) -> Result<(Writer, Reader), TableError> {
    for (index, row) in table.iter().enumerate() {
        check_names(row, labels)?;
        for earlier in table[..index].iter().filter(|earlier| earlier.name == row.name) {
            if (earlier.help, earlier.kind) != (row.help, row.kind) {
                return Err(TableError::Differs(row.name));
            }
            if (earlier.part, earlier.labels) == (row.part, row.labels) {
                return Err(TableError::Twice(row.name));
            }
        }
    }
    let set = Arc::new(Set {
        table,
        labels: table.iter().map(|row| label_text(labels.iter().chain(row.labels))).collect(),
        values: table.iter().map(|_| AtomicU64::new(0)).collect(),
    });
    Ok((Writer { set: Arc::clone(&set), on_one_thread: PhantomData }, Reader { set }))
}

impl Writer {
    /// Writes the rows of a histogram, the first of which is `row`; gives the row behind them.
    ///
    /// # Panics
    /// The table has no such rows.
    pub fn set_times(&self, row: usize, times: &Histogram) -> usize {
        let mut at = row;
        let ends = [times.sum_ticks().saturating_mul(TICK_NANOS), times.count()];
        for value in times.cumulative().map(|(_, count)| count).chain(ends) {
            self.set(at, value);
            at += 1;
        }
        at
    }

    /// Adds to a number; it wraps at 2^64.
    ///
    /// # Panics
    /// The table has no such row.
    pub fn add(&self, row: usize, amount: u64) {
        let value = &self.set.values[row];
        // Nobody else stores, so nothing can come between the two.
        value.store(value.load(Ordering::Relaxed).wrapping_add(amount), Ordering::Relaxed);
    }

    /// Sets a number: a gauge, or a counter that is kept elsewhere and copied here from time to time.
    ///
    /// # Panics
    /// The table has no such row.
    pub fn set(&self, row: usize, value: u64) {
        self.set.values[row].store(value, Ordering::Relaxed);
    }
}

impl Reader {
    /// A number as of now, `None` if the table has no such row.
    #[must_use]
    pub fn value(&self, row: usize) -> Option<u64> {
        self.set.values.get(row).map(|value| value.load(Ordering::Relaxed))
    }

    /// All numbers as of now, in the table's order.
    pub fn samples(&self) -> impl Iterator<Item = (&'static Metric, u64)> {
        self.set.table.iter().zip(self.set.values.iter().map(|value| value.load(Ordering::Relaxed)))
    }
}

/// Appends the numbers of all `readers` to `out`.
///
/// Numbers of one name stand together under one help line, as the format wants it, whichever readers they are
/// from. Where two tables disagree about a name's help or kind, the first one's is shown.
pub fn render(readers: &[Reader], out: &mut String) {
    let rows = || {
        let numbered = |reader: &'_ Reader| {
            let set = Arc::clone(&reader.set);
            (0..set.table.len()).map(move |index| (Arc::clone(&set), index))
        };
        readers.iter().flat_map(numbered)
    };
    let mut seen: Vec<&'static str> = Vec::new();
    for (set, index) in rows() {
        let Metric { name, help, kind, .. } = set.table[index];
        if seen.contains(&name) {
            continue;
        }
        seen.push(name);
        let kind = match kind {
            Kind::Counter => "counter",
            Kind::Gauge => "gauge",
            Kind::Histogram => "histogram",
        };
        out.push_str("# HELP ");
        out.push_str(name);
        out.push(' ');
        escape(help, false, out);
        // Writing to a string cannot fail, here and below.
        let _ = writeln!(out, "\n# TYPE {name} {kind}");
        for (set, index) in rows().filter(|(set, index)| set.table[*index].name == name) {
            let (labels, value) = (&set.labels[index], set.values[index].load(Ordering::Relaxed));
            out.push_str(name);
            out.push_str(match set.table[index].part {
                Part::Value => "",
                Part::Bucket => "_bucket",
                Part::Sum => "_sum",
                Part::Count => "_count",
            });
            if !labels.is_empty() {
                let _ = write!(out, "{{{labels}}}");
            }
            let _ = match set.table[index].part {
                Part::Sum => writeln!(out, " {}", seconds(value)),
                Part::Value | Part::Bucket | Part::Count => writeln!(out, " {value}"),
            };
        }
    }
}

/// Nanoseconds in seconds, without zeros that say nothing.
fn seconds(nanos: u64) -> String {
    let text = format!("{}.{:09}", nanos / 1_000_000_000, nanos % 1_000_000_000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn check_names(row: &Metric, labels: &[Label<'_>]) -> Result<(), TableError> {
    if !is_name(row.name, true) || (row.kind == Kind::Counter && !row.name.ends_with("_total")) {
        return Err(TableError::Name(row.name));
    }
    let names: Vec<&str> = labels.iter().chain(row.labels).map(|(name, _)| *name).collect();
    for (index, name) in names.iter().enumerate() {
        // Names that begin with two underscores are Prometheus' own.
        if !is_name(name, false) || name.starts_with("__") || names[..index].contains(name) {
            return Err(TableError::Label((*name).to_owned()));
        }
    }
    Ok(())
}

/// Whether Prometheus takes this for a name; colons are for metrics only.
fn is_name(name: &str, colons: bool) -> bool {
    !name.is_empty()
        && !name.starts_with(|c: char| c.is_ascii_digit())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || (colons && c == ':'))
}

fn label_text<'a>(labels: impl Iterator<Item = &'a Label<'a>>) -> String {
    let mut text = String::new();
    for (name, value) in labels {
        if !text.is_empty() {
            text.push(',');
        }
        text.push_str(name);
        text.push_str("=\"");
        escape(value, true, &mut text);
        text.push('"');
    }
    text
}

/// Appends `text` with backslash, line feed and, where the text is quoted, quotation mark escaped.
fn escape(text: &str, quoted: bool, out: &mut String) {
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '"' if quoted => out.push_str("\\\""),
            _ => out.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &[Metric] = &[
        Metric::counter("redplane_refused_total", "Messages refused.", &[("reason", "stale")]),
        Metric::gauge("redplane_flows", "Flows with a \"record\",\nlive or not \\ lapsed.", &[]),
        Metric::counter("redplane_refused_total", "Messages refused.", &[("reason", "full")]),
    ];

    #[test]
    fn shards_render_together_under_one_heading_per_name() {
        let (first, first_reader) = new(TABLE, &[("shard", "0")]).unwrap();
        let (second, second_reader) = new(TABLE, &[("shard", "1")]).unwrap();
        first.add(0, 3);
        first.add(0, 4);
        first.set(1, 9);
        second.add(2, 1);
        let mut text = String::from("# kept\n");
        render(&[first_reader, second_reader], &mut text);
        let expected = r#"# kept
# HELP redplane_refused_total Messages refused.
# TYPE redplane_refused_total counter
redplane_refused_total{shard="0",reason="stale"} 7
redplane_refused_total{shard="0",reason="full"} 0
redplane_refused_total{shard="1",reason="stale"} 0
redplane_refused_total{shard="1",reason="full"} 1
# HELP redplane_flows Flows with a "record",\nlive or not \\ lapsed.
# TYPE redplane_flows gauge
redplane_flows{shard="0"} 9
redplane_flows{shard="1"} 0
"#;
        assert_eq!(text, expected);
    }

    #[test]
    fn number_without_labels_has_no_braces_and_values_are_escaped() {
        const BARE: &[Metric] = &[Metric::gauge("up", "Up.", &[])];
        let (_, bare) = new(BARE, &[]).unwrap();
        let (_, odd) = new(BARE, &[("host", "a\"b\\c\nd")]).unwrap();
        let mut text = String::new();
        render(&[bare, odd], &mut text);
        assert_eq!(text, "# HELP up Up.\n# TYPE up gauge\nup 0\nup{host=\"a\\\"b\\\\c\\nd\"} 0\n");
    }

    #[test]
    fn counter_read_while_another_thread_counts_never_falls() {
        let (writer, reader) = new(TABLE, &[]).unwrap();
        std::thread::scope(|scope| {
            scope.spawn(move || (0..100_000).for_each(|_| writer.add(0, 1)));
            let mut last = 0;
            while last < 100_000 {
                let now = reader.value(0).unwrap();
                assert!(now >= last);
                last = now;
            }
        });
        assert_eq!((reader.value(0), reader.value(3)), (Some(100_000), None));
    }

    #[test]
    fn times_render_as_cumulative_buckets_in_seconds() {
        let labels = &[("program", "nat")];
        let mut rows = Metric::times("redplane_commit_seconds", "Commits.", labels);
        rows.push(Metric::gauge("up", "Up.", &[]));
        let (writer, reader) = new(Vec::leak(rows), &[("shard", "0")]).unwrap();
        let mut times = Histogram::default();
        [1, 3, 1 << 40].into_iter().for_each(|ticks| times.add(ticks));
        let next = writer.set_times(0, &times);
        writer.set(next, 1);
        let mut text = String::new();
        render(&[reader], &mut text);
        for line in [
            "# TYPE redplane_commit_seconds histogram",
            "redplane_commit_seconds_bucket{shard=\"0\",program=\"nat\",le=\"0\"} 0",
            "redplane_commit_seconds_bucket{shard=\"0\",program=\"nat\",le=\"0.000000256\"} 1",
            "redplane_commit_seconds_bucket{shard=\"0\",program=\"nat\",le=\"0.000000768\"} 2",
            "redplane_commit_seconds_bucket{shard=\"0\",program=\"nat\",le=\"+Inf\"} 3",
            "redplane_commit_seconds_sum{shard=\"0\",program=\"nat\"} 281474.97671168",
            "redplane_commit_seconds_count{shard=\"0\",program=\"nat\"} 3",
            "up{shard=\"0\"} 1",
        ] {
            assert!(text.lines().any(|other| other == line), "{line} is not in\n{text}");
        }
    }

    #[test]
    fn faulty_tables_are_refused_by_name() {
        const fn gauge(name: &'static str, labels: &'static [Label<'static>]) -> Metric {
            Metric::gauge(name, "x", labels)
        }
        let refused = |table: &'static [Metric]| new(table, &[("shard", "0")]).unwrap_err();
        assert_eq!(refused(const { &[gauge("9lives", &[])] }), TableError::Name("9lives"));
        assert_eq!(refused(const { &[gauge("", &[])] }), TableError::Name(""));
        assert_eq!(refused(const { &[Metric::counter("writes", "x", &[])] }), TableError::Name("writes"));
        assert_eq!(refused(const { &[gauge("a", &[("b-c", "")])] }), TableError::Label("b-c".into()));
        assert_eq!(refused(const { &[gauge("a", &[("__b", "")])] }), TableError::Label("__b".into()));
        assert_eq!(refused(const { &[gauge("a", &[("shard", "1")])] }), TableError::Label("shard".into()));
        assert_eq!(refused(const { &[gauge("a", &[]), gauge("a", &[])] }), TableError::Twice("a"));
        assert_eq!(
            refused(const { &[gauge("a", &[]), Metric::gauge("a", "y", &[("b", "")])] }),
            TableError::Differs("a")
        );
    }
}
