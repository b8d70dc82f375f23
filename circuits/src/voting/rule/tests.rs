//! The rule word, and the rules against their circuit.

use super::*;
use crate::r1cs::Num;
use crate::statement::Statement;
use crate::testing::{run, run_statement, sample_election};
use crate::voting::ballot::{Ballot, BallotK8D20, SealError, SealedBallot, seal};
use crate::voting::electorate::Kind;
use ark_ff::Field;
use gadget::RuleVar;
use proptest::prelude::*;

const KINDS: [RuleKind; 4] = [RuleKind::Single, RuleKind::Approval, RuleKind::Split, RuleKind::Quadratic];

#[test]
fn a_word_has_one_reading() {
    let single = Rule::single(Kind::Weighted, 3);
    assert_eq!(single.word(), 0x1_0007_0003);
    for kind in [RuleKind::Single, RuleKind::Approval, RuleKind::Split, RuleKind::Quadratic] {
        for options in 2..=16 {
            let limit = if kind == RuleKind::Single { 1 } else { 7 };
            let rule = Rule { electorate: Kind::Plain, kind, options, limit };
            assert_eq!(Rule::from_word(rule.word()), Ok(rule));
        }
    }
    let good = single.word();
    for bad in [
        0,
        good | 4,
        good & !2,
        good & !(7 << 16),
        good | 1 << 20,
        good | 1 << 5,
        good | 1 << 50,
        good | 1 << 33,
        good & 0xffff_ffff,
    ] {
        assert_eq!(Rule::from_word(bad), Err(RuleError(bad)), "{bad:#x}");
    }
}

fn rule(kind: RuleKind, options: u8, limit: u16) -> Rule {
    Rule { electorate: Kind::Weighted, kind, options, limit }
}

/// Whether the gadget accepts these votes.
fn gadget_allows(rule: &Rule, weight: u32, votes: &[u64]) -> bool {
    let run = run(|b| {
        let word = b.witness(rule.field())?;
        let weight = b.witness(Fr::from(weight))?;
        let rule = RuleVar::unpack(b, &word, votes.len())?;
        rule.votes(b, &weight, votes).map(drop)
    });
    run.unsatisfied.is_empty()
}

/// Every threshold: equal, one less, one more.
#[test]
fn attack_11_rules_at_their_edges() {
    use RuleKind::{Approval, Quadratic, Single, Split};
    let most = u32::MAX;
    let big = u64::from(most);
    let cases: [(RuleKind, u16, u32, &[u64], bool); 29] = [
        (Single, 1, 7, &[7, 0, 0], true),
        (Single, 1, 7, &[0, 0, 7], true),
        (Single, 1, 7, &[6, 0, 0], false),
        (Single, 1, 7, &[8, 0, 0], false),
        (Single, 1, 7, &[0, 0, 0], false),
        (Single, 1, 7, &[7, 7, 0], false),
        (Single, 1, 7, &[3, 4, 0], false),
        (Single, 1, most, &[big, 0, 0], true),
        (Approval, 2, 7, &[0, 0, 0], true),
        (Approval, 2, 7, &[7, 0, 7], true),
        (Approval, 2, 7, &[7, 7, 7], false),
        (Approval, 2, 7, &[7, 6, 0], false),
        (Approval, 2, 7, &[14, 0, 0], false),
        (Approval, u16::MAX, most, &[big, big, big], true),
        (Split, 1, 7, &[3, 4, 0], true),
        (Split, 1, 7, &[0, 0, 0], true),
        (Split, 1, 7, &[3, 5, 0], false),
        (Split, 1, 7, &[8, 0, 0], false),
        (Split, 100, 7, &[0, 0, 700], true),
        (Split, 100, 7, &[1, 0, 700], false),
        (Split, u16::MAX, most, &[1 << 39, 1 << 39, (1 << 40) - 1], true),
        (Quadratic, 1, 9, &[3, 0, 0], true),
        (Quadratic, 1, 9, &[2, 2, 1], true),
        (Quadratic, 1, 9, &[2, 2, 2], false),
        (Quadratic, 1, 9, &[4, 0, 0], false),
        (Quadratic, 1, 9, &[0, 0, 0], true),
        (Quadratic, 10, 10, &[10, 0, 0], true),
        (Quadratic, 10, 10, &[10, 1, 0], false),
        (Quadratic, u16::MAX, most, &[(1 << 40) - 1, 0, 0], false),
    ];
    for (kind, limit, weight, votes, allowed) in cases {
        let rule = rule(kind, 3, limit);
        assert_eq!(rule.allows(weight, votes).is_ok(), allowed, "twin: {rule:?} {weight} {votes:?}");
        assert_eq!(gadget_allows(&rule, weight, votes), allowed, "circuit: {rule:?} {weight} {votes:?}");
    }
    // The circuit has no room for more than 40 bits.
    assert!(rule(Split, 3, u16::MAX).allows(most, &[1 << 40, 0, 0]).is_err());
}

