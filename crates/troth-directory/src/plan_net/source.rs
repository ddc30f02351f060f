//! Where resources come from: one JSON file, lines of JSON, a Bundle, a tar archive.

use std::collections::BTreeMap;
use std::io::{self, BufRead, BufReader, Read};

use serde_json::Value;

use super::reference::unversioned;

/// The most bytes that one JSON document may take.
const LONGEST: u64 = 512 * 1024 * 1024;

/// The size of a tar block.
const BLOCK: usize = 512;

/// Why something that was read is no resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Fault {
    /// It is no JSON.
    #[error("not JSON")]
    NotJson,
    /// It is JSON, and no FHIR resource.
    #[error("not a FHIR resource")]
    NotAResource,
    /// It has no usable id.
    #[error("the resource has no id")]
    NoId,
    /// It is a resource that Plan-Net does not have.
    #[error("not one of Plan-Net's resources")]
    OtherType,
    /// It is longer than any directory's document.
    #[error("the document is too long")]
    TooLong,
    /// Two resources of one name were given.
    #[error("another resource has the same type and id")]
    Twice,
}

/// Something that was read, with where it stood.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// The file's name, with a line or an entry of a Bundle where there are several.
    pub place: String,
    /// The resource.
    pub resource: Result<Value, Fault>,
}

/// Reads every resource of a file into `sink`: a tar archive by its magic, else lines of
/// JSON, a Bundle, or one resource.
///
/// # Errors
///
/// The file cannot be read, or an archive ends early.
pub fn read<R: Read>(name: &str, source: R, sink: &mut dyn FnMut(Item)) -> io::Result<()> {
    let mut source = BufReader::with_capacity(BLOCK * 16, source);
    let begin = source.fill_buf()?;
    if begin.get(257..262) == Some(b"ustar") {
        return archive(source, sink);
    }
    documents(name, source, sink)
}

/// Reads JSON: each line on its own where the first line is a document, else the whole.
fn documents<R: BufRead>(name: &str, mut source: R, sink: &mut dyn FnMut(Item)) -> io::Result<()> {
    let mut first = Vec::new();
    (&mut source).take(LONGEST).read_until(b'\n', &mut first)?;
    if first.starts_with(&[0xEF, 0xBB, 0xBF]) {
        first.drain(..3);
    }
    if first.is_empty() {
        // A kind of which a directory has none is an empty file of lines.
        return Ok(());
    }
    let Ok(value) = serde_json::from_slice::<Value>(&first) else {
        (&mut source).take(LONGEST).read_to_end(&mut first)?;
        sink_document(name, &first, sink);
        return Ok(());
    };
    let mut rest = Vec::new();
    (&mut source).take(LONGEST).read_until(b'\n', &mut rest)?;
    if rest.is_empty() {
        sink_value(name, value, sink);
        return Ok(());
    }
    sink_value(&format!("{name}:1"), value, sink);
    let mut line = 2u64;
    while !rest.is_empty() {
        let text = rest.trim_ascii();
        if !text.is_empty() {
            sink_document(&format!("{name}:{line}"), text, sink);
        }
        line += 1;
        rest.clear();
        (&mut source).take(LONGEST).read_until(b'\n', &mut rest)?;
    }
    Ok(())
}

fn sink_document(place: &str, text: &[u8], sink: &mut dyn FnMut(Item)) {
    match serde_json::from_slice(text) {
        Ok(value) => sink_value(place, value, sink),
        Err(_) => sink(Item {
            place: place.to_owned(),
            resource: Err(if text.len() as u64 >= LONGEST {
                Fault::TooLong
            } else {
                Fault::NotJson
            }),
        }),
    }
}

/// Gives a resource on, a Bundle's entries one by one.
fn sink_value(place: &str, mut value: Value, sink: &mut dyn FnMut(Item)) {
    let is_bundle = value.get("resourceType").and_then(Value::as_str) == Some("Bundle");
    if !is_bundle {
        let place = place.to_owned();
        let resource = checked(value);
        return sink(Item { place, resource });
    }
    let entries = value.get_mut("entry").map(Value::take).unwrap_or_default();
    let Value::Array(mut entries) = entries else {
        return;
    };
    let names: BTreeMap<String, String> = entries.iter_mut().filter_map(named).collect();
    for (number, mut entry) in entries.into_iter().enumerate() {
        let place = format!("{place}#{number}");
        match entry.get_mut("resource").map(Value::take) {
            None => sink(Item {
                place,
                resource: Err(Fault::NotAResource),
            }),
            Some(mut resource) => {
                rename(&mut resource, &names);
                sink_value(&place, resource, sink);
            }
        }
    }
}

