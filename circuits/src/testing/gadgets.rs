//! The gadgets as circuits of their own, each with the relation that it is to enforce on its public inputs.

use super::kill::Subject;
use super::trace::{Body, Trace};
use crate::Fr;
use crate::babyjubjub::gadget::{PointVar, SignedDigits, mul_constant};
use crate::babyjubjub::{Point, Scalar, random_scalar};
use crate::field::low128;
use crate::merkle::gadget::{padded, root};
use crate::merkle::{LeanImt, MerkleProof};
use crate::poseidon::{self, hash, hash_words};
use crate::r1cs::{Builder, Num};
use crate::range;
use crate::voting::ballot::fold;
use crate::voting::scope;
use ark_ff::{AdditiveGroup, BigInt, BigInteger, Field, PrimeField, UniformRand};
use ark_relations::gr1cs::SynthesisError;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha20Rng;

type Build = Box<dyn Fn(&mut Builder<'_>, &[Num]) -> Result<(), SynthesisError> + Sync>;
type Holds = Box<dyn Fn(&Trace, &[Fr]) -> bool + Sync>;

/// A gadget whose inputs and outputs are public inputs of a circuit of its own.
pub struct Gadget {
    /// Its name.
    pub name: String,
    /// Public inputs that satisfy it: first the edges, then random ones.
    pub cases: Vec<Vec<Fr>>,
    build: Build,
    holds: Holds,
    bounds: Vec<(usize, BigInt<4>)>,
}

impl Gadget {
    fn new(
        name: impl Into<String>,
        cases: Vec<Vec<Fr>>,
        build: impl Fn(&mut Builder<'_>, &[Num]) -> Result<(), SynthesisError> + Sync + 'static,
        holds: impl Fn(&Trace, &[Fr]) -> bool + Sync + 'static,
    ) -> Self {
        Self { name: name.into(), cases, build: Box::new(build), holds: Box::new(holds), bounds: Vec::new() }
    }

    fn bounded(self, bits: usize, bound: impl Into<BigInt<4>>) -> Self {
        Self { bounds: vec![(bits, bound.into())], ..self }
    }

    /// The circuit on these public inputs.
    pub fn trace(&self, inputs: &[Fr]) -> Trace {
        let body: Body<'_> = &|b: &mut Builder<'_>| {
            let nums = inputs.iter().map(|value| b.input(*value)).collect::<Result<Vec<_>, _>>()?;
            (self.build)(b, &nums)
        };
        Trace::new(body)
    }

    /// Whether the relation holds for the public inputs of an assignment.
    pub fn holds(&self, trace: &Trace, values: &[Fr]) -> bool {
        (self.holds)(trace, values)
    }

    /// For the deletion of rows.
    pub fn subject(&self) -> Subject<'_> {
        Subject {
            name: self.name.clone(),
            honest: self.cases.iter().map(|inputs| self.trace(inputs)).collect(),
            lies: Vec::new(),
            judge: &*self.holds,
            bounds: self.bounds.clone(),
            digests: Vec::new(),
            challenges: Vec::new(),
            advice: Vec::new(),
            schemes: None,
            random: Fr::rand(&mut ChaCha20Rng::seed_from_u64(3)),
        }
    }
}

/// All gadgets; the same seed gives the same cases.
pub fn gadgets(seed: u64) -> Vec<Gadget> {
    let rng = &mut ChaCha20Rng::seed_from_u64(seed);
    let mut all = vec![bits(rng), canonical_bits(rng), select(rng), non_zero(rng), divide(rng)];
    all.extend([(5, 19), (6, 45), (5, 31), (7, 97)].map(|(bits, bound)| below(bits, bound)));
    all.extend([1, 2, 3, 5, 9, 16].map(|inputs| permutation(inputs, rng)));
    all.push(long_hash(rng));
    all.push(merkle(rng));
    all.extend([on_curve(rng), add(rng), double(rng), times_eight(rng), if_bit(rng)]);
    all.extend([1, 3, 4, 7].map(constant_multiple));
    all.extend([2, 3, 6, 7].map(|bits| variable_multiple(bits, rng)));
    all.extend([random_multiple(false, rng), random_multiple(true, rng)]);
    all.push(folding(rng));
    all
}

fn field(rng: &mut ChaCha20Rng) -> Fr {
    Fr::rand(rng)
}

fn point(rng: &mut ChaCha20Rng) -> Point {
    Point::BASE8.mul(&random_scalar(rng))
}

fn point_at(nums: &[Num], at: usize) -> PointVar {
    PointVar { x: nums[at].clone(), y: nums[at + 1].clone() }
}

fn native_at(values: &[Fr], at: usize) -> Point {
    Point { x: values[at], y: values[at + 1] }
}

fn concat(parts: &[&[Fr]]) -> Vec<Fr> {
    parts.concat()
}

fn bits(rng: &mut ChaCha20Rng) -> Gadget {
    let cases = [0, 1, 255, 170, rng.gen_range(2..255u64)].map(|n| vec![Fr::from(n)]).to_vec();
    let build = |b: &mut Builder<'_>, nums: &[Num]| range::bits(b, &nums[0], 8).map(drop);
    Gadget::new("bits", cases, build, |_, v| v[0].into_bigint() < BigInt::from(256u64))
}

fn below(count: usize, bound: u64) -> Gadget {
    let cases = (0..bound).map(|n| vec![Fr::from(n)]).collect();
    let build = move |b: &mut Builder<'_>, nums: &[Num]| {
        let bits = range::bits(b, &nums[0], count)?;
        range::below(b, &bits, BigInt::from(bound))
    };
    Gadget::new(format!("below {bound}"), cases, build, move |_, v| v[0].into_bigint() < BigInt::from(bound))
        .bounded(count, bound)
}

