//! The lines of a file, counted as they come.

use jiff::Timestamp;
use shared::moment;

/// What was seen of a file so far. Bytes come as they like, lines do not end with them.
#[derive(Debug, Default)]
pub struct Lines {
    /// How many entries.
    pub entries: u64,
    /// When the last of them was.
    pub back_to: Option<Timestamp>,
    /// The beginning of a line whose end is not there yet, as far as it matters.
    begun: Vec<u8>,
}

/// Within how many bytes a line says when its entry was.
const ENOUGH: usize = 200;

impl Lines {
    /// Takes more of the file.
    pub fn add(&mut self, bytes: &[u8]) {
        let mut lines = bytes.split(|byte| *byte == b'\n');
        let last = lines.next_back().unwrap_or_default();
        for line in lines {
            self.extend(line);
            self.end();
        }
        self.extend(last);
    }

    fn extend(&mut self, line: &[u8]) {
        let room = ENOUGH.saturating_sub(self.begun.len()).min(line.len());
        self.begun.extend_from_slice(&line[..room]);
    }

    fn end(&mut self) {
        // What has no time is a heading, tells what is missing, or goes on with a text of many lines.
        if let Some(moment) = moment_of(&self.begun) {
            self.entries += 1;
            self.back_to = Some(moment);
        }
        self.begun.clear();
    }
}

/// When an entry was, as its line says: first of all in a table, and under `at` in JSON.
fn moment_of(line: &[u8]) -> Option<Timestamp> {
    // Cut in the middle of a letter it is not text to its end.
    let line = String::from_utf8_lossy(line);
    let moment = match line.split_once(r#""at":""#) {
        Some((before, rest)) if before.starts_with('{') => rest.split('"').next(),
        _ => line.split(',').next(),
    };
    moment::parse(moment?)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "at,operation,status\n2030-01-02T09:00:00Z,initiate,\"two\nlines, really\"\n2030-01-01T08:00:00.5Z,close,done\n,azure-log-unreadable,x\n";
    const LINES: &str = "{\"id\":\"p1\",\"at\":\"2030-01-02T09:00:00Z\",\"detail\":\"\\\"at\\\":\"}\n{\"id\":\"p0\",\"at\":\"2030-01-01T08:00:00.5Z\"}\n{\"unreadable\":{\"reason\":\"é\"}}\n";

    #[test]
    fn entries_are_counted_however_the_bytes_come() {
        for file in [TABLE, LINES] {
            for at_once in [1, 2, 7, 64, 1000] {
                let mut lines = Lines::default();
                file.as_bytes().chunks(at_once).for_each(|piece| lines.add(piece));
                assert_eq!(lines.entries, 2, "{at_once} bytes at once of {file}");
                assert_eq!(lines.back_to, Some("2030-01-01T08:00:00.5Z".parse().unwrap()));
            }
        }
    }

    #[test]
    fn of_a_long_line_only_the_beginning_is_kept() {
        let mut lines = Lines::default();
        lines.add(b"2030-01-02T09:00:00Z,");
        (0..1000).for_each(|_| lines.add(&[b'x'; 1000]));
        assert!(lines.begun.len() <= ENOUGH);
        lines.add(b"\n");
        assert_eq!(lines.entries, 1);
    }
}
