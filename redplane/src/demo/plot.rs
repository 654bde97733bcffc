//! The pictures of a demo: rates over time of all runs, as Figure 14 of the paper has them.
//!
//! SVG, drawn without fonts of its own: text is text in the file, set by whoever shows it.
//!
//! What piled up during an outage arrives at once after it, several times the usual rate for one bucket. The
//! vertical axis is made for the usual rates; a peak that leaves the picture has its value written at its cut.

use std::error::Error;
use std::ops::Range;

use plotters::coord::types::RangedCoordf64;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

/// Width and height of the picture, pixels.
const SIZE: (u32, u32) = (900, 450);

/// Height of what stands above the chart, pixels: the title, and two lines of marker labels.
const HEAD_HEIGHT: u32 = 76;

/// Height of the chart in usual rates: room above the curves for what catches up. The legend stands below them.
const USUAL_RATES_HIGH: f64 = 1.75;

const FONT: &str = "sans-serif";
const INK: RGBColor = RGBColor(60, 60, 60);
const GRID: RGBColor = RGBColor(228, 228, 228);

/// Colours and widths of the curves in their order: the baseline lies broad and pale under the others.
const STYLES: [(RGBColor, u32); 3] =
    [(RGBColor(176, 184, 192), 4), (RGBColor(208, 72, 56), 2), (RGBColor(32, 104, 184), 2)];

/// What a picture is of.
pub(super) struct Subject {
    /// The title.
    pub(super) title: &'static str,
    /// What the curves are, with the unit.
    pub(super) rate: &'static str,
}

/// What connections get.
pub(super) const THROUGHPUT: &str = "received by applications (Mbit/s)";

/// One run.
pub(super) struct Curve<'a> {
    /// What the legend calls it.
    pub(super) label: &'a str,
    /// One per bucket from the run's begin on.
    pub(super) rates: &'a [f64],
}

/// Something that happened, as a vertical line.
pub(super) struct Marker<'a> {
    /// When, ms since the run's begin.
    pub(super) at_ms: u64,
    /// What.
    pub(super) label: &'a str,
}

