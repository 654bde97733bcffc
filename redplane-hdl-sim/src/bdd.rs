//! Binary decision diagrams: truth functions in a form in which equal functions are the same number.
//!
//! Guards of a program become functions over the conditions that they are made of. That two accesses never happen in one pass,
//! that one guard implies another, that a condition is not needed: all are questions about such functions.
//!
//! After R. E. Bryant, Graph-Based Algorithms for Boolean Function Manipulation (1986); covers after S. Minato (1992).

use std::rc::Rc;

use rustc_hash::FxHashMap;

/// A function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Fun(u32);

impl Fun {
    /// Never.
    pub const FALSE: Self = Self(0);
    /// Always.
    pub const TRUE: Self = Self(1);
}

/// A conjunction of variables, each as it is or not.
pub type Cube = Vec<(usize, bool)>;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Node {
    var: usize,
    low: Fun,
    high: Fun,
}

const LEAF: usize = usize::MAX;

/// The functions that were made. Variables are numbers; a lower one is asked first.
#[derive(Clone, Debug)]
pub struct Bdd {
    nodes: Vec<Node>,
    unique: FxHashMap<Node, Fun>,
    chosen: FxHashMap<(Fun, Fun, Fun), Fun>,
    covers: FxHashMap<(Fun, Fun), Cover>,
}

/// Cubes, and the function that they make up.
type Cover = (Rc<Vec<Cube>>, Fun);

impl Default for Bdd {
    fn default() -> Self {
        let leaf = |value| Node { var: LEAF, low: value, high: value };
        Self {
            nodes: vec![leaf(Fun::FALSE), leaf(Fun::TRUE)],
            unique: FxHashMap::default(),
            chosen: FxHashMap::default(),
            covers: FxHashMap::default(),
        }
    }
}

impl Bdd {
    /// The variable itself.
    pub fn var(&mut self, var: usize) -> Fun {
        self.node(var, Fun::FALSE, Fun::TRUE)
    }

    fn node(&mut self, var: usize, low: Fun, high: Fun) -> Fun {
        if low == high {
            return low;
        }
        let node = Node { var, low, high };
        let next = Fun(self.nodes.len() as u32);
        *self.unique.entry(node).or_insert_with(|| {
            self.nodes.push(node);
            next
        })
    }

    fn top(&self, fun: Fun) -> usize {
        self.nodes[fun.0 as usize].var
    }

    /// The function where the variable is false, and where it is true. The variable is its first, or comes before it.
    fn split(&self, fun: Fun, var: usize) -> (Fun, Fun) {
        let node = self.nodes[fun.0 as usize];
        if node.var == var { (node.low, node.high) } else { (fun, fun) }
    }

    /// `then` where the condition holds, else `other`.
    pub fn choose(&mut self, condition: Fun, then: Fun, other: Fun) -> Fun {
        match (condition, then, other) {
            (Fun::TRUE, ..) => return then,
            (Fun::FALSE, ..) => return other,
            (_, Fun::TRUE, Fun::FALSE) => return condition,
            _ if then == other => return then,
            _ => {}
        }
        if let Some(known) = self.chosen.get(&(condition, then, other)) {
            return *known;
        }
        let var = self.top(condition).min(self.top(then)).min(self.top(other));
        let (condition_low, condition_high) = self.split(condition, var);
        let (then_low, then_high) = self.split(then, var);
        let (other_low, other_high) = self.split(other, var);
        let low = self.choose(condition_low, then_low, other_low);
        let high = self.choose(condition_high, then_high, other_high);
        let result = self.node(var, low, high);
        self.chosen.insert((condition, then, other), result);
        result
    }

    /// Both.
    pub fn and(&mut self, a: Fun, b: Fun) -> Fun {
        self.choose(a, b, Fun::FALSE)
    }

    /// Either.
    pub fn or(&mut self, a: Fun, b: Fun) -> Fun {
        self.choose(a, Fun::TRUE, b)
    }

    /// Not.
    pub fn not(&mut self, a: Fun) -> Fun {
        self.choose(a, Fun::FALSE, Fun::TRUE)
    }

    /// The first without the second.
    pub fn and_not(&mut self, a: Fun, b: Fun) -> Fun {
        self.choose(b, Fun::FALSE, a)
    }

    /// Whether the second holds wherever the first does.
    pub fn implies(&mut self, a: Fun, b: Fun) -> bool {
        self.and_not(a, b) == Fun::FALSE
    }

    /// Whether the function can hold for some value of the variables that `forgotten` names: what is known without them.
    pub fn forget(&mut self, fun: Fun, forgotten: &dyn Fn(usize) -> bool) -> Fun {
        let mut known = FxHashMap::default();
        self.forget_known(fun, forgotten, &mut known)
    }

    fn forget_known(
        &mut self,
        fun: Fun,
        forgotten: &dyn Fn(usize) -> bool,
        known: &mut FxHashMap<Fun, Fun>,
    ) -> Fun {
        if self.top(fun) == LEAF {
            return fun;
        }
        if let Some(result) = known.get(&fun) {
            return *result;
        }
        let Node { var, low, high } = self.nodes[fun.0 as usize];
        let low = self.forget_known(low, forgotten, known);
        let high = self.forget_known(high, forgotten, known);
        let result = if forgotten(var) { self.or(low, high) } else { self.node(var, low, high) };
        known.insert(fun, result);
        result
    }

