//! 状态图：随程序带的每个程序，状态不相叠，线不穿过别的状态，各步都在线上。

use mingjing_lawbook::picture::{Picture, StateBox, StateLine, picture, steps_text};
use mingjing_lawbook::procedure::Procedure;

use crate::support::SHIPPED;

fn each(check: impl Fn(&Procedure, &Picture)) {
    for procedure in &SHIPPED.procedures {
        check(procedure, &picture(procedure));
    }
}

fn holds(one: &StateBox, (x, y): (i32, i32)) -> bool {
    x > one.x && x < one.x + one.width && y > one.y && y < one.y + one.height
}

/// The points that a path goes through, close to one another.
fn points(path: &str) -> Vec<(i32, i32)> {
    let mut points: Vec<(i32, i32)> = Vec::new();
    let spaced = path
        .replace('M', " M ")
        .replace('L', " L ")
        .replace('C', " C ");
    let mut words = spaced.split_whitespace().peekable();
    while let Some(command) = words.next() {
        let mut numbers = Vec::new();
        while let Some(number) = words.peek().and_then(|word| word.parse::<i32>().ok()) {
            numbers.push(number);
            words.next();
        }
        let from = points.last().copied();
        match (command, numbers.as_slice(), from) {
            ("M", [x, y], _) => points.push((*x, *y)),
            ("L", [x, y], Some((_, before))) => {
                for step in 1..=8 {
                    points.push((*x, before + (y - before) * step / 8));
                }
            }
            ("C", [ax, ay, bx, by, x, y], Some((fx, fy))) => {
                for t in 1..=16 {
                    let s = 16 - t;
                    let of = |a: i32, b: i32, c: i32, d: i32| {
                        (a * s * s * s + 3 * b * s * s * t + 3 * c * s * t * t + d * t * t * t)
                            / 4096
                    };
                    points.push((of(fx, *ax, *bx, *x), of(fy, *ay, *by, *y)));
                }
            }
            other => panic!("{other:?} in {path}"),
        }
    }
    points
}

#[test]
fn every_state_has_a_place_of_its_own_inside_the_picture() {
    each(|procedure, drawn| {
        assert_eq!(drawn.boxes.len(), procedure.states().len());
        for (at, one) in drawn.boxes.iter().enumerate() {
            assert!(
                one.x >= 0 && one.x + one.width <= drawn.width,
                "{}",
                procedure.name
            );
            assert!(
                one.y >= 0 && one.y + one.height <= drawn.height,
                "{}",
                procedure.name
            );
            for other in &drawn.boxes[at + 1..] {
                let apart = one.y != other.y
                    || one.x + one.width < other.x
                    || other.x + other.width < one.x;
                assert!(apart, "{}: {} {}", procedure.name, one.name, other.name);
            }
        }
        let start = drawn.boxes.iter().find(|one| one.is_start).unwrap();
        assert_eq!((start.layer, &start.state), (0, &procedure.start));
    });
}

#[test]
fn no_line_and_no_number_runs_through_a_state() {
    each(|procedure, drawn| {
        for line in &drawn.lines {
            for point in points(&line.path) {
                let hit = drawn.boxes.iter().find(|one| holds(one, point));
                let hit = hit.map(|one| one.name.as_ref());
                assert_eq!(hit, None, "{} {} → {}", procedure.name, line.from, line.to);
            }
            let centre = (line.label_x, line.label_y);
            assert!(
                !drawn.boxes.iter().any(|one| holds(one, centre)),
                "{}",
                procedure.name
            );
        }
    });
}

#[test]
fn a_line_leads_from_the_edge_of_one_state_to_that_of_the_other() {
    let touches = |one: &StateBox, (x, y): (i32, i32)| {
        let near = StateBox {
            x: one.x - 1,
            y: one.y - 4,
            width: one.width + 2,
            height: one.height + 8,
            ..one.clone()
        };
        holds(&near, (x, y))
    };
    each(|procedure, drawn| {
        let find = |state: &str| {
            drawn
                .boxes
                .iter()
                .find(|one| one.state.as_ref() == state)
                .unwrap()
        };
        for line in &drawn.lines {
            let points = points(&line.path);
            let name = (&procedure.name, &line.from, &line.to);
            assert!(touches(find(&line.from), points[0]), "{name:?}");
            assert!(touches(find(&line.to), *points.last().unwrap()), "{name:?}");
        }
    });
}

#[test]
fn every_step_that_changes_the_state_is_on_its_lines_and_no_other() {
    each(|procedure, drawn| {
        let mut told: Vec<(usize, String, String)> = Vec::new();
        for line in &drawn.lines {
            let StateLine {
                from, to, steps, ..
            } = line;
            assert_eq!(line.text, steps_text(steps));
            told.extend(steps.iter().map(|n| (*n, from.to_string(), to.to_string())));
        }
        let mut expected = Vec::new();
        for (at, step) in procedure.transitions.iter().enumerate() {
            if let Some(to) = &step.to {
                let others = step.from.iter().filter(|from| *from != to);
                expected.extend(others.map(|from| (at + 1, from.to_string(), to.to_string())));
            }
        }
        told.sort();
        expected.sort();
        assert_eq!(told, expected, "{}", procedure.name);
    });
}

#[test]
fn most_lines_lead_down() {
    each(|procedure, drawn| {
        let layer = |state: &str| {
            let mut boxes = drawn.boxes.iter();
            boxes.find(|one| one.state.as_ref() == state).unwrap().layer
        };
        let up = drawn
            .lines
            .iter()
            .filter(|l| layer(&l.to) < layer(&l.from))
            .count();
        assert!(
            drawn.lines.iter().all(|l| layer(&l.to) != layer(&l.from)),
            "{}",
            procedure.name
        );
        assert!(up * 3 <= drawn.lines.len(), "{}: {up}", procedure.name);
    });
}

#[test]
fn steps_in_a_row_are_written_as_from_and_to() {
    assert_eq!(steps_text(&[6, 7, 8, 10, 12, 13]), "6–8,10,12–13");
    assert_eq!(steps_text(&[]), "");
}
