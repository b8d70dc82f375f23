//! The values of A·B - C on the odd coset, which stand for the quotient by the vanishing polynomial; see
//! [`crate::reduction`].

use ark_bn254::Fr;
use ark_ff::AdditiveGroup;
use bytemuck::Zeroable;
use zeroize::Zeroizing;

use super::fft::{Domain, Transform};
use super::kernel::Backend;
use super::matrices::Sides;
use super::par;
use super::secret::Secret;

/// Elements that one task loads or puts together.
const TASK: usize = 1 << 12;

/// The domain has no room for the rows and one more per public input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{rows} rows and {inputs} public inputs do not fit a domain of {domain}")]
pub struct TooManyRows {
    /// Rows of the matrices.
    pub rows: usize,
    /// Public inputs, the constant 1 included.
    pub inputs: usize,
    /// Size of the domain.
    pub domain: usize,
}

/// The values of A·B - C on the odd coset, in the order of its elements w, w^3, w^5, ...
///
/// `sides` are those of the rows under a satisfying assignment, `inputs` its first values: the constant 1 and the public
/// inputs.
///
/// # Errors
/// [`TooManyRows`].
pub fn quotient(
    backend: Backend,
    domain: &Domain,
    sides: &Sides,
    inputs: &[Fr],
) -> Result<Zeroizing<Vec<Fr>>, TooManyRows> {
    let (rows, size) = (sides.a.len(), domain.size());
    if rows + inputs.len() > size || sides.b.len() != rows || sides.c.len() != rows {
        return Err(TooManyRows { rows, inputs: inputs.len(), domain: size });
    }
    let columns = [Column(&sides.a, inputs), Column(&sides.b, &[]), Column(&sides.c, &[])];
    Ok(match backend.ifma().and_then(|ifma| domain.tables(ifma)) {
        Some(tables) => by(tables, size, &columns),
        None => by(domain.roots(), size, &columns),
    })
}

/// One side of every row, more values, then zeros: the values of a polynomial on the domain.
pub(super) struct Column<'a>(&'a [Fr], &'a [Fr]);

impl Column<'_> {
    /// The value at position i.
    #[inline]
    pub(super) fn get(&self, i: usize) -> Fr {
        let Self(rows, rest) = self;
        rows.get(i).or_else(|| rest.get(i - rows.len())).copied().unwrap_or_default()
    }
}

fn by<T: Transform>(transform: &T, size: usize, columns: &[Column<'_>; 3]) -> Zeroizing<Vec<Fr>> {
    let columns = par::map(columns, |_, column| {
        let mut values = Secret::from(vec![T::Value::zeroed(); size / T::ELEMENTS]);
        let run = TASK / T::ELEMENTS;
        par::chunks_mut(&mut values, run, |task, values| transform.load(column, TASK * task, values));
        transform.to_odd_coset(&mut values, 0);
        values
    });
    let mut out = Zeroizing::new(vec![Fr::ZERO; size]);
    par::chunks_mut(&mut out, TASK, |task, out| {
        let part = |i: usize| &columns[i][TASK / T::ELEMENTS * task..];
        transform.finish([part(0), part(1), part(2)], out);
    });
    out
}

#[cfg(test)]
mod tests;
