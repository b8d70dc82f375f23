//! Proofs per second as an SVG picture: a panel a circuit, a bar a measurement.

use std::fmt::Write;

use tabella_prover::machine::Machine;

use super::{Mode, Point};

const WIDTH: usize = 720;
const PANEL: usize = 220;
const BARS: usize = 140;
const MARGIN: usize = 40;

/// The picture; every bar is labelled, so colours carry nothing alone.
pub(super) fn svg(points: &[Point], machine: &Machine) -> String {
    let panels: Vec<&[Point]> = points.chunk_by(|a, b| a.circuit == b.circuit).collect();
    let height = panels.len() * PANEL + MARGIN;
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{WIDTH}\" height=\"{height}\" viewBox=\"0 0 {WIDTH} {height}\" \
         font-family=\"sans-serif\" font-size=\"12\">\n<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n"
    );
    for (i, panel) in panels.iter().enumerate() {
        draw(&mut out, panel, i * PANEL);
    }
    let _ = writeln!(
        out,
        "<text x=\"{MARGIN}\" y=\"{}\" fill=\"#555\">{}</text>\n</svg>",
        height - 14,
        escaped(&machine.to_string())
    );
    out
}

fn draw(out: &mut String, panel: &[Point], top: usize) {
    let most = panel.iter().map(|point| point.proofs_per_second).fold(f64::MIN_POSITIVE, f64::max);
    let step = (WIDTH - 2 * MARGIN) / panel.len().max(1);
    let floor = top + 30 + BARS;
    let title = format!("{}: proofs per second ({} constraints)", panel[0].circuit, panel[0].constraints);
    let _ = writeln!(out, "<text x=\"{MARGIN}\" y=\"{}\" font-size=\"14\">{}</text>", top + 18, escaped(&title));
    for (i, point) in panel.iter().enumerate() {
        let height = (BARS as f64 * 0.85 * point.proofs_per_second / most).round() as usize;
        let (x, y) = (MARGIN + i * step, floor - height);
        let fill = if point.mode == Mode::Latency { "#4a78b5" } else { "#d08a3c" };
        let (middle, width) = (x + step / 2, step * 3 / 5);
        let left = middle - width / 2;
        let _ = writeln!(out, "<rect x=\"{left}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" fill=\"{fill}\"/>");
        let _ = writeln!(
            out,
            "<text x=\"{middle}\" y=\"{}\" text-anchor=\"middle\">{:.2}</text>",
            y - 4,
            point.proofs_per_second
        );
        let _ = writeln!(
            out,
            "<text x=\"{middle}\" y=\"{}\" text-anchor=\"middle\">{}, {}</text>",
            floor + 16,
            point.mode.name(),
            threads(point.threads)
        );
    }
    let _ = writeln!(
        out,
        "<line x1=\"{MARGIN}\" y1=\"{floor}\" x2=\"{}\" y2=\"{floor}\" stroke=\"#333\"/>",
        WIDTH - MARGIN
    );
}

fn threads(count: usize) -> String {
    if count == 1 { "1 thread".to_owned() } else { format!("{count} threads") }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
