//! 交名单的表单（multipart）：先是说明，最后是文件；文件边收边落暂存处，不占内存。

use std::io::{self, Write as _};

use axum::body::Bytes;
use axum::extract::Multipart;
use axum::extract::multipart::{Field, MultipartError};
use axum::http::StatusCode;
use mingjing_edge::problem::{Problem, ProblemCode};
use mingjing_services::error::{FieldCode, FieldError, Pointer};
use mingjing_services::spool::{Kept, Spool};
use tokio::sync::mpsc;

/// 说明的各项至多的字节数：最长的是映射文件。
const TEXT_BYTES_MAX: usize = 256 * 1024;
/// 网络比磁盘快时，至多攒着几段。
const CHUNKS_WAITING: usize = 16;

/// 收好的表单。
#[derive(Debug, Default)]
pub(super) struct Form {
    pub(super) source: Option<String>,
    pub(super) is_pushed: bool,
    pub(super) is_dry_run: bool,
    pub(super) adapter: Option<String>,
    pub(super) mapping: Option<String>,
    pub(super) body: Option<String>,
    pub(super) org: Option<String>,
    pub(super) file_name: Option<String>,
    pub(super) file: Option<Kept>,
}

impl Form {
    /// 收一张表单。
    pub(super) async fn receive(
        mut multipart: Multipart,
        spool: &Spool,
        nonce: [u8; 16],
    ) -> Result<Form, Problem> {
        let mut form = Form::default();
        while let Some(field) = multipart.next_field().await.map_err(unread)? {
            let name = field.name().unwrap_or_default().to_owned();
            require_text("", &name)?;
            require_text("file_name", field.file_name().unwrap_or_default())?;
            if form.file.is_some() {
                return Err(invalid(&name, FieldCode::NotAllowed, "file 应当是最后一项"));
            }
            if name == "file" {
                form.file_name = form
                    .file_name
                    .or_else(|| field.file_name().map(str::to_owned));
                form.file = Some(keep(field, spool.clone(), nonce).await?);
                continue;
            }
            let text = text_of(&name, field).await?;
            form.put(&name, text)?;
        }
        Ok(form)
    }

    fn put(&mut self, name: &str, text: String) -> Result<(), Problem> {
        let place = match name {
            "source" => &mut self.source,
            "adapter" => &mut self.adapter,
            "mapping" => &mut self.mapping,
            "body" => &mut self.body,
            "org" => &mut self.org,
            "file_name" => &mut self.file_name,
            "is_pushed" => return truth(name, &text).map(|is| self.is_pushed = is),
            "dry_run" => return truth(name, &text).map(|is| self.is_dry_run = is),
            _ => {
                let known = "不认识；可以写的有：source、is_pushed、dry_run、adapter、mapping、body、org、file_name、file";
                return Err(invalid(name, FieldCode::Unknown, known));
            }
        };
        if place.is_some() {
            return Err(invalid(name, FieldCode::Duplicate, "写了两次，只能写一次"));
        }
        *place = Some(text).filter(|text| !text.is_empty());
        Ok(())
    }
}

fn truth(name: &str, text: &str) -> Result<bool, Problem> {
    match text {
        "true" => Ok(true),
        "false" | "" => Ok(false),
        _ => Err(invalid(name, FieldCode::Malformed, "应为 true 或 false")),
    }
}

/// 一项不合要求。
pub(super) fn invalid(name: &str, code: FieldCode, message: &str) -> Problem {
    let error = FieldError::new(Pointer::body().member(name), code, message);
    Problem::invalid(vec![error])
}

async fn text_of(name: &str, mut field: Field<'_>) -> Result<String, Problem> {
    let mut bytes = Vec::new();
    while let Some(chunk) = field.chunk().await.map_err(unread)? {
        if bytes.len() + chunk.len() > TEXT_BYTES_MAX {
            return Err(invalid(name, FieldCode::OutOfRange, "太长"));
        }
        bytes.extend_from_slice(&chunk);
    }
    let wrong = |message| invalid(name, FieldCode::Malformed, message);
    let text = String::from_utf8(bytes).map_err(|_| wrong("应为 UTF-8 文字"))?;
    require_text(name, &text)?;
    Ok(text)
}

/// 表单里的文字与 JSON 正文里的守同样的规矩：没有空字符。
fn require_text(name: &str, text: &str) -> Result<(), Problem> {
    if text.contains('\0') {
        let message = "有空字符（U+0000），不是文字，请去掉后重发";
        return Err(invalid(name, FieldCode::Malformed, message));
    }
    Ok(())
}

/// Writes the file on a thread of its own: the disk may make it wait.
async fn keep(mut field: Field<'_>, spool: Spool, nonce: [u8; 16]) -> Result<Kept, Problem> {
    let (sender, receiver) = mpsc::channel(CHUNKS_WAITING);
    let writing = tokio::task::spawn_blocking(move || write(&spool, nonce, receiver));
    let mut result = Ok(());
    loop {
        match field.chunk().await {
            Ok(Some(chunk)) => {
                if sender.send(Part::Chunk(chunk)).await.is_err() {
                    break;
                }
            }
            Ok(None) => {
                let _ = sender.send(Part::End).await;
                break;
            }
            Err(error) => {
                result = Err(unread(error));
                break;
            }
        }
    }
    drop(sender);
    let kept = writing.await;
    result?;
    match kept {
        Ok(Ok(Some(kept))) => Ok(kept),
        Ok(Ok(None)) => {
            Err(Problem::new(ProblemCode::MalformedBody).detail("文件没有收全，请重发。"))
        }
        Ok(Err(error)) if error.kind() == io::ErrorKind::FileTooLarge => {
            Err(Problem::new(ProblemCode::BodyTooLarge).detail(format!("{error}。")))
        }
        Ok(Err(error)) => Err(Problem::internal(error.into())),
        Err(error) => Err(Problem::internal(error.into())),
    }
}

enum Part {
    Chunk(Bytes),
    End,
}

/// Gives nothing if the end was not told: half a file is thrown away.
fn write(
    spool: &Spool,
    nonce: [u8; 16],
    mut parts: mpsc::Receiver<Part>,
) -> io::Result<Option<Kept>> {
    let mut incoming = spool.begin(nonce)?;
    while let Some(part) = parts.blocking_recv() {
        match part {
            Part::Chunk(chunk) => incoming.write_all(&chunk)?,
            Part::End => return incoming.finish().map(Some),
        }
    }
    Ok(None)
}

fn unread(error: MultipartError) -> Problem {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        Problem::new(ProblemCode::BodyTooLarge)
    } else {
        Problem::new(ProblemCode::MalformedBody).detail("表单没有收全，或写法不对，请检查后重发。")
    }
}
