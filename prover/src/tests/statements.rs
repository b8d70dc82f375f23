//! Small statements for tests.

use ark_bn254::Fr;
use ark_relations::gr1cs::SynthesisError;
use tabella_circuits::r1cs::{Builder, Num};
use tabella_circuits::statement::{Statement, StatementError};

/// Public inputs of [`Quintic`].
#[derive(Debug, Clone)]
pub(crate) struct QuinticPublic {
    pub(crate) slope: Fr,
    pub(crate) y: Fr,
}

/// "I know x with y = x^5 + slope·x + 3", as version `V`, with `EXTRA` further rows x·x = x^2 to change the domain.
pub(crate) struct Quintic<const V: u32 = 1, const EXTRA: usize = 0>;

/// A public instance with its witness x.
pub(crate) fn quintic(x: u64) -> (QuinticPublic, Fr) {
    let (x, slope) = (Fr::from(x), Fr::from(7u64));
    (QuinticPublic { slope, y: x * x * x * x * x + slope * x + Fr::from(3u64) }, x)
}

impl<const V: u32, const EXTRA: usize> Statement for Quintic<V, EXTRA> {
    type Public = QuinticPublic;
    type Witness = Fr;
    const VERSION: u32 = V;

    fn id() -> String {
        format!("quintic-{EXTRA}")
    }
    fn constants() -> usize {
        1
    }
    fn input_names() -> Vec<String> {
        ["slope", "y"].map(str::to_owned).to_vec()
    }
    fn inputs(public: &QuinticPublic) -> Vec<Fr> {
        vec![public.slope, public.y]
    }
    fn blank() -> (QuinticPublic, Fr) {
        (QuinticPublic { slope: Fr::from(0u64), y: Fr::from(0u64) }, Fr::from(0u64))
    }
    fn check(public: &QuinticPublic, x: &Fr) -> Result<(), StatementError> {
        if public.y == *x * x * x * x * x + public.slope * x + Fr::from(3u64) {
            return Ok(());
        }
        Err(StatementError::new("curve", "y is not x^5 + slope·x + 3"))
    }
    fn build(builder: &mut Builder, public: &QuinticPublic, x: &Fr) -> Result<(), SynthesisError> {
        let slope = builder.input(public.slope)?;
        let y = builder.input(public.y)?;
        let x = builder.witness(*x)?;
        let x2 = builder.mul(&x, &x)?;
        let x4 = builder.mul(&x2, &x2)?;
        let sx = builder.mul(&slope, &x)?;
        let rest = y.sub(&sx).plus(-Fr::from(3u64));
        builder.enforce(&x4, &x, &rest)?;
        (0..EXTRA).try_for_each(|_| builder.enforce(&x, &x, &x2))
    }
}

/// What is wrong with [`Defective`].
pub(crate) const UNNAMED_INPUT: u8 = 0;
pub(crate) const TOO_MANY_CONSTANTS: u8 = 1;
pub(crate) const NO_CONSTRAINTS: u8 = 2;
pub(crate) const FAILS_IN_SETUP: u8 = 3;
pub(crate) const ANOTHER_INPUT: u8 = 4;
pub(crate) const SHAPE_BY_VALUE: u8 = 5;
pub(crate) const UNUSED_INPUT: u8 = 6;
pub(crate) const INPUT_TIMES_NOTHING: u8 = 7;

/// "x·x = y", with a defect.
pub(crate) struct Defective<const DEFECT: u8>;

impl<const DEFECT: u8> Statement for Defective<DEFECT> {
    type Public = Fr;
    type Witness = Fr;
    const VERSION: u32 = 1;

    fn id() -> String {
        format!("defective-{DEFECT}")
    }
    fn constants() -> usize {
        if DEFECT == TOO_MANY_CONSTANTS { 2 } else { 0 }
    }
    fn input_names() -> Vec<String> {
        if DEFECT == UNNAMED_INPUT { vec![] } else { vec!["y".to_owned()] }
    }
    fn inputs(y: &Fr) -> Vec<Fr> {
        vec![*y]
    }
    fn blank() -> (Fr, Fr) {
        (Fr::from(0u64), Fr::from(0u64))
    }
    fn check(_: &Fr, _: &Fr) -> Result<(), StatementError> {
        Ok(())
    }
    fn build(builder: &mut Builder, y: &Fr, x: &Fr) -> Result<(), SynthesisError> {
        let stated = if DEFECT == ANOTHER_INPUT { *x * x } else { *y };
        let y = builder.input(stated)?;
        let x_var = builder.witness(*x)?;
        if DEFECT == FAILS_IN_SETUP {
            return Err(SynthesisError::DivisionByZero);
        }
        if DEFECT == SHAPE_BY_VALUE && *x != Fr::from(0u64) {
            builder.witness(*x)?;
        }
        match DEFECT {
            NO_CONSTRAINTS => {}
            UNUSED_INPUT => builder.enforce(&x_var, &x_var, &Num::zero())?,
            INPUT_TIMES_NOTHING => {
                builder.enforce(&x_var, &x_var, &Num::zero())?;
                builder.enforce(&y, &Num::zero(), &Num::zero())?;
            }
            _ => builder.enforce(&x_var, &x_var, &y)?,
        }
        Ok(())
    }
}
