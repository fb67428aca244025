//! Plots as SVG: one sheet with a title, axes and marks, light or dark as the reader's screen is.

mod axis;
pub mod map;
pub mod residuals;
pub mod waveform;

pub use axis::Axis;

use std::fmt::Write as _;

/// Colours by meaning, so that every plot looks alike and follows the screen's light or dark.
/// The three series are told apart by people who do not see red and green (Okabe and Ito 2008).
const STYLE: &str = "\
svg{background:#fff;font:12px system-ui,sans-serif}\
.ink{stroke:#222;fill:none}.quiet{stroke:#ccc;fill:none}.quiet-ink{stroke:#999;fill:none}.text{fill:#222}.faint{fill:#666}\
.one{stroke:#0072b2;fill:none}.two{stroke:#d55e00;fill:none}.three{stroke:#009e73;fill:none}\
.dot-one{fill:#0072b2}.dot-two{fill:#d55e00}.dot-three{fill:#009e73}.veil{fill:#e69f00;opacity:.25}\
@media(prefers-color-scheme:dark){svg{background:#15181c}.ink{stroke:#ddd}.quiet{stroke:#3a3f46}.quiet-ink{stroke:#777}\
.text{fill:#ddd}.faint{fill:#999}.one{stroke:#56b4e9}.two{stroke:#f0a35e}.three{stroke:#4cc9a0}\
.dot-one{fill:#56b4e9}.dot-two{fill:#f0a35e}.dot-three{fill:#4cc9a0}}";

/// A sheet being drawn; lengths in pixels, the origin at the upper left.
///
/// `class` is one of those in the style sheet: `ink`, `quiet` (grid), `quiet-ink` (what is only there), `one`, `two`, `three` for
/// lines; `dot-one`, `dot-two`, `dot-three`, `veil` for areas; `text`, `faint` for words.
pub struct Sheet {
    width: f64,
    height: f64,
    body: String,
}

/// Which end of a text stands at its place.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Anchor {
    /// It begins there.
    Start,
    /// It is centred there.
    Middle,
    /// It ends there.
    End,
}

impl Sheet {
    /// An empty sheet under a title that screen readers speak too.
    #[must_use]
    pub fn new(width: f64, height: f64, title: &str) -> Self {
        let mut sheet = Self { width, height, body: format!("<title>{}</title>", escaped(title)) };
        sheet.text("text", Anchor::Start, 10.0, 20.0, title);
        sheet
    }

    /// A straight line.
    pub fn line(&mut self, class: &str, from: [f64; 2], to: [f64; 2]) {
        self.path(class, &[from, to]);
    }

    /// A line through `points`; points that are not finite break it.
    pub fn path(&mut self, class: &str, points: &[[f64; 2]]) {
        let mut steps = String::new();
        let mut pen_up = true;
        for [x, y] in points {
            if x.is_finite() && y.is_finite() {
                let _ = write!(steps, "{}{x:.1} {y:.1}", if pen_up { 'M' } else { 'L' });
            }
            pen_up = !(x.is_finite() && y.is_finite());
        }
        let _ = writeln!(self.body, "<path class=\"{class}\" d=\"{steps}\"/>");
    }

    /// A rectangle from its upper left corner.
    pub fn rectangle(&mut self, class: &str, corner: [f64; 2], size: [f64; 2]) {
        let ([x, y], [width, height]) = (corner, size);
        let _ = writeln!(
            self.body,
            "<rect class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height:.1}\"/>"
        );
    }

    /// A circle: filled with a `dot` class, a ring with a line class.
    pub fn circle(&mut self, class: &str, middle: [f64; 2], radius: f64) {
        let [x, y] = middle;
        let _ = writeln!(
            self.body,
            "<circle class=\"{class}\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{radius:.1}\"/>"
        );
    }

