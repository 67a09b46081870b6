//! Samples as an SVG: memory, open files and calls per second over time.

use std::fmt::Write as _;

use serde_json::Value;

use crate::watch::Sample;

const WIDTH: f64 = 760.0;
const HEIGHT: f64 = 120.0;
const LEFT: f64 = 90.0;
const TOP: f64 = 60.0;
const GAP: f64 = 50.0;
/// Points per curve at the most; calls are averaged between them.
const POINTS: usize = 180;

struct Curve<'a> {
    title: &'a str,
    colour: &'a str,
    points: Vec<(f64, f64)>,
}

pub(crate) fn svg(samples: &[Sample], figures: &Value) -> String {
    let step = (samples.len() / POINTS).max(1);
    let samples: Vec<_> = samples.iter().step_by(step).copied().collect();
    let points = |value: fn(&Sample) -> u64, divisor: f64| {
        samples.iter().map(|sample| (sample.seconds, number(value(sample)) / divisor)).collect()
    };
    let rates = samples.windows(2).map(|pair| {
        let calls = number(pair[1].calls - pair[0].calls);
        (pair[1].seconds, calls / (pair[1].seconds - pair[0].seconds))
    });
    let curves = [
        Curve {
            title: "resident memory, MiB",
            colour: "#1f6feb",
            points: points(|s| s.resident_kib, 1024.0),
        },
        Curve { title: "open files", colour: "#bf8700", points: points(|s| s.files, 1.0) },
        Curve { title: "calls per second", colour: "#1a7f37", points: rates.collect() },
    ];
    let height = TOP + 3.0 * (HEIGHT + GAP);
    let width = LEFT + WIDTH + 30.0;
    let mut text = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" font-family=\"sans-serif\" \
         font-size=\"13\">\n<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n\
         <text x=\"{LEFT}\" y=\"24\" font-size=\"15\">{} calls in {} s, {} requests, {} lives, {}</text>\n",
        figures["calls"],
        figures["seconds"],
        figures["requests"],
        figures["lives"],
        if figures["ok"] == true { "nothing lost, nothing doubled" } else { "NOT as it should be" },
    );
    let end = samples.last().map_or(1.0, |sample| sample.seconds).max(1.0);
    let mut top = TOP;
    for curve in &curves {
        draw(&mut text, curve, top, end);
        top += HEIGHT + GAP;
    }
    text.push_str("</svg>\n");
    text
}

/// Each from zero up: what is flat shall look flat, and what grows shall be seen to grow.
fn draw(text: &mut String, curve: &Curve<'_>, top: f64, end: f64) {
    let peak = curve.points.iter().map(|(_, value)| *value).fold(1.0, f64::max);
    let (bottom, right) = (top + HEIGHT, LEFT + WIDTH);
    let places: Vec<_> = curve
        .points
        .iter()
        .map(|(seconds, value)| {
            format!("{:.1},{:.1}", LEFT + seconds / end * WIDTH, bottom - value / peak * HEIGHT)
        })
        .collect();
    let Curve { title, colour, .. } = curve;
    let half = LEFT + WIDTH / 2.0;
    // Writing to a `String` does not fail.
    let _ = write!(
        text,
        "<text x=\"{LEFT}\" y=\"{}\">{title}</text>\n\
         <path d=\"M{LEFT},{top}V{bottom}H{right}\" fill=\"none\" stroke=\"#57606a\"/>\n\
         <polyline points=\"{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"1.5\"/>\n\
         <g fill=\"#57606a\" text-anchor=\"end\"><text x=\"{x}\" y=\"{}\">{peak:.0}</text>\
         <text x=\"{x}\" y=\"{bottom}\">0</text></g>\n\
         <g fill=\"#57606a\" text-anchor=\"middle\"><text x=\"{LEFT}\" y=\"{y}\">0 s</text>\
         <text x=\"{half}\" y=\"{y}\">{:.0} s</text><text x=\"{right}\" y=\"{y}\">{end:.0} s</text></g>\n",
        top - 8.0,
        places.join(" "),
        top + 10.0,
        end / 2.0,
        x = LEFT - 8.0,
        y = bottom + 18.0,
    );
}

#[expect(clippy::cast_precision_loss, reason = "for a plot")]
fn number(value: u64) -> f64 {
    value as f64
}
