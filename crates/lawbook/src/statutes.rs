//! 法规库：引用的解析与效力。

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::Arc;

use mingjing_domain::finding::Marks;
use mingjing_kernel::date::Date;

use crate::basis::{Basis, Cited, Reach};
use crate::diagnostic::{Code, Sink};
use crate::marks::read_marks;
use crate::rule::known;
use crate::tree::Reader;
use crate::vocabulary::Vocabulary;

/// 一部法规的一个版本。
#[derive(Debug, Clone)]
pub struct Version {
    /// 版本名。
    pub name: Arc<str>,
    /// 施行日。
    pub from: Date,
    /// 失效日（不含）。
    pub to: Option<Date>,
    /// 列出的条号。
    pub articles: Vec<Arc<str>>,
    /// 条号列全了：没有列的就是没有这一条。
    pub is_whole: bool,
    /// 最初的版本：在它施行之前没有这部法规。
    pub is_first: bool,
    /// 标记。
    pub marks: Marks,
}

/// 一部法规。
#[derive(Debug, Clone)]
pub struct Statute {
    /// 代号：文件的名字，写在只收 ASCII 的地方（清除的依据）。
    pub code: Arc<str>,
    /// 简称。
    pub short: Arc<str>,
    /// 全称。
    pub name: Arc<str>,
    /// 位阶代码。
    pub level: Arc<str>,
    /// 约束哪些机关。
    pub reach: Arc<Reach>,
    /// 版本，按施行日排列。
    pub versions: Vec<Version>,
}

/// 法规库。
#[derive(Debug, Default)]
pub struct Statutes {
    by_short: BTreeMap<String, Statute>,
}

impl Statutes {
    /// 读一个法规文件。
    pub(crate) fn read(&mut self, vocabulary: &Vocabulary, reader: &Reader<'_>, sink: &mut Sink) {
        let departments = known(reader, "departments", vocabulary.departments.keys(), sink);
        let regions = known(reader, "regions", vocabulary.regions.keys(), sink);
        let (Some(short), Some(name)) = (
            reader.text_required("short", sink),
            reader.text_required("name", sink),
        ) else {
            return;
        };
        let level = reader.text_required("level", sink).unwrap_or("law");
        let mut versions = Vec::new();
        for version in reader.tables("version", sink) {
            let name = version.text("name", sink).unwrap_or("");
            let from = crate::load::date(&version, "from", sink);
            let to = version
                .get("to")
                .and_then(|_| crate::load::date(&version, "to", sink));
            let articles = version
                .texts("articles", sink)
                .into_iter()
                .map(|(a, _)| Arc::from(a))
                .collect();
            let is_whole = version.flag("is_whole", sink);
            let is_first = version.flag("is_first", sink);
            let marks = read_marks(&version, "mark", sink);
            if let Some(from) = from {
                versions.push(Version {
                    name: name.into(),
                    from,
                    to,
                    articles,
                    is_whole,
                    is_first,
                    marks,
                });
            }
            version.finish(sink);
        }
        versions.sort_by_key(|v| v.from);
        if versions.is_empty() {
            sink.error(
                &reader.here(),
                Code::Key,
                format!("法规 {short} 没有版本"),
                None,
            );
        }
        let path = reader.here().file.path;
        let file = path.rsplit('/').next().unwrap_or_default();
        let statute = Statute {
            code: file.trim_end_matches(".toml").into(),
            short: short.into(),
            name: name.into(),
            level: level.into(),
            reach: Arc::new(Reach {
                departments,
                regions,
            }),
            versions,
        };
        if self.by_short.insert(short.to_owned(), statute).is_some() {
            sink.error(
                &reader.here(),
                Code::Duplicate,
                format!("法规 {short} 重复"),
                None,
            );
        }
    }

