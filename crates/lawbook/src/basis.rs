//! 依据：所引法规约不约束本机关，随日子而定的标记；一处定，规则、取值、推定、定义都用。

use std::sync::Arc;

use mingjing_domain::finding::{Force, Mark, Marks};
use mingjing_kernel::date::Date;

/// 机关：条文约不约束它，只看领域与地区。
#[derive(Debug, Clone, Copy, Default)]
pub struct Body<'a> {
    /// 领域；不明为 `None`。
    pub department: Option<&'a str>,
    /// 地区（区划代码）；不明为 `None`。
    pub region: Option<&'a str>,
}

/// 适用范围：只约束这些领域、这些地区的机关；空为不限。
#[derive(Debug, Clone, Default)]
pub struct Reach {
    /// 领域。
    pub departments: Vec<Arc<str>>,
    /// 地区（区划代码前缀）。
    pub regions: Vec<Arc<str>>,
}

impl Reach {
    /// 对某机关的约束力。
    pub fn force(&self, body: Body<'_>) -> Force {
        let limits = [
            within(&self.departments, body.department, |own, d| own == d),
            within(&self.regions, body.region, |own, r| r.starts_with(own)),
        ];
        match limits {
            [Some(true), Some(true)] => Force::Binding,
            [Some(false), _] | [_, Some(false)] => Force::Reference,
            _ => Force::Unknown,
        }
    }
}

/// 在不在范围内；不明为 `None`。
fn within(
    limits: &[Arc<str>],
    own: Option<&str>,
    fits: impl Fn(&str, &str) -> bool,
) -> Option<bool> {
    if limits.is_empty() {
        return Some(true);
    }
    own.map(|own| limits.iter().any(|limit| fits(limit, own)))
}

/// 立足点：一个结论读到的标记与最弱的约束力。
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Footing {
    /// 标记。
    pub marks: Marks,
    /// 约束力。
    pub force: Force,
}

impl Footing {
    /// 只有标记。
    pub fn marked(marks: Marks) -> Self {
        Footing {
            marks,
            force: Force::Binding,
        }
    }

    /// 两者都要站得住，合起来取弱的。
    #[must_use]
    pub fn union(self, other: Footing) -> Footing {
        Footing {
            marks: self.marks.union(other.marks),
            force: self.force.max(other.force),
        }
    }

    /// 加入一个标记。
    pub fn insert(&mut self, mark: Mark) {
        self.marks.insert(mark);
    }
}

/// 一条引用：法规的适用范围，列有该条的各版本的起止与标记。
#[derive(Debug, Clone)]
pub(crate) struct Cited {
    pub(crate) reach: Arc<Reach>,
    pub(crate) versions: Vec<(Date, Option<Date>, Marks)>,
}

impl Cited {
    /// 当日施行的版本的标记。
    fn on(&self, day: Date) -> Option<Marks> {
        self.versions
            .iter()
            .find(|(from, to, _)| *from <= day && to.is_none_or(|to| day < to))
            .map(|(_, _, marks)| *marks)
    }
}

/// 一个定义、取值、情形或规则的依据：自己的标记与所引的各条。
#[derive(Debug, Clone, Default)]
pub struct Basis {
    own: Marks,
    cited: Vec<Cited>,
}

impl Basis {
    pub(crate) fn new(own: Marks, cited: Vec<Cited>) -> Self {
        Basis { own, cited }
    }

    /// 没有标记也没有引用：读到它不影响结论立在哪里。
    pub(crate) fn is_empty(&self) -> bool {
        self.own.is_empty() && self.cited.is_empty()
    }

    /// 规则的立足点：只认当日施行的引用，一条也没有的只能参照。
    pub(crate) fn of_rule(&self, day: Date, body: Body<'_>) -> Footing {
        self.on(day, body).unwrap_or(Footing {
            marks: self.own,
            force: Force::Reference,
        })
    }

    /// 所读的取值、情形、定义的立足点。旧版本不一定都收进法规库，当日一条也没有施行的只看适用范围。
    pub(crate) fn of_value(&self, day: Date, body: Body<'_>) -> Footing {
        self.on(day, body).unwrap_or_else(|| Footing {
            marks: self.own,
            force: strongest(self.cited.iter().map(|c| c.reach.force(body))),
        })
    }

    /// 当日施行的引用给出的立足点；没有引用的只有自己的标记，都没有施行的为 `None`。
    ///
    /// 约束本机关的引用里有一条不带标记，结论就站得住，别的引用的标记不算；否则约束的各条（一条也不约束的，全部）的标记都算。
    fn on(&self, day: Date, body: Body<'_>) -> Option<Footing> {
        if self.cited.is_empty() {
            return Some(Footing::marked(self.own));
        }
        let in_force = || {
            let found = self.cited.iter();
            found.filter_map(|c| Some((c.reach.force(body), c.on(day)?)))
        };
        let is_sound = |(force, marks): (Force, Marks)| force == Force::Binding && marks.is_empty();
        if in_force().any(is_sound) {
            return Some(Footing::marked(self.own));
        }
        in_force().next()?;
        let force = strongest(in_force().map(|(force, _)| force));
        let marks = in_force()
            .filter(|(own, _)| force != Force::Binding || *own == Force::Binding)
            .fold(self.own, |all, (_, marks)| all.union(marks));
        Some(Footing { marks, force })
    }

    /// 所引的都是某些地区的规定时，是哪些地区；引了全国或一个系统的规定的，不因地区而不适用，为空。
    pub(crate) fn local_regions(&self) -> Vec<Arc<str>> {
        let is_regional = |c: &Cited| !c.reach.regions.is_empty();
        if !self.cited.iter().all(is_regional) {
            return Vec::new();
        }
        let regions = self.cited.iter().flat_map(|c| c.reach.regions.iter());
        regions.cloned().collect()
    }
}

/// 各条引用中最强的约束力：有一条约束就约束。
fn strongest(forces: impl Iterator<Item = Force>) -> Force {
    forces.min().unwrap_or_default()
}
