//! The pictures of the figures: curves and bars with the colours, the ink and the legend of all pictures here.
//!
//! SVG, drawn without fonts of its own: text is text in the file, set by whoever shows it.

use std::error::Error;

use anyhow::anyhow;
use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

const FONT: &str = "sans-serif";
const INK: RGBColor = RGBColor(60, 60, 60);
const GRID: RGBColor = RGBColor(228, 228, 228);
const COLORS: [RGBColor; 6] = [
    RGBColor(32, 104, 184),
    RGBColor(120, 172, 224),
    RGBColor(40, 136, 88),
    RGBColor(152, 204, 148),
    RGBColor(208, 72, 56),
    RGBColor(152, 152, 152),
];

/// Height of the title, and of a line of the legend, pixels.
const TITLE_HEIGHT: u32 = 36;
const LEGEND_HEIGHT: i32 = 18;

/// Share of a group's width on the axis that its bars take.
const BARS_WIDE: f64 = 0.82;

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;

/// Curves over a common axis.
pub(super) struct Curves {
    pub(super) title: String,
    pub(super) x_label: &'static str,
    pub(super) y_label: &'static str,
    /// Name and points of each.
    pub(super) curves: Vec<(String, Vec<(f64, f64)>)>,
    /// Horizontal lines of others' figures: height and what they are.
    pub(super) marks: Vec<(f64, String)>,
}

/// Bars in groups.
pub(super) struct Bars {
    pub(super) title: String,
    pub(super) y_label: &'static str,
    /// What the bars of a group stand for, in their order.
    pub(super) names: Vec<String>,
    /// Name of each group, and its bars; `None` where there is no figure.
    pub(super) groups: Vec<(String, Vec<Option<f64>>)>,
}

/// Draws charts of curves side by side. Gives the SVG's text.
///
/// # Errors
/// The drawing library refuses.
pub(super) fn curves_svg(charts: &[Curves]) -> anyhow::Result<String> {
    let size = (560 * charts.len().max(1) as u32, 460);
    in_svg(size, |area| {
        for (chart, part) in charts.iter().zip(area.split_evenly((1, charts.len().max(1)))) {
            draw_curves(&part, chart)?;
        }
        Ok(())
    })
}

/// Draws a chart of bars. Gives the SVG's text.
///
/// # Errors
/// The drawing library refuses.
pub(super) fn bars_svg(bars: &Bars) -> anyhow::Result<String> {
    in_svg((1120, 500), |area| draw_bars(area, bars))
}

fn in_svg(
    size: (u32, u32),
    draw: impl FnOnce(&Area<'_>) -> Result<(), Box<dyn Error>>,
) -> anyhow::Result<String> {
    let mut svg = String::new();
    let drawn = (|| {
        let area = SVGBackend::with_string(&mut svg, size).into_drawing_area();
        area.fill(&WHITE)?;
        draw(&area)?;
        Ok(area.present()?)
    })();
    drawn.map_err(|error: Box<dyn Error>| anyhow!("the picture cannot be drawn: {error}"))?;
    Ok(svg)
}

/// Draws title and legend, two entries a line; gives what is left below.
fn draw_head<'a>(
    area: &Area<'a>,
    title: &str,
    entries: &[(String, RGBColor)],
) -> Result<Area<'a>, Box<dyn Error>> {
    let (width, _) = area.dim_in_pixel();
    let style = (FONT, 16).into_font().color(&INK).pos(Pos::new(HPos::Center, VPos::Top));
    area.draw(&Text::new(title.to_owned(), (width as i32 / 2, 10), style))?;
    let lines = entries.len().div_ceil(2) as i32;
    for (at, (name, color)) in entries.iter().enumerate() {
        let (x, y) = (
            64 + at as i32 % 2 * (width as i32 / 2 - 32),
            TITLE_HEIGHT as i32 + at as i32 / 2 * LEGEND_HEIGHT,
        );
        area.draw(&Rectangle::new([(x, y + 2), (x + 12, y + 12)], color.filled()))?;
        let style = (FONT, 13).into_font().color(&INK).pos(Pos::new(HPos::Left, VPos::Top));
        area.draw(&Text::new(name.clone(), (x + 18, y), style))?;
    }
    Ok(area.split_vertically(TITLE_HEIGHT as i32 + lines * LEGEND_HEIGHT + 6).1)
}

