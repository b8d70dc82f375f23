//! Malicious witnesses about the rule: what its word says, and what its votes may be.

use super::{BallotLie, Draft, Place};
use crate::Fr;
use crate::testing::trace::Trace;
use crate::voting::electorate::Kind;
use crate::voting::rule::{Rule, SELECTOR_BITS};
use ark_ff::{AdditiveGroup, Field};

/// The bits say split, the word single: the votes are divided.
pub(super) fn word<const K: usize>(like: &Trace) -> BallotLie<K> {
    let mut draft = Draft::<K>::new(like, 4);
    draft.vote(&[1, 2]);
    // The kind bit, then single, approval, split, quadratic.
    let bits = vec![("rule-word", Place::First(1), Fr::ZERO), ("rule-word", Place::First(3), Fr::ONE)];
    draft.tell("rule-word", "a divided vote under single choice", bits)
}

/// A word that names two rules: the two others' selectors are 1, and this one -1 makes up for them in the sum of all.
pub(super) fn selector<const K: usize>(like: &Trace, which: usize) -> BallotLie<K> {
    let draft = Draft::<K>::new(like, 18);
    let others: Vec<usize> = (0..4).filter(|i| *i != which).take(2).collect();
    let value = |i: usize| {
        if i == which {
            -Fr::ONE
        } else if others.contains(&i) {
            Fr::ONE
        } else {
            Fr::ZERO
        }
    };
    let place = |i: usize| Fr::from(1u64 << SELECTOR_BITS[i]);
    // In place of single, which the honest word names.
    let word = draft.ballot.public.rule - place(0) + (0..4).map(|i| value(i) * place(i)).sum::<Fr>();
    let bits = (0..4).map(|i| ("rule-word", Place::First(1 + i), value(i))).collect();
    let mut lie = draft.tell("rule-word", "a word with two rules", bits);
    lie.public.rule = word;
    lie
}

/// Votes that no rule allows, each under its rule.
pub(super) fn votes<const K: usize>(like: &Trace) -> Vec<BallotLie<K>> {
    use crate::voting::rule::RuleKind::{Approval, Quadratic, Single, Split};
    let over = |kind, limit, options: u8, votes: &[u64], aim| {
        let mut draft = Draft::<K>::new(like, 10);
        draft.sample.election.rule = Rule { electorate: Kind::Weighted, kind, options, limit };
        draft.vote(votes);
        draft.tell("rule", aim, vec![])
    };
    let all = K as u8;
    vec![
        over(Single, 1, all, &[], "no vote under single choice"),
        over(Single, 1, all, &[0, 8], "twice the weight"),
        over(Single, 1, all, &[4, 4], "two options under single choice"),
        over(Single, 1, all, &[1, 3], "a divided vote under single choice"),
        over(Approval, 3, all, &[12], "three times the weight for one option"),
        over(Approval, 1, all, &[4, 4], "more options than the limit"),
        over(Split, 2, all, &[5, 4], "more votes than weight and limit give"),
        over(Quadratic, 1, all, &[2, 1], "votes whose squares sum to more than the weight"),
        over(Split, 2, 2, &[0, 0, 1], "a vote for an option that is not in use"),
        over(Approval, 2, 2, &[4, 0, 4], "an option that is not in use"),
    ]
}
