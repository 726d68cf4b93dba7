//! Text: without regard to case, and as the only form of a type on the wire.

/// Gives a type with `FromStr` and `Display` serde through that same text, and, for the `OpenAPI`
/// document, the schema of a string with an example.
macro_rules! text_on_the_wire {
    ($type:ident, $description:expr, $example:expr) => {
        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Text;

                impl serde::de::Visitor<'_> for Text {
                    type Value = $type;

                    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(f, "text such as {}", $example)
                    }

                    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<$type, E> {
                        text.parse().map_err(E::custom)
                    }
                }

                deserializer.deserialize_str(Text)
            }
        }

        #[cfg(feature = "openapi")]
        impl utoipa::PartialSchema for $type {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                utoipa::openapi::ObjectBuilder::new()
                    .schema_type(utoipa::openapi::Type::String)
                    .description(Some($description))
                    .examples([$example])
                    .into()
            }
        }

        #[cfg(feature = "openapi")]
        impl utoipa::ToSchema for $type {}
    };
}

pub(crate) use text_on_the_wire;

/// Text in small letters, so that what differs in case alone is equal.
pub fn folded(text: &str) -> String {
    if text.is_ascii() { text.to_ascii_lowercase() } else { case::lower(text) }
}

/// Text with its first letter a capital one.
pub fn capitalised(text: &str) -> String {
    let (first, rest) = text.split_at(text.chars().next().map_or(0, char::len_utf8));
    let first = if first.is_ascii() { first.to_ascii_uppercase() } else { case::upper(first) };
    first + rest
}

/// Beyond ASCII, case is a matter of large tables.
#[cfg(not(target_arch = "wasm32"))]
mod case {
    pub fn lower(text: &str) -> String {
        text.chars().flat_map(char::to_lowercase).collect()
    }

    pub fn upper(text: &str) -> String {
        text.to_uppercase()
    }
}

/// Beyond ASCII, case is a matter of large tables, which the browser has already.
#[cfg(target_arch = "wasm32")]
mod case {
    use js_sys::JsString;

    pub fn lower(text: &str) -> String {
        JsString::from(text).to_lower_case().into()
    }

    pub fn upper(text: &str) -> String {
        JsString::from(text).to_upper_case().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_is_known_beyond_ascii() {
        assert_eq!(folded("Büro ÄÖ"), folded("BÜRO äö"));
        assert_eq!(capitalised("über 5"), "Über 5");
        assert_eq!(capitalised("rule"), "Rule");
        assert_eq!(capitalised(""), "");
    }
}
