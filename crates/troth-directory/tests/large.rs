//! A dissemination file as large as the real one, read in memory that does not grow.
//!
//! The file is made while it is read and lies nowhere. `TROTH_NPPES_MB=3072` reads three
//! gigabytes, as the night does; without it a fixed slice is read.

#[cfg(test)]
mod tests {
    use std::io::{self, Read};

    use troth_directory::listing::Listing;
    use troth_directory::nppes::{FileKind, Outcome, Reader, header};
    use troth_match::Npi;

    /// Megabytes that are read where nothing else is said.
    const SLICE: u64 = 24;

    /// What reading may take beyond what it had taken after the first megabytes, in KiB.
    const GROWTH: u64 = 4 * 1024;

    /// A file of rows that are made as they are asked for, every tenth of a therapist and
    /// every thousandth broken.
    struct Made {
        left: u64,
        row: u32,
        buffer: Vec<u8>,
        at: usize,
        written: [u64; 3],
    }

    impl Made {
        fn new(bytes: u64) -> Self {
            let names: Vec<String> = (0..header::COLUMNS).filter_map(header::name).collect();
            Self {
                left: bytes,
                row: 0,
                buffer: format!("\"{}\"\n", names.join("\",\"")).into_bytes(),
                at: 0,
                written: [0; 3],
            }
        }

        fn make(&mut self) {
            let mut fields = vec![String::new(); header::COLUMNS];
            let npi = Npi::from_stem(100_000_000 + self.row).unwrap().to_string();
            let code = if self.row.is_multiple_of(10) {
                "106H00000X"
            } else {
                "207R00000X"
            };
            let person = [
                (0, npi.as_str()),
                (1, "1"),
                (5, "NAME, WITH \"\"QUOTES\"\""),
                (6, "ANA"),
                (28, "12 LONG STREET OF SOME TOWN"),
                (30, "SPRINGFIELD"),
                (31, "CA"),
                (36, "05/27/2005"),
                (47, code),
                (48, "LM123456"),
                (49, "CA"),
            ];
            for (column, text) in person {
                fields[column] = text.to_owned();
            }
            let broken = self.row % 1_000 == 999;
            if broken {
                fields.pop();
            }
            let kind = if broken {
                2
            } else {
                usize::from(code == "207R00000X")
            };
            self.written[kind] += 1;
            self.row += 1;
            self.buffer = format!("\"{}\"\r\n", fields.join("\",\"")).into_bytes();
            self.at = 0;
        }
    }

    impl Read for &mut Made {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            if self.at == self.buffer.len() {
                if self.left == 0 {
                    return Ok(0);
                }
                self.make();
                self.left = self.left.saturating_sub(self.buffer.len() as u64);
            }
            let rest = &self.buffer[self.at..];
            let count = rest.len().min(into.len());
            into[..count].copy_from_slice(&rest[..count]);
            self.at += count;
            Ok(count)
        }
    }

    /// The memory of this process at its highest, in KiB.
    fn high_water() -> u64 {
        let status = std::fs::read_to_string("/proc/self/status").unwrap();
        let line = status
            .lines()
            .find(|line| line.starts_with("VmHWM:"))
            .unwrap();
        line.split_whitespace().nth(1).unwrap().parse().unwrap()
    }

    #[test]
    fn a_file_of_any_size_is_read_in_constant_memory() {
        let megabytes = std::env::var("TROTH_NPPES_MB")
            .ok()
            .and_then(|text| text.parse().ok());
        let mut file = Made::new(megabytes.unwrap_or(SLICE) << 20);
        let mut reader = Reader::open(&mut file).unwrap();
        assert_eq!(reader.kind(), FileKind::Main);
        let (mut counts, mut rows, mut before) = ([0u64; 3], 0u64, 0);
        while let Some(line) = reader.next_line().unwrap() {
            let kind = match line.outcome {
                Outcome::Registered(row) => usize::from(Listing::of_registered(&row).is_err()),
                _ => 2,
            };
            counts[kind] += 1;
            rows += 1;
            if rows == 5_000 {
                before = high_water();
            }
        }
        let grown = high_water() - before;
        assert!(rows > 5_000 && before > 0);
        assert!(grown < GROWTH, "{grown} KiB more after {rows} rows");
        assert_eq!(reader.place().rows, rows + 1);
        drop(reader);
        assert_eq!(counts, file.written);
    }
}
