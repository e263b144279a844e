//! Small drawings as SVG: bars, stacked bars and lines, with a title and a description for those who do not see them. Colours are
//! classes of `static/team/figures.css`, so that both themes and paper have their own; no colour says anything that the legend and the
//! table beside do not.

use std::fmt::Write as _;

/// Width of the drawing, in its own units.
const WIDTH: f64 = 480.0;
/// Its height.
const HEIGHT: f64 = 220.0;
/// Room for the numbers of the axis.
const LEFT: f64 = 44.0;
/// Room right of the plot.
const RIGHT: f64 = 8.0;
/// Room above it.
const TOP: f64 = 14.0;
/// Room for the names below it.
const BOTTOM: f64 = 26.0;
/// Names under the axis that fit.
const NAMES: usize = 6;

/// What is drawn.
pub(super) struct Chart<'a> {
    /// Unique on the page.
    pub(super) id: &'a str,
    pub(super) title: &'a str,
    /// What it shows, in a sentence.
    pub(super) desc: &'a str,
    /// What stands under the axis, a name for each value.
    pub(super) names: &'a [String],
    /// The values; each series as many as there are names. `None`: there is nothing to be drawn.
    pub(super) series: &'a [Vec<Option<f64>>],
    /// Ends the numbers of the axis (`h`, `%`); may be empty.
    pub(super) unit: &'a str,
}

/// Bars of one series, each with its number.
pub(super) fn bars(chart: &Chart<'_>) -> String {
    draw(chart, chart.largest(), |out, plot| {
        let values = chart.series.first().map(Vec::as_slice).unwrap_or_default();
        for (at, value) in values.iter().enumerate() {
            let value = value.unwrap_or_default();
            plot.bar(out, at, 0.0, value, 0);
            let (x, y) = (plot.middle(at), plot.y(value) - 4.0);
            text(out, x, y, "middle", &number(value, chart.unit));
        }
    })
}

/// Bars of several series, each on top of the one before.
pub(super) fn stacked(chart: &Chart<'_>) -> String {
    let sums = (0..chart.names.len())
        .map(|at| chart.series.iter().filter_map(|values| values.get(at).copied().flatten()).sum::<f64>());
    draw(chart, sums.fold(0.0, f64::max), |out, plot| {
        for at in 0..chart.names.len() {
            let mut base = 0.0;
            for (class, values) in chart.series.iter().enumerate() {
                let value = values.get(at).copied().flatten().unwrap_or_default();
                if value > 0.0 {
                    plot.bar(out, at, base, base + value, class);
                    base += value;
                }
            }
        }
    })
}

/// A line a series, broken where there is no value; each has dashes of its own.
pub(super) fn lines(chart: &Chart<'_>) -> String {
    draw(chart, chart.largest(), |out, plot| {
        for (class, values) in chart.series.iter().enumerate() {
            let mut path = String::new();
            let mut pen_down = false;
            for (at, value) in values.iter().enumerate() {
                let Some(value) = value else {
                    pen_down = false;
                    continue;
                };
                let command = if pen_down { 'L' } else { 'M' };
                let _ = write!(path, "{command}{:.1} {:.1}", plot.middle(at), plot.y(*value));
                pen_down = true;
                let _ = write!(
                    out,
                    "<circle class=\"govern-p{class}\" cx=\"{:.1}\" cy=\"{:.1}\" r=\"2.5\"/>",
                    plot.middle(at),
                    plot.y(*value)
                );
            }
            let _ = write!(out, "<path class=\"govern-l{class}\" d=\"{path}\"/>");
        }
    })
}

impl Chart<'_> {
    fn largest(&self) -> f64 {
        self.series.iter().flatten().flatten().copied().fold(0.0, f64::max)
    }
}

/// Where values stand in the drawing.
struct Plot {
    most: f64,
    step: f64,
}

impl Plot {
    fn y(&self, value: f64) -> f64 {
        TOP + (HEIGHT - TOP - BOTTOM) * (1.0 - value / self.most)
    }

    fn middle(&self, at: usize) -> f64 {
        LEFT + self.step * (float(at) + 0.5)
    }

