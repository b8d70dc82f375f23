//! Words and policies, one to one.

use super::*;
use ark_ff::{AdditiveGroup, Field, PrimeField, UniformRand};
use proptest::prelude::*;
use rand::SeedableRng;
use rand_chacha::ChaCha20Rng;

fn bound(num: u32, den: u32) -> Bound {
    Bound::new(num, den, false).unwrap()
}

fn over(rate: Rate, attribute: u8) -> Over {
    Over { rate, attribute: Attribute::new(attribute).unwrap() }
}

fn four_fifths() -> Terms {
    Terms {
        schema: Fr::from(77u64),
        min_rows: 500,
        min_group: 30,
        min_positive: 10,
        exclude: Fraction::new(2, 100).unwrap(),
        lines: vec![
            Line { comparison: Comparison::Ratio(over(Rate::Selection, 0)), bound: bound(4, 5) },
            Line {
                comparison: Comparison::Reference(over(Rate::Precision, 3), Reference::Named(Group::new(9).unwrap())),
                bound: Bound::new(3, 4, true).unwrap(),
            },
            Line { comparison: Comparison::Accuracy, bound: bound(7, 10) },
        ],
        z: Some(ZLine::new(Attribute::new(1).unwrap(), 9604, 2500, false).unwrap()),
    }
}

#[test]
fn words_are_those_of_the_page() {
    let words = Policy::new(four_fifths()).unwrap().words();
    assert_eq!(words[0], Fr::from(77u64));
    assert_eq!(words[1], Fr::from(500u128 | 30 << 24 | 10 << 48 | 2 << 72 | 100 << 84));
    assert_eq!(words[2], Fr::from(0b1_00001_00010u64 | 4 << 22 | 5 << 42));
    assert_eq!(words[3], Fr::from(1u64 << 2 | 1 << 9 | 1 << 13 | 1 << 16 | 9 << 17 | 1 << 21 | 3 << 22 | 4 << 42));
    assert_eq!(words[4], Fr::from(1u64 << 3 | 7 << 22 | 10 << 42));
    assert_eq!(words[5..10], [Fr::ZERO; 5]);
    assert_eq!(words[10], Fr::from(1u64 << 1 | 9604 << 5 | 2500 << 25));
}

#[test]
fn terms_out_of_range_are_refused() {
    let terms = four_fifths();
    let with = |change: fn(&mut Terms)| {
        let mut terms = terms.clone();
        change(&mut terms);
        Policy::new(terms)
    };
    assert_eq!(with(|t| t.lines.clear()), Err(TermsError::Lines(0)));
    assert_eq!(with(|t| t.lines = [t.lines[0]; 9].to_vec()), Err(TermsError::Lines(9)));
    assert!(with(|t| t.lines = [t.lines[0]; 8].to_vec()).is_ok());
    assert_eq!(with(|t| t.min_group = 1 << 24), Err(TermsError::Minimum { name: "min_group", value: 1 << 24 }));
    assert!(with(|t| t.min_rows = (1 << 24) - 1).is_ok());
    for (num, den) in [(1, 0), (0, 0), (1, 1), (5, 4), (1, 4096)] {
        assert_eq!(Fraction::new(num, den), Err(TermsError::Exclude { num, den }));
    }
    for (num, den) in [(1, 0), (0, 0), (5, 4), (1, 1 << 20)] {
        assert_eq!(Bound::new(num, den, false), Err(TermsError::Bound { num, den }));
    }
    let a = Attribute::new(0).unwrap();
    assert!(ZLine::new(a, 5, 4, false).is_ok() && ZLine::new(a, 0, 1, true).is_ok());
    assert!(ZLine::new(a, 1, 0, false).is_err() && ZLine::new(a, 1 << 20, 1, false).is_err());
    assert_eq!(Attribute::new(4), Err(TermsError::Attribute(4)));
    assert_eq!(Group::new(16), Err(TermsError::Group(16)));
}

