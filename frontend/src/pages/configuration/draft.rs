//! The ports of a machine while somebody edits them.

use shared::configuration::MOST_PORTS;
use shared::duration::AccessDuration;
use shared::policy::{JitPolicy, PortRule};
use shared::port::{Port, Protocol};
use shared::source::Source;

/// Ports as they are typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// One per port, in the order of the page.
    pub rows: Vec<Row>,
    next: u32,
}

/// One port as it is typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Tells it from the others, whatever is typed.
    pub key: u32,
    /// The port.
    pub port: String,
    /// The protocol.
    pub protocol: Protocol,
    /// From where it may be requested.
    pub whence: Whence,
    /// Addresses and ranges, if only from those.
    pub ranges: String,
    /// For how long at most.
    pub longest: AccessDuration,
}

/// What is written of a port that may only be requested from certain addresses.
const RANGES: &str = "ranges";

/// From where a port may be requested.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whence {
    /// From wherever the request says.
    PerRequest,
    /// From certain addresses only.
    Ranges,
}

/// A field of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// The port.
    Port,
    /// Addresses and ranges.
    Ranges,
}

/// Something wrong with what was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong {
    /// In which row and field; `None` for all of it.
    pub at: Option<(u32, Field)>,
    /// What is wrong and what would be right, in a sentence.
    pub words: String,
}

impl Draft {
    /// What stands there, to be edited.
    pub fn of(policy: &JitPolicy) -> Self {
        let rows = (0..).zip(&policy.ports).map(|(key, rule)| Row::of(key, rule)).collect::<Vec<_>>();
        Self { next: u32::try_from(rows.len()).unwrap_or(u32::MAX), rows }
    }

    /// What was written as text before; nothing if it was not written like that.
    pub fn from_text(text: &str) -> Option<Self> {
        let rows: Option<Vec<Row>> =
            (0..).zip(text.lines()).map(|(key, line)| Row::from_text(key, line)).collect();
        let rows = rows?;
        Some(Self { next: u32::try_from(rows.len()).unwrap_or(u32::MAX), rows })
    }

    /// It as text: a line per port, with tabs between its fields.
    pub fn text(&self) -> String {
        self.rows.iter().map(Row::text).collect::<Vec<_>>().join("\n")
    }

    /// One more port, and its key.
    pub fn add(&mut self) -> u32 {
        let key = self.next;
        self.next += 1;
        self.rows.push(Row { port: String::new(), ..Row::of(key, &PortRule::usual(Port::SSH)) });
        key
    }

    /// One less.
    pub fn remove(&mut self, key: u32) {
        self.rows.retain(|row| row.key != key);
    }

    /// Whether another port fits.
    pub fn has_room(&self) -> bool {
        self.rows.len() < MOST_PORTS
    }

    /// Changes one row.
    pub fn change(&mut self, key: u32, change: impl FnOnce(&mut Row)) {
        if let Some(row) = self.rows.iter_mut().find(|row| row.key == key) {
            change(row);
        }
    }

    /// What was typed, or everything that is wrong with it.
    pub fn read(&self) -> Result<JitPolicy, Vec<Wrong>> {
        let mut wrong = Vec::new();
        let mut ports = Vec::new();
        for row in &self.rows {
            match (row.read_port(), row.read_sources()) {
                (Ok(port), Ok(sources)) => {
                    ports.push(PortRule { port, protocol: row.protocol, sources, longest: row.longest });
                }
                (port, sources) => {
                    let mistakes = [(Field::Port, port.err()), (Field::Ranges, sources.err())];
                    wrong.extend(mistakes.into_iter().filter_map(|(field, words)| {
                        Some(Wrong { at: Some((row.key, field)), words: words? })
                    }));
                }
            }
        }
        let policy = JitPolicy { ports };
        if wrong.is_empty() {
            wrong = policy
                .violations()
                .iter()
                .map(|violation| self.place(&violation.field, &violation.detail))
                .collect();
        }
        if wrong.is_empty() { Ok(policy) } else { Err(wrong) }
    }

    /// Which row a field such as `ports[1].sources` is in.
    fn place(&self, field: &str, detail: &str) -> Wrong {
        let within = field.strip_prefix("ports[").and_then(|rest| rest.split_once("]."));
        let at = within.and_then(|(index, name)| {
            let row = self.rows.get(index.parse::<usize>().ok()?)?;
            Some((row.key, if name == "port" { Field::Port } else { Field::Ranges }))
        });
        Wrong { at, words: sentence(detail) }
    }
}

impl Row {
    fn of(key: u32, rule: &PortRule) -> Self {
        let per_request = rule.sources[..] == [Source::ANY];
        let ranges: Vec<String> = rule.sources.iter().map(Source::to_string).collect();
        Self {
            key,
            port: rule.port.to_string(),
            protocol: rule.protocol,
            whence: if per_request { Whence::PerRequest } else { Whence::Ranges },
            ranges: if per_request { String::new() } else { ranges.join(", ") },
            longest: rule.longest,
        }
    }