    fn bar(&self, out: &mut String, at: usize, base: f64, top: f64, class: usize) {
        let wide = (self.step * 0.7).min(48.0);
        let _ = write!(
            out,
            "<rect class=\"govern-c{class}\" x=\"{:.1}\" y=\"{:.1}\" width=\"{wide:.1}\" height=\"{:.1}\"/>",
            self.middle(at) - wide / 2.0,
            self.y(top),
            self.y(base) - self.y(top)
        );
    }
}

fn draw(chart: &Chart<'_>, largest: f64, plotted: impl FnOnce(&mut String, &Plot)) -> String {
    let Chart { id, title, desc, names, unit, .. } = chart;
    let (most, tick) = scale(largest);
    let plot = Plot { most, step: (WIDTH - LEFT - RIGHT) / float(names.len().max(1)) };
    let mut out = format!(
        "<svg class=\"govern-chart\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-labelledby=\"{id}-t {id}-d\">\
         <title id=\"{id}-t\">{}</title><desc id=\"{id}-d\">{}</desc>",
        escaped(title),
        escaped(desc)
    );
    let mut at = 0.0;
    while at <= most * 1.001 {
        let y = plot.y(at);
        let class = if at > 0.0 { "govern-grid" } else { "govern-axis" };
        let _ = write!(
            out,
            "<line class=\"{class}\" x1=\"{LEFT}\" x2=\"{}\" y1=\"{y:.1}\" y2=\"{y:.1}\"/>",
            WIDTH - RIGHT
        );
        text(&mut out, LEFT - 6.0, y + 4.0, "end", &number(at, unit));
        at += tick;
    }
    plotted(&mut out, &plot);
    let every = names.len().div_ceil(NAMES).max(1);
    for (at, name) in names.iter().enumerate().step_by(every) {
        text(&mut out, plot.middle(at), HEIGHT - 8.0, "middle", name);
    }
    out.push_str("</svg>");
    out
}

/// The upper end of the axis, a round number at or above `largest`, and the distance of its ticks.
fn scale(largest: f64) -> (f64, f64) {
    let mut tick = 1.0;
    'found: loop {
        for factor in [1.0, 2.0, 5.0] {
            if largest <= tick * factor * 4.0 {
                tick *= factor;
                break 'found;
            }
        }
        tick *= 10.0;
    }
    let most = (largest / tick).ceil().max(1.0) * tick;
    (most, tick)
}

fn text(out: &mut String, x: f64, y: f64, anchor: &str, words: &str) {
    let words = escaped(words);
    let _ = write!(out, "<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\">{words}</text>");
}

fn number(value: f64, unit: &str) -> String {
    let value = if value.fract().abs() < 0.05 { format!("{value:.0}") } else { format!("{value:.1}") };
    let value = value.replace('.', ",");
    if unit.is_empty() { value } else { format!("{value}\u{a0}{unit}") }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[expect(clippy::cast_precision_loss, reason = "places in a drawing are far below 2^52")]
fn float(count: usize) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn axes_end_at_a_round_number() {
        let told = [0.0, 1.0, 3.0, 4.0, 7.0, 18.0, 99.0, 401.0].map(scale);
        let ends = [
            (1.0, 1.0),
            (1.0, 1.0),
            (3.0, 1.0),
            (4.0, 1.0),
            (8.0, 2.0),
            (20.0, 5.0),
            (100.0, 50.0),
            (600.0, 200.0),
        ];
        for (told, end) in told.iter().zip(ends) {
            assert!((told.0 - end.0).abs() < 1e-9, "{told:?} {end:?}");
        }
    }

    #[test]
    fn a_drawing_names_itself_and_breaks_its_lines() {
        let names = ["a".to_owned(), "b".to_owned(), "<c>".to_owned()];
        let series = [vec![Some(1.0), None, Some(3.0)]];
        let chart = Chart { id: "x", title: "T", desc: "D & E", names: &names, series: &series, unit: "h" };
        let drawn = lines(&chart);
        assert!(drawn.contains("<title id=\"x-t\">T</title><desc id=\"x-d\">D &amp; E</desc>"), "{drawn}");
        assert_eq!(drawn.matches('M').count(), 2, "two strokes: {drawn}");
        assert!(drawn.contains("&lt;c&gt;") && stacked(&chart).matches("<rect").count() == 2);
        assert!(
            bars(&Chart { names: &[], series: &[], ..chart }).contains("</svg>"),
            "nothing is a drawing too"
        );
    }
}
