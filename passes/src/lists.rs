//! A list for each key, all in one allocation.
//!
//! What passes collect for each value, such as who uses it, is mostly one item or
//! two: a vector for each would be an allocation for each. Knows the order in which
//! items came. Must never know what they are.

use cranelift_entity::{EntityRef, SecondaryMap};

/// The first and the last item of a list, counted from one; 0 where it is empty.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
struct Ends {
    first: u32,
    last: u32,
}

/// A list of `T` for each `K`, in the order in which its items were pushed.
#[derive(Clone)]
pub(crate) struct Lists<K: EntityRef, T> {
    ends: SecondaryMap<K, Ends>,
    /// The items of all lists, each with the number of the one behind it.
    items: Vec<(T, u32)>,
}

impl<K: EntityRef, T: Copy> Lists<K, T> {
    /// Empty lists; `count` is how many keys are expected.
    pub fn new(count: usize) -> Lists<K, T> {
        let mut ends = SecondaryMap::new();
        ends.resize(count);
        Lists { ends, items: Vec::with_capacity(count) }
    }

    /// Adds an item to the end of a key's list.
    pub fn push(&mut self, key: K, item: T) {
        self.items.push((item, 0));
        let number = self.items.len() as u32;
        let ends = &mut self.ends[key];
        match ends.last {
            0 => ends.first = number,
            last => self.items[last as usize - 1].1 = number,
        }
        ends.last = number;
    }

    /// The list of a key.
    pub fn of(&self, key: K) -> impl Iterator<Item = T> + Clone {
        let mut next = self.ends[key].first;
        std::iter::from_fn(move || {
            let &(item, behind) = self.items.get((next as usize).checked_sub(1)?)?;
            next = behind;
            Some(item)
        })
    }

    /// The item that was pushed last.
    pub fn last(&self, key: K) -> Option<T> {
        self.items.get((self.ends[key].last as usize).checked_sub(1)?).map(|&(item, _)| item)
    }

    /// Whether nothing was pushed.
    pub fn is_empty(&self, key: K) -> bool {
        self.ends[key].first == 0
    }

    /// Whether one item was pushed and no more.
    pub fn is_single(&self, key: K) -> bool {
        let Ends { first, last } = self.ends[key];
        first != 0 && first == last
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ir::Value;

    #[test]
    fn lists_keep_their_order_and_stay_apart() {
        let [a, b, c, d] = [0, 1, 2, 900].map(Value::new);
        let mut lists: Lists<Value, u32> = Lists::new(2);
        for (key, item) in [(a, 1), (b, 2), (a, 3), (d, 4), (a, 5), (b, 2)] {
            lists.push(key, item);
        }
        let of = |key| lists.of(key).collect::<Vec<u32>>();
        assert_eq!([of(a), of(b), of(c), of(d)], [vec![1, 3, 5], vec![2, 2], vec![], vec![4]]);
        assert_eq!([a, b, c, d].map(|key| lists.last(key)), [Some(5), Some(2), None, Some(4)]);
        assert_eq!([a, b, c, d].map(|key| lists.is_empty(key)), [false, false, true, false]);
        assert_eq!([a, b, c, d].map(|key| lists.is_single(key)), [false, false, false, true]);
    }
}
