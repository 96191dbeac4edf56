//! 案件格式里的位置：路径写成读得懂的话，件数从 1 数起，键附中文名。

/// 路径的读法：`events[0].on` 为“第 1 件事的 on（发生日）”；其余为“字段 …”。
pub(crate) fn in_words(path: &str) -> String {
    let Some((at, rest)) = numbered(path, "events") else {
        return match label(path) {
            Some(label) => format!("字段 {path}（{label}）"),
            None => format!("字段 {path}"),
        };
    };
    let event = format!("第 {} 件事", at + 1);
    if rest.is_empty() {
        return event;
    }
    if let Some((at, rest)) = numbered(rest, "actors") {
        let actor = format!("{event}的第 {} 个参与人", at + 1);
        return match rest {
            "" => actor,
            key => format!("{actor}的 {}", with_label(key)),
        };
    }
    match rest.strip_prefix("fields.") {
        Some(field) => format!("{event}的字段 {field}"),
        None => format!("{event}的 {}", with_label(rest)),
    }
}

/// `名[3].其余` 分成序号与其余。
fn numbered<'p>(path: &'p str, name: &str) -> Option<(usize, &'p str)> {
    let (number, rest) = path
        .strip_prefix(name)?
        .strip_prefix('[')?
        .split_once(']')?;
    let rest = match rest {
        "" => "",
        rest => rest.strip_prefix('.')?,
    };
    Some((number.parse().ok()?, rest))
}

fn with_label(key: &str) -> String {
    label(key).map_or_else(|| key.to_owned(), |label| format!("{key}（{label}）"))
}

/// 键的中文名；只有格式自己的键有，字段的名字由法典定。
fn label(key: &str) -> Option<&'static str> {
    Some(match key {
        "format" => "格式版本",
        "case" => "案件标识",
        "procedure" => "适用程序",
        "coverage" => "材料的覆盖范围",
        "facts" => "事实",
        "body" => "机关",
        "item" => "事项",
        "officers" => "人员",
        "parties" => "各当事人",
        "events" => "事件",
        "id" => "事件标识",
        "kind" => "事件种类",
        "on" => "发生日",
        "until" => "最后可能之日",
        "at" => "发生时刻",
        "recorded_at" => "记录时刻",
        "actors" => "参与人",
        "place" => "地点",
        "docs" => "文书",
        "media" => "音像",
        "instance" => "哪一次程序",
        "party" => "当事人",
        "decision" => "哪份决定",
        "goods" => "哪件物品",
        "corrects" => "更正哪一件",
        "fields" => "事件的字段",
        "note" => "附注",
        "who" => "是谁",
        "role" => "角色",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_told_in_words() {
        for (path, words) in [
            ("case", "字段 case（案件标识）"),
            ("party.age", "字段 party.age"),
            ("events[0]", "第 1 件事"),
            ("events[0].on", "第 1 件事的 on（发生日）"),
            ("events[1].fields.fine", "第 2 件事的字段 fine"),
            ("events[1].fields", "第 2 件事的 fields（事件的字段）"),
            ("events[1].onn", "第 2 件事的 onn"),
            (
                "events[0].actors[2].who",
                "第 1 件事的第 3 个参与人的 who（是谁）",
            ),
            ("events[0].actors[2]", "第 1 件事的第 3 个参与人"),
            ("events[x].on", "字段 events[x].on"),
            ("处罚决定日期", "字段 处罚决定日期"),
        ] {
            assert_eq!(in_words(path), words);
        }
    }

    #[test]
    fn every_key_of_the_format_has_a_name() {
        let event = crate::case::EVENT_KEYS.iter();
        for key in event
            .chain(&crate::case::CASE_KEYS)
            .chain(&crate::case::ACTOR_KEYS)
        {
            assert!(label(key).is_some(), "{key}");
        }
    }
}