/// Inputs: a field element and its low 128 bits.
fn canonical_bits(rng: &mut ChaCha20Rng) -> Gadget {
    let low = |x: Fr| vec![x, Fr::from(low128(&x))];
    let cases = vec![low(Fr::ZERO), low(Fr::from(77u64)), low(-Fr::ONE), low(field(rng))];
    let build = |b: &mut Builder<'_>, nums: &[Num]| {
        let bits = range::canonical_bits(b, &nums[0])?;
        b.equal(&range::pack(&bits[..128]), &nums[1])
    };
    Gadget::new("canonical bits", cases, build, |_, v| v[1] == Fr::from(low128(&v[0]))).bounded(254, Fr::MODULUS)
}

fn select(rng: &mut ChaCha20Rng) -> Gadget {
    let (x, y) = (field(rng), field(rng));
    let cases = vec![vec![Fr::ONE, x, y, x], vec![Fr::ZERO, x, y, y], vec![Fr::ONE, x, x, x]];
    let build = |b: &mut Builder<'_>, nums: &[Num]| {
        let bit = b.bit(nums[0].value() == Fr::ONE)?;
        b.equal(&bit, &nums[0])?;
        let out = b.select(&bit, &nums[1], &nums[2])?;
        b.tie(&out, &nums[3])
    };
    let holds = |_: &Trace, v: &[Fr]| (v[0] == Fr::ONE && v[3] == v[1]) || (v[0] == Fr::ZERO && v[3] == v[2]);
    Gadget::new("select", cases, build, holds)
}

fn non_zero(rng: &mut ChaCha20Rng) -> Gadget {
    let cases = vec![vec![Fr::ONE], vec![-Fr::ONE], vec![field(rng)]];
    let build = |b: &mut Builder<'_>, nums: &[Num]| b.non_zero(&nums[0]);
    Gadget::new("non-zero", cases, build, |_, v| v[0] != Fr::ZERO)
}

