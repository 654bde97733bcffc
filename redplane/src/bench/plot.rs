//! The picture of a run: acked writes over time. A pause is a valley that touches the ground.

use anyhow::anyhow;
use plotters::prelude::*;

use super::measure::BUCKET_NS;

/// Width and height, pixels.
const SIZE: (u32, u32) = (900, 360);
const INK: RGBColor = RGBColor(60, 60, 60);
const CURVE: RGBColor = RGBColor(32, 104, 184);

/// Draws acks in buckets of [`BUCKET_NS`], and gives the SVG's text.
///
/// # Errors
/// Nothing was acked, or the drawing library refuses.
pub(super) fn writes_svg(buckets: &[u32]) -> anyhow::Result<String> {
    let bucket_s = BUCKET_NS as f64 / 1e9;
    let rates: Vec<f64> = buckets.iter().map(|acks| f64::from(*acks) / bucket_s).collect();
    let top = rates.iter().copied().fold(0.0, f64::max);
    if top <= 0.0 {
        return Err(anyhow!("no write was acked, there is nothing to plot"));
    }
    let mut svg = String::new();
    draw(&mut svg, &rates, bucket_s, 1.1 * top).map_err(|error| anyhow!("cannot draw the plot: {error}"))?;
    Ok(svg)
}

fn draw(svg: &mut String, rates: &[f64], bucket_s: f64, top: f64) -> Result<(), Box<dyn std::error::Error>> {
    let area = SVGBackend::with_string(svg, SIZE).into_drawing_area();
    area.fill(&WHITE)?;
    let mut chart = ChartBuilder::on(&area)
        .margin(12)
        .x_label_area_size(42)
        .y_label_area_size(70)
        .build_cartesian_2d(0.0..rates.len() as f64 * bucket_s, 0.0..top)?;
    chart
        .configure_mesh()
        .x_desc("time since writing began (s)")
        .y_desc("acked writes per second")
        .y_label_formatter(&|rate| format!("{rate:.0}"))
        .axis_style(INK)
        .light_line_style(TRANSPARENT)
        .draw()?;
    let points = rates.iter().enumerate().map(|(bucket, rate)| ((bucket as f64 + 0.5) * bucket_s, *rate));
    chart.draw_series(LineSeries::new(points, CURVE.stroke_width(2)))?;
    drop(chart);
    area.present()?;
    drop(area);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn acks_become_a_curve_and_none_is_an_error() {
        let svg = writes_svg(&[10, 0, 20]).unwrap();
        assert!(svg.contains("<polyline") && svg.contains("acked writes per second"), "{svg}");
        assert!(writes_svg(&[0, 0]).is_err());
    }
}
