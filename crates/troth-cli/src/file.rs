//! Files that a person names: read in one way, and told of in one way where they cannot be.
//!
//! A file that is missing or cannot be read ends every command with the same exit code, and a
//! file of another kind is named for what it is: a PDF is no broken record.

use std::fs::File;
use std::io::{self, Read as _, Seek as _};
use std::path::Path;

use crate::failure::{Exit, Failure};

/// How much of a file is looked at to tell its kind.
const BEGINNING: u64 = 64 * 1024;

/// Opens a file that is there and is no folder.
///
/// # Errors
///
/// It is missing, a folder, or may not be read.
pub(crate) fn open(path: &Path) -> Result<File, Failure> {
    let file = File::open(path).map_err(|error| unreadable(path, &error))?;
    match file.metadata() {
        Ok(about) if about.is_dir() => Err(unreadable(path, &io::ErrorKind::IsADirectory.into())),
        _ => Ok(file),
    }
}

/// Opens a file and tells its kind by its beginning, as far as that is known.
///
/// # Errors
///
/// As [`open`].
pub(crate) fn open_known(path: &Path) -> Result<(File, Option<Kind>), Failure> {
    let mut file = open(path)?;
    // A pipe cannot be looked into beforehand: reading it will tell.
    if !file.metadata().is_ok_and(|about| about.is_file()) {
        return Ok((file, None));
    }
    let mut beginning = Vec::new();
    let looked = (&mut file).take(BEGINNING).read_to_end(&mut beginning);
    let looked = looked.and_then(|_| file.rewind());
    looked.map_err(|error| unreadable(path, &error))?;
    Ok((file, kind_of(&beginning)))
}

/// Opens a file of comma-separated values or other plain text for reading in parts.
///
/// # Errors
///
/// As [`open`]; or it is clearly of another kind than `wanted`.
pub(crate) fn open_text(path: &Path, wanted: &str) -> Result<File, Failure> {
    match open_known(path)? {
        (_, Some(kind)) => Err(wrong_kind(path, kind, wanted)),
        (file, None) => Ok(file),
    }
}

/// Refuses a path at which there is nothing, without opening it.
///
/// # Errors
///
/// There is no such file or folder, or it may not be looked for.
pub(crate) fn must_be_there(path: &Path) -> Result<(), Failure> {
    let about = std::fs::metadata(path);
    about.map(drop).map_err(|error| unreadable(path, &error))
}

/// Reads a file, or stdin for `-`, and no more of it than `most` bytes.
///
/// # Errors
///
/// As [`open`]; or reading stops before the end.
pub(crate) fn bytes(path: &Path, most: u64) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    let read = if path.as_os_str() == "-" {
        io::stdin().take(most).read_to_end(&mut bytes)
    } else {
        open(path)?.take(most).read_to_end(&mut bytes)
    };
    read.map_err(|error| unreadable(path, &error))?;
    Ok(bytes)
}

/// Reads a file of text, or stdin for `-`.
///
/// # Errors
///
/// As [`bytes`]; or it is of another kind than `wanted`, or not UTF-8.
pub(crate) fn text(path: &Path, wanted: &str) -> Result<String, Failure> {
    let bytes = bytes(path, u64::MAX)?;
    match (kind_of(&bytes), String::from_utf8(bytes)) {
        (Some(kind), _) if kind.is_never_text => Err(wrong_kind(path, kind, wanted)),
        (_, Ok(text)) => Ok(text),
        (_, Err(_)) => Err(wrong_kind(path, NOT_UTF_8, wanted)),
    }
}

/// Says that a file cannot be read; one exit code, whichever command asks.
pub(crate) fn unreadable(path: &Path, error: &io::Error) -> Failure {
    let shown = path.display();
    match error.kind() {
        io::ErrorKind::NotFound => Failure::local(format!(
            "{shown} cannot be read: there is no such file; check the path"
        ))
        .coded("no_such_file"),
        io::ErrorKind::IsADirectory => Failure::refused(format!(
            "{shown} is a folder, not a file; name a file in it"
        ))
        .coded("wrong_kind"),
        io::ErrorKind::PermissionDenied => Failure::local(format!(
            "{shown} cannot be read: you do not have the right to; check who owns it"
        ))
        .coded("unreadable"),
        _ => Failure::local(format!(
            "{shown} cannot be read to its end: {error}; check the disk and try again"
        ))
        .coded("unreadable"),
    }
}

/// Says that something cannot be written, and whether that is for want of room.
pub(crate) fn unwritable(what: &str, error: &io::Error) -> Failure {
    if is_full(error) {
        Failure::local(format!(
            "the disk is full; {what} is not whole; make room and try again"
        ))
        .coded("disk_full")
    } else {
        Failure::local(format!(
            "{what} cannot be written: {error}; check the folder and its rights"
        ))
        .coded("unwritable")
    }
}

/// Whether an error means that there is no room.
pub(crate) fn is_full(error: &io::Error) -> bool {
    use io::ErrorKind::{FileTooLarge, QuotaExceeded, StorageFull};
    matches!(error.kind(), StorageFull | QuotaExceeded | FileTooLarge)
}