fn draw_curves(area: &Area<'_>, curves: &Curves) -> Result<(), Box<dyn Error>> {
    let entries: Vec<_> = curves.curves.iter().map(|(name, _)| name.clone()).zip(colors()).collect();
    let below = draw_head(area, &curves.title, &entries)?;
    let points = || curves.curves.iter().flat_map(|(_, points)| points);
    let right = points().map(|(x, _)| *x).fold(0.0, f64::max);
    let marks = curves.marks.iter().map(|(y, _)| *y);
    let top = points().map(|(_, y)| *y).chain(marks).fold(1.0, f64::max) * 1.1;
    let mut chart = ChartBuilder::on(&below)
        .margin_left(12)
        .margin_right(24)
        .margin_bottom(12)
        .x_label_area_size(42)
        .y_label_area_size(52)
        .build_cartesian_2d(0.0..if right > 0.0 { right } else { 1.0 }, 0.0..top)?;
    chart
        .configure_mesh()
        .x_desc(curves.x_label)
        .y_desc(curves.y_label)
        .axis_style(INK)
        .bold_line_style(GRID)
        .light_line_style(TRANSPARENT)
        .label_style((FONT, 13).into_font().color(&INK))
        .axis_desc_style((FONT, 14).into_font().color(&INK))
        .draw()?;
    for ((_, points), color) in curves.curves.iter().zip(colors()) {
        chart.draw_series(LineSeries::new(points.iter().copied(), color.stroke_width(2)))?;
        chart.draw_series(points.iter().map(|point| Circle::new(*point, 3, color.filled())))?;
    }
    for (y, name) in &curves.marks {
        chart.draw_series(DashedLineSeries::new([(0.0, *y), (right, *y)], 4, 4, INK.stroke_width(1)))?;
        let style = (FONT, 12).into_font().color(&INK).pos(Pos::new(HPos::Left, VPos::Bottom));
        chart.draw_series([EmptyElement::at((0.0, *y)) + Text::new(name.clone(), (6, -3), style)])?;
    }
    Ok(())
}

fn draw_bars(area: &Area<'_>, bars: &Bars) -> Result<(), Box<dyn Error>> {
    let entries: Vec<_> = bars.names.iter().cloned().zip(colors()).collect();
    let below = draw_head(area, &bars.title, &entries)?;
    let values = || bars.groups.iter().flat_map(|(_, bars)| bars).flatten();
    let (least, most) = values().fold((0.0, 1.0), |(least, most), bar| (bar.min(least), bar.max(most)));
    let mut chart = ChartBuilder::on(&below)
        .margin_left(12)
        .margin_right(24)
        .margin_bottom(12)
        .x_label_area_size(30)
        .y_label_area_size(52)
        .build_cartesian_2d(0.0..bars.groups.len() as f64, least * 1.1..most * 1.1)?;
    chart
        .configure_mesh()
        .disable_x_mesh()
        .x_labels(0)
        .y_desc(bars.y_label)
        .axis_style(INK)
        .bold_line_style(GRID)
        .light_line_style(TRANSPARENT)
        .label_style((FONT, 13).into_font().color(&INK))
        .axis_desc_style((FONT, 14).into_font().color(&INK))
        .draw()?;
    for (at, (name, group)) in bars.groups.iter().enumerate() {
        let wide = BARS_WIDE / group.len().max(1) as f64;
        for (number, (bar, color)) in group.iter().zip(colors()).enumerate() {
            let Some(value) = *bar else { continue };
            let left = at as f64 + (1.0 - BARS_WIDE) / 2.0 + number as f64 * wide;
            chart
                .draw_series([Rectangle::new([(left, 0.0), (left + wide * 0.92, value)], color.filled())])?;
            let above = if value < 0.0 { VPos::Top } else { VPos::Bottom };
            let style = (FONT, 10).into_font().color(&INK).pos(Pos::new(HPos::Center, above));
            let text = Text::new(format!("{value:.1}"), (0, if value < 0.0 { 2 } else { -2 }), style);
            chart.draw_series([EmptyElement::at((left + wide * 0.46, value)) + text])?;
        }
        let (x, y) = chart.backend_coord(&(at as f64 + 0.5, least * 1.1));
        let style = (FONT, 13).into_font().color(&INK).pos(Pos::new(HPos::Center, VPos::Top));
        let (left, top) = below.get_base_pixel();
        below.draw(&Text::new(name.clone(), (x - left, y - top + 8), style))?;
    }
    Ok(())
}

fn colors() -> impl Iterator<Item = RGBColor> {
    COLORS.into_iter().cycle()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn curves_hold_their_names_axes_and_marks() {
        let chart = |title: &str| Curves {
            title: title.into(),
            x_label: "rate (Gbit/s)",
            y_label: "kB",
            curves: vec![("one".into(), vec![(0.0, 0.0), (100.0, 3.0)]), ("two".into(), vec![])],
            marks: vec![(1.5, "theirs".into())],
        };
        let svg = curves_svg(&[chart("left"), chart("right")]).unwrap();
        for text in ["left", "right", "one", "two", "theirs", "rate (Gbit/s)", "kB"] {
            assert!(svg.contains(text), "{text} is missing");
        }
    }

    #[test]
    fn curves_of_nothing_are_drawn_empty() {
        let chart =
            Curves { title: "none".into(), x_label: "x", y_label: "y", curves: vec![], marks: vec![] };
        assert!(curves_svg(&[chart]).unwrap().contains("none"));
    }

    #[test]
    fn bars_show_their_values_and_leave_out_what_there_is_none_of() {
        let bars = Bars {
            title: "resources".into(),
            y_label: "%",
            names: vec!["ours".into(), "theirs".into()],
            groups: vec![
                ("SRAM".into(), vec![Some(12.5), None]),
                ("TCAM".into(), vec![Some(-1.0), Some(3.0)]),
            ],
        };
        let svg = bars_svg(&bars).unwrap();
        for text in ["resources", "ours", "theirs", "SRAM", "TCAM", "12.5", "-1.0", "3.0"] {
            assert!(svg.contains(text), "{text} is missing");
        }
    }
}