    /// 把引用分成法规与条号：取最长的简称。
    fn split<'a>(&self, citation: &'a str) -> Option<(&Statute, &'a str)> {
        // The last name not after the citation begins it, or no name does that is longer than what the two share.
        let mut bound = citation;
        loop {
            let names = (Bound::Unbounded, Bound::Included(bound));
            let (short, statute) = self.by_short.range::<str, _>(names).next_back()?;
            if let Some(article) = citation.strip_prefix(short.as_str()) {
                return Some((statute, article));
            }
            bound = &citation[..shared_length(short, citation)];
        }
    }

    /// 引用的法规。
    pub fn resolve(&self, citation: &str) -> Option<&Statute> {
        Some(self.split(citation)?.0)
    }

    /// 引用在一段时间内（[from, to)）是否有效；法规不在库为 `Err`。
    pub fn check(&self, citation: &str, from: Date, to: Option<Date>) -> Result<(), String> {
        let Some((statute, article)) = self.split(citation) else {
            return Err(format!("法规库没有“{citation}”引用的法规"));
        };
        let overlapping = || {
            statute
                .versions
                .iter()
                .filter(|v| v.to.is_none_or(|end| from < end) && to.is_none_or(|t| v.from < t))
        };
        if overlapping().next().is_none() {
            return Err(format!("{} 在规则有效期内没有施行的版本", statute.name));
        }
        if overlapping().any(|v| has_article(v, article)) {
            Ok(())
        } else {
            Err(format!("{} 没有列出条文“{article}”", statute.name))
        }
    }

    /// 引用的法规与条文是否列在某个版本里；没有为 `Err`。
    pub fn check_listed(&self, citation: &str) -> Result<(), String> {
        let Some((statute, article)) = self.split(citation) else {
            return Err(format!("法规库没有“{citation}”引用的法规"));
        };
        if statute.versions.iter().any(|v| has_article(v, article)) {
            Ok(())
        } else {
            Err(format!("{} 没有列出条文“{article}”", statute.name))
        }
    }

    /// 以代号写的引用（`personal_information_protection_law/47`）在某日是否有效；不是的为 `Err`，说出缺的是什么。
    pub fn check_coded(&self, citation: &str, day: Date) -> Result<(), String> {
        let (code, article) = citation.split_once('/').unwrap_or((citation, ""));
        let Some(statute) = self.iter().find(|statute| *statute.code == *code) else {
            return Err(format!("法规库没有代号为“{code}”的法规"));
        };
        if article.is_empty() {
            return Err(format!("没有写《{}》的哪一条", statute.name));
        }
        match self.is_in_force(&format!("{}{article}", statute.short), day) {
            Some(true) => Ok(()),
            Some(false) | None => Err(format!(
                "《{}》没有列出施行中的第 {article} 条",
                statute.name
            )),
        }
    }

    /// 法典自己的引用在某日是否有效，没有列的条不算；法规不在库为 `None`。
    pub fn is_in_force(&self, citation: &str, day: Date) -> Option<bool> {
        let (statute, article) = self.split(citation)?;
        Some(on_day(statute, day).is_some_and(|v| has_article(v, article)))
    }

    /// 别人的引用在某日是否有效；库里的资料说不清的为 `None`：没有这部法规，条号没有列全，或者当日的版本早于所列的。
    pub fn is_valid_citation(&self, citation: &str, day: Date) -> Option<bool> {
        let (statute, article) = self.split(citation)?;
        match on_day(statute, day) {
            Some(version) if has_article(version, article) => Some(true),
            Some(version) => version.is_whole.then_some(false),
            None => {
                let first = statute.versions.first()?;
                (first.is_first || day >= first.from).then_some(false)
            }
        }
    }

    /// 依据：自己的标记与所引的各条。
    pub(crate) fn basis(&self, own: Marks, citations: &[Arc<str>]) -> Basis {
        let found = citations.iter().filter_map(|c| self.split(c));
        let cited = found.map(|(statute, article)| {
            let versions = statute.versions.iter();
            Cited {
                reach: statute.reach.clone(),
                versions: versions
                    .filter(|v| has_article(v, article))
                    .map(|v| (v.from, v.to, v.marks))
                    .collect(),
            }
        });
        Basis::new(own, cited.collect())
    }

    /// 引用的完整写法：全称、版本、条号。
    pub fn in_words(&self, citation: &str, day: Date) -> String {
        let Some((statute, article)) = self.split(citation) else {
            return citation.to_owned();
        };
        let version = statute
            .versions
            .iter()
            .rev()
            .find(|v| v.from <= day)
            .or(statute.versions.first())
            .map(|v| v.name.as_ref())
            .filter(|name| !name.is_empty());
        let version = version.map(|v| format!("（{v}）")).unwrap_or_default();
        let article = article.strip_prefix('第').unwrap_or(article);
        let first = article.chars().next();
        let article = if first.is_some_and(|c| c.is_ascii_digit()) {
            let digits: String = article.chars().take_while(char::is_ascii_digit).collect();
            format!("第{digits}条{}", &article[digits.len()..])
        } else {
            article.to_owned()
        };
        format!("《{}》{version}{article}", statute.name)
    }

    /// 全部法规。
    pub fn iter(&self) -> impl Iterator<Item = &Statute> {
        self.by_short.values()
    }
}

fn on_day(statute: &Statute, day: Date) -> Option<&Version> {
    let mut versions = statute.versions.iter();
    versions.find(|v| v.from <= day && v.to.is_none_or(|to| day < to))
}

/// 两段文字开头相同的有几个字节。
fn shared_length(a: &str, b: &str) -> usize {
    let both = a.chars().zip(b.chars());
    both.take_while(|(x, y)| x == y)
        .map(|(x, _)| x.len_utf8())
        .sum()
}

fn has_article(version: &Version, article: &str) -> bool {
    let article = article.strip_prefix('第').unwrap_or(article);
    if article.is_empty() {
        return true;
    }
    let plain = article.strip_prefix('（').unwrap_or(article);
    version.articles.iter().any(|listed| {
        let listed = listed.strip_prefix('第').unwrap_or(listed);
        [article, plain].into_iter().any(|wanted| {
            wanted.strip_prefix(listed).is_some_and(|rest| {
                !rest.starts_with(|c: char| c.is_ascii_digit())
                    || !listed.ends_with(|c: char| c.is_ascii_digit())
            })
        })
    })
}
