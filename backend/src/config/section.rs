//! Taking settings apart, key by key, with a message for whatever is wrong with one.

use std::collections::BTreeMap;
use std::path::PathBuf;

use config::{Value, ValueKind};
use secrecy::SecretString;

use super::ConfigError;

/// A table of settings. What is taken is gone; what is left in the end is not a setting.
pub struct Section {
    /// With a dot at the end, unless this is the whole.
    prefix: String,
    values: BTreeMap<String, Value>,
    known: Vec<&'static str>,
}

impl Section {
    /// All settings.
    pub fn whole(values: impl IntoIterator<Item = (String, Value)>) -> Self {
        Self { prefix: String::new(), values: values.into_iter().collect(), known: Vec::new() }
    }

    /// The table `key`, empty if it is not there.
    pub fn section(&mut self, key: &'static str) -> Result<Self, ConfigError> {
        let values = match self.take(key) {
            None => BTreeMap::new(),
            Some(value) => match value.kind {
                ValueKind::Table(values) => values.into_iter().collect(),
                _ => return Err(self.wrong(key, &value, "a table of settings")),
            },
        };
        Ok(Self { prefix: format!("{}{key}.", self.prefix), values, known: Vec::new() })
    }

    /// Whether nothing is set.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// The tables in this one, by the names that whoever wrote them gave them.
    pub fn named(&mut self) -> Result<Vec<(String, Self)>, ConfigError> {
        let values = std::mem::take(&mut self.values).into_iter();
        let tables = values.map(|(name, value)| match value.kind {
            ValueKind::Table(values) => {
                let prefix = format!("{}{name}.", self.prefix);
                let values = values.into_iter().collect();
                Ok((name, Self { prefix, values, known: Vec::new() }))
            }
            _ => Err(self.wrong(&name, &value, "a table of settings")),
        });
        tables.collect()
    }

    /// The setting `key`, if there is one.
    pub fn optional<T>(
        &mut self,
        key: &'static str,
        expected: &'static str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Result<Option<T>, ConfigError> {
        let Some(value) = self.take(key) else { return Ok(None) };
        match text(&value).and_then(|text| parse(&text)) {
            Some(parsed) => Ok(Some(parsed)),
            None => Err(self.wrong(key, &value, expected)),
        }
    }

    /// The setting `key`.
    pub fn required<T>(
        &mut self,
        key: &'static str,
        expected: &'static str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Result<T, ConfigError> {
        self.optional(key, expected, parse)?.ok_or_else(|| self.missing(key, expected))
    }

    /// The values of `key`: an array, or text with commas; none if it is not there.
    pub fn list<T>(
        &mut self,
        key: &'static str,
        expected: &'static str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Result<Option<Vec<T>>, ConfigError> {
        let Some(value) = self.take(key) else { return Ok(None) };
        let wrong = || self.wrong(key, &value, expected);
        texts(&value)
            .and_then(|texts| texts.iter().map(|text| parse(text)).collect())
            .map(Some)
            .ok_or_else(wrong)
    }

    /// Whatever is set here, by names that whoever wrote them gave: arrays, or text with commas.
    pub fn lists<T>(
        self,
        expected: &'static str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Result<Vec<(String, Vec<T>)>, ConfigError> {
        let lists = self.values.iter().map(|(key, value)| {
            let texts = texts(value).filter(|texts| !texts.is_empty());
            let parsed = texts.and_then(|texts| texts.iter().map(|text| parse(text)).collect());
            parsed.map(|list| (key.clone(), list)).ok_or_else(|| self.wrong(key, value, expected))
        });
        lists.collect()
    }

    /// The secret `key`, or what is in the file that `key_file` names. It is never shown.
    pub fn secret<T>(
        &mut self,
        [key, key_file]: [&'static str; 2],
        expected: &'static str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Result<Option<T>, ConfigError> {
        let direct = self.take(key);
        let path = self.optional(key_file, "the path of a file", |text| Some(PathBuf::from(text)))?;
        let secret: SecretString = match (direct, path) {
            (None, None) => return Ok(None),
            (Some(_), Some(_)) => {
                return Err(ConfigError::Twice { one: self.name(key), other: self.name(key_file) });
            }
            (Some(value), None) => text(&value).unwrap_or_default().into(),
            (None, Some(path)) => std::fs::read_to_string(&path)
                .map(|content| content.strip_suffix('\n').map(str::to_owned).unwrap_or(content).into())
                .map_err(|source| ConfigError::SecretFile { name: self.name(key_file), path, source })?,
        };
        let parsed = parse(secrecy::ExposeSecret::expose_secret(&secret));
        parsed.map(Some).ok_or_else(|| ConfigError::WrongSecret { name: self.name(key), expected })
    }

    /// The secret `key`, which is nowhere but here. It is never shown.
    pub fn given_secret<T>(
        &mut self,
        key: &'static str,
        expected: &'static str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Result<Option<T>, ConfigError> {
        let Some(value) = self.take(key) else { return Ok(None) };
        let parsed = text(&value).and_then(|text| parse(&text));
        parsed.map(Some).ok_or_else(|| ConfigError::WrongSecret { name: self.name(key), expected })
    }

    /// That `key` is not there, although it must be.
    pub fn missing(&self, key: &str, expected: &'static str) -> ConfigError {
        let name = self.name(key);
        let variable = format!("POSTERN__{}", name.replace('.', "__").to_uppercase());
        ConfigError::Missing { name, variable, expected }
    }

    /// The full name of `key`.
    pub fn name(&self, key: &str) -> String {
        format!("{}{key}", self.prefix)
    }

    /// Complains about what nobody took.
    pub fn finish(self) -> Result<(), ConfigError> {
        match self.values.keys().next() {
            None => Ok(()),
            Some(key) => Err(ConfigError::Unknown { name: self.name(key), known: self.known.join(", ") }),
        }
    }

    fn take(&mut self, key: &'static str) -> Option<Value> {
        self.known.push(key);
        self.values.remove(key)
    }

    fn wrong(&self, key: &str, value: &Value, expected: &'static str) -> ConfigError {
        ConfigError::Wrong { name: self.name(key), given: shown(value), expected }
    }
}

/// A value as somebody would type it; tables and arrays have none.
fn text(value: &Value) -> Option<String> {
    match &value.kind {
        ValueKind::Nil | ValueKind::Table(_) | ValueKind::Array(_) => None,
        _ => value.clone().into_string().ok(),
    }
}

/// The values of an array, or the parts of text with commas.
fn texts(value: &Value) -> Option<Vec<String>> {
    match &value.kind {
        ValueKind::Array(values) => values.iter().map(text).collect(),
        _ => text(value).map(|text| {
            let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
            parts.map(str::to_owned).collect()
        }),
    }
}

fn shown(value: &Value) -> String {
    match &value.kind {
        ValueKind::Table(_) => "a table".to_owned(),
        ValueKind::Array(values) => format!("[{}]", values.iter().map(shown).collect::<Vec<_>>().join(", ")),
        _ => format!("`{}`", text(value).unwrap_or_default()),
    }
}
