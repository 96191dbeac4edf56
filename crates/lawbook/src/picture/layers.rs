//! 分层与排序：离起始最远几步就在第几层，回头的线不算；层里的次序使线少交叉。

use std::collections::BTreeMap;

use super::Link;

/// How often the order of the layers is gone over, down and up.
const SWEEPS: usize = 24;
/// So that means of positions can be compared as whole numbers.
const SCALE: usize = 1024;

/// A state, or the lane of lines in a layer that they only pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Node {
    pub(super) layer: usize,
    pub(super) is_lane: bool,
}

/// 分好层的图。前几个结点是状态，其后是线经过各层的位置。
pub(super) struct Layers {
    pub(super) nodes: Vec<Node>,
    /// 各层的结点，从左到右。
    pub(super) rows: Vec<Vec<usize>>,
    /// 每条线经过的结点，从来处到去处。
    pub(super) routes: Vec<Vec<usize>>,
    /// 各结点在上一层、下一层的邻居。
    pub(super) above: Vec<Vec<usize>>,
    pub(super) below: Vec<Vec<usize>>,
}

impl Layers {
    pub(super) fn new(states: usize, start: usize, links: &[Link]) -> Self {
        let (found, is_back) = search(states, start, links);
        let depth = depths(states, start, links, &is_back);
        let mut layers = Layers {
            nodes: depth
                .iter()
                .map(|layer| Node {
                    layer: *layer,
                    is_lane: false,
                })
                .collect(),
            rows: vec![Vec::new(); depth.iter().max().map_or(1, |deepest| deepest + 1)],
            routes: Vec::new(),
            above: Vec::new(),
            below: Vec::new(),
        };
        for state in found {
            layers.rows[depth[state]].push(state);
        }
        layers.take_routes(links);
        layers.order();
        layers
    }

    /// Lanes are shared by the lines that lead to the same state in the same direction.
    fn take_routes(&mut self, links: &[Link]) {
        let mut lanes: BTreeMap<(usize, bool, usize), usize> = BTreeMap::new();
        for link in links {
            let (from, to) = (self.nodes[link.from].layer, self.nodes[link.to].layer);
            let is_up = to < from;
            let passed: Vec<usize> = if is_up {
                (to + 1..from).rev().collect()
            } else {
                (from + 1..to).collect()
            };
            let mut route = vec![link.from];
            for layer in passed {
                let lane = *lanes.entry((link.to, is_up, layer)).or_insert_with(|| {
                    self.nodes.push(Node {
                        layer,
                        is_lane: true,
                    });
                    self.rows[layer].push(self.nodes.len() - 1);
                    self.nodes.len() - 1
                });
                route.push(lane);
            }
            route.push(link.to);
            self.routes.push(route);
        }
        self.above = vec![Vec::new(); self.nodes.len()];
        self.below = vec![Vec::new(); self.nodes.len()];
        for pair in self.routes.iter().flat_map(|route| route.windows(2)) {
            let is_down = self.nodes[pair[0]].layer < self.nodes[pair[1]].layer;
            let (upper, lower) = if is_down {
                (pair[0], pair[1])
            } else {
                (pair[1], pair[0])
            };
            if !self.below[upper].contains(&lower) {
                self.below[upper].push(lower);
                self.above[lower].push(upper);
            }
        }
    }

    fn order(&mut self) {
        let mut best = (self.crossings(), self.rows.clone());
        for sweep in 0..SWEEPS {
            let is_down = sweep % 2 == 0;
            for turn in 1..self.rows.len() {
                let row = if is_down {
                    turn
                } else {
                    self.rows.len() - 1 - turn
                };
                self.order_row(row, is_down);
            }
            self.swap_neighbours();
            let crossings = self.crossings();
            if crossings < best.0 {
                best = (crossings, self.rows.clone());
            }
        }
        self.rows = best.1;
    }

