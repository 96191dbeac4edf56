//! 折叠：把时间线上的事件逐一施加到主程序与各实例上；不会失败。
//!
//! An event may concern several procedures: a hearing that is held moves the hearing and the penalty. It takes a listed
//! step wherever there is one. Only where no procedure lists it, it leaves an irregular step: in the instance it names,
//! else in the main procedure, else in the only open instance. With several candidates it is appended and moves nothing.

use std::sync::Arc;

use mingjing_domain::procedure::{InstanceProgress, InstanceState, Progress, StepTaken};
use mingjing_domain::timeline::Timeline;

use crate::cel::value::Tri;
use crate::context::{Ctx, Keys, Run, Slot};
use crate::lawbook::Lawbook;
use crate::prepare::{Case, Key};
use crate::procedure::{Procedure, Step};

/// 折叠全案：主程序与每个开启的实例现在的状态、走过的各步。
pub fn fold(lawbook: &Lawbook, case: &Case<'_>) -> Progress {
    let run = Run::new(lawbook, case);
    let mut progress = start(lawbook, case.timeline);
    for position in 0..case.events.len() as u32 {
        advance(&run, &mut progress, position);
    }
    progress
}

/// 还没有任何事件时：主程序在起始状态；不知道主程序的什么也没有。
pub fn start(lawbook: &Lawbook, timeline: &Timeline) -> Progress {
    let main = timeline.procedure.as_deref();
    let main = main.and_then(|name| lawbook.procedure(name));
    Progress {
        instances: main
            .map(|procedure| InstanceProgress {
                at: InstanceState {
                    procedure: procedure.name.clone(),
                    instance: None,
                    opened_by: None,
                    state: procedure.start.clone(),
                    is_final: procedure.is_final(&procedure.start),
                },
                steps: Vec::new(),
            })
            .into_iter()
            .collect(),
    }
}

/// 施加一个事件（按发生先后的序号），须依次施加。
pub fn advance(run: &Run<'_>, progress: &mut Progress, position: u32) {
    for offer in offers(run, progress, position) {
        take(run, progress, position, &offer);
    }
}

/// 事件与实例的关系。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// 事件写明了这个实例
    Named,
    /// 主程序
    Main,
    /// 事件没有写明，这个实例开着
    Open,
}

/// 事件在某个实例上的一步。
pub(super) struct Offer {
    /// 第几个实例。
    pub(super) instance: usize,
    place: Place,
    /// 状态表的回答。
    pub(super) step: Step,
    /// 说不清是哪个实例。
    pub(super) is_ambiguous: bool,
}

impl Offer {
    fn is_listed(&self) -> bool {
        matches!(self.step, Step::Listed { .. })
    }
}

/// 事件要走的各步；先开启它所开启的实例。
pub(super) fn offers(run: &Run<'_>, progress: &mut Progress, position: u32) -> Vec<Offer> {
    open(run, progress, position);
    let mut offers: Vec<Offer> = (0..progress.instances.len())
        .filter_map(|instance| {
            let at = &progress.instances[instance].at;
            let place = place(run, progress, position, instance)?;
            let step = step_on(run, at, position)?;
            Some(Offer {
                instance,
                place,
                step,
                is_ambiguous: false,
            })
        })
        .collect();
    choose(&mut offers);
    offers
}

/// 留下真正要走的。
fn choose(offers: &mut Vec<Offer>) {
    if offers.iter().any(Offer::is_listed) {
        offers.retain(Offer::is_listed);
        let open = offers.iter().filter(|o| o.place == Place::Open).count();
        for offer in offers.iter_mut().filter(|o| o.place == Place::Open) {
            offer.is_ambiguous = open > 1;
        }
        return;
    }
    if offers.iter().any(|o| matches!(o.step, Step::Doubtful)) {
        offers.retain(|o| matches!(o.step, Step::Doubtful));
        return;
    }
    let blamed = [Place::Named, Place::Main, Place::Open];
    let blamed = blamed
        .into_iter()
        .find(|place| offers.iter().any(|o| o.place == *place));
    offers.retain(|o| Some(o.place) == blamed);
    let count = offers.len();
    for offer in offers.iter_mut().filter(|o| o.place == Place::Open) {
        offer.is_ambiguous = count > 1;
    }
}

