//! The line a person watches while a run goes on: time, current throughput, and its recent past as bars.
//!
//! On a terminal the line is rewritten ten times a second; anywhere else (a log, a pipe) one plain line per
//! second is written instead. What cannot be written is lost without a word: the run matters, the line does
//! not.

use std::collections::VecDeque;
use std::io::Write;

use super::measure::mbit_s;

/// Time between two samples, ns.
const SAMPLE_NS: u64 = 100_000_000;

/// Samples shown as bars: the last five seconds.
const BARS: usize = 50;

/// Samples per line when the output is not a terminal.
const SAMPLES_PER_LINE: u64 = 10;

const BAR_GLYPHS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// Moves to the first column and clears the line.
const REWRITE: &str = "\r\x1b[2K";

/// Shows one run.
pub(super) struct Live<W> {
    out: W,
    is_terminal: bool,
    run: String,
    full_mbit_s: f64,
    bars: VecDeque<char>,
    samples: u64,
    sampled_ns: u64,
    sampled_bytes: u64,
}

impl<W: Write> Live<W> {
    /// For a run of name `run`, on `out`; `full_mbit_s` is the throughput that fills a bar.
    pub(super) fn new(out: W, is_terminal: bool, run: &str, full_mbit_s: f64) -> Self {
        Self {
            out,
            is_terminal,
            run: run.to_owned(),
            full_mbit_s: full_mbit_s.max(1.0),
            bars: VecDeque::with_capacity(BARS + 1),
            samples: 0,
            sampled_ns: 0,
            sampled_bytes: 0,
        }
    }

    /// Tells that `delivered_bytes` in all had arrived at `now_ns` after the run's begin. May be called as
    /// often as one likes. `state` says in a word or two what is going on ("switch 1 is dead").
    pub(super) fn update(&mut self, now_ns: u64, delivered_bytes: u64, state: &str) {
        let span_ns = now_ns.saturating_sub(self.sampled_ns);
        if span_ns < SAMPLE_NS {
            return;
        }
        let rate_mbit_s = mbit_s(delivered_bytes.saturating_sub(self.sampled_bytes), span_ns);
        self.sampled_ns = now_ns;
        self.sampled_bytes = delivered_bytes;
        self.samples += 1;
        self.bars.push_back(bar(rate_mbit_s / self.full_mbit_s));
        if self.bars.len() > BARS {
            self.bars.pop_front();
        }
        let line = format!("{:<17} {:4.1} s {rate_mbit_s:6.0} Mbit/s", self.run, now_ns as f64 / 1e9);
        let _ = if self.is_terminal {
            let bars: String = self.bars.iter().collect();
            write!(self.out, "{REWRITE}{line} {bars:<BARS$} {state}").and_then(|()| self.out.flush())
        } else if self.samples.is_multiple_of(SAMPLES_PER_LINE) {
            writeln!(self.out, "{line} {state}")
        } else {
            Ok(())
        };
    }

    /// Ends the line, so that what is written next begins on its own.
    pub(super) fn finish(mut self) {
        if self.is_terminal && self.samples > 0 {
            let _ = writeln!(self.out);
        }
    }
}

/// The glyph for a share of the full height.
fn bar(share: f64) -> char {
    let level = (share * BAR_GLYPHS.len() as f64) as usize;
    BAR_GLYPHS[level.min(BAR_GLYPHS.len() - 1)]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 100 Mbit/s for `seconds`, told every 50 ms.
    fn shown(is_terminal: bool, seconds: u64) -> String {
        let mut out = Vec::new();
        let mut live = Live::new(&mut out, is_terminal, "baseline", 200.0);
        for at_ns in (0..=seconds * 1_000_000_000).step_by(50_000_000) {
            live.update(at_ns, at_ns / 80, "both switches up");
        }
        live.finish();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn output_that_is_no_terminal_gets_one_plain_line_per_second() {
        let expected = "baseline           1.0 s    100 Mbit/s both switches up\n\
                        baseline           2.0 s    100 Mbit/s both switches up\n";
        assert_eq!(shown(false, 2), expected);
    }

    #[test]
    fn terminal_gets_one_line_rewritten_ten_times_a_second() {
        let text = shown(true, 1);
        assert_eq!(text.matches(REWRITE).count(), 10);
        assert_eq!(text.matches('\n').count(), 1);
        assert!(text.contains("▅▅▅▅▅▅▅▅▅▅ "), "{text}");
    }

    #[test]
    fn bars_grow_with_the_rate_and_stop_at_full() {
        assert_eq!([0.0, 0.49, 1.0, 7.0].map(bar), ['▁', '▄', '█', '█']);
    }
}
