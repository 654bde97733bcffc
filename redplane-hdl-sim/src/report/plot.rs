//! The picture of a report: a bar for each resource, and beside it the paper's and the prototype's.
//!
//! One SVG, drawn without fonts of its own: text is text in the file, set by whoever shows it.

use std::error::Error;

use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::Report;
use super::published::{NAT, PAPER_TABLE_2, PLAIN_NAT};
use crate::target::TOFINO1;
use crate::usage::Usage;

/// Width and height of the picture, pixels.
const SIZE: (u32, u32) = (960, 480);

/// Height of the title and of the legend below it, pixels.
const HEAD_HEIGHT: u32 = 72;

/// Share of a resource's width on the axis that its bars take.
const BARS_WIDE: f64 = 0.78;

const FONT: &str = "sans-serif";
const INK: RGBColor = RGBColor(60, 60, 60);
const GRID: RGBColor = RGBColor(228, 228, 228);

/// Ours, the paper's, the compiler's.
const COLORS: [RGBColor; 3] = [RGBColor(32, 104, 184), RGBColor(208, 72, 56), RGBColor(176, 184, 192)];

/// The bars of one resource, per cent of the machine.
struct Group {
    label: &'static str,
    bars: [Option<f64>; 3],
}

impl Report {
    /// Draws what the program takes, or what RedPlane adds if there is the report of the program without it, in per cent of the machine,
    /// beside what the paper and the compiler of the paper's prototype say that RedPlane adds there. Gives the SVG's text.
    ///
    /// # Errors
    ///
    /// When the drawing library refuses.
    pub fn svg(&self, plain: Option<&Self>) -> Result<String, Box<dyn Error + Send + Sync>> {
        let groups = self.groups(plain);
        let ours = match plain {
            Some(_) => "added by RedPlane (our model)",
            None => "whole program (our model)",
        };
        let title = format!("{} on {}, {} flows", self.program, self.target.name, self.flows);
        let labels =
            [ours, "added by RedPlane (paper, Table 2)", "added by RedPlane (prototype's NAT, compiled)"];
        let mut svg = String::new();
        draw(&mut svg, &title, labels, &groups).map_err(|error| error.to_string())?;
        Ok(svg)
    }

    fn groups(&self, plain: Option<&Self>) -> Vec<Group> {
        let plain = plain.map(Self::sum).unwrap_or(Usage::NONE);
        let percent = |used: f64, has: u32| (has > 0).then(|| 100.0 * used / f64::from(has));
        let difference = |of: fn(&Usage) -> u32, with: &Usage, without: &Usage| {
            f64::from(of(with)) - f64::from(of(without))
        };
        let sum = self.sum();
        let group = |(what, of): (&'static str, fn(&Usage) -> u32)| Group {
            label: what,
            bars: [
                percent(difference(of, &sum, &plain), of(&self.target.whole)),
                PAPER_TABLE_2.iter().find(|(known, _)| *known == what).map(|(_, percent)| *percent),
                percent(difference(of, &NAT.usage, &PLAIN_NAT.usage), of(&TOFINO1.whole))
                    .filter(|_| !super::published::UNKNOWN.contains(&what)),
            ],
        };
        Usage::KINDS.into_iter().map(group).collect()
    }
}

