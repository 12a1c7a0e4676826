//! Reads WAT as what it is on the outside: nested lists of words, with comments
//! between them. Knows nothing of what the words mean, so it reads folded text
//! and what `wasm2wat` prints alike.

/// A word or a list.
#[derive(Debug)]
pub enum Node {
    /// A word or a string with its quotes.
    Word(String, usize),
    /// A parenthesised list.
    List(List),
}

/// What stands between two parentheses.
#[derive(Debug, Default)]
pub struct List {
    /// The line of the opening one, from 0.
    pub line: usize,
    /// What is inside.
    pub items: Vec<Node>,
}

/// A text, read.
pub struct Text {
    /// All that stands outside of parentheses, as one list.
    pub top: List,
    /// Line comments: the line, from 0, and the text after the semicolons.
    pub comments: Vec<(usize, String)>,
}

impl Node {
    /// The list, if it is one.
    pub fn list(&self) -> Option<&List> {
        match self {
            Node::List(list) => Some(list),
            Node::Word(..) => None,
        }
    }

    /// The word, if it is one.
    pub fn word(&self) -> Option<&str> {
        match self {
            Node::Word(word, _) => Some(word),
            Node::List(_) => None,
        }
    }

    /// The line that it starts on, from 0.
    pub fn line(&self) -> usize {
        match self {
            Node::Word(_, line) => *line,
            Node::List(list) => list.line,
        }
    }
}

impl List {
    /// The word at the front.
    pub fn head(&self) -> &str {
        self.items.first().and_then(Node::word).unwrap_or("")
    }

    /// The lists inside, not those deeper down.
    pub fn lists(&self) -> impl Iterator<Item = &List> {
        self.items.iter().filter_map(Node::list)
    }

    /// This list and every one below it, outermost first.
    pub fn walk(&self) -> Vec<&List> {
        let mut found = vec![self];
        let mut next = 0;
        while next < found.len() {
            let list = found[next];
            found.extend(list.lists());
            next += 1;
        }
        found
    }

    /// Whether a word stands anywhere inside.
    pub fn mentions(&self, word: &str) -> bool {
        self.walk().iter().any(|list| list.items.iter().any(|item| item.word() == Some(word)))
    }
}

/// Reads a text.
///
/// # Panics
/// If parentheses do not match: that is a failure of the test that reads it.
pub fn read(text: &str) -> Text {
    let mut open = vec![List::default()];
    let mut comments = Vec::new();
    let mut rest = text;
    let mut line = 0;
    while let Some(c) = rest.chars().next() {
        let mut taken = c.len_utf8();
        if rest.starts_with(";;") {
            taken = rest.find('\n').unwrap_or(rest.len());
            comments.push((line, rest[2..taken].to_owned()));
        } else if rest.starts_with("(;") {
            taken = rest.find(";)").expect("a comment ends") + 2;
        } else if c == '(' {
            open.push(List { line, items: Vec::new() });
        } else if c == ')' {
            let list = open.pop().expect("the outermost list is never closed");
            let outer = open.last_mut().unwrap_or_else(|| panic!("line {}: one too many `)`", line + 1));
            outer.items.push(Node::List(list));
        } else if !c.is_whitespace() {
            taken = word_length(rest);
            let word = Node::Word(rest[..taken].to_owned(), line);
            open.last_mut().expect("a list is open").items.push(word);
        }
        line += rest[..taken].matches('\n').count();
        rest = &rest[taken..];
    }
    assert_eq!(open.len(), 1, "a list is never closed");
    Text { top: open.remove(0), comments }
}

/// The bytes of the word or string at the front of a text.
fn word_length(text: &str) -> usize {
    let mut quoted = false;
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            _ if quoted => {}
            '(' | ')' | ';' => return at,
            _ if c.is_whitespace() => return at,
            _ => {}
        }
    }
    text.len()
}

#[test]
fn strings_and_comments_hide_parentheses() {
    let text = read("(data \"a)\\\"(\" (; ) ;) $x) ;; (end\n(f)");
    let data = text.top.items[0].list().expect("a list");
    let words: Vec<_> = data.items.iter().filter_map(Node::word).collect();
    assert_eq!(words, ["data", "\"a)\\\"(\"", "$x"]);
    assert_eq!(text.comments, [(0, " (end".to_owned())]);
    assert_eq!(text.top.items[1].line(), 1);
}
