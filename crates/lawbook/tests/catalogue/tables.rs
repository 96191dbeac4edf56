//! Reading the catalogue and, as plain TOML, the rule files.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;

/// 一节：a section of the rule catalogue with the number of codes it must hold.
pub(crate) struct Section {
    pub(crate) number: u8,
    pub(crate) file: &'static str,
    pub(crate) title: &'static str,
    pub(crate) codes: usize,
}

const fn section(number: u8, file: &'static str, title: &'static str, codes: usize) -> Section {
    Section {
        number,
        file,
        title,
        codes,
    }
}

/// 各节及其代码数：407 in all.
pub(crate) const SECTIONS: &[Section] = &[
    section(1, "01-authority", "执法主体", 14),
    section(2, "02-officers", "执法人员与回避", 16),
    section(3, "03-filing", "案源、立案与可罚性", 16),
    section(4, "04-evidence", "调查取证", 19),
    section(5, "05-hearing", "告知、陈述申辩与听证", 17),
    section(6, "06-review", "法制审核与集体讨论", 13),
    section(7, "07-decision", "处罚决定", 20),
    section(8, "08-service", "送达", 8),
    section(9, "09-execution", "执行、结案与归档", 18),
    section(10, "10-coercion", "行政强制措施", 24),
    section(11, "11-enforcement", "行政强制执行", 22),
    section(12, "12-licensing", "行政许可", 28),
    section(13, "13-inspection", "行政检查", 25),
    section(14, "14-other-acts", "征收征用、确认、给付、奖励、裁决", 13),
    section(15, "15-discretion", "裁量", 19),
    section(16, "16-recording", "全过程记录与音像", 14),
    section(17, "17-publication", "公示与信用", 14),
    section(18, "18-transfer", "行刑衔接与职务违法线索", 20),
    section(19, "19-complaints", "投诉举报", 12),
    section(20, "20-staff", "执法人员管理", 13),
    section(21, "21-statistics", "统计报送", 7),
    section(22, "22-system", "系统外循环、补录与数据可信", 15),
    section(23, "23-funds", "罚没收支", 8),
    section(24, "24-supervision", "监督程序自身合规", 32),
];

/// 一个代码的打算：which form carries it and what it needs.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Entry {
    pub(crate) code: String,
    pub(crate) name: String,
    pub(crate) section: u8,
    pub(crate) decided_by: String,
    pub(crate) severity: String,
    pub(crate) forms: Vec<String>,
    pub(crate) subject: String,
    pub(crate) needs: Vec<String>,
    /// The smallest extension that would carry a code which no form can say yet.
    pub(crate) proposal: Option<String>,
    pub(crate) note: Option<String>,
}

impl Entry {
    /// No form of the lawbook can say this code yet.
    pub(crate) fn is_open(&self) -> bool {
        self.forms.iter().any(|f| f == "?")
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SectionFile {
    code: Vec<Entry>,
}

/// 规则文件的头：as much of a rule file as the catalogue speaks of.
#[derive(Debug)]
pub(crate) struct RuleFile {
    pub(crate) path: String,
    pub(crate) code: String,
    pub(crate) name: String,
    pub(crate) severity: String,
    pub(crate) decided_by: String,
    pub(crate) forms: BTreeSet<String>,
}

/// The root of the repository.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The names of all files in `lawbook/catalogue`.
pub(crate) fn catalogue_file_names() -> BTreeSet<String> {
    let folder = root().join("lawbook/catalogue");
    fs::read_dir(&folder)
        .unwrap_or_else(|e| panic!("{}：{e}", folder.display()))
        .map(|item| {
            item.expect("目录项可读")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .collect()
}

/// All entries in the order of the sections; panics with the file's name where one does not parse.
pub(crate) fn load_catalogue() -> Vec<Entry> {
    let mut entries = Vec::new();
    for section in SECTIONS {
        let path = root()
            .join("lawbook/catalogue")
            .join(format!("{}.toml", section.file));
        let text = fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}：{e}", path.display()));
        let file: SectionFile =
            toml::from_str(&text).unwrap_or_else(|e| panic!("{}：{e}", path.display()));
        for entry in file.code {
            assert_eq!(entry.section, section.number, "{} 写错了节号", entry.code);
            entries.push(entry);
        }
    }
    entries
}

/// All rule files, in the order of their paths; panics where one lacks what the catalogue speaks of.
pub(crate) fn load_rules() -> Vec<RuleFile> {
    let base = root().join("lawbook/rules");
    let mut paths = Vec::new();
    collect_toml(&base, &mut paths);
    paths.sort();
    paths
        .iter()
        .map(|path| {
            let shown = path
                .strip_prefix(root())
                .unwrap_or(path)
                .display()
                .to_string();
            let text = fs::read_to_string(path).unwrap_or_else(|e| panic!("{shown}：{e}"));
            parse_rule(&shown, &text).unwrap_or_else(|message| panic!("{message}"))
        })
        .collect()
}

/// 事件种类：the kinds declared in `lawbook/events`.
pub(crate) fn load_event_kinds() -> BTreeSet<String> {
    let mut paths = Vec::new();
    collect_toml(&root().join("lawbook/events"), &mut paths);
    let mut kinds = BTreeSet::new();
    for path in paths {
        let text = fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}：{e}", path.display()));
        let table: toml::Table =
            toml::from_str(&text).unwrap_or_else(|e| panic!("{}：{e}", path.display()));
        if let Some(events) = table.get("event").and_then(toml::Value::as_table) {
            kinds.extend(events.keys().cloned());
        }
    }
    kinds
}

fn collect_toml(folder: &Path, into: &mut Vec<PathBuf>) {
    // A lawbook without any rule yet has no such folder.
    let Ok(items) = fs::read_dir(folder) else {
        return;
    };
    for item in items {
        let path = item.expect("目录项可读").path();
        if path.is_dir() {
            collect_toml(&path, into);
        } else if path.extension().is_some_and(|x| x == "toml") {
            into.push(path);
        }
    }
}

/// Reads the head and the forms of one rule file.
pub(crate) fn parse_rule(path: &str, text: &str) -> Result<RuleFile, String> {
    let table: toml::Table = toml::from_str(text).map_err(|e| format!("{path}：{e}"))?;
    let text_of = |key: &str| {
        table
            .get(key)
            .and_then(toml::Value::as_str)
            .map(str::to_owned)
    };
    let required = |key: &str| text_of(key).ok_or_else(|| format!("{path}：缺少 {key}"));
    let parts = table.get("part").and_then(toml::Value::as_array);
    let forms = parts
        .into_iter()
        .flatten()
        .map(|part| {
            let form = part.get("form").and_then(toml::Value::as_str);
            form.map(str::to_owned)
                .ok_or_else(|| format!("{path}：有一个 [[part]] 缺少 form"))
        })
        .collect::<Result<BTreeSet<_>, _>>()?;
    Ok(RuleFile {
        path: path.to_owned(),
        code: required("code")?,
        name: required("name")?,
        severity: required("severity")?,
        decided_by: text_of("decided_by").unwrap_or_else(|| "机".to_owned()),
        forms,
    })
}