fn draw(svg: &mut String, title: &str, labels: [&str; 3], groups: &[Group]) -> Result<(), Box<dyn Error>> {
    let area = SVGBackend::with_string(svg, SIZE).into_drawing_area();
    area.fill(&WHITE)?;
    let centred = |size: u32| (FONT, size).into_font().color(&INK).pos(Pos::new(HPos::Center, VPos::Top));
    area.draw(&Text::new(title.to_string(), (SIZE.0 as i32 / 2, 12), centred(18)))?;
    for (at, (label, color)) in labels.into_iter().zip(COLORS).enumerate() {
        let x = 70 + 285 * at as i32;
        area.draw(&Rectangle::new([(x, 46), (x + 12, 58)], color.filled()))?;
        let style = (FONT, 13).into_font().color(&INK).pos(Pos::new(HPos::Left, VPos::Top));
        area.draw(&Text::new(label.to_string(), (x + 18, 45), style))?;
    }
    let (_, below_head) = area.split_vertically(HEAD_HEIGHT);
    let bars = groups.iter().flat_map(|group| group.bars).flatten();
    let (least, most) = bars.fold((0.0, 1.0), |(least, most), bar| (bar.min(least), bar.max(most)));
    let mut chart = ChartBuilder::on(&below_head)
        .margin_left(12)
        .margin_right(24)
        .margin_bottom(12)
        .x_label_area_size(48)
        .y_label_area_size(58)
        .build_cartesian_2d(0.0..groups.len() as f64, least * 1.1..most * 1.1)?;
    chart
        .configure_mesh()
        .disable_x_mesh()
        .x_labels(0)
        .y_labels(8)
        .y_desc("of what the machine has (%)")
        .y_label_formatter(&|percent| format!("{percent:.0}"))
        .axis_style(INK)
        .bold_line_style(GRID)
        .light_line_style(TRANSPARENT)
        .label_style((FONT, 13).into_font().color(&INK))
        .axis_desc_style((FONT, 14).into_font().color(&INK))
        .draw()?;
    for (at, group) in groups.iter().enumerate() {
        let wide = BARS_WIDE / group.bars.len() as f64;
        for (number, (bar, color)) in group.bars.iter().zip(COLORS).enumerate() {
            let Some(percent) = *bar else { continue };
            let left = at as f64 + (1.0 - BARS_WIDE) / 2.0 + number as f64 * wide;
            chart.draw_series([Rectangle::new(
                [(left, 0.0), (left + wide * 0.92, percent)],
                color.filled(),
            )])?;
            let (x, y) = chart.backend_coord(&(left + wide * 0.46, percent.max(0.0)));
            let style = (FONT, 10).into_font().color(&INK).pos(Pos::new(HPos::Center, VPos::Bottom));
            area.draw(&Text::new(format!("{percent:.1}"), (x, y - 2), style))?;
        }
        let (x, y) = chart.backend_coord(&(at as f64 + 0.5, least * 1.1));
        // One word to a line: the names are wider than the bars.
        for (line, word) in words(group.label).into_iter().enumerate() {
            area.draw(&Text::new(word, (x, y + 6 + 14 * line as i32), centred(12)))?;
        }
    }
    area.present()?;
    Ok(())
}

/// A name in at most two lines, without its unit.
fn words(label: &str) -> Vec<String> {
    let name = label.split(" (").next().unwrap_or(label);
    name.split(' ').map(String::from).collect()
}

#[cfg(test)]
mod tests {
    use super::super::testing::{pipeline, plain};
    use super::*;

    #[test]
    fn picture_holds_all_resources_and_says_whose_each_bar_is() {
        let (report, plain) = (Report::of(&pipeline(), &TOFINO1), Report::of(&plain(), &TOFINO1));
        let svg = report.svg(Some(&plain)).unwrap();
        for (what, _) in Usage::KINDS {
            for word in words(what) {
                assert!(svg.contains(&word), "{word} is missing");
            }
        }
        for text in ["our model", "paper, Table 2", "prototype", "(%)", "example on Tofino 1"] {
            assert!(svg.contains(text), "{text} is missing");
        }
        for RGBColor(r, g, b) in COLORS {
            assert!(svg.contains(&format!("#{r:02X}{g:02X}{b:02X}")), "a colour is missing");
        }
        assert!(report.svg(None).unwrap().contains("whole program (our model)"));
    }

    #[test]
    fn bars_are_differences_where_there_is_a_plain_program() {
        let (report, plain) = (Report::of(&pipeline(), &TOFINO1), Report::of(&plain(), &TOFINO1));
        let gateways =
            |groups: Vec<Group>| groups.into_iter().find(|group| group.label == "gateways").unwrap().bars;
        let with = gateways(report.groups(Some(&plain)))[0].unwrap();
        let whole = gateways(report.groups(None))[0].unwrap();
        assert!((whole - 100.0 * 4.0 / 192.0).abs() < 1e-9);
        assert!((with - 100.0 * 2.0 / 192.0).abs() < 1e-9);
    }
}
