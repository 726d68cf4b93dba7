//! Text as it stands in an address.

/// Text as it can stand in a query or in one segment of a path.
pub fn escaped(text: &str) -> String {
    const DIGITS: [char; 16] =
        ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F'];
    let mut url = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            url.push(char::from(byte));
        } else {
            url.extend(['%', DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]]);
        }
    }
    url
}

/// What [`escaped`] made of it, and browsers and people make of it; what is not escaped stays.
pub fn unescaped(url: &str) -> String {
    let mut bytes = Vec::with_capacity(url.len());
    let mut rest = url.as_bytes();
    while let [first, tail @ ..] = rest {
        let (byte, after) = match (first, tail) {
            (b'%', [high, low, after @ ..]) => match (digit(*high), digit(*low)) {
                (Some(high), Some(low)) => (high << 4 | low, after),
                _ => (b'%', tail),
            },
            (b'+', _) => (b' ', tail),
            _ => (*first, tail),
        };
        bytes.push(byte);
        rest = after;
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// What a query gives for `key`, if it does.
pub fn value_of(query: &str, key: &str) -> Option<String> {
    pairs(query).filter(|(known, _)| *known == key).map(|(_, value)| unescaped(value)).next()
}

/// Everything that a query gives for `key`.
pub fn values_of<'a>(query: &'a str, key: &'a str) -> impl Iterator<Item = String> + 'a {
    pairs(query).filter(move |(known, _)| *known == key).map(|(_, value)| unescaped(value))
}

fn pairs(query: &str) -> impl Iterator<Item = (&str, &str)> {
    query.trim_start_matches('?').split('&').filter_map(|pair| pair.split_once('='))
}

fn digit(character: u8) -> Option<u8> {
    char::from(character).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_survives_its_way_through_the_address() {
        for text in ["env=prod & 10.0", "büro+1", "100%", "a/b?c#d", "", "漢字"] {
            assert_eq!(unescaped(&escaped(text)), text);
        }
    }

    #[test]
    fn a_query_is_asked_for_one_value() {
        let query = "?method=ssh&reason=INC%201&source=";
        assert_eq!(value_of(query, "reason").as_deref(), Some("INC 1"));
        assert_eq!(value_of(query, "source").as_deref(), Some(""));
        assert_eq!(value_of(query, "port"), None);
    }

    #[test]
    fn what_people_write_by_hand_is_understood() {
        assert_eq!(unescaped("web+server%20x"), "web server x");
        assert_eq!(unescaped("100%"), "100%");
        assert_eq!(unescaped("%zz%4"), "%zz%4");
        assert_eq!(unescaped("%ff"), "\u{fffd}");
    }
}
