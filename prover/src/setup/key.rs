//! A proving key from a trapdoor: Groth16 (2016), section 3.2, its H in Lagrange form on the odd coset.
//!
//! The scalars of all queries come first, then their multiples of the generators.

use ark_bn254::{Bn254, Fr, G1Projective, G2Projective};
use ark_ec::{AffineRepr, CurveGroup, PrimeGroup};
use ark_ff::{AdditiveGroup, FftField, Field, batch_inversion};
use ark_groth16::{ProvingKey, VerifyingKey};
use ark_relations::gr1cs::Matrix;

use crate::circuit::CompiledCircuit;
use crate::engine::msm::Table;
use crate::engine::{Backend, G1Point, G2Point, Point, par};

/// Elements that a worker takes at once.
const RUN: usize = 1 << 12;

/// What nobody may know of a ceremony's key, and everybody knows of a development key. All but tau are not zero.
pub(crate) struct Trapdoor {
    pub(crate) alpha: Fr,
    pub(crate) beta: Fr,
    pub(crate) gamma: Fr,
    pub(crate) delta: Fr,
    /// Not a root of unity of twice the domain's order.
    pub(crate) tau: Fr,
}

/// The discrete logarithms of a key's queries.
struct Scalars {
    a: Vec<Fr>,
    b: Vec<Fr>,
    h: Vec<Fr>,
    l: Vec<Fr>,
    ic: Vec<Fr>,
}

/// The key of a circuit for this trapdoor and the standard generators. Nothing if tau is a root of unity of twice the
/// domain's order, or gamma or delta is 0.
pub(crate) fn key(backend: Backend, circuit: &CompiledCircuit, trapdoor: &Trapdoor) -> Option<ProvingKey<Bn254>> {
    let Scalars { a, b, h, l, ic } = scalars(circuit, trapdoor)?;
    let Trapdoor { alpha, beta, gamma, delta, .. } = trapdoor;
    let met = |scalars: &[Fr]| scalars.iter().filter(|scalar| **scalar != Fr::ZERO).count();
    let (g1, g2) = (G1Projective::generator(), G2Projective::generator());

    let table = Table::<G2Point>::new(backend, g2, met(&b));
    let b_g2_query = ark(&table.multiples(&b));
    drop(table);
    let table = Table::<G1Point>::new(backend, g1, met(&a) + met(&b) + h.len() + l.len() + ic.len());
    let multiples = |scalars: &[Fr]| ark(&table.multiples(scalars));
    let vk = VerifyingKey {
        alpha_g1: (g1 * alpha).into_affine(),
        beta_g2: (g2 * beta).into_affine(),
        gamma_g2: (g2 * gamma).into_affine(),
        delta_g2: (g2 * delta).into_affine(),
        gamma_abc_g1: multiples(&ic),
    };
    Some(ProvingKey {
        vk,
        beta_g1: (g1 * beta).into_affine(),
        delta_g1: (g1 * delta).into_affine(),
        a_query: multiples(&a),
        b_g1_query: multiples(&b),
        b_g2_query,
        h_query: multiples(&h),
        l_query: multiples(&l),
    })
}

/// ark's points.
fn ark<P: Point, A: AffineRepr + From<ark_ec::short_weierstrass::Affine<P::Curve>>>(points: &[P]) -> Vec<A> {
    points.iter().map(|point| point.unpack().into()).collect()
}

fn scalars(circuit: &CompiledCircuit, trapdoor: &Trapdoor) -> Option<Scalars> {
    let Trapdoor { alpha, beta, gamma, delta, tau } = trapdoor;
    let (m, public) = (circuit.domain() as u64, circuit.num_inputs() + 1);
    let root = Fr::get_root_of_unity(2 * m)?;
    let (gamma, delta) = (gamma.inverse()?, delta.inverse()?);
    // Lagrange polynomials of the m-th and the 2m-th roots; for the latter, at the odd ones and over delta.
    let even = lagrange(m, Fr::ONE, root.square(), (tau.pow([m]) - Fr::ONE) / Fr::from(m), tau)?;
    let h = lagrange(m, root, root.square(), (tau.pow([2 * m]) - Fr::ONE) / Fr::from(2 * m) * delta, tau)?;

    let [a, b, c] = circuit.matrices();
    let column = |rows: &Matrix<Fr>| columns(rows, &even, circuit.num_variables());
    let (mut a, (b, c)) = par::join(|| column(a), || par::join(|| column(b), || column(c)));
    // The rows input_i * 0 = 0 that follow the circuit's own.
    for (a, value) in a[..public].iter_mut().zip(&even[circuit.num_constraints()..]) {
        *a += value;
    }
    let mut l = c;
    par::chunks_mut(&mut l, RUN, |run, values| {
        for (i, value) in (run * RUN..).zip(values) {
            *value = (*beta * a[i] + *alpha * b[i] + *value) * if i < public { gamma } else { delta };
        }
    });
    let ic = l.drain(..public).collect();
    Some(Scalars { a, b, h, l, ic })
}

/// `factor * x / (tau - x)` for x = first, first * root, ..., `count` of them; nothing if tau is among them.
fn lagrange(count: u64, first: Fr, root: Fr, factor: Fr, tau: &Fr) -> Option<Vec<Fr>> {
    let mut values = vec![Fr::ZERO; count as usize];
    par::chunks_mut(&mut values, RUN, |run, values| {
        let mut x = first * root.pow([(run * RUN) as u64]);
        let mut elements = Vec::with_capacity(values.len());
        for value in values.iter_mut() {
            elements.push(x);
            *value = *tau - x;
            x *= root;
        }
        // Zeros stay zeros.
        batch_inversion(values);
        values.iter_mut().zip(&elements).for_each(|(value, x)| *value *= factor * x);
    });
    par::first(values.len(), |i| values[i] == Fr::ZERO).is_none().then_some(values)
}

/// The columns of a matrix as polynomials at tau: for each variable, the sum of its coefficients times the row's value.
fn columns(rows: &Matrix<Fr>, values: &[Fr], variables: usize) -> Vec<Fr> {
    let mut columns = vec![Fr::ZERO; variables];
    for (row, value) in rows.iter().zip(values) {
        for (coefficient, variable) in row {
            columns[*variable] += if *coefficient == Fr::ONE { *value } else { *coefficient * value };
        }
    }
    columns
}