fn take(run: &Run<'_>, progress: &mut Progress, position: u32, offer: &Offer) {
    let event = run.case.events[position as usize].index;
    let instance = &mut progress.instances[offer.instance];
    let from = instance.at.state.clone();
    let (to, is_irregular, is_doubtful) = match &offer.step {
        Step::Listed { to, .. } => (to.clone(), false, false),
        Step::Irregular { to } => (to.clone(), true, false),
        Step::Doubtful => (from.clone(), false, true),
    };
    let is_ambiguous = is_doubtful || offer.is_ambiguous;
    let to = if is_ambiguous { from.clone() } else { to };
    instance.steps.push(StepTaken {
        event,
        from,
        to: to.clone(),
        is_irregular,
        is_ambiguous,
    });
    if let Some(procedure) = run.lawbook.procedure(&instance.at.procedure) {
        instance.at.is_final = procedure.is_final(&to);
    }
    instance.at.state = to;
}

/// 事件与某个实例有没有关系。
fn place(run: &Run<'_>, progress: &Progress, position: u32, instance: usize) -> Option<Place> {
    let key = run.case.key_at(position, Key::Instance).map(|key| &**key);
    let at = &progress.instances[instance].at;
    if at.is_main() {
        return Some(Place::Main);
    }
    match (key, at.instance.as_deref()) {
        (Some(a), Some(b)) => (a == b).then_some(Place::Named),
        // An unnamed instance may be the one that the event names, unless that name is already taken.
        (Some(key), None) => {
            let is_taken = progress
                .instances
                .iter()
                .any(|i| i.at.instance.as_deref() == Some(key));
            (!is_taken && !at.is_final).then_some(Place::Open)
        }
        (None, _) => (!at.is_final).then_some(Place::Open),
    }
}

fn step_on(run: &Run<'_>, at: &InstanceState, position: u32) -> Option<Step> {
    let procedure = run.lawbook.procedure(&at.procedure)?;
    let keys = Keys::none();
    let ctx = Ctx::new(run, &keys, run.case.events[position as usize].day);
    procedure.step(&ctx, &at.state, position)
}

/// 开启事件所开启的实例：写明的还没有就开；没有写明的，没有开着的在等这一步才开。
fn open(run: &Run<'_>, progress: &mut Progress, position: u32) {
    let event = &run.case.events[position as usize];
    let kind = run.lawbook.book.vocabulary.kind_of(event.kind);
    let Some(procedure) = kind.opens.as_deref().and_then(|p| run.lawbook.procedure(p)) else {
        return;
    };
    // A condition that nobody can answer yet does not hide an instance that may be there.
    if let Some(when) = &run.lawbook.openings[usize::from(event.kind.0)] {
        let keys = Keys::none();
        let ctx = Ctx::new(run, &keys, event.day).with(Slot::E, position);
        if matches!(when(&ctx), Tri::False) {
            return;
        }
    }
    let key = run.case.key_at(position, Key::Instance).map(|key| &**key);
    let own = |i: &InstanceProgress| !i.at.is_main() && i.at.procedure == procedure.name;
    if key.is_some() {
        let is_there = |i: &InstanceProgress| own(i) && i.at.instance.as_deref() == key;
        if progress.instances.iter().any(is_there) {
            return;
        }
    }
    let waits = |at: &InstanceState| {
        (key.is_none() || at.instance.is_none())
            && matches!(step_on(run, at, position), Some(Step::Listed { .. }))
    };
    let waiting: Vec<usize> = (0..progress.instances.len())
        .filter(|i| own(&progress.instances[*i]) && waits(&progress.instances[*i].at))
        .collect();
    match waiting[..] {
        [] => progress.instances.push(opened(procedure, key, event.index)),
        [only] => {
            let at = &mut progress.instances[only].at;
            at.instance = at.instance.take().or(key.map(str::to_owned));
        }
        _ => {}
    }
}

fn opened(
    procedure: &Procedure,
    key: Option<&str>,
    by: mingjing_domain::finding::EventIndex,
) -> InstanceProgress {
    InstanceProgress {
        at: InstanceState {
            procedure: Arc::clone(&procedure.name),
            instance: key.map(str::to_owned),
            opened_by: Some(by),
            state: procedure.start.clone(),
            is_final: procedure.is_final(&procedure.start),
        },
        steps: Vec::new(),
    }
}