/// For a denominator that is not 0, as the gadget asks.
fn divide(rng: &mut ChaCha20Rng) -> Gadget {
    let quotient = |n: Fr, d: Fr| vec![n, d, n * d.inverse().expect("not 0")];
    let cases = vec![quotient(Fr::ZERO, Fr::ONE), quotient(Fr::ONE, -Fr::ONE), quotient(field(rng), field(rng))];
    let build = |b: &mut Builder<'_>, nums: &[Num]| {
        let out = b.divide(&nums[0], &nums[1])?;
        b.tie(&out, &nums[2])
    };
    Gadget::new("divide", cases, build, |_, v| v[1] == Fr::ZERO || v[2] * v[1] == v[0])
}

fn permutation(inputs: usize, rng: &mut ChaCha20Rng) -> Gadget {
    let case = |words: Vec<Fr>| concat(&[&words, &[hash(&words)]]);
    let cases = vec![case(vec![Fr::ZERO; inputs]), case((0..inputs).map(|_| field(rng)).collect())];
    let build = move |b: &mut Builder<'_>, nums: &[Num]| {
        let out = poseidon::gadget::hash(b, &nums[..inputs])?;
        b.tie(&out, &nums[inputs])
    };
    Gadget::new(format!("poseidon {inputs}"), cases, build, move |_, v| v[inputs] == hash(&v[..inputs]))
}

/// Beyond one permutation: 18 words.
fn long_hash(rng: &mut ChaCha20Rng) -> Gadget {
    let words: Vec<Fr> = (0..18).map(|_| field(rng)).collect();
    let build = |b: &mut Builder<'_>, nums: &[Num]| {
        let out = poseidon::gadget::hash_words(b, &nums[..18])?;
        b.tie(&out, &nums[18])
    };
    let cases = vec![concat(&[&words, &[hash_words(&words)]])];
    Gadget::new("poseidon of 18 words", cases, build, |_, v| v[18] == hash_words(&v[..18]))
}

const LEVELS: usize = 3;

/// Inputs: leaf, size, root. The position and the siblings are the prover's.
fn merkle(rng: &mut ChaCha20Rng) -> Gadget {
    let mut paths = Vec::new();
    let mut cases = Vec::new();
    for size in (1..=1u64 << LEVELS).rev() {
        let leaves: Vec<Fr> = (0..size).map(|_| field(rng)).collect();
        let tree = LeanImt::from_leaves(&leaves).expect("no leaf is 0");
        for index in (0..size).rev() {
            let proof = tree.proof(index).expect("a leaf");
            cases.push(vec![leaves[index as usize], Fr::from(size), tree.root()]);
            paths.push((index, padded(&proof.siblings, LEVELS)));
        }
    }
    let known = cases.clone();
    let build = move |b: &mut Builder<'_>, nums: &[Num]| {
        let case = known.iter().position(|case| case.iter().zip(nums).all(|(x, num)| *x == num.value()));
        let (index, siblings) = &paths[case.expect("one of the cases")];
        let reached = root(b, &nums[0], &nums[1], *index, siblings)?;
        b.tie(&reached, &nums[2])
    };
    Gadget::new("merkle path", cases, build, path_holds)
}

fn path_holds(trace: &Trace, values: &[Fr]) -> bool {
    let Some(index) = super::read::number(trace, values, trace.witnesses().start, LEVELS) else { return false };
    let size = values[1].into_bigint();
    if size == BigInt::default() || size > BigInt::from(1u64 << LEVELS) || index >= size {
        return false;
    }
    let siblings: Vec<Fr> = super::read::choices(trace, 0..trace.rows.len()).map(|v| values[v as usize]).collect();
    let (index, last) = (index.0[0], size.0[0] - 1);
    let proof = MerkleProof { index, siblings: super::read::path(index, last, &siblings) };
    proof.root(values[0]) == values[2]
}

