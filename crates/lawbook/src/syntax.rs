//! TOML 解析器的话说成中文：写法条的人不必懂解析器。

/// 什么写错了，与怎样改。
pub(crate) struct Said {
    pub(crate) what: String,
    pub(crate) hint: Option<&'static str>,
}

const QUOTES: &str = "文字要用英文的双引号括起来，如 name = \"立案\"；中文的“”不是引号";
const CLOSE: &str = "看一看前面哪里开了没有关：引号、方括号、花括号都成对";

/// What the parser says begins so; the first that fits is taken. Whatever is not here is told in the parser's words.
const KNOWN: &[(&str, &str, Option<&str>)] = &[
    ("duplicate key", "同一个键写了两次", Some("留下一处")),
    (
        "string values must be quoted",
        "文字没有加引号",
        Some(QUOTES),
    ),
    ("missing opening quote", "文字的开头没有引号", Some(QUOTES)),
    (
        "invalid basic string",
        "引号里的文字没有写完，或者有不能直接写的字符",
        Some(CLOSE),
    ),
    (
        "invalid literal string",
        "引号里的文字没有写完，或者有不能直接写的字符",
        Some(CLOSE),
    ),
    (
        "invalid multi-line",
        "三个引号的文字没有写完，或者有不能直接写的字符",
        Some(CLOSE),
    ),
    (
        "missing assignment between key-value pairs",
        "键与值之间没有等号",
        Some("写成 键 = 值"),
    ),
    ("key with no value", "只有键，没有值", Some("写成 键 = 值")),
    ("missing value", "等号后面没有值", Some("写成 键 = 值")),
    ("missing key", "等号前面没有键", Some("写成 键 = 值")),
    (
        "unquoted keys cannot be empty",
        "键是空的",
        Some("写成 键 = 值"),
    ),
    (
        "invalid unquoted key",
        "键里有不能写的字符",
        Some("键只用英文字母、数字、下划线与连字符；别的要加引号"),
    ),
    ("keys cannot be multi-line", "键不能用三个引号", None),
    (
        "invalid key-value pair",
        "这一行不是“键 = 值”",
        Some("写成 键 = 值，一行一项"),
    ),
    (
        "unexpected key or value",
        "一行里多写了东西",
        Some("一行只写一项"),
    ),
    (
        "unexpected content",
        "这一行的末尾多写了东西",
        Some("说明写在 # 之后"),
    ),
    ("unclosed array table", "[[ ]] 没有写完", Some(CLOSE)),
    ("unclosed table", "[ ] 没有写完", Some(CLOSE)),
    ("unclosed inline table", "花括号没有关上", Some(CLOSE)),
    ("unclosed array", "方括号没有关上", Some(CLOSE)),
    (
        "missing comma between array elements",
        "列表的两项之间没有逗号",
        Some("逗号用英文的“,”"),
    ),
    (
        "missing comma between key-value pairs",
        "花括号里的两项之间没有逗号",
        Some("逗号用英文的“,”"),
    ),
    ("missing array opening", "多了一个右方括号", Some(CLOSE)),
    (
        "missing inline table opening",
        "多了一个右花括号",
        Some(CLOSE),
    ),
    (
        "missing table open",
        "表的名称没有左方括号",
        Some("写成 [名称]"),
    ),
    (
        "unexpected `=` in array",
        "列表里有等号",
        Some("列表里写值；要写键与值的，用花括号"),
    ),
    (
        "missing escaped value",
        "反斜线后面没有写完",
        Some("要写反斜线本身，写两个"),
    ),
    ("too few unicode value digits", "\\u 后面的位数不够", None),
    (
        "carriage return must be followed by newline",
        "换行的字符不对",
        Some("用编辑器另存为 LF 或 CRLF 换行"),
    ),
    ("invalid comment character", "说明里有不能写的字符", None),
    (
        "unexpected leading zero",
        "数的前面多了 0",
        Some("编码、号码写成文字，加引号"),
    ),
    (
        "integers with a radix cannot be signed",
        "数的写法不对",
        None,
    ),
    ("radix must be lowercase", "数的写法不对", None),
    ("redundant", "数的写法不对", None),
    ("unexpected sign", "数的写法不对", None),
    ("cannot recurse further", "嵌套太深", None),
    ("invalid value", "值的写法不对", Some(QUOTES)),
];

/// 解析器的一句话。
pub(crate) fn in_chinese(message: &str) -> Said {
    let known = KNOWN
        .iter()
        .find(|(begins, ..)| message.starts_with(begins));
    match known {
        Some((_, what, hint)) => Said {
            what: (*what).to_owned(),
            hint: *hint,
        },
        None => Said {
            what: format!("写法不对（解析器的原话：{message}）"),
            hint: None,
        },
    }
}
