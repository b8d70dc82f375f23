//! The values of A·B - C on the odd coset, which stand for the quotient by the vanishing polynomial; see
//! [`crate::reduction`].

use ark_bn254::Fr;
use ark_ff::BigInt;
use zeroize::Zeroizing;

use super::fft::Domain;
use super::limbs::{Limbs, mul, reduce, sub_plus_2r};
use super::matrices::Sides;
use super::par;

/// Values that one task puts together.
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
pub fn quotient(domain: &Domain, sides: &Sides, inputs: &[Fr]) -> Result<Zeroizing<Vec<Fr>>, TooManyRows> {
    let (rows, size) = (sides.a.len(), domain.size());
    if rows + inputs.len() > size || sides.b.len() != rows || sides.c.len() != rows {
        return Err(TooManyRows { rows, inputs: inputs.len(), domain: size });
    }
    let column = |rows: &[Fr], rest: &[Fr]| {
        let mut column = Zeroizing::new(Vec::with_capacity(size));
        column.extend(rows.iter().chain(rest).map(|x| x.0.0));
        column.resize(size, [0; 4]);
        domain.to_odd_coset(&mut column);
        column
    };
    let (a, (b, c)): (Zeroizing<Vec<Limbs>>, _) =
        par::join(|| column(&sides.a, inputs), || par::join(|| column(&sides.b, &[]), || column(&sides.c, &[])));
    let mut values = Zeroizing::new(vec![Fr::default(); size]);
    par::chunks_mut(&mut values, TASK, |task, values| {
        for (i, value) in (task * TASK..).zip(values) {
            // The product of numbers below 2 r is below 2 r, the difference below 4 r.
            *value = Fr::new_unchecked(BigInt(reduce(&sub_plus_2r(&mul(&a[i], &b[i]), &c[i]))));
        }
    });
    Ok(values)
}

#[cfg(test)]
mod tests;