    /// A filled rectangle in any colour, for maps of a quantity (see [`heat`]).
    pub fn cell(&mut self, colour: &str, corner: [f64; 2], size: [f64; 2]) {
        let ([x, y], [width, height]) = (corner, size);
        let _ = writeln!(
            self.body,
            "<rect fill=\"{colour}\" x=\"{x:.2}\" y=\"{y:.2}\" width=\"{width:.2}\" height=\"{height:.2}\"/>"
        );
    }

    /// Words, their base line at `y`.
    pub fn text(&mut self, class: &str, anchor: Anchor, x: f64, y: f64, words: &str) {
        let anchor = match anchor {
            Anchor::Start => "start",
            Anchor::Middle => "middle",
            Anchor::End => "end",
        };
        let words = escaped(words);
        let _ = writeln!(
            self.body,
            "<text class=\"{class}\" text-anchor=\"{anchor}\" x=\"{x:.1}\" y=\"{y:.1}\">{words}</text>"
        );
    }

    /// Ticks, grid and label of an axis along the bottom of a panel that reaches from `top` to
    /// `bottom`.
    pub fn axis_below(&mut self, axis: &Axis, [top, bottom]: [f64; 2], label: &str) {
        let (left, right) = axis.ends();
        for (value, words) in axis.ticks() {
            let x = axis.at(value);
            self.line("quiet", [x, top], [x, bottom]);
            self.text("faint", Anchor::Middle, x, bottom + 16.0, &words);
        }
        self.line("ink", [left, bottom], [right, bottom]);
        self.text("text", Anchor::Middle, (left + right) / 2.0, bottom + 34.0, label);
    }

    /// Ticks, grid and label of an axis along the left of a panel that reaches from `left` to
    /// `right`.
    pub fn axis_left(&mut self, axis: &Axis, [left, right]: [f64; 2], label: &str) {
        let (bottom, top) = axis.ends();
        for (value, words) in axis.ticks() {
            let y = axis.at(value);
            self.line("quiet", [left, y], [right, y]);
            self.text("faint", Anchor::End, left - 5.0, y + 4.0, &words);
        }
        self.line("ink", [left, bottom], [left, top]);
        self.text("text", Anchor::Start, left, bottom.min(top) - 6.0, label);
    }

    /// The finished document.
    #[must_use]
    pub fn finish(self) -> String {
        let Self { width, height, body } = self;
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\"><style>{STYLE}</style>\n{body}</svg>\n"
        )
    }
}

/// A colour from pale to deep for a share of 0 to 1: light and order do not depend on hue (an
/// abridged viridis, Smith and van der Walt 2015).
#[must_use]
pub fn heat(share: f64) -> String {
    const STOPS: [[f64; 3]; 5] = [
        [253.0, 231.0, 37.0],
        [94.0, 201.0, 98.0],
        [33.0, 145.0, 140.0],
        [59.0, 82.0, 139.0],
        [68.0, 1.0, 84.0],
    ];
    let place = if share.is_finite() { share.clamp(0.0, 1.0) * 4.0 } else { 0.0 };
    let below = (place as usize).min(3);
    let mix = |channel: usize| {
        let (from, to) = (STOPS[below][channel], STOPS[below + 1][channel]);
        (from + (place - below as f64) * (to - from)).round() as u8
    };
    format!("#{:02x}{:02x}{:02x}", mix(0), mix(1), mix(2))
}

fn escaped(words: &str) -> String {
    words.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_escaped_and_broken_lines_are_lifted() {
        let mut sheet = Sheet::new(200.0, 100.0, "a < b & c");
        sheet.path("one", &[[0.0, 1.0], [f64::NAN, 2.0], [3.0, 4.0]]);
        let text = sheet.finish();
        assert!(text.contains("a &lt; b &amp; c") && text.contains("M0.0 1.0M3.0 4.0"));
    }

    #[test]
    fn heat_runs_from_pale_to_deep() {
        assert_eq!((heat(0.0).as_str(), heat(1.0).as_str()), ("#fde725", "#440154"));
        assert_eq!(heat(f64::NAN), heat(-1.0));
    }
}