    /// The variables that the function depends on, in order.
    pub fn support(&self, fun: Fun) -> Vec<usize> {
        let mut seen = vec![];
        let mut open = vec![fun];
        let mut visited = rustc_hash::FxHashSet::default();
        while let Some(fun) = open.pop() {
            let node = self.nodes[fun.0 as usize];
            if node.var == LEAF || !visited.insert(fun) {
                continue;
            }
            seen.push(node.var);
            open.extend([node.low, node.high]);
        }
        seen.sort_unstable();
        seen.dedup();
        seen
    }

    /// Fewest cubes by Minato's method that hold wherever `least` does and nowhere but where `most` does; with the function that
    /// they make up. `least` implies `most`.
    pub fn cover(&mut self, least: Fun, most: Fun) -> (Vec<Cube>, Fun) {
        debug_assert!(self.implies(least, most), "a cover cannot hold where it must and may not");
        let (cubes, fun) = self.covered(least, most);
        (cubes.to_vec(), fun)
    }

    fn covered(&mut self, least: Fun, most: Fun) -> Cover {
        if least == Fun::FALSE {
            return (Rc::default(), Fun::FALSE);
        }
        if most == Fun::TRUE {
            return (Rc::new(vec![vec![]]), Fun::TRUE);
        }
        if let Some(known) = self.covers.get(&(least, most)) {
            return known.clone();
        }
        let var = self.top(least).min(self.top(most));
        let (least_low, least_high) = self.split(least, var);
        let (most_low, most_high) = self.split(most, var);
        let only_low = self.and_not(least_low, most_high);
        let only_high = self.and_not(least_high, most_low);
        let (low_cubes, low) = self.covered(only_low, most_low);
        let (high_cubes, high) = self.covered(only_high, most_high);
        let rest_low = self.and_not(least_low, low);
        let rest_high = self.and_not(least_high, high);
        let rest = self.or(rest_low, rest_high);
        let most_both = self.and(most_low, most_high);
        let (both_cubes, both) = self.covered(rest, most_both);
        let mut cubes = both_cubes.to_vec();
        for (value, side) in [(false, low_cubes), (true, high_cubes)] {
            cubes.extend(side.iter().map(|cube| {
                let mut longer = vec![(var, value)];
                longer.extend(cube);
                longer
            }));
        }
        let either = self.node(var, low, high);
        let cover = (Rc::new(cubes), self.or(either, both));
        self.covers.insert((least, most), cover.clone());
        cover
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(cubes: &[Cube], values: u32) -> bool {
        cubes.iter().any(|cube| cube.iter().all(|(var, value)| (values >> var & 1 == 1) == *value))
    }

    fn value(bdd: &Bdd, mut fun: Fun, values: u32) -> bool {
        while bdd.top(fun) != LEAF {
            let node = bdd.nodes[fun.0 as usize];
            fun = if values >> node.var & 1 == 1 { node.high } else { node.low };
        }
        fun == Fun::TRUE
    }

    /// Some function of four variables, from its truth table.
    fn function(bdd: &mut Bdd, table: u16) -> Fun {
        let mut fun = Fun::FALSE;
        for values in 0..16 {
            if table >> values & 1 == 1 {
                let mut term = Fun::TRUE;
                for var in 0..4 {
                    let literal = bdd.var(var);
                    let literal = if values >> var & 1 == 1 { literal } else { bdd.not(literal) };
                    term = bdd.and(term, literal);
                }
                fun = bdd.or(fun, term);
            }
        }
        fun
    }

    #[test]
    fn equal_functions_are_the_same_number() {
        let mut bdd = Bdd::default();
        let (a, b) = (bdd.var(0), bdd.var(1));
        let both = bdd.and(a, b);
        let (not_a, not_b) = (bdd.not(a), bdd.not(b));
        let either = bdd.or(not_a, not_b);
        assert_eq!(bdd.not(either), both);
        assert!(bdd.implies(both, a));
        assert!(!bdd.implies(a, both));
        assert_eq!(bdd.support(both), [0, 1]);
    }

    #[test]
    fn cover_holds_at_least_and_at_most_where_it_is_told() {
        for (least, spare) in [(0x8001, 0x7ff0), (0x1234, 0x4321), (0x0ff0, 0xf00f), (0, 0xffff), (0xffff, 0)]
        {
            let mut bdd = Bdd::default();
            let low = function(&mut bdd, least);
            let high = function(&mut bdd, least | spare);
            let (cubes, fun) = bdd.cover(low, high);
            for values in 0..16 {
                let covered = holds(&cubes, values);
                assert_eq!(covered, value(&bdd, fun, values));
                assert!(covered || least >> values & 1 == 0, "{least:x} {values}");
                assert!(!covered || (least | spare) >> values & 1 == 1, "{least:x} {values}");
            }
        }
    }

    #[test]
    fn forgotten_variable_is_in_no_answer() {
        let mut bdd = Bdd::default();
        let fun = function(&mut bdd, 0x8421);
        let without = bdd.forget(fun, &|var| var == 2);
        assert!(!bdd.support(without).contains(&2));
        assert!(bdd.implies(fun, without));
    }
}
