//! The constraint builder that every gadget is written in.
//!
//! A [`Num`] carries its value and, while matrices are being built, its linear combination. When only an assignment is
//! wanted (proving), no linear combination is ever formed: the same code is then a plain computation.

use crate::Fr;
use ark_ff::{AdditiveGroup, Field};
use ark_relations::gr1cs::{ConstraintSystemRef, LinearCombination, SynthesisError, Variable};
use std::ops::Range;
use zeroize::Zeroizing;

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

    /// A linear combination of variables of which only the value is known: for [`Backend::assigning`].
    pub(crate) fn computed(value: Fr) -> Self {
        Self { value, constant: false, terms: None }
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
            // Many coefficients are 1, and many values bits.
            let scaled = if coefficient == Fr::ONE {
                num.value
            } else if num.value == Fr::ZERO || num.value == Fr::ONE {
                if num.value == Fr::ONE { coefficient } else { Fr::ZERO }
            } else {
                coefficient * num.value
            };
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

    pub(crate) fn combination(&self) -> LinearCombination<Fr> {
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

/// What a row is for; only tests make a difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Row {
    /// Any other rule.
    Rule,
    /// The newest variable is 0 or 1.
    Boolean,
    /// Something computed equals something given.
    Tie,
}

/// Where variables and rows go: an arkworks constraint system, or a test's probe.
pub trait Backend {
    /// Whether linear combinations are wanted.
    fn track(&self) -> bool;
    /// Adds a variable; the value is the one to go on with.
    fn allocate(&mut self, input: bool, value: Fr) -> Result<(Fr, Variable), SynthesisError>;
    /// Adds the row a * b = c.
    fn enforce(&mut self, a: &Num, b: &Num, c: &Num, kind: Row) -> Result<(), SynthesisError>;
    /// Rows so far.
    fn rows(&self) -> usize;
    /// Whether only the honest values are wanted. Rows are then never looked at, and gadgets may compute values by a
    /// shorter way than row by row.
    fn assigning(&self) -> bool {
        false
    }
}

/// The backend of a prover: keeps the values of an assignment and nothing else.
pub struct Values {
    /// The constant 1, the public inputs, the private variables.
    values: Zeroizing<Vec<Fr>>,
    inputs: usize,
    next_input: usize,
    variables: usize,
}

impl Values {
    /// For a circuit of so many public inputs (without the constant 1) and variables (with everything).
    pub fn new(inputs: usize, variables: usize) -> Self {
        let mut values = Zeroizing::new(Vec::with_capacity(variables.max(inputs + 1)));
        values.push(Fr::ONE);
        values.resize(inputs + 1, Fr::ZERO);
        Self { values, inputs, next_input: 1, variables }
    }

    /// The assignment, erased when dropped.
    ///
    /// # Errors
    /// [`SynthesisError::Unsatisfiable`] unless as many variables were allocated as the circuit has.
    pub fn finish(self) -> Result<Zeroizing<Vec<Fr>>, SynthesisError> {
        if self.next_input != self.inputs + 1 || self.values.len() != self.variables {
            return Err(SynthesisError::Unsatisfiable);
        }
        Ok(self.values)
    }
}

impl Backend for Values {
    fn track(&self) -> bool {
        false
    }

    fn allocate(&mut self, input: bool, value: Fr) -> Result<(Fr, Variable), SynthesisError> {
        if input {
            // One too many must not overwrite a private variable.
            if self.next_input > self.inputs {
                return Err(SynthesisError::Unsatisfiable);
            }
            self.values[self.next_input] = value;
            self.next_input += 1;
        } else {
            // Beyond the capacity the values would move and leave a copy behind.
            if self.values.len() == self.values.capacity() {
                return Err(SynthesisError::Unsatisfiable);
            }
            self.values.push(value);
        }
        Ok((value, Variable::one()))
    }

    fn enforce(&mut self, _: &Num, _: &Num, _: &Num, _: Row) -> Result<(), SynthesisError> {
        Ok(())
    }

    fn rows(&self) -> usize {
        0
    }

    fn assigning(&self) -> bool {
        true
    }
}

/// An arkworks constraint system as a backend.
pub struct System {
    cs: ConstraintSystemRef<Fr>,
    track: bool,
}

impl System {
    /// Builds into `cs`; linear combinations are formed only if `cs` wants matrices.
    pub fn new(cs: ConstraintSystemRef<Fr>) -> Self {
        let track = cs.should_construct_matrices();
        Self { cs, track }
    }
}

impl Backend for System {
    fn track(&self) -> bool {
        self.track
    }

    fn allocate(&mut self, input: bool, value: Fr) -> Result<(Fr, Variable), SynthesisError> {
        let variable = match input {
            true => self.cs.new_input_variable(|| Ok(value))?,
            false => self.cs.new_witness_variable(|| Ok(value))?,
        };
        Ok((value, variable))
    }

    fn enforce(&mut self, a: &Num, b: &Num, c: &Num, _kind: Row) -> Result<(), SynthesisError> {
        self.cs.enforce_r1cs_constraint(|| a.combination(), || b.combination(), || c.combination())
    }

    fn rows(&self) -> usize {
        self.cs.num_constraints()
    }
}

/// Allocates variables and enforces constraints.
pub struct Builder<'a> {
    backend: &'a mut dyn Backend,
    assigning: bool,
    blocks: Vec<Block>,
}