    fn positions(&self) -> Vec<usize> {
        let mut at = vec![0; self.nodes.len()];
        for row in &self.rows {
            for (position, node) in row.iter().enumerate() {
                at[*node] = position;
            }
        }
        at
    }

    /// Each node goes to the mean of its neighbours in the layer before.
    fn order_row(&mut self, row: usize, is_down: bool) {
        let at = self.positions();
        let near = if is_down { &self.above } else { &self.below };
        let mean = |node: &usize| {
            let near = &near[*node];
            match near.len() {
                0 => at[*node] * SCALE,
                n => near.iter().map(|other| at[*other]).sum::<usize>() * SCALE / n,
            }
        };
        self.rows[row].sort_by_key(|node| (mean(node), at[*node]));
    }

    /// Neighbours change places where fewer lines cross then.
    fn swap_neighbours(&mut self) {
        for row in 0..self.rows.len() {
            for left in 1..self.rows[row].len() {
                let at = self.positions();
                let (a, b) = (self.rows[row][left - 1], self.rows[row][left]);
                let between = |a: usize, b: usize| {
                    crossed(&self.above[a], &self.above[b], &at)
                        + crossed(&self.below[a], &self.below[b], &at)
                };
                if between(b, a) < between(a, b) {
                    self.rows[row].swap(left - 1, left);
                }
            }
        }
    }

    fn crossings(&self) -> usize {
        let at = self.positions();
        let of_row = |row: &Vec<usize>| {
            let pairs = (0..row.len()).flat_map(|a| (a + 1..row.len()).map(move |b| (a, b)));
            pairs
                .map(|(a, b)| crossed(&self.below[row[a]], &self.below[row[b]], &at))
                .sum::<usize>()
        };
        self.rows.iter().map(of_row).sum()
    }
}

/// How many lines of the left node cross lines of the right one.
fn crossed(left: &[usize], right: &[usize], at: &[usize]) -> usize {
    let crossing = |l: &usize| right.iter().filter(|r| at[**r] < at[*l]).count();
    left.iter().map(crossing).sum()
}

/// The states in the order in which they are met, those never met last; and which lines lead back to where they come from.
fn search(states: usize, start: usize, links: &[Link]) -> (Vec<usize>, Vec<bool>) {
    let mut is_back = vec![false; links.len()];
    let (mut is_open, mut found) = (vec![false; states], Vec::new());
    let mut is_found = vec![false; states];
    // The state and how many of its lines have been followed.
    let mut path = vec![(start, 0)];
    (is_open[start], is_found[start]) = (true, true);
    found.push(start);
    while let Some((state, followed)) = path.last_mut() {
        let mut own = links
            .iter()
            .enumerate()
            .filter(|(_, link)| link.from == *state);
        let Some((number, link)) = own.nth(*followed) else {
            is_open[*state] = false;
            path.pop();
            continue;
        };
        *followed += 1;
        is_back[number] = is_open[link.to];
        if !is_found[link.to] {
            (is_open[link.to], is_found[link.to]) = (true, true);
            found.push(link.to);
            path.push((link.to, 0));
        }
    }
    found.extend((0..states).filter(|state| !is_found[*state]));
    (found, is_back)
}

/// The longest way from the start, lines that lead back left out; what is never reached stands below all.
fn depths(states: usize, start: usize, links: &[Link], is_back: &[bool]) -> Vec<usize> {
    let mut depth: Vec<Option<usize>> = vec![None; states];
    depth[start] = Some(0);
    // Without the lines back there is no circle: a way is at most as long as there are states.
    for _ in 0..states {
        for (link, _) in links.iter().zip(is_back).filter(|(_, is_back)| !**is_back) {
            if let Some(from) = depth[link.from] {
                depth[link.to] = depth[link.to].max(Some(from + 1));
            }
        }
    }
    let deepest = depth.iter().flatten().max().copied().unwrap_or(0);
    depth
        .into_iter()
        .map(|d| d.unwrap_or(deepest + 1))
        .collect()
}
