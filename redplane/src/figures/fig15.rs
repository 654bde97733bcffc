//! Figure 15 of the paper: how much of the packet buffer the copies of unacked writes take.
//!
//! A write that is under way is remembered by a copy of its message, cut to headers, that goes around through the switch until
//! it is acked. What the paper's figure shows is the part of the packet buffer in which copies wait for their turn, read as the queue's
//! depth. Ours is the same: bytes in the mirror queue of the cycle-level simulation ([`redplane_hdl_sim::sim`]), looked at in every
//! cycle. Copies on the way back and in the stages are not in that buffer, in either.
//!
//! The paper states two numbers: under 1.5 KB without loss and at most 18 KB at 2 % loss, both at 100 Gbit/s. It does not
//! state, for this figure, the length of packets, the number of flows, the round trip to the store or the time to resend. Ours
//! are options; what depends on them most is shown by further series at the highest rate.

mod bed;

use std::fmt::Write as _;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

use anyhow::{Result, ensure};
use comfy_table::{CellAlignment, Table, presets};
use redplane_apps::Counter;
use redplane_core::time::{Span, TICK_NANOS};
use redplane_hdl_sim::pipeline::Pipeline;
use redplane_hdl_sim::place;
use redplane_hdl_sim::target::TOFINO1;

use self::bed::{Bed, Load, Measured};
use super::plot::{Curves, curves_svg};
use super::{Figure, placed};

/// Flow slots of the program.
const SLOTS: u32 = 65_536;

/// What the paper states, all at 100 Gbit/s: loss in per cent, and bytes that are not exceeded.
const PAPER: [(f64, u64); 2] = [(0.0, 1_500), (2.0, 18_000)];
const PAPER_RATE_GBIT_S: f64 = 100.0;

/// Options of `fig15`.
#[derive(Debug, clap::Args)]
// A group is named after its type, and the command's own `Args` has the name.
#[group(skip)]
pub(crate) struct Args {
    /// fig15: rates of packets, in Gbit/s on the link.
    #[arg(long, value_name = "GBIT/S", value_delimiter = ',', default_value = "0,20,40,60,80,100")]
    rates: Vec<f64>,

    /// fig15: parts of requests that are lost, in per cent.
    #[arg(long, value_name = "PERCENT", value_delimiter = ',', default_value = "0,0.5,1,1.5,2")]
    losses: Vec<f64>,

    /// fig15: flows. The default is what the authors' prototype has room for.
    #[arg(long, value_name = "NUMBER", default_value_t = 1024, value_parser = clap::value_parser!(u32).range(1..=32_768))]
    flows: u32,

    /// fig15: from a request's last bit to the answer, in microseconds. The default is what a write waits in the paper for a
    /// store without a chain (7.1).
    #[arg(long, value_name = "US", default_value_t = 8.0)]
    round_trip: f64,

    /// fig15: until an unanswered write is sent again, in microseconds.
    #[arg(long, value_name = "US", default_value_t = 2000, value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
    resend_after: u64,

    /// fig15: length of packets without the frame check sequence, in bytes.
    #[arg(long, value_name = "BYTES", default_value_t = 1500, value_parser = clap::value_parser!(u16).range(60..=9000))]
    packet_bytes: u16,

    /// fig15: rate at which copies come around, in Gbit/s. The default is a Tofino's own port for it.
    #[arg(long, value_name = "GBIT/S", default_value_t = 100, value_parser = clap::value_parser!(u64).range(1..=10_000))]
    way_back: u64,

    /// fig15: time that is simulated of each point, in microseconds.
    #[arg(long, value_name = "US", default_value_t = 6000, value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
    duration: u64,

    /// fig15: time under load before that. [default: twice --resend-after]
    #[arg(long, value_name = "US", value_parser = clap::value_parser!(u64).range(0..=1_000_000))]
    warm_up: Option<u64>,

    /// fig15: leaves out the series with other flows, another way back and another round trip.
    #[arg(long)]
    no_series: bool,

