//! 走线：从状态的下边或上边出来，经各层的道，到另一个状态；数字写在不与别的数字重叠的地方。

use std::fmt::Write as _;

use super::layers::Layers;
use super::place::{BOX_H, Placed};
use super::{Link, steps_text};

/// 一条画好的线。
pub(super) struct Drawn {
    pub(super) text: String,
    pub(super) path: String,
    pub(super) label: (i32, i32),
}

/// The arrow ends a little before the state.
const ARROW: i32 = 2;
/// 数字一个字的宽，与一行的半高。
const DIGIT_W: i32 = 7;
const LABEL_HALF_H: i32 = 7;
/// Where along its first stretch a number may stand, in sixteenths, the best first.
const STANDS: [i32; 9] = [7, 6, 8, 5, 9, 10, 4, 11, 12];

pub(super) fn route(layers: &Layers, placed: &Placed, links: &[Link]) -> Vec<Drawn> {
    let ends = Ends { layers, placed };
    let mut labels: Vec<Label> = Vec::new();
    let lines = links.iter().zip(&layers.routes);
    lines
        .map(|(link, route)| {
            let text = steps_text(&link.steps);
            let stretches = ends.stretches(route);
            let label = Label::of(&text, &stretches[0], &labels);
            let centre = (label.x, label.y);
            labels.push(label);
            Drawn {
                text,
                path: path(&stretches),
                label: centre,
            }
        })
        .collect()
}

/// From one layer to the next.
struct Stretch {
    from: (i32, i32),
    to: (i32, i32),
}

struct Ends<'a> {
    layers: &'a Layers,
    placed: &'a Placed,
}

impl Ends<'_> {
    fn stretches(&self, route: &[usize]) -> Vec<Stretch> {
        let is_up = self.layers.nodes[route[0]].layer > self.layers.nodes[route[1]].layer;
        let pairs = route.windows(2).enumerate();
        let list = pairs.map(|(number, pair)| {
            let (from, to) = (pair[0], pair[1]);
            let gap = if number + 2 == route.len() { ARROW } else { 0 };
            let (leave, reach) = if is_up {
                (self.top(from), self.top(to) + BOX_H + gap)
            } else {
                (self.top(from) + BOX_H, self.top(to) - gap)
            };
            Stretch {
                from: (self.port(from, to, is_up, !is_up), leave),
                to: (self.port(to, from, is_up, is_up), reach),
            }
        });
        list.collect()
    }

    fn top(&self, node: usize) -> i32 {
        self.placed.top[self.layers.nodes[node].layer]
    }

    /// Where the line to this neighbour touches the state: the lines of a side stand in the order of their other ends.
    fn port(&self, node: usize, other: usize, is_up: bool, is_below: bool) -> i32 {
        let x = &self.placed.x;
        if self.layers.nodes[node].is_lane {
            return x[node];
        }
        let mut ports: Vec<(i32, bool, usize)> = Vec::new();
        for pair in self.layers.routes.iter().flat_map(|route| route.windows(2)) {
            let goes_up = self.layers.nodes[pair[0]].layer > self.layers.nodes[pair[1]].layer;
            let near = match node {
                _ if node == pair[0] && goes_up != is_below => pair[1],
                _ if node == pair[1] && goes_up == is_below => pair[0],
                _ => continue,
            };
            let port = (x[near], goes_up, near);
            if !ports.contains(&port) {
                ports.push(port);
            }
        }
        ports.sort_unstable();
        let place = ports.iter().position(|p| *p == (x[other], is_up, other));
        let as_i32 = |n: usize| i32::try_from(n).unwrap_or(0);
        let (place, count) = (as_i32(place.unwrap_or(0)), as_i32(ports.len()));
        let width = self.placed.box_width;
        x[node] - width / 2 + width * (place + 1) / (count + 1)
    }
}

fn path(stretches: &[Stretch]) -> String {
    let mut text = String::new();
    for (number, Stretch { from, to }) in stretches.iter().enumerate() {
        let turn = if number == 0 { 'M' } else { 'L' };
        let middle = (from.1 + to.1) / 2;
        // Writing to a string does not fail.
        let _ = write!(text, "{turn}{} {}", from.0, from.1);
        let _ = match from.0 == to.0 {
            true => write!(text, "L{} {}", to.0, to.1),
            false => write!(
                text,
                "C{} {middle} {} {middle} {} {}",
                from.0, to.0, to.0, to.1
            ),
        };
    }
    text
}

/// A number beside a line.
struct Label {
    x: i32,
    y: i32,
    half: i32,
}

impl Label {
    /// The place where it covers least of the others; of equal ones, the first.
    fn of(text: &str, stretch: &Stretch, others: &[Label]) -> Label {
        let chars = i32::try_from(text.chars().count()).unwrap_or(0);
        let half = (chars * DIGIT_W + 4) / 2;
        let at = |sixteenths: &i32| {
            let (x, y) = point(stretch, *sixteenths);
            Label { x, y, half }
        };
        let covered = |label: &Label| others.iter().map(|other| label.covers(other)).sum::<i32>();
        let places = STANDS.iter().map(at);
        let best = places.min_by_key(covered);
        best.unwrap_or_else(|| at(&STANDS[0]))
    }

    fn covers(&self, other: &Label) -> i32 {
        let wide = self.half + other.half - (self.x - other.x).abs();
        let high = 2 * LABEL_HALF_H - (self.y - other.y).abs();
        wide.max(0) * high.max(0)
    }
}

/// A point of the curve of a stretch.
fn point(stretch: &Stretch, sixteenths: i32) -> (i32, i32) {
    let (t, s) = (sixteenths, 16 - sixteenths);
    let weights = [s * s * s, 3 * s * s * t, 3 * s * t * t, t * t * t];
    let middle = (stretch.from.1 + stretch.to.1) / 2;
    let of = |values: [i32; 4]| {
        let sum: i32 = values.iter().zip(weights).map(|(v, w)| v * w).sum();
        sum / 4096
    };
    (
        of([stretch.from.0, stretch.from.0, stretch.to.0, stretch.to.0]),
        of([stretch.from.1, middle, middle, stretch.to.1]),
    )
}