/// Says that a file is of another kind than a command reads.
pub(crate) fn wrong_kind(path: &Path, kind: Kind, wanted: &str) -> Failure {
    let (shown, name) = (path.display(), kind.name);
    Failure::new(Exit::Refused, format!("{shown} is {name}; {wanted}")).coded("wrong_kind")
}

/// What a file is, by its first bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Kind {
    /// What people call it, with its article.
    pub(crate) name: &'static str,
    /// Whether it can be no text that a person typed.
    pub(crate) is_never_text: bool,
}

const fn binary(name: &'static str) -> Kind {
    Kind {
        name,
        is_never_text: true,
    }
}

const fn written(name: &'static str) -> Kind {
    Kind {
        name,
        is_never_text: false,
    }
}

const NOT_UTF_8: Kind = binary("not text in UTF-8");

/// First bytes that tell a kind.
const MAGIC: [(&[u8], Kind); 24] = [
    (b"%PDF-", binary("a PDF document")),
    (b"PK\x05\x06", binary("an empty ZIP archive")),
    (b"\x1f\x8b", binary("a gzip archive")),
    (b"BZh", binary("a bzip2 archive")),
    (b"\xfd7zXZ\0", binary("an xz archive")),
    (b"7z\xbc\xaf\x27\x1c", binary("a 7-Zip archive")),
    (b"\x28\xb5\x2f\xfd", binary("a zstd archive")),
    (b"Rar!", binary("a RAR archive")),
    (b"\x89PNG", binary("an image (PNG)")),
    (b"\xff\xd8\xff", binary("an image (JPEG)")),
    (b"GIF8", binary("an image (GIF)")),
    (b"II*\0", binary("an image (TIFF)")),
    (b"MM\0*", binary("an image (TIFF)")),
    (b"RIFF", binary("an image, a sound or a film")),
    (b"ID3", binary("a sound")),
    (b"OggS", binary("a sound or a film")),
    (b"SQLite format 3\0", binary("an SQLite database")),
    (b"\x7fELF", binary("a program")),
    (b"\xd0\xcf\x11\xe0", binary("an old Office document")),
    (b"\xff\xfe", binary("text in UTF-16")),
    (b"\xfe\xff", binary("text in UTF-16")),
    (b"{\\rtf", binary("a document in rich text")),
    (b"{", written("JSON")),
    (b"[", written("JSON")),
];

/// First words, whatever their case, that tell a kind.
const WORDS: [(&str, Kind); 6] = [
    ("troth-export/", written("an exported record of Troth")),
    ("begin:vcalendar", written("a calendar feed")),
    ("begin:vcard", written("an address card")),
    ("<!doctype html", written("a web page")),
    ("<html", written("a web page")),
    ("<?xml", written("an XML document")),
];

/// Tells what a file is by its beginning; `None` for plain text of no kind that is known here.
pub(crate) fn kind_of(bytes: &[u8]) -> Option<Kind> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let bytes = bytes.trim_ascii_start();
    if bytes.is_empty() {
        return Some(written("an empty file"));
    }
    if bytes.starts_with(b"PK\x03\x04") {
        return Some(zipped(bytes));
    }
    if bytes.get(257..262) == Some(b"ustar") {
        return Some(binary("a tar archive"));
    }
    if bytes.get(4..8) == Some(b"ftyp") {
        return Some(binary("an image or a film"));
    }
    let magic = MAGIC.iter().find(|(magic, _)| bytes.starts_with(magic));
    let word = WORDS.iter().find(|(word, _)| {
        let begin = bytes.get(..word.len()).unwrap_or(&[]);
        begin.eq_ignore_ascii_case(word.as_bytes())
    });
    let known = magic.map(|one| one.1).or(word.map(|one| one.1));
    known.or_else(|| bytes.contains(&0).then_some(binary("no text")))
}

/// What is in a ZIP archive, as far as its first names tell.
fn zipped(bytes: &[u8]) -> Kind {
    let has = |name: &[u8]| bytes.windows(name.len()).any(|part| part == name);
    if has(b"xl/") {
        binary("an Excel workbook")
    } else if has(b"word/") {
        binary("a Word document")
    } else if has(b"opendocument.spreadsheet") {
        binary("a spreadsheet")
    } else if has(b"opendocument.") {
        binary("an OpenDocument document")
    } else {
        binary("a ZIP archive")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_known_by_what_it_begins_with() {
        let name = |bytes: &[u8]| kind_of(bytes).map(|kind| kind.name);
        for (bytes, kind) in [
            (&b"%PDF-1.7\n"[..], "a PDF document"),
            (
                b"PK\x03\x04......[Content_Types].xml...xl/workbook.xml",
                "an Excel workbook",
            ),
            (b"PK\x03\x04......letter.txt", "a ZIP archive"),
            (b"\x89PNG\r\n", "an image (PNG)"),
            (b"\xff\xd8\xff\xe0", "an image (JPEG)"),
            (b"", "an empty file"),
            (b" \r\n", "an empty file"),
            (b"\xef\xbb\xbfBegin:VCalendar\n", "a calendar feed"),
            (b"{\"a\":1}", "JSON"),
            (b"a\0b", "no text"),
        ] {
            assert_eq!(name(bytes), Some(kind), "{bytes:?}");
        }
        assert_eq!(name(b"NPI,Entity Type Code\n"), None);
    }
}