    /// fig15: of the flows of packets, and of what is lost.
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    seed: u64,
}

impl Args {
    /// # Errors
    /// A number is none that a run can be made with.
    pub(crate) fn check(&self) -> Result<()> {
        let all = |values: &[f64], most: f64| values.iter().all(|value| (0.0..=most).contains(value));
        ensure!(all(&self.rates, 400.0), "--rates are from 0 to 400 Gbit/s");
        ensure!(all(&self.losses, 100.0), "--losses are from 0 to 100 per cent");
        ensure!((1.0..=1000.0).contains(&self.round_trip), "--round-trip is from 1 to 1000 microseconds");
        Ok(())
    }

    fn bed(&self) -> Bed {
        Bed {
            packet_bytes: usize::from(self.packet_bytes),
            resend_after: Span::from_ticks((self.resend_after * 1000 / TICK_NANOS) as u32),
            warm_up_ns: self.warm_up.unwrap_or(2 * self.resend_after) * 1000,
            duration_ns: self.duration * 1000,
            seed: self.seed,
        }
    }

    /// The series, the main one first.
    fn series(&self) -> Vec<Series> {
        let main = Series {
            flows: self.flows,
            round_trip_ns: (self.round_trip * 1e3) as u64,
            way_back_gbit_s: self.way_back,
        };
        let mut all = vec![main];
        if !self.no_series {
            // Few flows, many flows, a way back over a second port, and the round trip to a chain of three (7.1: 12 us more).
            all.push(Series { flows: 64, ..main });
            all.push(Series { flows: 16_384, ..main });
            all.push(Series { way_back_gbit_s: 2 * main.way_back_gbit_s, ..main });
            all.push(Series { round_trip_ns: main.round_trip_ns + 12_000, ..main });
        }
        all
    }
}

/// Points that have these in common.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Series {
    flows: u32,
    round_trip_ns: u64,
    way_back_gbit_s: u64,
}

impl Series {
    fn label(&self) -> String {
        let round_trip_us = self.round_trip_ns as f64 / 1e3;
        format!("{} flows, {round_trip_us} us, way back {} Gbit/s", self.flows, self.way_back_gbit_s)
    }
}

/// A point of the figure.
struct Point {
    series: Series,
    load: Load,
    measured: Measured,
}

/// Simulates all points, and makes the figure of them.
///
/// # Errors
/// The program does not fit, a point cannot be simulated, or the picture cannot be drawn.
pub(super) fn make(args: &Args) -> Result<Figure> {
    let bed = args.bed();
    let pipeline = placed::<Counter>(place::program::<Counter>(&TOFINO1, SLOTS))?;
    let points = simulate(&bed, &pipeline, &loads(args))?;
    Ok(Figure {
        name: "fig15",
        text: text(args, &bed.describe(&pipeline, args.way_back), &points),
        csv: csv(args, &points),
        svg: svg(args, &points)?,
    })
}

/// The main series at all rates, the others at the highest.
fn loads(args: &Args) -> Vec<(Series, Load)> {
    let mut loads = vec![];
    let top = args.rates.iter().copied().fold(0.0, f64::max);
    for (number, series) in args.series().into_iter().enumerate() {
        for rate_gbit_s in args.rates.iter().copied().filter(|rate| number == 0 || *rate == top) {
            for loss_percent in args.losses.iter().copied() {
                let Series { flows, round_trip_ns, way_back_gbit_s } = series;
                let load = Load { flows, rate_gbit_s, loss_percent, round_trip_ns, way_back_gbit_s };
                loads.push((series, load));
            }
        }
    }
    loads
}

/// Runs points on all cores; they come back in their order.
fn simulate(bed: &Bed, pipeline: &Pipeline, loads: &[(Series, Load)]) -> Result<Vec<Point>> {
    let next = AtomicUsize::new(0);
    let done = Mutex::new(vec![]);
    let progress = indicatif::ProgressBar::new(loads.len() as u64);
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from).min(loads.len()) {
            scope.spawn(|| {
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    let Some((series, load)) = loads.get(at) else { break };
                    let point = bed.run(pipeline, load);
                    let point = point.map(|measured| Point { series: *series, load: *load, measured });
                    done.lock().unwrap_or_else(PoisonError::into_inner).push((at, point));
                    progress.inc(1);
                }
            });
        }
    });
    progress.finish_and_clear();
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, point)| point).collect()
}

