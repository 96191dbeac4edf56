//! 定位：层里从左到右不重叠，尽量对着上下层的邻居；线的道尽量直。

use super::layers::Layers;

/// 状态的高。
pub(super) const BOX_H: i32 = 36;
/// 名称一个字的宽。
const CHAR_W: i32 = 14;
const BOX_W_MIN: i32 = 92;
/// 道的半宽。
const LANE_HALF: i32 = 5;
/// 状态之间、道与别的之间的空。
const GAP_BOX: i32 = 28;
const GAP_LANE: i32 = 13;
/// 两层之间，没有什么线的时候；每多一条加一点，至多加到上限。
const GAP_Y: i32 = 40;
const GAP_Y_LINE: i32 = 5;
const GAP_Y_MAX: i32 = 96;
const MARGIN: i32 = 16;
const SWEEPS: usize = 40;
/// A lane that bends is worse than a line between states that slants.
const STRAIGHT: [i32; 3] = [1, 3, 12];

/// 定好的位置。
pub(super) struct Placed {
    pub(super) width: i32,
    pub(super) height: i32,
    pub(super) box_width: i32,
    /// 各结点的中线。
    pub(super) x: Vec<i32>,
    /// 各层的上边。
    pub(super) top: Vec<i32>,
    layer: Vec<usize>,
}

impl Placed {
    /// 状态的左上角。
    pub(super) fn corner(&self, node: usize) -> (i32, i32) {
        let left = self.x[node] - self.box_width / 2;
        (left, self.top[self.layer[node]])
    }
}

pub(super) fn place(layers: &Layers, longest: usize) -> Placed {
    let chars = i32::try_from(longest).unwrap_or(i32::MAX / CHAR_W);
    let box_width = (chars * CHAR_W + 24).max(BOX_W_MIN);
    let half = |node: usize| match layers.nodes[node].is_lane {
        true => LANE_HALF,
        false => box_width / 2,
    };
    let apart = |left: usize, right: usize| {
        let is_lane = layers.nodes[left].is_lane || layers.nodes[right].is_lane;
        half(left) + half(right) + if is_lane { GAP_LANE } else { GAP_BOX }
    };
    let mut x = vec![0; layers.nodes.len()];
    for row in &layers.rows {
        for pair in row.windows(2) {
            x[pair[1]] = x[pair[0]] + apart(pair[0], pair[1]);
        }
    }
    for sweep in 0..SWEEPS {
        for turn in 0..layers.rows.len() {
            let down = sweep % 2 == 0;
            let row = if down {
                turn
            } else {
                layers.rows.len() - 1 - turn
            };
            // Towards the end both sides count, so that nothing leans to where it was last looked from.
            let is_settling = sweep + 8 >= SWEEPS;
            let wanted: Vec<(i32, i32)> = layers.rows[row]
                .iter()
                .map(|node| {
                    wanted(
                        layers,
                        &x,
                        *node,
                        (down || is_settling, !down || is_settling),
                    )
                })
                .collect();
            settle(&layers.rows[row], &wanted, &apart, &mut x);
        }
    }
    let left = (0..x.len())
        .map(|node| x[node] - half(node))
        .min()
        .unwrap_or(0);
    for one in &mut x {
        *one += MARGIN - left;
    }
    let right = (0..x.len())
        .map(|node| x[node] + half(node))
        .max()
        .unwrap_or(0);
    let (top, bottom) = tops(layers);
    Placed {
        width: right + MARGIN,
        height: bottom + MARGIN,
        box_width,
        x,
        top,
        layer: layers.nodes.iter().map(|node| node.layer).collect(),
    }
}

/// Where a node would like to be, and how much.
fn wanted(layers: &Layers, x: &[i32], node: usize, (up, down): (bool, bool)) -> (i32, i32) {
    let above = layers.above[node].iter().filter(|_| up);
    let below = layers.below[node].iter().filter(|_| down);
    let (mut sum, mut weights) = (0, 0);
    for other in above.chain(below) {
        let lanes = [node, *other]
            .iter()
            .filter(|n| layers.nodes[**n].is_lane)
            .count();
        sum += x[*other] * STRAIGHT[lanes];
        weights += STRAIGHT[lanes];
    }
    match weights {
        0 => (x[node], 1),
        _ => (sum / weights, weights),
    }
}

/// Puts a row as near to where it wants to be as the distances allow: what would overlap is moved as one.
fn settle(
    row: &[usize],
    wanted: &[(i32, i32)],
    apart: &impl Fn(usize, usize) -> i32,
    x: &mut [i32],
) {
    // Distances taken away, the places only must not fall; a run of those that would takes its mean.
    let mut runs: Vec<(i32, i32, usize)> = Vec::new();
    let mut offsets = vec![0; row.len()];
    for (at, (place, weight)) in wanted.iter().enumerate() {
        if at > 0 {
            offsets[at] = offsets[at - 1] + apart(row[at - 1], row[at]);
        }
        let mut run = ((place - offsets[at]) * weight, *weight, 1);
        while let Some(before) = runs.last() {
            if before.0 / before.1 <= run.0 / run.1 {
                break;
            }
            run = (run.0 + before.0, run.1 + before.1, run.2 + before.2);
            runs.pop();
        }
        runs.push(run);
    }
    let places = runs
        .iter()
        .flat_map(|(sum, weight, n)| std::iter::repeat_n(sum / weight, *n));
    for ((node, offset), place) in row.iter().zip(&offsets).zip(places) {
        x[*node] = place + offset;
    }
}

/// The upper edges of the layers, and the lower one of the last; the more lines between two, the farther apart.
fn tops(layers: &Layers) -> (Vec<i32>, i32) {
    let mut top = Vec::with_capacity(layers.rows.len());
    let mut y = MARGIN;
    for (number, row) in layers.rows.iter().enumerate() {
        top.push(y);
        y += BOX_H;
        if number + 1 < layers.rows.len() {
            let lines = row
                .iter()
                .map(|node| layers.below[*node].len())
                .sum::<usize>();
            let lines = i32::try_from(lines).unwrap_or(GAP_Y_MAX);
            y += (GAP_Y + lines.min(GAP_Y_MAX) * GAP_Y_LINE).min(GAP_Y_MAX);
        }
    }
    (top, y)
}
