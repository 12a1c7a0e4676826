//! The words of the text format: parentheses, names, keywords, strings.
//!
//! Knows spaces and comments. Must never know what a word means.

use super::{Fault, Result};

/// Reads a text from its beginning to its end.
pub struct Lexer<'a> {
    text: &'a str,
    at: usize,
}

/// The bytes that words are made of.
const WORD: [bool; 256] = {
    let mut word = [false; 256];
    let mut byte = 0x21;
    while byte < 0x7f {
        word[byte] = !matches!(byte as u8, b'"' | b'(' | b')' | b',' | b';' | b'[' | b']' | b'{' | b'}');
        byte += 1;
    }
    word
};

impl<'a> Lexer<'a> {
    /// Starts before the first word.
    pub fn new(text: &'a str) -> Lexer<'a> {
        Lexer { text, at: 0 }
    }

    fn skip(&mut self) {
        let bytes = self.text.as_bytes();
        while let Some(&byte) = bytes.get(self.at) {
            match byte {
                b' ' | b'\n' | b'\t' | b'\r' => self.at += 1,
                b';' if bytes.get(self.at + 1) == Some(&b';') => {
                    let line = bytes.get(self.at..).unwrap_or_default();
                    self.at += line.iter().position(|&byte| byte == b'\n').unwrap_or(line.len());
                }
                _ => return,
            }
        }
    }

    /// The next byte that is neither space nor comment.
    pub fn peek(&mut self) -> Option<u8> {
        self.skip();
        self.text.as_bytes().get(self.at).copied()
    }

    /// Takes a parenthesis, if it comes next.
    pub fn take(&mut self, paren: u8) -> bool {
        let found = self.peek() == Some(paren);
        self.at += usize::from(found);
        found
    }

    /// Takes a parenthesis.
    ///
    /// # Errors
    /// If something else comes next.
    pub fn expect(&mut self, paren: u8) -> Result<()> {
        if self.take(paren) { Ok(()) } else { Err(self.fault(format!("`{}` is wanted", char::from(paren)))) }
    }

    /// A keyword, number or name; nothing if something else comes next.
    pub fn word(&mut self) -> &'a str {
        self.skip();
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        let length = rest.iter().position(|&byte| !WORD[usize::from(byte)]).unwrap_or(rest.len());
        let word = self.text.get(self.at..self.at + length).unwrap_or_default();
        self.at += length;
        word
    }

    /// Takes a word after an opening parenthesis, or nothing of both.
    pub fn head(&mut self, word: &str) -> bool {
        let before = self.at;
        let found = self.take(b'(') && self.word() == word;
        if !found {
            self.at = before;
        }
        found
    }

    /// A name without its dollar sign, if one comes next.
    pub fn name_or_none(&mut self) -> Option<&'a str> {
        if self.peek() != Some(b'$') {
            return None;
        }
        self.word().get(1..)
    }

    /// A name without its dollar sign.
    ///
    /// # Errors
    /// If something else comes next.
    pub fn name(&mut self) -> Result<&'a str> {
        self.name_or_none().filter(|name| !name.is_empty()).ok_or_else(|| self.fault("a name is wanted"))
    }

    /// The bytes of a string.
    ///
    /// # Errors
    /// If something else comes next, or it does not end, or it has an escape that is
    /// none.
    pub fn string(&mut self) -> Result<Vec<u8>> {
        if self.peek() != Some(b'"') {
            return Err(self.fault("a string is wanted"));
        }
        self.at += 1;
        let mut string = Vec::new();
        loop {
            match self.byte()? {
                b'"' => return Ok(string),
                b'\\' => {
                    let escaped = self.escape()?;
                    string.push(escaped);
                }
                byte => string.push(byte),
            }
        }
    }

    /// What stands for itself in the text: a string that is text.
    ///
    /// # Errors
    /// As [`Lexer::string`], or if it is no UTF-8.
    pub fn string_text(&mut self) -> Result<String> {
        let string = self.string()?;
        String::from_utf8(string).map_err(|_| self.fault("the string is no text"))
    }

    fn byte(&mut self) -> Result<u8> {
        let byte = self.text.as_bytes().get(self.at).copied();
        self.at += 1;
        byte.ok_or_else(|| self.fault("the string does not end"))
    }

    fn escape(&mut self) -> Result<u8> {
        let byte = self.byte()?;
        Ok(match byte {
            b'n' => b'\n',
            b't' => b'\t',
            b'r' => b'\r',
            b'"' | b'\\' | b'\'' => byte,
            _ => {
                let digit = |byte: u8| char::from(byte).to_digit(16);
                let low = self.byte()?;
                let (Some(high), Some(low)) = (digit(byte), digit(low)) else {
                    return Err(self.fault("an escape that is none"));
                };
                (high * 16 + low) as u8
            }
        })
    }

    /// Something wrong before this place.
    pub fn fault(&self, what: impl Into<String>) -> Box<Fault> {
        Box::new(Fault { at: self.at, what: what.into() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_end_at_spaces_parentheses_and_comments() {
        let mut lexer = Lexer::new(" (i32.const\t0x10);; (not $this\n$a.b-> )");
        assert!(lexer.take(b'('));
        assert_eq!(lexer.word(), "i32.const");
        assert_eq!(lexer.word(), "0x10");
        assert!(lexer.take(b')'));
        assert_eq!(lexer.name_or_none(), Some("a.b->"));
        assert_eq!(lexer.word(), "");
        assert!(lexer.expect(b'(').is_err());
        assert!(lexer.expect(b')').is_ok());
        assert_eq!(lexer.peek(), None);
    }

    #[test]
    fn strings_have_escapes() {
        let string = |text: &str| Lexer::new(text).string().ok();
        assert_eq!(string(r#""a\n\t\"\\\00\fF é""#), Some(b"a\n\t\"\\\0\xff \xc3\xa9".to_vec()));
        assert_eq!(string(r#""a"#), None);
        assert_eq!(string(r#""\g0""#), None);
        assert_eq!(string("a"), None);
    }
}