/// What the paper says of this point, bytes; only of the rate and the losses that it names.
fn paper(load: &Load) -> Option<u64> {
    let named = PAPER.into_iter().find(|(loss, _)| *loss == load.loss_percent);
    named.filter(|_| load.rate_gbit_s == PAPER_RATE_GBIT_S).map(|(_, bytes)| bytes)
}

fn text(args: &Args, parameters: &str, points: &[Point]) -> String {
    let mut text = format!(
        "Figure 15: bytes of copies of unacked writes that wait in the switch's packet buffer\n\nSimulated with\n{parameters}"
    );
    let series = args.series();
    for (number, series) in series.iter().enumerate() {
        let points: Vec<_> = points.iter().filter(|point| point.series == *series).collect();
        if number < 2 {
            let what = if number == 0 {
                "Mean / peak bytes; series are named by flows, round trip and rate of the way back"
            } else {
                "The same with one thing changed at a time"
            };
            let _ = writeln!(text, "\n{what}");
        }
        let _ = writeln!(text, "\n{}\n{}", series.label(), table(args, &points));
    }
    text.push_str("\nBeside the paper, 100 Gbit/s (peak bytes; its packet length, flows, round trip and time to resend are not stated)\n");
    for point in points {
        let Some(most) = paper(&point.load) else { continue };
        let verdict = if point.measured.peak_bytes <= most { "within" } else { "above" };
        let _ = writeln!(
            text,
            "  {}, {} % loss: {} simulated, at most {most} published: {verdict}",
            point.series.label(),
            point.load.loss_percent,
            point.measured.peak_bytes
        );
    }
    let dropped: u64 = points.iter().map(|point| point.measured.dropped).sum();
    let _ = writeln!(
        text,
        "\nNo copy was lost for want of room. The program dropped or ignored {dropped} packets and messages."
    );
    text
}

