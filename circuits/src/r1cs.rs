//! The constraint builder that every gadget is written in.
//!
//! A [`Num`] carries its value and, while matrices are being built, its linear combination. When only an assignment is
//! wanted (proving), no linear combination is ever formed: the same code is then a plain computation.

use crate::Fr;
use ark_ff::{AdditiveGroup, Field};
use ark_relations::gr1cs::{ConstraintSystemRef, LinearCombination, SynthesisError, Variable};
use std::ops::Range;

/// A value in a circuit: a linear combination of variables, or a constant.
#[derive(Clone, Debug)]
pub struct Num {
    value: Fr,
    constant: bool,
    /// Sorted by variable, no zero coefficient; `None` for constants and while only assigning.
    terms: Option<Vec<(Variable, Fr)>>,
}

impl Num {
    /// A constant of the circuit.
    pub fn constant(value: Fr) -> Self {
        Self { value, constant: true, terms: None }
    }

    /// The constant 0.
    pub fn zero() -> Self {
        Self::constant(Fr::ZERO)
    }

    /// The constant 1.
    pub fn one() -> Self {
        Self::constant(Fr::ONE)
    }

    /// The assigned value.
    pub fn value(&self) -> Fr {
        self.value
    }

    /// The value, if it is fixed by the circuit itself.
    pub fn as_constant(&self) -> Option<Fr> {
        self.constant.then_some(self.value)
    }

    /// Sum of `coefficient * num` over `parts`.
    pub fn linear<'a>(parts: impl IntoIterator<Item = (Fr, &'a Num)>) -> Self {
        let (mut value, mut constant) = (Fr::ZERO, true);
        let (mut terms, mut offset) = (None, Fr::ZERO);
        for (coefficient, num) in parts {
            let scaled = coefficient * num.value;
            value += scaled;
            if num.constant {
                offset += scaled;
                continue;
            }
            constant = false;
            if let Some(added) = &num.terms {
                let terms = terms.get_or_insert_with(Vec::new);
                terms.extend(added.iter().map(|(variable, c)| (*variable, coefficient * c)));
            }
        }
        if let Some(terms) = &mut terms {
            terms.push((Variable::one(), offset));
            compact(terms);
        }
        Self { value, constant, terms }
    }

    /// self + other.
    pub fn add(&self, other: &Num) -> Self {
        Self::linear([(Fr::ONE, self), (Fr::ONE, other)])
    }

    /// self - other.
    pub fn sub(&self, other: &Num) -> Self {
        Self::linear([(Fr::ONE, self), (-Fr::ONE, other)])
    }

    /// self * factor.
    pub fn scale(&self, factor: Fr) -> Self {
        Self::linear([(factor, self)])
    }

    /// self + constant.
    pub fn plus(&self, constant: Fr) -> Self {
        Self::linear([(Fr::ONE, self), (Fr::ONE, &Num::constant(constant))])
    }

    /// 1 - self: the negation of a bit.
    pub fn not(&self) -> Self {
        Self::one().sub(self)
    }

    fn combination(&self) -> LinearCombination<Fr> {
        if self.constant {
            return LinearCombination(vec![(self.value, Variable::one())]);
        }
        LinearCombination(self.terms.iter().flatten().map(|(variable, c)| (*c, *variable)).collect())
    }
}

fn compact(terms: &mut Vec<(Variable, Fr)>) {
    terms.sort_unstable_by_key(|(variable, _)| *variable);
    terms.dedup_by(|next, kept| {
        let same = next.0 == kept.0;
        if same {
            kept.1 += next.1;
        }
        same
    });
    terms.retain(|(_, coefficient)| *coefficient != Fr::ZERO);
}

/// A named run of constraints: a block of the statement page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// The name on the statement page.
    pub name: &'static str,
    /// Rows of the constraint matrices.
    pub rows: Range<usize>,
}

/// Allocates variables and enforces constraints.
pub struct Builder {
    cs: ConstraintSystemRef<Fr>,
    track: bool,
    blocks: Vec<Block>,
}

