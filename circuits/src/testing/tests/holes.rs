//! The machine on circuits with known holes: a test that finds nothing there would find nothing anywhere.

use crate::Fr;
use crate::r1cs::{Builder, Num};
use crate::range;
use crate::testing::kill::{Notice, Subject};
use crate::testing::mutate::{Free, free_variables, second_assignments};
use crate::testing::trace::{Body, Trace};
use ark_ff::{AdditiveGroup, BigInt, Field};

const RANDOM: u64 = 123_456_789;

fn free(body: Body<'_>) -> Vec<Free> {
    let trace = Trace::new(body);
    assert_eq!(trace.unsatisfied(), Vec::<usize>::new());
    free_variables(&trace, &[], trace.witnesses(), Fr::from(RANDOM))
}

#[test]
fn a_variable_without_a_row_is_found() {
    let body: Body<'_> = &|b: &mut Builder<'_>| b.witness(Fr::ONE).map(drop);
    assert_eq!(free(body), [Free { variable: 0, alone: false }, Free { variable: 0, alone: true }]);
}

/// A hint that is used but never tied to what it stands for: everything downstream follows the false value.
#[test]
fn a_variable_that_takes_its_row_along_is_found_by_injection() {
    let body: Body<'_> = &|b: &mut Builder<'_>| {
        let x = b.input(Fr::from(3u64))?;
        let hint = b.witness(Fr::from(9u64))?;
        b.mul(&hint, &x).map(drop)
    };
    assert_eq!(free(body), [Free { variable: 1, alone: false }]);
}

/// One equation for two variables.
#[test]
fn two_variables_that_change_together_are_found() {
    let body: Body<'_> = &|b: &mut Builder<'_>| {
        let sum = b.input(Fr::from(5u64))?;
        let (x, y) = (b.witness(Fr::from(2u64))?, b.witness(Fr::from(3u64))?);
        let (square, other) = (b.mul(&x, &x)?, b.mul(&y, &y)?);
        b.non_zero(&square)?;
        b.non_zero(&other)?;
        b.equal(&x.add(&y), &sum)
    };
    let trace = Trace::new(body);
    assert_eq!(second_assignments(&trace, Fr::from(RANDOM)), []);
    let body: Body<'_> = &|b: &mut Builder<'_>| {
        let sum = b.input(Fr::from(5u64))?;
        let (x, y) = (b.witness(Fr::from(2u64))?, b.witness(Fr::from(3u64))?);
        b.equal(&x.add(&y), &sum)
    };
    assert_eq!(second_assignments(&Trace::new(body), Fr::from(RANDOM)), [(1, 2), (2, 1)]);
}

fn delete(body: Body<'_>, judge: &(dyn Fn(&Trace, &[Fr]) -> bool + Sync)) -> Vec<Notice> {
    let subject = Subject {
        name: "hole".into(),
        honest: vec![Trace::new(body)],
        lies: vec![],
        judge,
        bounds: vec![],
        digests: vec![],
        challenges: Vec::new(),
        advice: Vec::new(),
        schemes: None,
        random: Fr::from(RANDOM),
    };
    let rows: Vec<usize> = (0..subject.honest[0].rows.len()).collect();
    subject.delete(&rows).into_iter().map(|(_, notice)| notice).collect()
}

/// A row that says what others say survives its deletion; one that another leaves half said does not.
#[test]
fn a_row_said_twice_survives() {
    let body: Body<'_> = &|b: &mut Builder<'_>| {
        let (x, out) = (b.input(Fr::from(6u64))?, b.input(Fr::from(36u64))?);
        b.tie_product(&x, &x, &out)?;
        b.tie_product(&x.scale(Fr::from(2u64)), &x, &out.scale(Fr::from(2u64)))
    };
    assert_eq!(delete(body, &|_, v| v[0].square() == v[1]), [Notice::Survives, Notice::Survives]);
}

/// An inverse that nothing reads: its row's deletion frees it and proves nothing false.
#[test]
fn a_row_that_guards_nothing_frees_a_variable() {
    let body: Body<'_> = &|b: &mut Builder<'_>| {
        let x = b.input(Fr::from(6u64))?;
        b.mul(&x, &x).map(drop)
    };
    assert_eq!(delete(body, &|_, _| true), [Notice::Free]);
}

/// Behind a challenge every change shows in the challenge; that is told apart from a false statement, and from a row of no use.
#[test]
fn rows_behind_a_challenge_are_told_apart() {
    let subject = crate::testing::subjects::tally::<3>();
    let row = |name| subject.honest[0].blocks.iter().find(|block| block.name == name).expect("a block").rows.start;
    let (statement, totals) = (row("statement"), row("totals"));
    assert_eq!(subject.delete(&[statement, totals]), [(statement, Notice::Hash), (totals, Notice::False)]);
}

/// A decomposition without its sum: any number has any bits.
#[test]
fn bits_that_are_tied_to_nothing_are_found() {
    let body: Body<'_> = &|b: &mut Builder<'_>| {
        let number = b.input(Fr::from(5u64))?;
        let bits = range::allocate_bits(b, BigInt::from(5u64), 3)?;
        b.enforce(&range::pack(&bits), &Num::zero(), &Num::zero())?;
        b.mul(&number, &number).map(drop)
    };
    let mut found: Vec<u32> = free(body).into_iter().map(|free| free.variable).collect();
    found.dedup();
    assert_eq!(found, [1, 2, 3]);
    assert_eq!(Fr::ZERO, Num::zero().value());
}
