//! 先后：事件按发生日排列；同一日知道时刻的按时刻，不知道的留在它列出的位置上。
//!
//! "Earlier by the minute, else as listed" is no total order where timed and untimed events of one day are mixed (9:00,
//! no time, 8:00), and sorting by it may panic. So the untimed ones keep their places and the timed ones share theirs.

use mingjing_kernel::date::{Date, Timestamp};

/// 按先后排列；`at` 给出一件事的日子与时刻。
pub(crate) fn arrange<T>(items: &mut Vec<T>, at: impl Fn(&T) -> (Date, Option<Timestamp>)) {
    let timed = items.iter().filter(|item| at(item).1.is_some()).count();
    if timed == 0 || timed == items.len() {
        items.sort_by_key(|item| at(item));
        return;
    }
    items.sort_by_key(|item| at(item).0);
    let mut places: Vec<usize> = Vec::with_capacity(timed);
    places.extend((0..items.len()).filter(|i| at(&items[*i]).1.is_some()));
    let mut by_time = places.clone();
    by_time.sort_by_key(|i| at(&items[*i]));
    // Both lists run through the days in order, so an event never leaves its day.
    let mut taken: Vec<Option<T>> = std::mem::take(items).into_iter().map(Some).collect();
    let mut from: Vec<usize> = (0..taken.len()).collect();
    for (place, source) in places.into_iter().zip(by_time) {
        from[place] = source;
    }
    items.extend(from.into_iter().filter_map(|i| taken[i].take()));
}

#[cfg(test)]
mod tests {
    use super::*;

    type Item = (&'static str, Date, Option<Timestamp>);

    fn item(name: &'static str, when: &str) -> Item {
        match when.split_once('T') {
            None => (name, Date::parse_iso(when).expect("a day"), None),
            Some((day, _)) => (
                name,
                Date::parse_iso(day).expect("a day"),
                Some(Timestamp::parse(when).expect("a minute")),
            ),
        }
    }

    fn check(items: &[(&'static str, &str)], expected: &str) {
        let mut items: Vec<Item> = items.iter().map(|(n, w)| item(n, w)).collect();
        arrange(&mut items, |i| (i.1, i.2));
        let names: Vec<&str> = items.iter().map(|i| i.0).collect();
        assert_eq!(names.join(" "), expected);
    }

    #[test]
    fn days_come_first_then_minutes_then_the_order_in_the_list() {
        check(
            &[
                ("b", "2025-03-04"),
                ("a", "2025-03-03"),
                ("c", "2025-03-04"),
            ],
            "a b c",
        );
        check(
            &[("b", "2025-03-03T10:00"), ("a", "2025-03-03T09:00")],
            "a b",
        );
    }

    #[test]
    fn an_event_without_a_minute_keeps_its_place_among_those_that_have_one() {
        check(
            &[
                ("c", "2025-03-03T10:00"),
                ("x", "2025-03-03"),
                ("a", "2025-03-03T08:00"),
                ("b", "2025-03-03T09:00"),
                ("d", "2025-03-04T07:00"),
            ],
            "a x b c d",
        );
    }

    /// The plain comparison made the sort panic from twenty-one events of one day upwards.
    #[test]
    fn many_mixed_events_of_one_day_are_arranged() {
        let minutes = (0..400u32).map(|i| i * 7919 % 1440);
        let mut items: Vec<(u32, Date, Option<Timestamp>)> = minutes
            .enumerate()
            .map(|(i, m)| {
                let when = format!("2025-03-03T{:02}:{:02}", m / 60, m % 60);
                let (_, day, at) = item("", &when);
                (i as u32, day, at.filter(|_| i % 3 != 0))
            })
            .collect();
        arrange(&mut items, |i| (i.1, i.2));
        let timed: Vec<Timestamp> = items.iter().filter_map(|i| i.2).collect();
        assert!(timed.is_sorted() && timed.len() == 266);
        let still = |(place, i): (usize, &(u32, Date, Option<Timestamp>))| {
            i.2.is_some() || i.0 as usize == place
        };
        assert!(items.iter().enumerate().all(still));
    }
}