    fn from_text(key: u32, line: &str) -> Option<Self> {
        let fields: Vec<&str> = line.split('\t').collect();
        let [port, protocol, whence, ranges, longest] = fields[..] else { return None };
        Some(Self {
            key,
            port: port.to_owned(),
            protocol: protocol.parse().ok()?,
            whence: if whence == RANGES { Whence::Ranges } else { Whence::PerRequest },
            ranges: ranges.to_owned(),
            longest: longest.parse().ok()?,
        })
    }

    fn text(&self) -> String {
        let typed = |text: &str| text.replace(char::is_control, " ");
        let Self { port, protocol, whence, ranges, longest, .. } = self;
        let whence = if *whence == Whence::Ranges { RANGES } else { "" };
        format!("{}\t{protocol}\t{whence}\t{}\t{longest}", typed(port), typed(ranges))
    }

    fn read_port(&self) -> Result<Port, String> {
        match self.port.trim() {
            "" => Err("Enter a port, such as 3389.".to_owned()),
            text => text.parse().map_err(|_| "A port is a number from 1 to 65535.".to_owned()),
        }
    }

    fn read_sources(&self) -> Result<Vec<Source>, String> {
        if self.whence == Whence::PerRequest {
            return Ok(vec![Source::ANY]);
        }
        let words = self.ranges.split([',', ';', ' ', '\n', '\t']).filter(|word| !word.is_empty());
        let sources: Result<Vec<Source>, _> = words.map(str::parse).collect();
        match sources {
            Ok(sources) if sources.is_empty() => {
                Err("Enter addresses or ranges, such as 203.0.113.0/24, separated by commas.".to_owned())
            }
            Ok(sources) => Ok(sources),
            Err(error) => Err(sentence(&error.to_string())),
        }
    }
}

/// A message as it is written in code, made a sentence.
pub fn sentence(message: &str) -> String {
    let end = if message.ends_with(['.', '?', '!']) { "" } else { "." };
    format!("{}{end}", shared::text::capitalised(message))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(rows: &[(&str, Option<&str>)]) -> Draft {
        let mut draft = Draft::of(&JitPolicy { ports: Vec::new() });
        for (port, ranges) in rows {
            let key = draft.add();
            draft.change(key, |row| {
                row.port = (*port).to_owned();
                if let Some(ranges) = ranges {
                    (row.whence, row.ranges) = (Whence::Ranges, (*ranges).to_owned());
                }
            });
        }
        draft
    }

    #[test]
    fn what_stands_there_is_read_back_as_it_was() {
        let mut policy = JitPolicy::proposed();
        policy.ports[1].sources = ["203.0.113.0/24", "2001:db8::7"].map(|text| text.parse().unwrap()).into();
        policy.ports[2].protocol = Protocol::Tcp;
        policy.ports[3].longest = AccessDuration::from_minutes(90).unwrap();
        assert_eq!(Draft::of(&policy).read(), Ok(policy));
    }

    #[test]
    fn what_is_typed_comes_back_from_text() {
        let mut draft = typed(&[("22", Some("203.0.113.0/24,\tnonsense")), ("", None)]);
        draft.change(0, |row| row.protocol = Protocol::Udp);
        let back = Draft::from_text(&draft.text()).unwrap();
        draft.change(0, |row| row.ranges = "203.0.113.0/24, nonsense".to_owned());
        assert_eq!(back, draft);
        assert_eq!(Draft::from_text("22\tmore"), None);
    }

    #[test]
    fn ranges_are_separated_as_people_do() {
        let policy =
            typed(&[("22", Some("203.0.113.7, 198.51.100.0/24;2001:db8::/32\n10.0.0.1"))]).read().unwrap();
        assert_eq!(policy.ports[0].sources.len(), 4);
    }

    #[test]
    fn every_mistake_is_told_where_it_is() {
        let draft = typed(&[("", None), ("70000", Some("")), ("22", Some("example.com")), ("22", None)]);
        let wrong = draft.read().unwrap_err();
        let at: Vec<_> = wrong.iter().map(|wrong| wrong.at.unwrap()).collect();
        assert_eq!(at, [(0, Field::Port), (1, Field::Port), (1, Field::Ranges), (2, Field::Ranges)]);
        assert!(wrong.iter().all(|wrong| wrong.words.ends_with('.')), "{wrong:?}");
    }

    #[test]
    fn what_azure_would_not_take_is_told_too() {
        let twice = typed(&[("22", None), ("3389", None), ("22", None)]).read().unwrap_err();
        assert_eq!(twice[0].at, Some((2, Field::Port)));
        assert_eq!(typed(&[]).read().unwrap_err()[0].at, None);
        let host_bits = typed(&[("22", Some("203.0.113.7/24"))]).read().unwrap_err();
        assert_eq!(host_bits[0].at, Some((0, Field::Ranges)));
    }
}