/// Reads by which address a Bundle knows an entry, and the name that this means. A resource
/// without an id gets the one of its address.
fn named(entry: &mut Value) -> Option<(String, String)> {
    let address = unversioned(entry.get("fullUrl")?.as_str()?.trim()).to_owned();
    let resource = entry.get_mut("resource")?.as_object_mut()?;
    let last = address.rsplit(['/', ':']).next()?;
    let id = match resource.get("id").and_then(Value::as_str) {
        Some(id) => id.to_owned(),
        None if last.is_empty() => return None,
        None => {
            resource.insert("id".to_owned(), last.into());
            last.to_owned()
        }
    };
    let kind = resource.get("resourceType")?.as_str()?;
    let name = format!("{kind}/{id}");
    Some((address, name))
}

/// Writes each reference that is an address of the Bundle's as `Type/id`, which names the same
/// outside of the Bundle.
fn rename(value: &mut Value, names: &BTreeMap<String, String>) {
    match value {
        Value::Array(list) => list.iter_mut().for_each(|one| rename(one, names)),
        Value::Object(members) => {
            for (member, inner) in members {
                let named = inner.as_str().filter(|_| member == "reference");
                let named = named.and_then(|address| {
                    let name = names.get(unversioned(address.trim()))?;
                    let is_plain = address.ends_with(&format!("/{name}")) || address == name;
                    (!is_plain).then(|| name.clone())
                });
                match named {
                    Some(name) => *inner = name.into(),
                    None => rename(inner, names),
                }
            }
        }
        _ => {}
    }
}

/// Checks that a value is one of Plan-Net's resources and has an id.
fn checked(value: Value) -> Result<Value, Fault> {
    let kind = value.get("resourceType").and_then(Value::as_str);
    let kind = kind.ok_or(Fault::NotAResource)?;
    if super::Kind::parse(kind).is_none() {
        return Err(Fault::OtherType);
    }
    match value.get("id").and_then(Value::as_str) {
        Some(id) if !id.is_empty() && id.len() <= 64 => Ok(value),
        _ => Err(Fault::NoId),
    }
}

/// Reads the regular files of a tar archive whose names end in `.json` or `.ndjson`.
fn archive<R: Read>(mut source: R, sink: &mut dyn FnMut(Item)) -> io::Result<()> {
    let mut header = [0u8; BLOCK];
    // A name too long for the header stands in an entry before it (GNU `L`, POSIX `x`).
    let mut long_name = None;
    loop {
        source.read_exact(&mut header)?;
        if header.iter().all(|byte| *byte == 0) {
            return Ok(());
        }
        let size = octal(header.get(124..136)).ok_or(io::ErrorKind::InvalidData)?;
        let padded = size.div_ceil(BLOCK as u64) * BLOCK as u64;
        let kind = header.get(156).copied().unwrap_or(0);
        let name = long_name.take().unwrap_or_else(|| text(header.get(0..100)));
        let wanted = name.ends_with(".json") || name.ends_with(".ndjson");
        let is_file = matches!(kind, b'0' | 0) && wanted;
        if !is_file && !matches!(kind, b'L' | b'x') {
            skip(&mut source, padded)?;
            continue;
        }
        let mut content = Vec::new();
        (&mut source).take(size).read_to_end(&mut content)?;
        if content.len() as u64 != size {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        skip(&mut source, padded - size)?;
        match kind {
            b'L' => long_name = Some(text(Some(&content))),
            b'x' => long_name = pax_path(&content),
            _ => documents(&name, io::Cursor::new(content), sink)?,
        }
    }
}

/// Finds the path in POSIX's extended header: lines of `LENGTH path=NAME`.
fn pax_path(content: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(content);
    let mut lines = text.lines();
    lines.find_map(|line| line.split_once(" path=").map(|(_, name)| name.to_owned()))
}

fn skip<R: Read>(source: &mut R, bytes: u64) -> io::Result<()> {
    let skipped = io::copy(&mut source.take(bytes), &mut io::sink())?;
    if skipped == bytes {
        Ok(())
    } else {
        Err(io::ErrorKind::UnexpectedEof.into())
    }
}

fn text(field: Option<&[u8]>) -> String {
    let field = field.unwrap_or(&[]);
    let end = field
        .iter()
        .position(|byte| *byte == 0)
        .unwrap_or(field.len());
    String::from_utf8_lossy(field.get(..end).unwrap_or(&[])).into_owned()
}

fn octal(field: Option<&[u8]>) -> Option<u64> {
    let text = text(field);
    u64::from_str_radix(text.trim(), 8)
        .ok()
        .filter(|size| *size <= LONGEST)
}