/// Any policy.
pub(crate) fn policies() -> impl Strategy<Value = Policy> {
    let minimum = || prop_oneof![Just(0u32), 0..40u32, Just((1 << 24) - 1), 0..1u32 << 24];
    let exclude = prop_oneof![Just((0, 1)), (0..5u16, 5..100u16), (0..4094u16, Just(4095u16))];
    let small = prop_oneof![1..12u32, 1..1u32 << 20];
    let bound = (small.clone(), 0..=1000u32, any::<bool>())
        .prop_map(|(den, share, exclusive)| (u64::from(den) * u64::from(share) / 1000, den, exclusive))
        .prop_map(|(num, den, exclusive)| Bound::new(num as u32, den, exclusive).unwrap());
    let over = (0..5usize, 0..4u8).prop_map(|(rate, a)| over(Rate::ALL[rate], a));
    let reference = prop_oneof![
        Just(Reference::Majority),
        Just(Reference::Lowest),
        (0..16u8).prop_map(|g| Reference::Named(Group::new(g).unwrap()))
    ];
    let comparison = prop_oneof![
        2 => over.clone().prop_map(Comparison::Difference),
        2 => over.clone().prop_map(Comparison::Ratio),
        3 => (over, reference).prop_map(|(over, reference)| Comparison::Reference(over, reference)),
        1 => Just(Comparison::Accuracy),
        1 => Just(Comparison::BalancedAccuracy)
    ];
    let line = (comparison, bound).prop_map(|(comparison, bound)| Line { comparison, bound });
    let z = (0..4u8, prop_oneof![0..20u32, 0..1u32 << 20], small, any::<bool>())
        .prop_map(|(a, num, den, exclusive)| ZLine::new(Attribute::new(a).unwrap(), num, den, exclusive).unwrap());
    let minimums = (minimum(), minimum(), minimum());
    let lines = proptest::collection::vec(line, 1..=8);
    (any::<u64>(), minimums, exclude, lines, proptest::option::of(z)).prop_map(
        |(schema, minimums, exclude, lines, z)| {
            let (min_rows, min_group, min_positive) = minimums;
            let exclude = Fraction::new(exclude.0, exclude.1).unwrap();
            let schema = -Fr::from(schema);
            Policy::new(Terms { schema, min_rows, min_group, min_positive, exclude, lines, z }).unwrap()
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(crate::testing::cases(256)))]
    #[test]
    fn words_read_back(policy in policies()) {
        prop_assert_eq!(Policy::from_words(&policy.words()), Ok(policy));
    }

    /// Whatever reads as a policy is written the same way: no two lists of words for one policy.
    #[test]
    fn a_changed_word_is_another_policy_or_none(policy in policies(), word in 1..11usize, bit in 0..254usize) {
        let mut words = policy.words();
        let flip = Fr::from(2u64).pow([bit as u64]);
        let set = ark_ff::BigInteger::get_bit(&words[word].into_bigint(), bit);
        words[word] += if set { -flip } else { flip };
        match Policy::from_words(&words) {
            Ok(other) => prop_assert!(other != policy && other.words() == words),
            Err(error) => prop_assert!(error.word == word || words[word] == Fr::ZERO || error.word == word + 1, "{}", error),
        }
    }
}

#[test]
fn words_that_are_no_policy_are_refused_with_their_place() {
    let good = Policy::new(four_fifths()).unwrap().words();
    let refused = |word: usize, value: Fr| {
        let mut words = good;
        words[word] = value;
        Policy::from_words(&words).unwrap_err()
    };
    let line = |word: u64| refused(2, Fr::from(word));
    let with_bound = |word: u64| word | 1 << 22 | 1 << 42;
    for bad in [
        0b00011 | 1 << 5 | 1 << 10,               // two comparisons
        1 << 5 | 1 << 10,                         // none
        1 | 1 << 10,                              // no rate
        1 | 3 << 5 | 1 << 10,                     // two rates
        1 | 1 << 5,                               // no attribute
        1 | 1 << 5 | 1 << 10 | 1 << 14,           // a reference for a difference
        4 | 1 << 5 | 1 << 10,                     // a reference line without
        4 | 1 << 5 | 1 << 10 | 3 << 14,           // two references
        4 | 1 << 5 | 1 << 10 | 1 << 14 | 1 << 17, // a name for the majority
        8 | 1 << 5,                               // a rate for the accuracy
        16 | 1 << 10,                             // an attribute for the balanced accuracy
        8 | 1 << 62,                              // a bit beyond
    ] {
        assert_eq!(line(with_bound(bad)).word, 2, "{bad:#x}");
    }
    assert_eq!(line(8).word, 2, "no bound");
    assert_eq!(line(8 | 2 << 22 | 1 << 42).word, 2, "a bound above 1");
    assert_eq!(refused(2, Fr::ZERO).word, 3, "line_0 is in use");
    assert_eq!(refused(6, good[4]).word, 6, "a gap");
    assert_eq!(refused(1, Fr::ZERO).word, 1, "the exclusion's denominator is 0");
    assert_eq!(refused(1, good[1] + Fr::from(1u128 << 96)).word, 1);
    assert_eq!(refused(10, Fr::from(3u64 | 1 << 25)).word, 10, "two attributes");
    assert_eq!(refused(10, Fr::from(1u64 << 25)).word, 10, "no attribute");
    assert_eq!(refused(10, Fr::from(1u64)).word, 10, "no denominator");
    assert_eq!(refused(10, Fr::from(1u64 | 1 << 25 | 1 << 45)).word, 10);
    let huge = Fr::rand(&mut ChaCha20Rng::seed_from_u64(1));
    for word in 1..11 {
        assert_eq!(refused(word, huge).word, word);
        assert!(refused(word, huge).to_string().contains("128 bits"));
    }
    let mut only_z = [Fr::ZERO; 11];
    only_z[1] = good[1];
    only_z[10] = good[10];
    assert_eq!(Policy::from_words(&only_z).unwrap_err().word, 2, "a z is no line");
}
