//! The values of A·B - C on the odd coset, which stand for the quotient by the vanishing polynomial; see
//! [`crate::reduction`].

use ark_bn254::Fr;
use ark_ff::BigInt;
use zeroize::Zeroizing;

use super::fft::Domain;
use super::ifma::Ifma;
use super::ifma::fft::GROUP;
use super::kernel::Backend;
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
    let columns = [Column { rows: &sides.a, rest: inputs }, Column::new(&sides.b), Column::new(&sides.c)];
    Ok(match Ifma::detect().filter(|_| backend == Backend::Ifma && size >= GROUP) {
        Some(ifma) => ifma.quotient(domain.lanes(ifma), columns),
        None => portable(domain, columns),
    })
}

/// One side of every row, then `rest`, then zeros: the values of a polynomial on the domain.
#[derive(Clone, Copy)]
pub(super) struct Column<'a> {
    rows: &'a [Fr],
    rest: &'a [Fr],
}

impl<'a> Column<'a> {
    fn new(rows: &'a [Fr]) -> Self {
        Self { rows, rest: &[] }
    }

    /// The values from `start` on.
    #[cfg(target_arch = "x86_64")]
    #[inline]
    pub(super) fn eight(&self, start: usize) -> [Fr; 8] {
        if let Some(eight) = self.rows.get(start..).and_then(|rows| rows.first_chunk()) {
            return *eight;
        }
        let value = |i: usize| self.rows.get(i).or_else(|| self.rest.get(i.checked_sub(self.rows.len())?));
        std::array::from_fn(|i| value(start + i).copied().unwrap_or_default())
    }
}

fn portable(domain: &Domain, columns: [Column<'_>; 3]) -> Zeroizing<Vec<Fr>> {
    let (size, roots) = (domain.size(), domain.roots());
    let on_coset = |Column { rows, rest }: Column<'_>| {
        let mut values = Zeroizing::new(Vec::with_capacity(size));
        values.extend(rows.iter().chain(rest).map(|x| x.0.0));
        values.resize(size, [0; 4]);
        roots.to_odd_coset(&mut values);
        values
    };
    let [a, b, c] = columns;
    let (a, (b, c)): (Zeroizing<Vec<Limbs>>, _) =
        par::join(|| on_coset(a), || par::join(|| on_coset(b), || on_coset(c)));
    let mut values = Zeroizing::new(vec![Fr::default(); size]);
    par::chunks_mut(&mut values, TASK, |task, values| {
        for (i, value) in (task * TASK..).zip(values) {
            // The product of numbers below 2 r is below 2 r, the difference below 4 r.
            *value = Fr::new_unchecked(BigInt(reduce(&sub_plus_2r(&mul(&a[i], &b[i]), &c[i]))));
        }
    });
    values
}

#[cfg(test)]
mod tests;