fn on_curve(rng: &mut ChaCha20Rng) -> Gadget {
    let cases = [Point::IDENTITY, Point::BASE8, point(rng)].map(|p| p.words().to_vec()).to_vec();
    let build = |b: &mut Builder<'_>, nums: &[Num]| {
        let point = PointVar::witness_on_curve(b, &point_at(nums, 0).value())?;
        point.tie(b, &point_at(nums, 0))
    };
    Gadget::new("on curve", cases, build, |_, v| native_at(v, 0).is_on_curve())
}

/// Generic pairs and the pairs that incomplete formulas fail at: equal, opposite, neutral, of low order.
fn add(rng: &mut ChaCha20Rng) -> Gadget {
    let (p, q) = (point(rng), point(rng));
    let two = Point { x: Fr::ZERO, y: -Fr::ONE };
    let o = Point::IDENTITY;
    let pairs = [(p, q), (p, p), (p, p.neg()), (p, o), (o, q), (o, o), (two, p), (two, two), (p.add(&two), p)];
    let cases = pairs.map(|(p, q)| concat(&[&p.words(), &q.words(), &p.add(&q).words()])).to_vec();
    let build =
        |b: &mut Builder<'_>, nums: &[Num]| point_at(nums, 0).add(b, &point_at(nums, 2))?.tie(b, &point_at(nums, 4));
    Gadget::new("edwards add", cases, build, |_, v| native_at(v, 4) == native_at(v, 0).add(&native_at(v, 2)))
}

fn double(rng: &mut ChaCha20Rng) -> Gadget {
    let points = [point(rng), Point::IDENTITY, Point { x: Fr::ZERO, y: -Fr::ONE }, Point::BASE8];
    let cases = points.map(|p| concat(&[&p.words(), &p.double().words()])).to_vec();
    let build = |b: &mut Builder<'_>, nums: &[Num]| point_at(nums, 0).double(b)?.tie(b, &point_at(nums, 2));
    Gadget::new("edwards double", cases, build, |_, v| native_at(v, 2) == native_at(v, 0).double())
}

fn times_eight(rng: &mut ChaCha20Rng) -> Gadget {
    let eightfold = |p: &Point| p.double().double().double();
    let cases = [point(rng), Point::IDENTITY].map(|p| concat(&[&p.words(), &eightfold(&p).words()])).to_vec();
    let build = |b: &mut Builder<'_>, nums: &[Num]| point_at(nums, 0).times_eight(b)?.tie(b, &point_at(nums, 2));
    Gadget::new("times eight", cases, build, move |_, v| native_at(v, 2) == eightfold(&native_at(v, 0)))
}

/// Inputs: bit, point, result.
fn if_bit(rng: &mut ChaCha20Rng) -> Gadget {
    let p = point(rng);
    let cases = vec![
        concat(&[&[Fr::ONE], &p.words(), &p.words()]),
        concat(&[&[Fr::ZERO], &p.words(), &Point::IDENTITY.words()]),
    ];
    let build = |b: &mut Builder<'_>, nums: &[Num]| {
        let bit = b.bit(nums[0].value() == Fr::ONE)?;
        b.equal(&bit, &nums[0])?;
        point_at(nums, 1).if_bit(b, &bit)?.tie(b, &point_at(nums, 3))
    };
    let holds = |_: &Trace, v: &[Fr]| {
        let expected = if v[0] == Fr::ONE { native_at(v, 1) } else { Point::IDENTITY };
        (v[0] == Fr::ONE || v[0] == Fr::ZERO) && native_at(v, 3) == expected
    };
    Gadget::new("point or identity", cases, build, holds)
}

/// Inputs: number, number * B8. Every number of that many bits is a case where they are few.
fn constant_multiple(bits: usize) -> Gadget {
    let multiple = |n: u64| concat(&[&[Fr::from(n)], &Point::BASE8.mul_bigint(BigInt::from(n)).words()]);
    let cases = (0..1u64 << bits).map(multiple).collect();
    let build = move |b: &mut Builder<'_>, nums: &[Num]| {
        let bits = range::bits(b, &nums[0], bits)?;
        mul_constant(b, &bits, &Point::BASE8)?.tie(b, &point_at(nums, 1))
    };
    let holds = move |_: &Trace, v: &[Fr]| {
        let number = v[0].into_bigint();
        number.num_bits() as usize <= bits && native_at(v, 1) == Point::BASE8.mul_bigint(number)
    };
    Gadget::new(format!("constant multiple, {bits} bits"), cases, build, holds)
}

