//! 读取算数与集合的形式：累计、覆盖、检出、比例、次数。

use super::PartReader;
use crate::cel::compile::{Fun, compile_as};
use crate::cel::types::Type;
use crate::context::Slot;
use crate::diagnostic::{Code, Sink};
use crate::forms::Form;
use crate::forms::media::{Covers, Detector, Matches};
use crate::forms::money::{Accrues, Judge};
use crate::forms::sets::{Count, Ratio, Round};

impl PartReader<'_, '_, '_> {
    pub(super) fn accrues(&mut self, sink: &mut Sink) -> Option<Form> {
        let on = self.selector_required("on", sink);
        for key in ["principal", "from", "rate", "cap", "actual"] {
            self.reader.require(key, sink);
        }
        let principal = self.number("principal", sink);
        let from = self.cel("from", &Type::Date, sink);
        let until = self.cel("until", &Type::Date, sink);
        let started_on = self.cel("started_on", &Type::Date, sink);
        let rate = self.number("rate", sink);
        let cap = self.number("cap", sink);
        let actual = self.number("actual", sink);
        let mut pause = Vec::new();
        for reader in self.reader.tables("pause", sink) {
            let pair = (
                self.selector_in(&reader, "from", sink),
                self.selector_in(&reader, "to", sink),
            );
            if let (Some(from), Some(to)) = pair {
                pause.push((from, to));
            }
            reader.finish(sink);
        }
        let judge = match self.reader.text_required("judge", sink)? {
            "cap" => Judge::Cap,
            "rate" => Judge::Rate,
            "from" => Judge::From,
            other => {
                sink.error(
                    &self.reader.at_key("judge"),
                    Code::Type,
                    format!("不认识的 judge {other}"),
                    None,
                );
                return None;
            }
        };
        Some(Form::Accrues(Box::new(Accrues {
            on: on?,
            principal: principal?,
            from: from?,
            until,
            started_on,
            rate: rate?,
            cap: cap?,
            actual: actual?,
            pause,
            judge,
        })))
    }

    pub(super) fn covers(&mut self, sink: &mut Sink) -> Option<Form> {
        let event = self.selector_required("event", sink);
        let media = self.selector_required("by_media", sink)?;
        let span = (
            self.instant("e.started_at", sink)?,
            self.instant("e.ended_at", sink)?,
        );
        let outer = self.env.slots.clone();
        self.bind("act", Slot::Act, media.kinds());
        let media_span = (
            self.instant("act.started_at", sink)?,
            self.instant("act.ended_at", sink)?,
        );
        self.env.slots = outer;
        self.reader.require("gap_seconds_max", sink);
        let gap_seconds_max = self.number("gap_seconds_max", sink)?;
        Some(Form::Covers(Covers {
            event: event?,
            span,
            media,
            media_span,
            gap_seconds_max,
        }))
    }

    fn instant(&mut self, source: &str, sink: &mut Sink) -> Option<Fun> {
        compile_as(
            &mut self.env,
            source,
            &Type::Instant,
            &self.reader.here(),
            sink,
        )
    }

    pub(super) fn matches(&mut self, sink: &mut Sink) -> Option<Form> {
        let on = self.selector_required("on", sink);
        self.reader.require("text", sink);
        let text = self.cel("text", &Type::Text, sink);
        let mut detectors = Vec::new();
        for (name, node) in self.reader.texts("detectors", sink) {
            match Detector::parse(name) {
                Some(detector) => detectors.push(detector),
                None => sink.error(
                    &self.reader.at(node),
                    Code::Name,
                    format!("没有检出器 {name}"),
                    None,
                ),
            }
        }
        Some(Form::Matches(Matches {
            on: on?,
            text: text?,
            detectors,
        }))
    }

    pub(super) fn ratio(&mut self, sink: &mut Sink) -> Option<Form> {
        for key in ["subject", "period", "numerator", "denominator", "compare"] {
            self.reader.text(key, sink);
        }
        let at_least = self.number("at_least", sink);
        let at_most = self.number("at_most", sink);
        if self.reader.lacks(&["at_least", "at_most"]) {
            sink.error(
                &self.reader.here(),
                Code::Key,
                "ratio 缺少 at_least 或 at_most",
                None,
            );
        }
        let round = match self.reader.text("round", sink) {
            Some("up") => Round::Up,
            _ => Round::Down,
        };
        let floor = self.reader.int("floor", sink).unwrap_or(0);
        Some(Form::Ratio(Box::new(Ratio {
            at_least,
            at_most,
            round,
            floor,
        })))
    }

    pub(super) fn count(&mut self, sink: &mut Sink) -> Option<Form> {
        for key in ["subject", "where", "flag"] {
            self.reader.text(key, sink);
        }
        let of = self.reader.text("of", sink).unwrap_or("").to_owned();
        let window = self.number("window", sink);
        let distinct = self.reader.text("distinct", sink).map(str::to_owned);
        let group_by = self
            .reader
            .texts("group_by", sink)
            .into_iter()
            .map(|(t, _)| t.to_owned())
            .collect();
        let at_most = self.number("at_most", sink);
        let at_least = self.number("at_least", sink);
        let near = self.number("near", sink);
        if self.reader.lacks(&["at_least", "at_most"]) {
            sink.error(
                &self.reader.here(),
                Code::Key,
                "count 缺少 at_most 或 at_least",
                None,
            );
        }
        Some(Form::Count(Box::new(Count {
            of,
            window,
            distinct,
            at_most,
            at_least,
            near,
            group_by,
        })))
    }
}
