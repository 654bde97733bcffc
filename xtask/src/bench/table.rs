//! Figures beside their limits.

use super::figures::{Figures, Pair, Rates};

/// Instructions that RedPlane may add to a packet that only reads.
const READ_MAX: u64 = 40;
/// Instructions that RedPlane may add to a packet that writes, encapsulation included.
const WRITE_MAX: u64 = 250;
/// How many times as many instructions an update of a sketch may take with snapshots.
const SKETCH_MAX: f64 = 1.3;
/// Bytes that a flow slot may take beside key and state.
const SLOT_MAX: u64 = 24;
/// Part of an echo server's requests that the store must reach.
const RATIO_MIN: f64 = 0.7;

/// A row of the table.
pub(super) struct Row {
    pub(super) what: &'static str,
    /// Measured without RedPlane, and with it.
    without: String,
    with: String,
    /// What the limit is about, and the limit.
    judged: String,
    limit: Option<Limit>,
}

struct Limit {
    words: String,
    holds: bool,
}

impl Row {
    pub(super) fn is_broken(&self) -> bool {
        self.limit.as_ref().is_some_and(|limit| !limit.holds)
    }
}

pub(super) fn rows(figures: &Figures) -> Vec<Row> {
    let mut rows = vec![
        pair("NAT44, packet that reads: instructions", figures.nat_read, READ_MAX),
        pair("counter, packet that writes: instructions", figures.counter_write, WRITE_MAX),
        alone("counter, ack that releases a packet: instructions", figures.ack),
        alone("counter, copy in the mirror queue passes by: instructions", figures.mirror_pass),
        times("heavy hitter, update during a snapshot: instructions", figures.sketch_update, SKETCH_MAX),
        alone(
            "heavy hitter, first update of its slots since it began: instructions",
            figures.sketch_first_touch,
        ),
    ];
    for (name, slot, beside) in &figures.slots {
        let what = if name == "counter" {
            "counter, flow slot of a switch: bytes"
        } else {
            "NAT44, flow slot of a switch: bytes"
        };
        let limit = at_most(*beside, SLOT_MAX);
        let judged = format!("{beside} beside key and state");
        rows.push(Row { what, without: (slot - beside).to_string(), with: slot.to_string(), judged, limit });
    }
    let [wall, core] = figures.requests;
    rows.push(rates("store beside UDP echo: requests a second", wall, None));
    let holds = core.ratio >= RATIO_MIN;
    let limit = Some(Limit { words: format!("≥ {RATIO_MIN}"), holds });
    rows.push(rates("store beside UDP echo: requests a second of its core", core, limit));
    let [own, kernel] = figures.flow_bytes;
    rows.push(alone("counter, flow at the store by its own account: bytes", own));
    rows.push(alone("counter, flow at the store by the kernel's account: bytes", kernel));
    rows
}

fn pair(what: &'static str, Pair { without, with }: Pair, max: u64) -> Row {
    // The compiler may well find a shorter way with RedPlane than without.
    let added = with as i64 - without as i64;
    Row {
        what,
        without: without.to_string(),
        with: with.to_string(),
        judged: format!("{added:+}"),
        limit: at_most(u64::try_from(added).unwrap_or(0), max),
    }
}

fn times(what: &'static str, Pair { without, with }: Pair, max: f64) -> Row {
    let ratio = with as f64 / without as f64;
    Row {
        what,
        without: without.to_string(),
        with: with.to_string(),
        judged: format!("ratio {ratio:.2}"),
        limit: Some(Limit { words: format!("≤ {max}"), holds: ratio <= max }),
    }
}

fn at_most(value: u64, max: u64) -> Option<Limit> {
    Some(Limit { words: format!("≤ {max}"), holds: value <= max })
}

fn alone(what: &'static str, value: u64) -> Row {
    Row { what, without: String::new(), with: value.to_string(), judged: String::new(), limit: None }
}

fn rates(what: &'static str, Rates { echo, store, ratio }: Rates, limit: Option<Limit>) -> Row {
    let thousands = |rate: f64| format!("{:.0} k", rate / 1000.0);
    Row { what, without: thousands(echo), with: thousands(store), judged: format!("ratio {ratio:.2}"), limit }
}

/// The table as it stands in the documentation.
pub(super) fn markdown(rows: &[Row]) -> String {
    let head = ["figure", "without", "with RedPlane", "difference", "limit"].map(str::to_owned);
    let rule = ["---", "---:", "---:", "---:", "---:"].map(str::to_owned);
    let cells = rows.iter().map(|row| {
        let limit = row.limit.as_ref().map_or_else(String::new, |limit| {
            if limit.holds { limit.words.clone() } else { format!("**{} is broken**", limit.words) }
        });
        [row.what.to_owned(), row.without.clone(), row.with.clone(), row.judged.clone(), limit]
    });
    let lines: Vec<[String; 5]> = [head, rule].into_iter().chain(cells).collect();
    lines.iter().map(|cells| format!("| {} |\n", cells.join(" | "))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::figures::tests::some;

    fn broken(figures: &Figures) -> Vec<&'static str> {
        rows(figures).iter().filter(|row| row.is_broken()).map(|row| row.what).collect()
    }

    #[test]
    fn figures_within_the_limits_break_none() {
        assert_eq!(broken(&some()), [""; 0]);
    }

    #[test]
    fn figure_beyond_each_limit_breaks_that_one() {
        let read = Pair { without: 100, with: 141 };
        assert_eq!(broken(&Figures { nat_read: read, ..some() }).len(), 1);
        let write = Pair { without: 100, with: 351 };
        assert_eq!(broken(&Figures { counter_write: write, ..some() }).len(), 1);
        let update = Pair { without: 100, with: 131 };
        assert_eq!(broken(&Figures { sketch_update: update, ..some() }).len(), 1);
        assert_eq!(broken(&Figures { slots: vec![("nat".to_owned(), 49, 25)], ..some() }).len(), 1);
        let [wall, core] = some().requests;
        assert_eq!(broken(&Figures { requests: [wall, Rates { ratio: 0.69, ..core }], ..some() }).len(), 1);
    }

    #[test]
    fn table_of_a_broken_limit_says_so() {
        let figures = Figures { nat_read: Pair { without: 563, with: 746 }, ..some() };
        let text = markdown(&rows(&figures));
        assert!(text.contains("| 563 | 746 | +183 | **≤ 40 is broken** |"), "{text}");
        assert!(text.contains("| 254 | 392 | +138 | ≤ 250 |"), "{text}");
    }
}
