//! What is tried on any bytes with the readers of the directory's formats.
//!
//! The fuzz targets call these, and so does `crates/troth-directory/tests/decoders.rs`.

use std::io::Cursor;

use troth_directory::listing::Listing;
use troth_directory::nppes::{self, Outcome};
use troth_directory::payer;
use troth_directory::plan_net::{Directory, Writer, read};
use troth_directory::rows::Rows;

/// A day on which directories are read.
const TODAY: troth_match::Day = troth_match::Day(20_787);

/// What is tried on bytes.
pub type Decoder = fn(&[u8]);

/// Every reader by its name; the corpus of each lies in `fuzz/corpus/<name>`.
pub const READERS: [(&str, Decoder); 3] = [
    ("nppes", try_nppes),
    ("payer", try_payer),
    ("plan_net", try_plan_net),
];

/// Every byte is accounted for, every row ends in an outcome, and reading can be taken up.
pub fn try_nppes(bytes: &[u8]) {
    let Ok(mut rows) = Rows::new(Cursor::new(bytes)) else {
        return;
    };
    while let Ok(Some(_)) = rows.next_row() {}
    assert_eq!(rows.place().bytes, bytes.len() as u64);
    let Ok(mut reader) = nppes::Reader::open(Cursor::new(bytes)) else {
        return;
    };
    while let Ok(Some(line)) = reader.next_line() {
        if let Outcome::Registered(row) = line.outcome {
            let _ = Listing::of_registered(&row);
        }
    }
    let place = reader.place();
    let again = nppes::Reader::open(Cursor::new(bytes)).map(|mut again| again.resume(&place));
    assert!(matches!(again, Ok(Ok(()))));
}

/// A payer's list.
pub fn try_payer(bytes: &[u8]) {
    let Ok(mut reader) = payer::Reader::open(Cursor::new(bytes)) else {
        return;
    };
    while let Ok(Some(_)) = reader.next_line() {}
}

/// What is read as Plan-Net is explained once for each resource, and can be written.
pub fn try_plan_net(bytes: &[u8]) {
    let (mut directory, mut items) = (Directory::default(), 0);
    let done = read("file", Cursor::new(bytes), &mut |item| {
        items += 1;
        directory.add(item);
    });
    let mut entries = Vec::new();
    let explained = directory.join(TODAY, &mut |entry| entries.push(entry));
    assert!(explained.len() <= items && explained.len() >= directory.len());
    let mut sink = |_, _: &serde_json::Value| Ok(());
    let mut writer = Writer::new(&mut sink);
    for entry in &entries {
        assert!(writer.write(entry).is_ok());
    }
    drop(done);
}