impl Builder {
    /// Builds into `cs`; linear combinations are formed only if `cs` wants matrices.
    pub fn new(cs: ConstraintSystemRef<Fr>) -> Self {
        let track = cs.should_construct_matrices();
        Self { cs, track, blocks: Vec::new() }
    }

    /// The blocks written so far.
    pub fn blocks(&self) -> &[Block] {
        &self.blocks
    }

    /// Runs `body`, recording its rows under `name`.
    pub fn block<T>(
        &mut self,
        name: &'static str,
        body: impl FnOnce(&mut Self) -> Result<T, SynthesisError>,
    ) -> Result<T, SynthesisError> {
        let start = self.cs.num_constraints();
        let result = body(self)?;
        self.blocks.push(Block { name, rows: start..self.cs.num_constraints() });
        Ok(result)
    }

    fn allocated(&self, value: Fr, variable: Variable) -> Num {
        let terms = self.track.then(|| vec![(variable, Fr::ONE)]);
        Num { value, constant: false, terms }
    }

    /// A public input.
    pub fn input(&mut self, value: Fr) -> Result<Num, SynthesisError> {
        let variable = self.cs.new_input_variable(|| Ok(value))?;
        Ok(self.allocated(value, variable))
    }

    /// A witness variable. The caller must constrain it.
    pub fn witness(&mut self, value: Fr) -> Result<Num, SynthesisError> {
        let variable = self.cs.new_witness_variable(|| Ok(value))?;
        Ok(self.allocated(value, variable))
    }

    /// a * b = c.
    pub fn enforce(&mut self, a: &Num, b: &Num, c: &Num) -> Result<(), SynthesisError> {
        self.cs.enforce_r1cs_constraint(|| a.combination(), || b.combination(), || c.combination())
    }

    /// a = b.
    pub fn equal(&mut self, a: &Num, b: &Num) -> Result<(), SynthesisError> {
        self.enforce(&a.sub(b), &Num::one(), &Num::zero())
    }

    /// The product, as a new constrained variable; a linear combination if either factor is a constant.
    pub fn mul(&mut self, a: &Num, b: &Num) -> Result<Num, SynthesisError> {
        if let Some(factor) = a.as_constant() {
            return Ok(b.scale(factor));
        }
        if let Some(factor) = b.as_constant() {
            return Ok(a.scale(factor));
        }
        let product = self.witness(a.value * b.value)?;
        self.enforce(a, b, &product)?;
        Ok(product)
    }

    /// numerator / denominator, for a denominator that cannot be 0.
    pub fn divide(&mut self, numerator: &Num, denominator: &Num) -> Result<Num, SynthesisError> {
        // A zero denominator only comes from a false witness: any hint will do, the row fails or the caller's proof rules it out.
        let inverse = denominator.value.inverse().unwrap_or(Fr::ZERO);
        let quotient = self.witness(numerator.value * inverse)?;
        self.enforce(&quotient, denominator, numerator)?;
        Ok(quotient)
    }

    /// a != 0, by its inverse.
    pub fn non_zero(&mut self, a: &Num) -> Result<(), SynthesisError> {
        let inverse = self.witness(a.value.inverse().unwrap_or(Fr::ZERO))?;
        self.enforce(a, &inverse, &Num::one())
    }

    /// A new boolean witness variable.
    pub fn bit(&mut self, value: bool) -> Result<Num, SynthesisError> {
        let bit = self.witness(Fr::from(value))?;
        self.enforce(&bit, &bit.not(), &Num::zero())?;
        Ok(bit)
    }

    /// if_one where bit = 1, if_zero where bit = 0.
    pub fn select(&mut self, bit: &Num, if_one: &Num, if_zero: &Num) -> Result<Num, SynthesisError> {
        let change = self.mul(bit, &if_one.sub(if_zero))?;
        Ok(if_zero.add(&change))
    }
}
