//! `mingjing lawbook schema`：法典各种文件的 JSON 模式，连同编辑器的配置。

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::Context as _;
use mingjing_lawbook::load::schema::{FileShape, Shape, shapes};
use serde_json::{Map, Value as Json, json};

use crate::{Answer, lawbook_files, output};

pub(super) fn run(to: &Path, folder: Option<&Path>) -> anyhow::Result<Answer> {
    // A lawbook with errors is told as everywhere.
    let (_, files) = lawbook_files::open_with_sources(folder)?;
    let shapes = shapes(&files).map_err(|_| anyhow::anyhow!("法典有错误"))?;
    fs::create_dir_all(to)
        .map_err(|error| crate::files::in_chinese(&error))
        .with_context(|| format!("建不了目录 {}", to.display()))?;
    let write = |name: &str, text: &str| {
        let path = to.join(name);
        fs::write(&path, text)
            .map_err(|error| crate::files::in_chinese(&error))
            .with_context(|| format!("写不了 {}", path.display()))
    };
    let mut editor =
        "# Taplo、Even Better TOML 的配置：放在法典的根目录，模式放在它旁边的 schema/。\n"
            .to_owned();
    for shape in &shapes {
        let name = format!("{}.schema.json", shape.name);
        let text = serde_json::to_string_pretty(&schema(shape))?;
        write(&name, &format!("{text}\n"))?;
        // Writing to a string does not fail.
        let _ = write!(
            editor,
            "\n[[rule]]\ninclude = [\"{}\"]\n[rule.schema]\npath = \"schema/{name}\"\n",
            shape.files
        );
    }
    write("taplo.toml", &editor)?;
    output::line(format_args!(
        "{} 种文件的模式；编辑器的配置在 taplo.toml",
        shapes.len()
    ))?;
    Ok(Answer::Clean)
}

fn schema(file: &FileShape) -> Json {
    let mut schema = Map::new();
    schema.insert(
        "$schema".to_owned(),
        json!("http://json-schema.org/draft-07/schema#"),
    );
    schema.insert(
        "title".to_owned(),
        json!(format!("明镜法典：{}", file.files)),
    );
    schema.extend(of_shape(&file.shape));
    Json::Object(schema)
}

fn of_shape(shape: &Shape) -> Map<String, Json> {
    let mut schema = Map::new();
    let types: Vec<&str> = shape.types.iter().copied().collect();
    match types[..] {
        [] => return schema,
        [only] => schema.insert("type".to_owned(), json!(only)),
        _ => schema.insert("type".to_owned(), json!(types)),
    };
    if shape.types.contains("object") {
        let keys = shape.keys.iter();
        let keys: Map<String, Json> = keys
            .map(|(key, shape)| (key.clone(), Json::Object(of_shape(shape))))
            .collect();
        schema.insert("properties".to_owned(), Json::Object(keys));
        if !shape.required.is_empty() {
            schema.insert("required".to_owned(), json!(shape.required));
        }
        let others = match &shape.others {
            Some(others) => Json::Object(of_shape(others)),
            None => json!(false),
        };
        schema.insert("additionalProperties".to_owned(), others);
    }
    if let Some(items) = &shape.items {
        schema.insert("items".to_owned(), Json::Object(of_shape(items)));
    }
    schema
}
