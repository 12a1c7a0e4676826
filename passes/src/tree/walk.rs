//! Walks a structured function in text order without recursion.

use super::{Function, Node, Stmt};

/// A step of the walk.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Event {
    /// A statement without statements in it.
    Leaf(Node),
    /// A block, loop or `if` starts.
    Open(Node),
    /// The `else` part of an `if` starts; only where it is not empty.
    Else(Node),
    /// A block, loop or `if` ends.
    Close(Node),
}

impl Function {
    /// Calls `visit` for each step through a list of statements.
    pub fn walk(&self, list: &[Node], mut visit: impl FnMut(Event)) {
        enum Step<'a> {
            List(&'a [Node]),
            Event(Event),
        }
        let mut work = vec![Step::List(list)];
        while let Some(step) = work.pop() {
            let nodes = match step {
                Step::Event(event) => {
                    visit(event);
                    continue;
                }
                Step::List(nodes) => nodes,
            };
            let Some((&node, rest)) = nodes.split_first() else { continue };
            work.push(Step::List(rest));
            match &self.nodes[node].stmt {
                Stmt::Block { body, .. } | Stmt::Loop { body, .. } => {
                    visit(Event::Open(node));
                    work.push(Step::Event(Event::Close(node)));
                    work.push(Step::List(body));
                }
                Stmt::If { then, other, .. } => {
                    visit(Event::Open(node));
                    work.push(Step::Event(Event::Close(node)));
                    if !other.is_empty() {
                        work.push(Step::List(other));
                        work.push(Step::Event(Event::Else(node)));
                    }
                    work.push(Step::List(then));
                }
                _ => visit(Event::Leaf(node)),
            }
        }
    }
}