/// Slots above the options in use are encryptions of 0, under every rule and every number of options.
#[test]
fn attack_09_unused_options_stay_empty() {
    for kind in KINDS {
        for options in 2..8u8 {
            let rule = rule(kind, options, if kind == RuleKind::Single { 1 } else { 40 });
            for place in 0..8 {
                let mut votes = vec![0; 8];
                votes[place] = 5;
                let allowed = place < usize::from(options);
                assert_eq!(rule.allows(5, &votes).is_ok(), allowed, "twin: {rule:?} {place}");
                assert_eq!(gadget_allows(&rule, 5, &votes), allowed, "circuit: {rule:?} {place}");
            }
        }
    }
}

/// Two selectors, none, a gap among the options, a limit of 0, a stray bit: words without a reading have no witness.
#[test]
fn words_without_a_reading_have_no_witness() {
    let unpacks = |word: u64| {
        let run = run(|b| {
            let word = b.witness(Fr::from(word))?;
            RuleVar::unpack(b, &word, 8).map(drop)
        });
        run.unsatisfied.is_empty()
    };
    for kind in KINDS {
        let word = rule(kind, 4, 1).word();
        for bit in 0..64 {
            let flipped = word ^ 1 << bit;
            // Read as a rule of at most the 8 options of this circuit.
            let readable = Rule::from_word(flipped).is_ok_and(|rule| rule.options <= 8);
            assert_eq!(unpacks(flipped), readable, "{kind:?} bit {bit}");
        }
        assert!(unpacks(word));
    }
    let beyond = run(|b| {
        let word = Num::constant(Fr::from(rule(RuleKind::Split, 4, 1).word()) + Fr::from(2u64).pow([64]));
        RuleVar::unpack(b, &word, 8).map(drop)
    });
    assert!(!beyond.unsatisfied.is_empty());
}

/// Whole ballots of eight options, under every rule.
#[test]
fn ballots_of_eight_options() {
    let choices: [(RuleKind, u8, u16, &[u64]); 4] = [
        (RuleKind::Single, 8, 1, &[0, 0, 0, 0, 0, 0, 0, 1]),
        (RuleKind::Approval, 5, 3, &[1, 0, 1, 0, 1]),
        (RuleKind::Split, 8, 100, &[10, 20, 30, 40, 0, 50, 60, 90]),
        (RuleKind::Quadratic, 7, 50, &[1, 2, 3, 4, 5, 6, 3]),
    ];
    for (kind, options, limit, choice) in choices {
        let mut sample = sample_election(Kind::Weighted, 4, 20);
        sample.election.rule = rule(kind, options, limit);
        sample.election.keys = sample.trustee.keys(8);
        let sealed = seal(&sample.election, &sample.members[2], choice, &[0; 20], &mut sample.rng).unwrap();
        let SealedBallot { public, witness } = &sealed;
        BallotK8D20::check(public, witness).unwrap();
        let run = run_statement::<BallotK8D20>(public, witness);
        assert_eq!(run.failing_blocks(), Vec::<&str>::new(), "{kind:?}");
        assert!(run.constraints + BallotK8D20::input_names().len() < 1 << 15, "{}", run.constraints);
        // One vote more in each place: the ciphertext is recomputed, the rule refuses.
        for place in 0..8 {
            let mut more = sealed.clone();
            more.witness.votes[place] += 1000;
            let failing = run_statement::<BallotK8D20>(&more.public, &more.witness).failing_blocks();
            assert!(failing.contains(&"rule"), "{kind:?} {place}: {failing:?}");
        }
    }
}