/// Draws curves with buckets of `bucket_ms` and markers, and gives the SVG's text.
///
/// # Errors
///
/// When there is nothing to draw, or the drawing library refuses.
pub(super) fn rates_svg(
    subject: &Subject,
    curves: &[Curve<'_>],
    bucket_ms: u64,
    markers: &[Marker<'_>],
) -> Result<String, Box<dyn Error + Send + Sync>> {
    let buckets = curves.iter().map(|curve| curve.rates.len()).max().unwrap_or(0);
    if buckets == 0 {
        return Err("no run measured anything, there is nothing to plot".into());
    }
    let usual = curves.iter().map(|curve| median(curve.rates)).fold(0.0, f64::max);
    let top = usual.max(1.0) * USUAL_RATES_HIGH;
    let seconds = seconds(buckets as u64 * bucket_ms);
    let mut svg = String::new();
    draw(&mut svg, subject, curves, bucket_ms, markers, 0.0..seconds, top)
        .map_err(|error| error.to_string())?;
    Ok(svg)
}

fn draw(
    svg: &mut String,
    subject: &Subject,
    curves: &[Curve<'_>],
    bucket_ms: u64,
    markers: &[Marker<'_>],
    span_s: Range<f64>,
    top: f64,
) -> Result<(), Box<dyn Error>> {
    let area = SVGBackend::with_string(svg, SIZE).into_drawing_area();
    area.fill(&WHITE)?;
    let title = (FONT, 18).into_font().color(&INK).pos(Pos::new(HPos::Center, VPos::Top));
    area.draw(&Text::new(subject.title, (SIZE.0 as i32 / 2, 12), title))?;
    let (_, below_head) = area.split_vertically(HEAD_HEIGHT);
    let mut chart = ChartBuilder::on(&below_head)
        .margin_left(12)
        .margin_bottom(12)
        .margin_right(24)
        .x_label_area_size(42)
        .y_label_area_size(58)
        .build_cartesian_2d(span_s, 0.0..top)?;
    chart
        .configure_mesh()
        .x_desc("time since the run began (s)")
        .y_desc(subject.rate)
        .x_labels(9)
        .y_labels(7)
        .x_label_formatter(&|seconds| format!("{seconds:.0}"))
        .y_label_formatter(&|rate| format!("{rate:.0}"))
        .axis_style(INK)
        .bold_line_style(GRID)
        .light_line_style(TRANSPARENT)
        .label_style((FONT, 13).into_font().color(&INK))
        .axis_desc_style((FONT, 14).into_font().color(&INK))
        .draw()?;
    for (curve, (color, width)) in curves.iter().zip(STYLES.into_iter().cycle()) {
        // A bucket's rate stands at the bucket's middle. The chart cuts lines at its border.
        let points = curve.rates.iter().enumerate();
        let points = points.map(|(bucket, rate)| (seconds(bucket as u64 * bucket_ms + bucket_ms / 2), *rate));
        chart
            .draw_series(LineSeries::new(points, color.stroke_width(width)))?
            .label(curve.label)
            .legend(move |(x, y)| PathElement::new([(x, y), (x + 22, y)], color.stroke_width(width)));
    }
    for (curve, (color, _)) in curves.iter().zip(STYLES.into_iter().cycle()) {
        label_cut_peaks(&mut chart, curve.rates, bucket_ms, color, top)?;
    }
    for (order, marker) in markers.iter().enumerate() {
        let x = seconds(marker.at_ms);
        chart.draw_series(DashedLineSeries::new([(x, 0.0), (x, top)], 4, 4, INK.stroke_width(1)))?;
        // Above the chart, on two lines in turn, so that neither curves nor close markers cross a label.
        let (x_px, y_px) = chart.backend_coord(&(x, top));
        let style = (FONT, 13).into_font().color(&INK).pos(Pos::new(HPos::Left, VPos::Bottom));
        area.draw(&Text::new(marker.label, (x_px, y_px - 18 + 15 * (order as i32 % 2)), style))?;
    }
    chart
        .configure_series_labels()
        .position(SeriesLabelPosition::LowerLeft)
        .margin(16)
        .legend_area_size(30)
        .background_style(WHITE.mix(0.9))
        .border_style(GRID)
        .label_font((FONT, 13).into_font().color(&INK))
        .draw()?;
    area.present()?;
    Ok(())
}

type Chart<'a, 'b> = ChartContext<'a, SVGBackend<'b>, Cartesian2d<RangedCoordf64, RangedCoordf64>>;

/// Writes the height of each peak that the picture's upper edge cuts.
fn label_cut_peaks(
    chart: &mut Chart<'_, '_>,
    rates_mbit_s: &[f64],
    bucket_ms: u64,
    color: RGBColor,
    top: f64,
) -> Result<(), Box<dyn Error>> {
    let mut bucket = 0;
    for stretch in rates_mbit_s.chunk_by(|a, b| (*a > top) == (*b > top)) {
        let peak = stretch.iter().copied().fold(0.0, f64::max);
        if peak > top {
            let at = (seconds((bucket + stretch.len() as u64) * bucket_ms), top * 0.97);
            let style = (FONT, 12).into_font().color(&color);
            chart.draw_series([EmptyElement::at(at) + Text::new(format!("↑ {peak:.0}"), (4, 0), style)])?;
        }
        bucket += stretch.len() as u64;
    }
    Ok(())
}

/// The middle one of `rates`; 0 of none.
fn median(rates: &[f64]) -> f64 {
    let mut sorted = rates.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or(0.0)
}

fn seconds(ms: u64) -> f64 {
    ms as f64 / 1e3
}

#[cfg(test)]
mod tests {
    use super::*;

    const BUCKET_MS: u64 = 20;
    const SUBJECT: Subject = Subject { title: "a title", rate: THROUGHPUT };

    /// Rates of a run of 8 s in which the rate is 0 within `silent_ms`.
    fn rates(silent_ms: Range<u64>) -> Vec<f64> {
        (0..400u64)
            .map(|bucket| {
                let wobble = (bucket * 7 % 11) as f64;
                if silent_ms.contains(&(bucket * BUCKET_MS)) { 0.0 } else { 200.0 + wobble }
            })
            .collect()
    }

    #[test]
    fn picture_holds_all_curves_markers_units_and_the_legend() {
        let (baseline, failure, redplane) = (rates(0..0), rates(2000..8000), rates(2000..2600));
        let curve = |label, rates| Curve { label, rates };
        let curves = [
            curve("baseline", &baseline[..]),
            curve("failure", &failure[..]),
            curve("failure+redplane", &redplane[..]),
        ];
        let markers = [
            Marker { at_ms: 2000, label: "switch 1 fails" },
            Marker { at_ms: 2100, label: "failure detected" },
            Marker { at_ms: 5000, label: "switch 1 returns" },
        ];
        let svg = rates_svg(&SUBJECT, &curves, BUCKET_MS, &markers).unwrap();
        let labels = curves.iter().map(|curve| curve.label).chain(markers.iter().map(|marker| marker.label));
        for text in labels.chain(["a title", "(s)", "(Mbit/s)"]) {
            assert!(svg.contains(text), "{text} is missing");
        }
        for (color, _) in STYLES {
            let RGBColor(r, g, b) = color;
            assert!(svg.contains(&format!("#{r:02X}{g:02X}{b:02X}")), "a curve's colour is missing");
        }
    }

    #[test]
    fn peak_above_the_picture_is_cut_and_its_height_written_once() {
        let mut rates = rates(2000..2600);
        rates[130] = 900.0;
        rates[131] = 1113.0;
        let svg = rates_svg(&SUBJECT, &[Curve { label: "run", rates: &rates }], BUCKET_MS, &[]).unwrap();
        assert_eq!(svg.matches('↑').count(), 1);
        assert!(svg.contains("↑ 1113"));
        assert!(!svg.contains("\n600\n"), "the axis stays with the usual rates");
    }

    #[test]
    fn nothing_measured_is_refused() {
        let curves = [Curve { label: "baseline", rates: &[] }];
        assert!(rates_svg(&SUBJECT, &curves, BUCKET_MS, &[]).is_err());
    }
}
