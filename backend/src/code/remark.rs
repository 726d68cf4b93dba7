//! Comments. Nothing that is said in one ends it.

/// How long a line of a comment gets, in characters; a long word makes it longer.
const WIDTH: usize = 96;

/// What a line of a comment begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// Of shells and PowerShell. To a zsh into which it is pasted such a line is a command that it
    /// does not know, with words that it reads, so that nothing in it may mean anything to a shell.
    Hash,
    /// Of Bicep.
    Slashes,
}

impl Mark {
    fn text(self) -> &'static str {
        match self {
            Self::Hash => "#",
            Self::Slashes => "//",
        }
    }

    fn tamed(self, c: char) -> char {
        match c {
            _ if is_odd(c) => ' ',
            _ if self == Self::Slashes => c,
            ';' => ',',
            '\'' => '’',
            '"' => '”',
            _ if !c.is_ascii() || c.is_ascii_alphanumeric() || " .,:-_/@".contains(c) => c,
            _ => ' ',
        }
    }
}

/// Sentences as lines of a comment, and an empty line after them.
pub fn remarks(mark: Mark, sentences: &[String]) -> String {
    let lines: String = sentences.iter().map(|sentence| remark(mark, sentence)).collect();
    lines + "\n"
}

/// Something to be copied out of a comment, in one line.
pub fn line(mark: Mark, text: &str) -> String {
    let harmless: String = text.chars().map(|c| mark.tamed(c)).collect();
    format!("{} {harmless}\n", mark.text())
}

fn remark(mark: Mark, sentence: &str) -> String {
    let harmless: String = sentence.chars().map(|c| mark.tamed(c)).collect();
    let mark = mark.text();
    let mut text = String::new();
    let mut line = mark.to_owned();
    for word in harmless.split(' ').filter(|word| !word.is_empty()) {
        if line != mark && WIDTH < line.chars().count() + 1 + word.chars().count() {
            text += &line;
            text.push('\n');
            mark.clone_into(&mut line);
        }
        line.push(' ');
        line += word;
    }
    text + &line + "\n"
}

/// What ends a line, moves a terminal's cursor, or makes text read in another order than it runs.
pub fn is_odd(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_long_sentence_goes_on_in_the_next_line() {
        let text = remarks(Mark::Hash, &["word ".repeat(30)]);
        assert_eq!(text.lines().count(), 3);
        assert!(
            text.trim_end().lines().all(|line| line.starts_with("# word") && line.len() <= WIDTH),
            "{text}"
        );
    }

    proptest! {
        #[test]
        fn nothing_ends_a_comment(text in any::<String>()) {
            for sentence in [text.clone(), format!("a\r{text}\n; rm -rf / \u{85}b\u{2028}c")] {
                let said = line(Mark::Slashes, &sentence) + &remarks(Mark::Slashes, &[sentence]);
                let lines = said.strip_suffix("\n\n").unwrap().split('\n');
                for line in lines {
                    prop_assert!(line.starts_with("//"), "{said:?}");
                    prop_assert!(!line.chars().any(is_odd), "{said:?}");
                }
            }
        }

        #[test]
        fn nothing_in_a_line_of_a_script_means_anything_to_a_shell(text in any::<String>()) {
            for sentence in [text.clone(), format!("it's {text} $(id) `id` ; id & id | id > x < y (z) * ? [a] ~ ! =id \\")] {
                let said = remarks(Mark::Hash, &[sentence]);
                let means_something = |c| "'\"`$;&|<>()[]{}*?~!=\\^".contains(c);
                prop_assert!(!said.contains(means_something), "{said:?}");
                prop_assert!(said.trim_end().lines().all(|line| line.starts_with('#')), "{said:?}");
            }
        }
    }
}