#[test]
fn choices_that_are_none_are_named() {
    let mut sample = sample_election(Kind::Weighted, 3, 21);
    let mut refused = |rule: Rule, choice: &[u64]| {
        sample.election.rule = rule;
        seal(&sample.election, &sample.members[2], choice, &[0; 20], &mut sample.rng).err()
    };
    let single = rule(RuleKind::Single, 3, 1);
    assert_eq!(refused(single, &[0, 1]), Some(ChoiceError::WrongLength { given: 2, options: 3 }.into()));
    assert_eq!(refused(single, &[0, 0, 0]), Some(ChoiceError::NotOne.into()));
    assert_eq!(refused(single, &[0, 2, 0]), Some(ChoiceError::NotZeroOrOne { option: 1, value: 2 }.into()));
    let approval = rule(RuleKind::Approval, 3, 1);
    assert_eq!(refused(approval, &[1, 1, 0]), Some(ChoiceError::OverCredits { spent: 6, credits: 3 }.into()));
    let split = rule(RuleKind::Split, 3, 1);
    assert_eq!(refused(split, &[1 << 40, 0, 0]), Some(ChoiceError::TooLarge { option: 0, votes: 1 << 40 }.into()));
    assert_eq!(refused(split, &[u64::MAX; 3]), Some(ChoiceError::TooLarge { option: 0, votes: u64::MAX }.into()));
    let quadratic = rule(RuleKind::Quadratic, 3, 3);
    assert_eq!(refused(quadratic, &[3, 1, 0]), Some(ChoiceError::OverCredits { spent: 10, credits: 9 }.into()));
    assert_eq!(refused(quadratic, &[3, 0, 0]), None);
    assert_eq!(refused(rule(RuleKind::Split, 5, 1), &[1; 5]), Some(SealError::KeysMissing { options: 5, keys: 3 }));
    assert_eq!(choose(3, &[3]), Err(ChoiceError::NoSuchOption { option: 3, options: 3 }));
    assert_eq!(choose(3, &[2, 0]), Ok(vec![1, 0, 1]));
}

/// Prints the size of each block of the circuits of 3 and 8 options: what the budget page adds up.
#[test]
fn print_sizes() {
    fn print<const K: usize>() {
        let (public, witness) = Ballot::<K, 20>::blank();
        let run = run_statement::<Ballot<K, 20>>(&public, &witness);
        for block in &run.blocks {
            println!("{:12} {}", block.name, block.rows.len());
        }
        println!("{} {}", Ballot::<K, 20>::id(), run.constraints);
    }
    print::<3>();
    print::<8>();
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(crate::testing::cases(64)))]
    #[test]
    fn circuit_and_twin_agree(
        kind in prop::sample::select(&KINDS[..]),
        options in 2u8..=5,
        limit in prop_oneof![Just(1u16), 1u16..40, any::<u16>().prop_map(|n| n.max(1))],
        weight in prop_oneof![1u32..40, 1u32..=u32::MAX],
        shape in prop::collection::vec((0u8..4, 0u64..60), 5),
    ) {
        let rule = rule(kind, options, if kind == RuleKind::Single { 1 } else { limit });
        // 0, the whole weight, a small number, or what is left of the credits.
        let mut votes = Vec::new();
        for (what, small) in shape {
            let spent: u64 = votes.iter().sum();
            votes.push(match what {
                0 => 0,
                1 => u64::from(weight),
                2 => small,
                _ => rule.credits(weight).saturating_sub(spent).min((1 << TOTAL_BITS) - 1),
            });
        }
        prop_assert_eq!(gadget_allows(&rule, weight, &votes), rule.allows(weight, &votes).is_ok());
    }
}