/// Inputs: number, base, number * base.
fn variable_multiple(bits: usize, rng: &mut ChaCha20Rng) -> Gadget {
    let bases = [point(rng), Point::IDENTITY, Point::BASE8];
    let case =
        |n: u64, base: &Point| concat(&[&[Fr::from(n)], &base.words(), &base.mul_bigint(BigInt::from(n)).words()]);
    let mut cases: Vec<Vec<Fr>> = (0..1u64 << bits).map(|n| case(n, &bases[0])).collect();
    cases.extend(bases[1..].iter().map(|base| case((1 << bits) - 1, base)));
    let build = move |b: &mut Builder<'_>, nums: &[Num]| {
        let bits = range::bits(b, &nums[0], bits)?;
        let digits = SignedDigits::new(b, &bits)?;
        digits.mul(b, &point_at(nums, 1))?.tie(b, &point_at(nums, 3))
    };
    let holds = move |_: &Trace, v: &[Fr]| {
        let number = v[0].into_bigint();
        number.num_bits() as usize <= bits && native_at(v, 3) == native_at(v, 1).mul_bigint(number)
    };
    Gadget::new(format!("variable multiple, {bits} bits"), cases, build, holds)
}

/// Inputs: base, multiple of it. The digits of the number are the prover's: 1, l - 1 and l among the cases.
fn random_multiple(constant: bool, rng: &mut ChaCha20Rng) -> Gadget {
    let l = Scalar::MODULUS;
    let mut below = l;
    below.sub_with_borrow(&BigInt::from(1u64));
    let numbers = [random_scalar(rng).into_bigint(), BigInt::from(1u64), BigInt::from(2u64), below, l];
    let base = if constant { Point::BASE8 } else { point(rng) };
    let cases: Vec<Vec<Fr>> = numbers.iter().map(|n| concat(&[&base.words(), &base.mul_bigint(*n).words()])).collect();
    let known = cases.clone();
    let build = move |b: &mut Builder<'_>, nums: &[Num]| {
        let case = known.iter().position(|case| case.iter().zip(nums).all(|(x, num)| *x == num.value()));
        let digits = SignedDigits::random(b, numbers[case.expect("one of the cases")])?;
        let product = match constant {
            true => digits.mul_constant(b, &Point::BASE8)?,
            false => digits.mul(b, &point_at(nums, 0))?,
        };
        product.tie(b, &point_at(nums, 2))
    };
    let holds = |trace: &Trace, v: &[Fr]| {
        let number = super::read::signed_digits(trace, v, trace.witnesses().start);
        number.is_some_and(|n| native_at(v, 2) == native_at(v, 0).mul(&n))
    };
    Gadget::new(if constant { "random multiple of B8" } else { "random multiple" }, cases, build, holds)
}

/// Inputs: words, h, gamma, e.
fn folding(rng: &mut ChaCha20Rng) -> Gadget {
    let case = |words: Vec<Fr>, gamma: Fr| concat(&[&words, &[hash_words(&words), gamma, scope::fold(gamma, &words)]]);
    let cases = vec![case((0..4).map(|_| field(rng)).collect(), field(rng)), case(vec![Fr::ONE; 4], Fr::ONE)];
    let build = |b: &mut Builder<'_>, nums: &[Num]| fold(b, &nums[..4], &nums[4], &nums[5], &nums[6]);
    let holds = |_: &Trace, v: &[Fr]| v[4] == hash_words(&v[..4]) && v[6] == scope::fold(v[5], &v[..4]);
    Gadget::new("fold", cases, build, holds)
}