impl<'a> Builder<'a> {
    /// Builds into `backend`.
    pub fn new(backend: &'a mut dyn Backend) -> Self {
        Self { assigning: backend.assigning(), backend, blocks: Vec::new() }
    }

    /// The blocks written so far.
    pub fn blocks(&self) -> &[Block] {
        &self.blocks
    }

    /// See [`Backend::assigning`].
    pub(crate) fn assigning(&self) -> bool {
        self.assigning
    }

    /// Runs `body`, recording its rows under `name`.
    pub fn block<T>(
        &mut self,
        name: &'static str,
        body: impl FnOnce(&mut Self) -> Result<T, SynthesisError>,
    ) -> Result<T, SynthesisError> {
        let start = self.backend.rows();
        let result = body(self)?;
        self.blocks.push(Block { name, rows: start..self.backend.rows() });
        Ok(result)
    }

    fn allocate(&mut self, input: bool, value: Fr) -> Result<Num, SynthesisError> {
        let (value, variable) = self.backend.allocate(input, value)?;
        let terms = self.backend.track().then(|| vec![(variable, Fr::ONE)]);
        Ok(Num { value, constant: false, terms })
    }

    /// A public input.
    pub fn input(&mut self, value: Fr) -> Result<Num, SynthesisError> {
        self.allocate(true, value)
    }

    /// A witness variable. The caller must constrain it.
    pub fn witness(&mut self, value: Fr) -> Result<Num, SynthesisError> {
        self.allocate(false, value)
    }

    /// a * b = c.
    pub fn enforce(&mut self, a: &Num, b: &Num, c: &Num) -> Result<(), SynthesisError> {
        self.backend.enforce(a, b, c, Row::Rule)
    }

    /// computed = given, where `given` is a public input or a word: the end of a computation.
    pub fn tie(&mut self, computed: &Num, given: &Num) -> Result<(), SynthesisError> {
        if self.assigning {
            return Ok(());
        }
        self.backend.enforce(&computed.sub(given), &Num::one(), &Num::zero(), Row::Tie)
    }

    /// a * b = given: [`Builder::tie`] for a product.
    pub fn tie_product(&mut self, a: &Num, b: &Num, given: &Num) -> Result<(), SynthesisError> {
        self.backend.enforce(a, b, given, Row::Tie)
    }

    /// a = b.
    pub fn equal(&mut self, a: &Num, b: &Num) -> Result<(), SynthesisError> {
        if self.assigning {
            return Ok(());
        }
        self.enforce(&a.sub(b), &Num::one(), &Num::zero())
    }

    /// The product, as a new constrained variable; a linear combination if either factor is a constant.
    pub fn mul(&mut self, a: &Num, b: &Num) -> Result<Num, SynthesisError> {
        if let Some((factor, other)) = a.as_constant().map(|f| (f, b)).or(b.as_constant().map(|f| (f, a))) {
            return Ok(if factor == Fr::ZERO { Num::zero() } else { other.scale(factor) });
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

    /// [`Builder::divide`] for each (numerator, denominator), with one inversion for all.
    pub fn divide_all(&mut self, parts: &[(Num, Num)]) -> Result<Vec<Num>, SynthesisError> {
        let mut inverses: Vec<Fr> = parts.iter().map(|(_, denominator)| denominator.value).collect();
        // Leaves a zero as it is.
        ark_ff::batch_inversion(&mut inverses);
        let divide = |((numerator, denominator), inverse): (&(Num, Num), Fr)| {
            let quotient = self.witness(numerator.value * inverse)?;
            self.enforce(&quotient, denominator, numerator)?;
            Ok(quotient)
        };
        parts.iter().zip(inverses).map(divide).collect()
    }

    /// a != 0, by its inverse.
    pub fn non_zero(&mut self, a: &Num) -> Result<(), SynthesisError> {
        let inverse = self.witness(a.value.inverse().unwrap_or(Fr::ZERO))?;
        self.enforce(a, &inverse, &Num::one())
    }

    /// A new boolean witness variable.
    pub fn bit(&mut self, value: bool) -> Result<Num, SynthesisError> {
        let bit = self.witness(if value { Fr::ONE } else { Fr::ZERO })?;
        if self.assigning {
            return Ok(bit);
        }
        self.backend.enforce(&bit, &bit.not(), &Num::zero(), Row::Boolean)?;
        Ok(bit)
    }

    /// if_one where bit = 1, if_zero where bit = 0.
    pub fn select(&mut self, bit: &Num, if_one: &Num, if_zero: &Num) -> Result<Num, SynthesisError> {
        let change = self.mul(bit, &if_one.sub(if_zero))?;
        Ok(if_zero.add(&change))
    }
}
