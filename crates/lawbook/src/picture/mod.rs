//! 程序的状态图：各状态画在哪里、各线怎样走，由状态表算出；工作台、门户、文档画的是同一张。
//!
//! Layered from top to bottom. A line over several layers has a lane of its own in each of them, so that no line runs
//! through a state; lines to the same state share their lanes and arrive as one.

mod layers;
mod place;
mod route;
mod svg;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::procedure::Procedure;
use layers::Layers;

pub use svg::to_svg;

/// 状态图；长度的单位是点，原点在左上角。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// 宽。
    pub width: i32,
    /// 高。
    pub height: i32,
    /// 各状态，按标识排列。
    pub boxes: Vec<StateBox>,
    /// 各条线，按第一步在表里的先后。
    pub lines: Vec<StateLine>,
}

/// 图上的一个状态。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StateBox {
    /// 标识。
    pub state: Arc<str>,
    /// 中文名。
    pub name: Arc<str>,
    /// 是起始。
    pub is_start: bool,
    /// 是终了。
    pub is_final: bool,
    /// 第几层，从 0 起；层里的位置由 `x` 分先后。
    pub layer: usize,
    /// 左边。
    pub x: i32,
    /// 上边。
    pub y: i32,
    /// 宽。
    pub width: i32,
    /// 高。
    pub height: i32,
}

/// 图上的一条线：从一个状态到另一个，几步合成一条。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StateLine {
    /// 从哪个状态。
    pub from: Arc<str>,
    /// 到哪个状态。
    pub to: Arc<str>,
    /// 各步在表里的序号，从 1 起。
    pub steps: Vec<usize>,
    /// 序号写短的文字。
    pub text: String,
    /// 走法：SVG 路径的 `d`。
    pub path: String,
    /// 文字的中点，横。
    pub label_x: i32,
    /// 文字的中点，竖。
    pub label_y: i32,
}

/// 状态之间的一条线，还没有画。
struct Link {
    from: usize,
    to: usize,
    steps: Vec<usize>,
}

/// 画出一个程序。
pub fn picture(procedure: &Procedure) -> Picture {
    let states: Vec<Arc<str>> = procedure.states().into_iter().collect();
    let links = links(procedure, &states);
    let start = states.iter().position(|state| *state == procedure.start);
    let layers = Layers::new(states.len(), start.unwrap_or(0), &links);
    let names: Vec<Arc<str>> = states.iter().map(|s| procedure.state_name(s)).collect();
    let longest = names.iter().map(|name| name.chars().count()).max();
    let placed = place::place(&layers, longest.unwrap_or(0));
    let drawn = route::route(&layers, &placed, &links);
    let boxes = states
        .iter()
        .zip(names)
        .enumerate()
        .map(|(at, (state, name))| {
            let (x, y) = placed.corner(at);
            StateBox {
                state: state.clone(),
                name,
                is_start: Some(at) == start,
                is_final: procedure.is_final(state),
                layer: layers.nodes[at].layer,
                x,
                y,
                width: placed.box_width,
                height: place::BOX_H,
            }
        });
    let lines = links.iter().zip(drawn).map(|(link, drawn)| StateLine {
        from: states[link.from].clone(),
        to: states[link.to].clone(),
        steps: link.steps.clone(),
        text: drawn.text,
        path: drawn.path,
        label_x: drawn.label.0,
        label_y: drawn.label.1,
    });
    Picture {
        width: placed.width,
        height: placed.height,
        boxes: boxes.collect(),
        lines: lines.collect(),
    }
}

/// The steps that change the state, those between the same two as one; a step that stays is in the table only.
fn links(procedure: &Procedure, states: &[Arc<str>]) -> Vec<Link> {
    let at: BTreeMap<&str, usize> = states
        .iter()
        .enumerate()
        .map(|(i, s)| (s.as_ref(), i))
        .collect();
    let mut links: Vec<Link> = Vec::new();
    for (step, transition) in procedure.transitions.iter().enumerate() {
        let Some(to) = transition.to.as_deref().and_then(|to| at.get(to)) else {
            continue;
        };
        for from in transition
            .from
            .iter()
            .filter_map(|from| at.get(from.as_ref()))
        {
            if from == to {
                continue;
            }
            match links.iter_mut().find(|l| (l.from, l.to) == (*from, *to)) {
                Some(link) => link.steps.push(step + 1),
                None => links.push(Link {
                    from: *from,
                    to: *to,
                    steps: vec![step + 1],
                }),
            }
        }
    }
    links
}

/// 几步的序号写短：连着的写成起止。
pub fn steps_text(steps: &[usize]) -> String {
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for step in steps {
        match runs.last_mut() {
            Some((_, last)) if *step == *last + 1 => *last = *step,
            _ => runs.push((*step, *step)),
        }
    }
    let texts = runs.into_iter().map(|(from, to)| match to - from {
        0 => from.to_string(),
        _ => format!("{from}–{to}"),
    });
    texts.collect::<Vec<_>>().join(",")
}
