//! 写规范字节。

use super::{Canonical, CanonicalError, Limits};

pub(super) fn write(value: &Canonical, limits: Limits) -> Result<Vec<u8>, CanonicalError> {
    let mut out = Vec::new();
    write_value(&mut out, value, limits, limits.max_depth)?;
    if out.len() > limits.max_bytes {
        return Err(CanonicalError::TooLarge {
            bytes: out.len(),
            max: limits.max_bytes,
        });
    }
    Ok(out)
}

fn write_value(
    out: &mut Vec<u8>,
    value: &Canonical,
    limits: Limits,
    depth: usize,
) -> Result<(), CanonicalError> {
    let deeper = || {
        depth.checked_sub(1).ok_or(CanonicalError::TooDeep {
            max: limits.max_depth,
        })
    };
    match value {
        Canonical::Null => out.extend_from_slice(b"null"),
        Canonical::Bool(true) => out.extend_from_slice(b"true"),
        Canonical::Bool(false) => out.extend_from_slice(b"false"),
        Canonical::Integer(number) => out.extend_from_slice(number.get().to_string().as_bytes()),
        Canonical::Text(text) => write_text(out, text),
        Canonical::List(items) => {
            let depth = deeper()?;
            out.push(b'[');
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    out.push(b',');
                }
                write_value(out, item, limits, depth)?;
            }
            out.push(b']');
        }
        Canonical::Object(object) => {
            let depth = deeper()?;
            out.push(b'{');
            for (at, (key, member)) in object.members().iter().enumerate() {
                if at > 0 {
                    out.push(b',');
                }
                write_text(out, key);
                out.push(b':');
                write_value(out, member, limits, depth)?;
            }
            out.push(b'}');
        }
    }
    Ok(())
}

/// RFC 8785, 3.2.2.2: the short escapes where they exist, `\u00xx` for other controls, all else as it is.
fn write_text(out: &mut Vec<u8>, text: &str) {
    out.push(b'"');
    for byte in text.bytes() {
        match byte {
            b'"' => out.extend_from_slice(b"\\\""),
            b'\\' => out.extend_from_slice(b"\\\\"),
            0x08 => out.extend_from_slice(b"\\b"),
            b'\t' => out.extend_from_slice(b"\\t"),
            b'\n' => out.extend_from_slice(b"\\n"),
            0x0c => out.extend_from_slice(b"\\f"),
            b'\r' => out.extend_from_slice(b"\\r"),
            0..0x20 => out.extend_from_slice(format!("\\u{byte:04x}").as_bytes()),
            _ => out.push(byte),
        }
    }
    out.push(b'"');
}
