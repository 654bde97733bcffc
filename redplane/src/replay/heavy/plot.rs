//! The picture of a detector's failure: errors of the heavy flows' estimates over time, with RedPlane and beginning empty.

use std::error::Error;

use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::session::{Errors, Sample};

/// Width and height of the picture, pixels.
const SIZE: (u32, u32) = (900, 450);
/// Height of what stands above the chart, pixels.
const HEAD_HEIGHT: u32 = 60;
const FONT: &str = "sans-serif";
const INK: RGBColor = RGBColor(60, 60, 60);
const GRID: RGBColor = RGBColor(228, 228, 228);
const WITHOUT: RGBColor = RGBColor(208, 72, 56);
const WITH: RGBColor = RGBColor(32, 104, 184);

/// Draws the samples, and the failure at `failure_ns`, and gives the SVG's text. Times count from `start_ns` on.
///
/// # Errors
/// There is nothing to draw, or the drawing library refuses.
pub(super) fn svg(
    samples: &[Sample],
    start_ns: u64,
    failure_ns: Option<u64>,
) -> Result<String, Box<dyn Error + Send + Sync>> {
    if samples.iter().all(|sample| sample.with.is_none() && sample.without.is_none()) {
        return Err("no flow is heavy, there is nothing to plot: choose a lower --threshold".into());
    }
    let mut svg = String::new();
    draw(&mut svg, samples, start_ns, failure_ns).map_err(|error| error.to_string())?;
    Ok(svg)
}

fn draw(
    svg: &mut String,
    samples: &[Sample],
    start_ns: u64,
    failure_ns: Option<u64>,
) -> Result<(), Box<dyn Error>> {
    let seconds = |at_ns: u64| at_ns.saturating_sub(start_ns) as f64 / 1e9;
    let end = samples.last().map_or(0.0, |sample| seconds(sample.at_ns)).max(1e-6);
    let largest = |sample: &Sample| {
        [sample.with, sample.without].into_iter().flatten().map(|(_, max)| max).fold(0.0, f64::max)
    };
    let top = samples.iter().map(largest).fold(1.0, f64::max) * 1.1;
    let area = SVGBackend::with_string(svg, SIZE).into_drawing_area();
    area.fill(&WHITE)?;
    let title = (FONT, 18).into_font().color(&INK).pos(Pos::new(HPos::Center, VPos::Top));
    let text = "Error of heavy flows' estimates when a detector's switch fails";
    area.draw(&Text::new(text, (SIZE.0 as i32 / 2, 12), title))?;
    let (_, below_head) = area.split_vertically(HEAD_HEIGHT);
    let mut chart = ChartBuilder::on(&below_head)
        .margin_left(12)
        .margin_bottom(12)
        .margin_right(24)
        .x_label_area_size(42)
        .y_label_area_size(66)
        .build_cartesian_2d(0.0..end, 0.0..top)?;
    let digits = if end > 20.0 { 0 } else { 3 };
    chart
        .configure_mesh()
        .x_desc("time of the capture (s)")
        .y_desc("|estimate − exact| (packets)")
        .x_label_formatter(&|seconds| format!("{seconds:.digits$}"))
        .y_label_formatter(&|packets| format!("{packets:.0}"))
        .axis_style(INK)
        .bold_line_style(GRID)
        .light_line_style(TRANSPARENT)
        .label_style((FONT, 13).into_font().color(&INK))
        .axis_desc_style((FONT, 14).into_font().color(&INK))
        .draw()?;
    let mean = |errors: Errors| errors.map(|(mean, _)| mean);
    let max = |errors: Errors| errors.map(|(_, max)| max);
    type Pick = fn(&Sample) -> Errors;
    let (with, without): (Pick, Pick) = (|sample| sample.with, |sample| sample.without);
    type Number<'a> = &'a dyn Fn(Errors) -> Option<f64>;
    let curves: [(&str, RGBColor, u32, Pick, Number<'_>); 4] = [
        ("begins empty, largest", WITHOUT, 1, without, &max),
        ("begins empty, mean", WITHOUT, 3, without, &mean),
        ("with RedPlane, largest", WITH, 1, with, &max),
        ("with RedPlane, mean", WITH, 3, with, &mean),
    ];
    for (label, color, width, pick, number) in curves {
        // A line for each stretch in which there is a detector: nobody estimates while there is none.
        let points: Vec<(f64, Option<f64>)> =
            samples.iter().map(|sample| (seconds(sample.at_ns), number(pick(sample)))).collect();
        let mut label = Some(label);
        for stretch in points.chunk_by(|(_, a), (_, b)| a.is_some() == b.is_some()) {
            let line = stretch.iter().filter_map(|(at, number)| Some((*at, (*number)?)));
            if stretch.iter().all(|(_, number)| number.is_none()) {
                continue;
            }
            let series = chart.draw_series(LineSeries::new(line, color.stroke_width(width)))?;
            if let Some(label) = label.take() {
                series
                    .label(label)
                    .legend(move |(x, y)| PathElement::new([(x, y), (x + 22, y)], color.stroke_width(width)));
            }
        }
    }
    if let Some(failure_ns) = failure_ns {
        let x = seconds(failure_ns);
        chart.draw_series(DashedLineSeries::new([(x, 0.0), (x, top)], 4, 4, INK.stroke_width(1)))?;
        let (x_px, y_px) = chart.backend_coord(&(x, top));
        let style = (FONT, 13).into_font().color(&INK).pos(Pos::new(HPos::Left, VPos::Bottom));
        area.draw(&Text::new("switch 1 fails", (x_px, y_px - 3), style))?;
    }
    chart
        .configure_series_labels()
        .position(SeriesLabelPosition::UpperLeft)
        .margin(16)
        .legend_area_size(30)
        .background_style(WHITE.mix(0.9))
        .border_style(GRID)
        .label_font((FONT, 13).into_font().color(&INK))
        .draw()?;
    area.present()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn samples() -> Vec<Sample> {
        (0..100u64)
            .map(|at| Sample {
                at_ns: 5_000_000_000 + at * 10_000_000,
                with: (at / 10 != 5).then_some((3.0, 9.0)),
                without: Some((at as f64, 2.0 * at as f64)),
            })
            .collect()
    }

    #[test]
    fn picture_holds_all_curves_and_the_failure_and_breaks_where_there_is_no_detector() {
        let svg = svg(&samples(), 5_000_000_000, Some(5_500_000_000)).unwrap();
        for text in ["with RedPlane, mean", "begins empty, largest", "switch 1 fails", "(s)", "(packets)"] {
            assert!(svg.contains(text), "{text} is missing");
        }
        let blue = svg
            .matches("<polyline fill=\"none\" opacity=\"1\" stroke=\"#2068B8\" stroke-width=\"3\"")
            .count();
        assert_eq!(blue, 3, "before, after, and in the legend");
    }

    #[test]
    fn no_heavy_flow_is_refused() {
        let empty = Sample { at_ns: 0, with: None, without: None };
        assert!(svg(&[empty], 0, None).is_err());
    }
}
