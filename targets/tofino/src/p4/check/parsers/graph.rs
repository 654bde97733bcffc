//! The graph of a parser's states.

use std::collections::{BTreeMap, BTreeSet};

use super::{Place, Rule, Sink};
use crate::p4::ast::{Next, Parser, State, Transition};

/// Which states follow which.
pub(in crate::p4::check) struct Graph<'p> {
    next: BTreeMap<&'p str, Vec<&'p str>>,
    /// States that may end the parsing.
    ends: BTreeSet<&'p str>,
    /// States behind a state, by one transition or more.
    behind: BTreeMap<&'p str, BTreeSet<&'p str>>,
}

/// Where a state may go, `accept` and `reject` included.
pub(in crate::p4::check) fn successors(state: &State) -> Vec<&Next> {
    match &state.transition {
        Transition::To(next) => vec![next],
        Transition::Select { cases, .. } => cases.iter().map(|case| &case.next).collect(),
    }
}

impl<'p> Graph<'p> {
    pub(super) fn of_states(parser: &'p Parser) -> BTreeMap<&'p str, Vec<&'p str>> {
        let follow = |state: &'p State| {
            let names = successors(state).into_iter().filter_map(|next| match next {
                Next::State(name) => Some(name.as_str()),
                Next::Accept | Next::Reject => None,
            });
            (state.name.as_str(), names.collect())
        };
        parser.states.iter().map(follow).collect()
    }

    pub(in crate::p4::check) fn new(parser: &'p Parser) -> Self {
        let next = Self::of_states(parser);
        let mut behind = BTreeMap::new();
        for state in next.keys() {
            let mut seen = BTreeSet::new();
            let mut open: Vec<&str> = next.get(state).cloned().unwrap_or_default();
            while let Some(state) = open.pop() {
                if seen.insert(state) {
                    open.extend(next.get(state).into_iter().flatten());
                }
            }
            behind.insert(*state, seen);
        }
        let may_end =
            |state: &&State| successors(state).into_iter().any(|next| !matches!(next, Next::State(_)));
        let ends = parser.states.iter().filter(may_end).map(|state| state.name.as_str()).collect();
        Self { next, ends, behind }
    }

    /// Whether `to` lies behind `from`.
    pub(in crate::p4::check) fn leads_to(&self, from: &str, to: &str) -> bool {
        self.behind.get(from).is_some_and(|behind| behind.contains(to))
    }

    pub(super) fn is_reachable(&self, state: &str) -> bool {
        state == "start" || self.leads_to("start", state)
    }

    /// Reports transitions to states that there are not.
    pub(super) fn check_targets(&self, place: &Place, sink: &mut Sink) {
        for (state, next) in &self.next {
            for target in next {
                if !self.next.contains_key(target) {
                    let message = format!("there is no state `{target}`; declare it, or correct the name");
                    sink.report(Rule::Unresolved, &place.at(format_args!("state {state}")), message);
                }
            }
        }
    }

    /// A state that comes back to itself by states of `within` alone.
    pub(super) fn cycle_within(&self, within: &BTreeSet<&str>) -> Option<&'p str> {
        self.next.keys().copied().filter(|state| within.contains(state)).find(|start| {
            let mut seen = BTreeSet::new();
            let mut open: Vec<&str> = self.next.get(start).cloned().unwrap_or_default();
            while let Some(state) = open.pop() {
                if state == *start {
                    return true;
                }
                if within.contains(state) && seen.insert(state) {
                    open.extend(self.next.get(state).into_iter().flatten());
                }
            }
            false
        })
    }

    /// The largest sum of `weight` on a way from `start` that passes no state twice.
    pub(super) fn longest_path(&self, weight: &dyn Fn(&str) -> u32) -> u32 {
        let mut known = BTreeMap::new();
        self.longest_from("start", weight, &mut Vec::new(), &mut known)
    }

    /// The smallest sum of `weight` on a way from `start` to an end; 0 where there is none.
    pub(super) fn shortest_path(&self, weight: &dyn Fn(&str) -> u32) -> u32 {
        let mut best: BTreeMap<&str, u32> = BTreeMap::from([("start", weight("start"))]);
        let mut open = vec!["start"];
        while let Some(state) = open.pop() {
            let sum = best.get(state).copied().unwrap_or_default();
            for next in self.next.get(state).into_iter().flatten() {
                let through = sum + weight(next);
                if best.get(next).is_none_or(|known| through < *known) {
                    best.insert(next, through);
                    open.push(next);
                }
            }
        }
        self.ends.iter().filter_map(|end| best.get(end).copied()).min().unwrap_or_default()
    }

    fn longest_from(
        &self,
        state: &'p str,
        weight: &dyn Fn(&str) -> u32,
        path: &mut Vec<&'p str>,
        known: &mut BTreeMap<&'p str, u32>,
    ) -> u32 {
        if let Some(known) = known.get(state) {
            return *known;
        }
        path.push(state);
        let mut longest = 0;
        for next in self.next.get(state).into_iter().flatten() {
            if !path.contains(next) {
                longest = longest.max(self.longest_from(next, weight, path, known));
            }
        }
        path.pop();
        let sum = weight(state) + longest;
        known.insert(state, sum);
        sum
    }
}