/// Rates down, losses across.
fn table(args: &Args, points: &[&Point]) -> String {
    let mut table = Table::new();
    table.load_preset(presets::NOTHING);
    let header = ["Gbit/s".into()].into_iter().chain(args.losses.iter().map(|loss| format!("{loss} % lost")));
    let latency = args.losses.first().map(|loss| format!("output p50 / p99 at {loss} %, us"));
    table.set_header(header.chain(latency));
    for same_rate in points.chunk_by(|a, b| a.load.rate_gbit_s == b.load.rate_gbit_s) {
        let Some(first) = same_rate.first() else { continue };
        let mut cells = vec![format!("{}", first.load.rate_gbit_s)];
        for Point { measured, .. } in same_rate {
            cells.push(format!("{:.0} / {}", measured.mean_bytes, measured.peak_bytes));
        }
        let us = |ns: u64| ns as f64 / 1e3;
        let Measured { output_p50_ns, output_p99_ns, .. } = first.measured;
        cells.push(format!("{:.2} / {:.2}", us(output_p50_ns), us(output_p99_ns)));
        table.add_row(cells);
    }
    for column in table.column_iter_mut() {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table.trim_fmt()
}

/// A line a point, with everything that differs between points and what makes a run another one.
fn csv(args: &Args, points: &[Point]) -> String {
    let mut text = String::from(
        "flows,round_trip_us,way_back_gbit_s,rate_gbit_s,loss_percent,mean_bytes,peak_bytes,mean_copies,peak_copies,packets,requests,requests_lost,\
         resent,outputs,dropped,output_p50_ns,output_p99_ns,paper_peak_bytes_at_most,packet_bytes,resend_after_us,duration_us,seed\n",
    );
    for Point { load, measured, .. } in points {
        let Load { flows, rate_gbit_s, loss_percent, round_trip_ns, way_back_gbit_s } = load;
        let round_trip_us = *round_trip_ns as f64 / 1e3;
        let _ = write!(text, "{flows},{round_trip_us},{way_back_gbit_s},{rate_gbit_s},{loss_percent}");
        let Measured { mean_bytes, peak_bytes, mean_copies, peak_copies, packets, requests, .. } = measured;
        let _ =
            write!(text, ",{mean_bytes:.1},{peak_bytes},{mean_copies:.2},{peak_copies},{packets},{requests}");
        let Measured { requests_lost, resent, outputs, dropped, output_p50_ns, output_p99_ns, .. } = measured;
        let _ = write!(text, ",{requests_lost},{resent},{outputs},{dropped},{output_p50_ns},{output_p99_ns}");
        let paper = paper(load).map_or_else(String::new, |bytes| bytes.to_string());
        let Args { packet_bytes, resend_after, duration, seed, .. } = args;
        let _ = writeln!(text, ",{paper},{packet_bytes},{resend_after},{duration},{seed}");
    }
    text
}

fn svg(args: &Args, points: &[Point]) -> Result<String> {
    let series = args.series();
    let kilobytes = |point: &Point| point.measured.peak_bytes as f64 / 1e3;
    let marks: Vec<_> = PAPER
        .iter()
        .map(|(loss, bytes)| (*bytes as f64 / 1e3, format!("paper: at most, {loss} % loss, 100 Gbit/s")))
        .collect();
    let by_rate = |loss: &f64| {
        let of_loss =
            points.iter().filter(|point| point.series == series[0] && point.load.loss_percent == *loss);
        let curve = of_loss.map(|point| (point.load.rate_gbit_s, kilobytes(point))).collect();
        (format!("{loss} % of requests lost"), curve)
    };
    let top = args.rates.iter().copied().fold(0.0, f64::max);
    let by_loss = |series: &Series| {
        let at_top = points.iter().filter(|point| point.series == *series && point.load.rate_gbit_s == top);
        let curve = at_top.map(|point| (point.load.loss_percent, kilobytes(point))).collect();
        (series.label(), curve)
    };
    let y_label = "copies in the packet buffer, peak (kB, simulated)";
    curves_svg(&[
        Curves {
            title: format!("Figure 15: {}", series[0].label()),
            x_label: "rate of packets, each a write (Gbit/s)",
            y_label,
            curves: args.losses.iter().map(by_rate).collect(),
            marks: marks.clone(),
        },
        Curves {
            title: format!("the same at {top} Gbit/s"),
            x_label: "requests lost (%)",
            y_label,
            curves: series.iter().map(by_loss).collect(),
            marks,
        },
    ])
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        args: Args,
    }

    fn args(words: &str) -> Args {
        Line::try_parse_from(["fig15"].into_iter().chain(words.split_whitespace())).unwrap().args
    }

    #[test]
    fn main_series_is_at_all_rates_and_the_others_at_the_highest() {
        let loads = loads(&args("--rates 0,50,10 --losses 0,2"));
        assert_eq!(loads.len(), 3 * 2 + 4 * 2);
        assert!(loads[6..].iter().all(|(_, load)| load.rate_gbit_s == 50.0));
    }

    #[test]
    fn paper_says_something_of_two_points_only() {
        let load = |rate_gbit_s, loss_percent| Load {
            flows: 1,
            rate_gbit_s,
            loss_percent,
            round_trip_ns: 8_000,
            way_back_gbit_s: 100,
        };
        assert_eq!(paper(&load(100.0, 2.0)), Some(18_000));
        assert_eq!((paper(&load(100.0, 1.0)), paper(&load(80.0, 2.0))), (None, None));
    }

    #[test]
    fn loss_of_more_than_everything_is_refused() {
        assert!(args("--losses 0,101").check().is_err());
        assert!(args("--rates NaN").check().is_err());
        assert!(args("").check().is_ok());
    }
}
