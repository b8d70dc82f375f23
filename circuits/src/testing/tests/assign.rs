//! The prover's way to an assignment, which takes shorter ways to values, against the constraint system's.

use crate::Fr;
use crate::babyjubjub::gadget::{PointVar, SignedDigits, mul_constant};
use crate::babyjubjub::{Point, random_scalar};
use crate::compliance::shard::ShardLinear;
use crate::compliance::verdict::Verdict;
use crate::poseidon::gadget::hash;
use crate::r1cs::{Builder, Num, System, Values};
use crate::range::allocate_bits;
use crate::sample::{sample_audit, sample_ballot, sample_poll, sample_tally, sample_verdict};
use crate::statement::Statement;
use crate::voting::ballot::{BallotK3D20, BallotK8D20, BallotWitness};
use crate::voting::electorate::Kind;
use crate::voting::tally::TallyK3T1;
use ark_ff::{AdditiveGroup, BigInt, Field, PrimeField};
use ark_relations::gr1cs::{ConstraintSystem, OptimizationGoal, SynthesisError, SynthesisMode};
use rand::SeedableRng;
use rand_chacha::ChaCha20Rng;

type Body<'a> = &'a dyn Fn(&mut Builder<'_>) -> Result<(), SynthesisError>;

/// Public inputs and all variables, row by row.
fn row_by_row(body: Body<'_>) -> (usize, Vec<Fr>) {
    let cs = ConstraintSystem::<Fr>::new_ref();
    cs.set_optimization_goal(OptimizationGoal::Constraints);
    cs.set_mode(SynthesisMode::Prove { construct_matrices: false, generate_lc_assignments: false });
    body(&mut Builder::new(&mut System::new(cs.clone()))).unwrap();
    let cs = cs.borrow().unwrap();
    let (inputs, witness) = (&cs.assignments.instance_assignment, &cs.assignments.witness_assignment);
    (inputs.len() - 1, [&inputs[..], &witness[..]].concat())
}

fn agree(name: &str, body: Body<'_>) {
    let (inputs, expected) = row_by_row(body);
    let mut values = Values::new(inputs, expected.len());
    body(&mut Builder::new(&mut values)).unwrap();
    assert!(*values.finish().unwrap() == expected, "{name}");
}

fn statement<S: Statement>(public: &S::Public, witness: &S::Witness) {
    agree(&S::id(), &|builder| S::build(builder, public, witness));
}

#[test]
fn every_statement_has_one_assignment() {
    let ballot = sample_ballot(&mut sample_poll(Kind::Weighted, 30, 3, 1), 20, 1);
    statement::<BallotK3D20>(&ballot.public, &ballot.witness);
    let ballot = sample_ballot(&mut sample_poll(Kind::Plain, 1, 8, 2), 0, 7);
    statement::<BallotK8D20>(&ballot.public, &ballot.witness);
    let tally = sample_tally(&mut sample_poll(Kind::Weighted, 10, 3, 3), 5);
    statement::<TallyK3T1>(&tally.public(), &tally);
    let (public, witness) = sample_audit::<12>(12 + 5, 4).shard(1);
    statement::<ShardLinear<12>>(&public, &witness);
    let judged = sample_verdict::<6>(5);
    statement::<Verdict<6>>(&judged.public, &judged.witness);
}

#[test]
fn false_witnesses_have_the_same_values_too() {
    let ballot = sample_ballot(&mut sample_poll(Kind::Weighted, 30, 3, 1), 20, 1);
    let (public, honest) = (&ballot.public, &ballot.witness);
    let lies: [fn(&mut BallotWitness); 6] = [
        |w| w.secret = BigInt::from(0u64),
        |w| w.weight += 1,
        |w| w.index ^= 1,
        |w| w.siblings[0] = Some(Fr::ONE),
        |w| w.votes[0] += 1,
        |w| w.randomness = BigInt::from(4u64),
    ];
    for lie in lies {
        let mut witness = honest.clone();
        lie(&mut witness);
        statement::<BallotK3D20>(public, &witness);
    }
    let mut off_the_curve = public.clone();
    off_the_curve.keys[1] = [Fr::from(3u64), Fr::from(5u64)];
    statement::<BallotK3D20>(&off_the_curve, honest);
}

/// Numbers at the edges, windows of every length, the neutral element as base and constant bases other than B8.
#[test]
fn multiplications_have_the_same_values() {
    let mut rng = ChaCha20Rng::seed_from_u64(1);
    let scalar = random_scalar(&mut rng).into_bigint();
    let bases = [Point::BASE8, Point::BASE8.mul(&random_scalar(&mut rng)), Point::IDENTITY];
    let numbers = [BigInt::from(0u64), BigInt::from(1u64), BigInt::from(2u64), scalar];
    for (number, base) in numbers.iter().flat_map(|n| bases.iter().map(move |b| (*n, b))) {
        for bits in [1, 2, 3, 4, 251, 253] {
            agree("bits", &|b| {
                let bits = allocate_bits(b, number, bits)?;
                mul_constant(b, &bits, base)?;
                let digits = SignedDigits::new(b, &bits)?;
                let base = PointVar { x: b.witness(base.x)?, y: b.witness(base.y)? };
                digits.mul(b, &base).map(drop)
            });
        }
        agree("digits", &|b| {
            let digits = SignedDigits::random(b, number)?;
            digits.mul_constant(b, base)?;
            digits.mul(b, &PointVar::constant(base)).map(drop)
        });
    }
}

/// Constants among the inputs allocate no variables in the first round; constants alone allocate none at all.
#[test]
fn hashes_of_any_constants_have_the_same_values() {
    for inputs in 1..=16usize {
        for constants in [0, 1, 1 << (inputs - 1), 0xa5a5 & ((1 << inputs) - 1), (1 << inputs) - 1] {
            agree("hash", &|b| {
                let words: Vec<Num> = (0..inputs)
                    .map(|i| {
                        let value = -Fr::from(i as u64);
                        if constants >> i & 1 == 1 { Ok(Num::constant(value)) } else { b.witness(value) }
                    })
                    .collect::<Result<_, _>>()?;
                let hashed = hash(b, &words)?;
                // What is hashed is a constant only of constants.
                let square = b.mul(&hashed, &hashed)?;
                b.witness(square.value()).map(drop)
            });
        }
    }
}

#[test]
fn another_number_of_variables_is_refused() {
    let run = |inputs: usize, variables: usize| {
        let mut values = Values::new(inputs, variables);
        let mut builder = Builder::new(&mut values);
        for _ in 0..2 {
            builder.input(Fr::ONE)?;
        }
        for _ in 0..3 {
            builder.witness(Fr::ZERO)?;
        }
        values.finish().map(|values| values.to_vec())
    };
    let (one, zero) = (Fr::ONE, Fr::ZERO);
    assert_eq!(run(2, 6), Ok(vec![one, one, one, zero, zero, zero]));
    for (inputs, variables) in [(1, 6), (3, 6), (2, 5), (2, 7), (0, 0), (2, 2)] {
        assert_eq!(run(inputs, variables), Err(SynthesisError::Unsatisfiable), "{inputs} of {variables}");
    }
}
