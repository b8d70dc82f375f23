//! Each gadget: honest inputs satisfy it, its native twin agrees, no two variables change together.

use crate::Fr;
use crate::testing::gadgets::gadgets;
use crate::testing::kill::Notice;
use crate::testing::mutate::{free_variables, second_assignments};
use crate::testing::solve::{Attempt, Inputs, Solver, Until};
use ark_ff::{BigInt, BigInteger, Field, PrimeField, UniformRand};
use proptest::prelude::*;
use rand::SeedableRng;
use rand_chacha::ChaCha20Rng;

fn random() -> Fr {
    Fr::rand(&mut ChaCha20Rng::seed_from_u64(12))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(crate::testing::cases(4)))]
    #[test]
    fn every_gadget_agrees_with_its_twin(seed in any::<u64>()) {
        for gadget in gadgets(seed) {
            for inputs in &gadget.cases {
                let trace = gadget.trace(inputs);
                prop_assert_eq!(trace.unsatisfied(), Vec::<usize>::new(), "{}", &gadget.name);
                prop_assert!(gadget.holds(&trace, &trace.values), "{}", &gadget.name);
                // Any other value of the last input, which is the output where there is one.
                let mut other = trace.values.clone();
                other[trace.inputs - 1] += Fr::ONE;
                if !gadget.holds(&trace, &other) {
                    prop_assert!(!trace.with(other).unsatisfied().is_empty(), "{}", &gadget.name);
                }
            }
        }
    }
}

#[test]
fn attack_01_no_variable_of_a_gadget_is_free() {
    for gadget in gadgets(2) {
        for inputs in &gadget.cases {
            let trace = gadget.trace(inputs);
            let free = free_variables(&trace, &[], trace.witnesses(), random());
            assert_eq!(free, [], "{}: {inputs:?}", gadget.name);
        }
    }
}

#[test]
fn attack_12a_no_two_variables_of_a_gadget_change_together() {
    for gadget in gadgets(3) {
        // Of the large ones the first two cases.
        let few = gadget.trace(&gadget.cases[0]).rows.len() > 500;
        for inputs in gadget.cases.iter().take(if few { 2 } else { usize::MAX }) {
            let trace = gadget.trace(inputs);
            let pairs = second_assignments(&trace, random());
            assert_eq!(pairs, [], "{}: {inputs:?}", gadget.name);
        }
    }
}

/// Every row that gives a variable gives one value only: no denominator is 0, for equal, opposite and neutral points as for others.
#[test]
fn attack_12a_no_row_gives_two_values() {
    for gadget in gadgets(4) {
        for inputs in &gadget.cases {
            let trace = gadget.trace(inputs);
            for (row, gives) in trace.gives.iter().enumerate() {
                let Some(variable) = gives.variable.filter(|v| *v as usize >= trace.inputs) else { continue };
                let solutions = trace.rows[row].solve(variable, &trace.values);
                assert_eq!(solutions, [trace.values[variable as usize]], "{}: row {row}, {inputs:?}", gadget.name);
            }
        }
    }
}

/// Deleting any row of the small gadgets lets something false through (`make kill-constraints` does it for all).
#[test]
fn attack_04_every_row_of_a_small_gadget_is_needed() {
    for gadget in gadgets(5) {
        let subject = gadget.subject();
        let rows: Vec<usize> = (0..subject.honest[0].rows.len()).collect();
        if rows.len() > 120 {
            continue;
        }
        let left: Vec<_> = subject.delete(&rows).into_iter().filter(|(_, notice)| *notice != Notice::False).collect();
        assert_eq!(left, [], "{}", gadget.name);
    }
}

/// A second decomposition of a small number, that of the number plus r: the bits are boolean and sum to it, the comparison refuses.
#[test]
fn attack_03_a_number_plus_r_has_no_canonical_bits() {
    let all = gadgets(6);
    let gadget = all.iter().find(|gadget| gadget.name == "canonical bits").expect("it is on the list");
    let trace = gadget.trace(&[Fr::from(77u64), Fr::from(77u64)]);
    let mut sum = Fr::MODULUS;
    sum.add_with_carry(&BigInt::from(77u64));
    let low: Vec<(u32, Fr)> =
        (trace.witnesses().take(254).enumerate()).map(|(i, bit)| (bit, Fr::from(sum.get_bit(i)))).collect();
    let mut solver = Solver::new(&trace);
    // The public input follows: it claims to be the low half of the second decomposition.
    let broken = solver.attempt(&Attempt { set: low, ..Attempt::default() }, Inputs::Follow, Until::End);
    assert_ne!(solver.values()[1], Fr::from(77u64));
    assert_eq!(solver.values()[0], Fr::from(77u64));
    assert!(!broken.is_empty());
}
