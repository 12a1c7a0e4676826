//! Cuts a line into tokens.

use super::print::is_word;

/// A token of a line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Token {
    /// Letters, digits, `_`, `.`, `$`, and `-` before digits.
    Word(String),
    /// The content of a string.
    Text(String),
    /// `->`.
    Arrow,
    /// One of `( ) [ ] { } , : =`.
    Mark(char),
}

impl std::fmt::Display for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Token::Word(word) => write!(f, "`{word}`"),
            Token::Text(text) => write!(f, "{text:?}"),
            Token::Arrow => f.write_str("`->`"),
            Token::Mark(mark) => write!(f, "`{mark}`"),
        }
    }
}

/// A line: its tokens and the pc at its end.
#[derive(Clone, Debug, Default)]
pub(super) struct Line {
    pub number: usize,
    pub tokens: Vec<Token>,
    pub pc: Option<u64>,
}

/// Cuts text into lines, without empty ones and comments.
pub(super) fn lines(text: &str) -> Result<Vec<Line>, (usize, String)> {
    let mut lines = Vec::new();
    for (index, content) in text.lines().enumerate() {
        if content.trim_start().starts_with('#') {
            continue;
        }
        let number = index + 1;
        let line = line(content).map_err(|message| (number, message))?;
        if !line.tokens.is_empty() {
            lines.push(Line { number, ..line });
        }
    }
    Ok(lines)
}

fn line(content: &str) -> Result<Line, String> {
    let mut line = Line::default();
    let mut rest = content;
    while let Some(first) = rest.chars().next() {
        if first.is_whitespace() {
            rest = &rest[first.len_utf8()..];
        } else if let Some(pc) = rest.strip_prefix(";;") {
            let pc = pc.trim();
            let value = u64::from_str_radix(pc, 16).map_err(|_| format!("`{pc}` is no pc in hex"))?;
            line.pc = Some(value);
            rest = "";
        } else if let Some(after) = rest.strip_prefix("->") {
            line.tokens.push(Token::Arrow);
            rest = after;
        } else if "()[]{},:=".contains(first) {
            line.tokens.push(Token::Mark(first));
            rest = &rest[1..];
        } else if let Some(after) = rest.strip_prefix('"') {
            let (text, after) = string(after)?;
            line.tokens.push(Token::Text(text));
            rest = after;
        } else if is_word(first) || first == '-' {
            let end = rest[1..].find(|c| !is_word(c)).map_or(rest.len(), |end| end + 1);
            line.tokens.push(Token::Word(rest[..end].to_owned()));
            rest = &rest[end..];
        } else {
            return Err(format!("`{first}` belongs nowhere"));
        }
    }
    Ok(line)
}

/// The rest of a string after its first quote, and what follows it. The
/// escapes are those of Rust, which the printer uses.
fn string(text: &str) -> Result<(String, &str), String> {
    let mut content = String::new();
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return Ok((content, &text[at + 1..])),
            '\\' => match chars.next().map(|(_, escape)| escape) {
                Some('n') => content.push('\n'),
                Some('r') => content.push('\r'),
                Some('t') => content.push('\t'),
                Some('0') => content.push('\0'),
                Some(plain @ ('"' | '\\' | '\'')) => content.push(plain),
                Some('u') => {
                    let digits: String = chars.by_ref().map(|(_, c)| c).take_while(|&c| c != '}').collect();
                    let code = digits.strip_prefix('{').and_then(|hex| u32::from_str_radix(hex, 16).ok());
                    content.push(code.and_then(char::from_u32).ok_or("no such character")?);
                }
                _ => return Err("no such escape".to_owned()),
            },
            _ => content.push(c),
        }
    }
    Err("a string without an end".to_owned())
}
