//! The ways in which the files of the site were compressed when it was built.

use http::HeaderMap;
use http::header::ACCEPT_ENCODING;

/// A compressed form that a file may have beside its plain one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    Brotli,
    Gzip,
}

impl Encoding {
    /// The smallest first.
    pub const ALL: [Self; 2] = [Self::Brotli, Self::Gzip];

    /// Its name in HTTP.
    pub fn name(self) -> &'static str {
        match self {
            Self::Brotli => "br",
            Self::Gzip => "gzip",
        }
    }

    /// What is added to the name of a file.
    pub fn suffix(self) -> &'static str {
        match self {
            Self::Brotli => ".br",
            Self::Gzip => ".gz",
        }
    }

    /// Those that the browser can read, the smallest first.
    pub fn accepted(headers: &HeaderMap) -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(|encoding| {
            let lines = headers.get_all(ACCEPT_ENCODING).into_iter().filter_map(|line| line.to_str().ok());
            let codings: Vec<(&str, bool)> = lines.flat_map(|line| line.split(',')).map(coding).collect();
            let weight_of = |name: &str| {
                codings.iter().find(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, wanted)| *wanted)
            };
            weight_of(encoding.name()).or_else(|| weight_of("*")).unwrap_or(false)
        })
    }
}

/// The name of a coding, and whether it may be used at all.
fn coding(text: &str) -> (&str, bool) {
    let (name, parameters) = text.split_once(';').unwrap_or((text, ""));
    let weight = parameters.trim().strip_prefix("q=").unwrap_or("1");
    (name.trim(), weight.trim().parse::<f32>().is_ok_and(|weight| weight > 0.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accepted(line: &'static str) -> Vec<Encoding> {
        let headers = [(ACCEPT_ENCODING, http::HeaderValue::from_static(line))].into_iter().collect();
        Encoding::accepted(&headers).collect()
    }

    #[test]
    fn the_smallest_that_the_browser_reads_comes_first() {
        assert_eq!(accepted("gzip, deflate, br, zstd"), [Encoding::Brotli, Encoding::Gzip]);
        assert_eq!(accepted("gzip;q=1.0, br;q=0.1"), [Encoding::Brotli, Encoding::Gzip]);
        assert_eq!(accepted("GZIP"), [Encoding::Gzip]);
    }

    #[test]
    fn what_it_does_not_want_is_not_sent() {
        assert_eq!(accepted(""), []);
        assert_eq!(accepted("identity"), []);
        assert_eq!(accepted("br;q=0, gzip; q=0.5"), [Encoding::Gzip]);
        assert_eq!(accepted("*;q=0"), []);
        assert_eq!(accepted("*, br;q=0"), [Encoding::Gzip]);
        assert_eq!(Encoding::accepted(&HeaderMap::new()).count(), 0);
    }
}
