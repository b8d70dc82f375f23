//! From a rank-1 constraint system to a quadratic arithmetic program, as snarkjs does it.
//!
//! With domain H of size m (the m-th roots of unity, m a power of two, at least rows + public inputs + 1), the prover
//! knows polynomials A, B, C of degree < m whose values on H are the rows' three sides, and the quotient
//! `(A·B - C) / Z` exists exactly when every row holds. The two reductions differ in how that quotient is written:
//!
//! * libsnark (ark-groth16's default): its coefficients, against the powers of tau.
//! * snarkjs: the values of `A·B - C` on the *odd coset* `w·H`, where `w` is the 2m-th root of unity, against the
//!   Lagrange polynomials of the 2m-th roots at tau. `A·B - C` has degree <= 2m - 2 and vanishes at the even 2m-th roots
//!   (which are H), so its values at the odd ones are all there is to say. One inverse FFT is never done, and the values
//!   of C on H are the products of A's and B's, so the third matrix is never multiplied.
//!
//! Rows, then one row `input_i · 0 = 0` per public input (the constant 1 first), make the columns independent; both
//! reductions agree on this, so everything but H is the same.

use ark_ff::{PrimeField, batch_inversion};
use ark_groth16::r1cs_to_qap::{LibsnarkReduction, R1CSToQAP, evaluate_constraint};
use ark_poly::EvaluationDomain;
use ark_relations::gr1cs::{ConstraintSystemRef, Matrix, Result as SynthesisResult, SynthesisError};

use crate::engine::par;

/// snarkjs's reduction: H in Lagrange form on the odd coset.
#[derive(Debug, Clone, Copy)]
pub struct OddCosetReduction;

/// The domain of twice the size, whose generator shifts `domain` to its odd coset. Beyond the field's powers of two
/// ark-poly would go on with other radices, which snarkjs does not know.
fn doubled<F: PrimeField, D: EvaluationDomain<F>>(size: usize) -> SynthesisResult<D> {
    D::new(2 * size)
        .filter(|doubled| doubled.size() == 2 * size && size.is_power_of_two())
        .ok_or(SynthesisError::PolynomialDegreeTooLarge)
}

impl R1CSToQAP for OddCosetReduction {
    fn instance_map_with_evaluation<F: PrimeField, D: EvaluationDomain<F>>(
        cs: ConstraintSystemRef<F>,
        tau: &F,
    ) -> SynthesisResult<(Vec<F>, Vec<F>, Vec<F>, F, usize, usize)> {
        LibsnarkReduction::instance_map_with_evaluation::<F, D>(cs, tau)
    }

    /// Values of `A·B - C` on the odd coset, in the order of its elements.
    fn witness_map_from_matrices<F: PrimeField, D: EvaluationDomain<F>>(
        matrices: &[Matrix<F>],
        num_inputs: usize,
        num_constraints: usize,
        full_assignment: &[F],
    ) -> SynthesisResult<Vec<F>> {
        let [a_rows, b_rows, ..] = matrices else {
            return Err(SynthesisError::ArityMismatch);
        };
        let domain = D::new(num_constraints + num_inputs).ok_or(SynthesisError::PolynomialDegreeTooLarge)?;
        let shift = doubled::<F, D>(domain.size())?.group_gen();

        let mut a = vec![F::zero(); domain.size()];
        let mut b = vec![F::zero(); domain.size()];
        for row in 0..num_constraints {
            a[row] = evaluate_constraint(&a_rows[row], full_assignment);
            b[row] = evaluate_constraint(&b_rows[row], full_assignment);
        }
        a[num_constraints..num_constraints + num_inputs].copy_from_slice(&full_assignment[..num_inputs]);

        let mut c: Vec<F> = a.iter().zip(&b).map(|(x, y)| *x * y).collect();
        let to_odd_coset = |values: &mut Vec<F>| {
            domain.ifft_in_place(values);
            D::distribute_powers(values, shift);
            domain.fft_in_place(values);
        };
        par::join(|| to_odd_coset(&mut a), || par::join(|| to_odd_coset(&mut b), || to_odd_coset(&mut c)));

        for ((a, b), c) in a.iter_mut().zip(&b).zip(&c) {
            *a = *a * b - c;
        }
        Ok(a)
    }

    /// `L_{2i+1}(tau) / delta` for i in 0..=max_power, L the Lagrange polynomials of the 2m-th roots of unity.
    fn h_query_scalars<F: PrimeField, D: EvaluationDomain<F>>(
        max_power: usize,
        tau: F,
        _: F,
        delta_inverse: F,
    ) -> SynthesisResult<Vec<F>> {
        // L_j(tau) = (tau^2m - 1)·w^j / (2m·(tau - w^j)), with w the generator of the doubled domain.
        let doubled = doubled::<F, D>(max_power + 1)?;
        let odd: Vec<F> = doubled.elements().skip(1).step_by(2).collect();
        let mut scalars: Vec<F> = odd.iter().map(|x| tau - x).collect();
        if scalars.iter().any(|x| x.is_zero()) {
            // tau on the odd coset: the key would be degenerate.
            return Err(SynthesisError::DivisionByZero);
        }
        batch_inversion(&mut scalars);
        let factor = doubled.evaluate_vanishing_polynomial(tau) * doubled.size_inv() * delta_inverse;
        for (scalar, x) in scalars.iter_mut().zip(&odd) {
            *scalar *= factor * x;
        }
        Ok(scalars)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use ark_bn254::{Bn254, Fr};
    use ark_ff::{BigInteger, FftField, Field, One, UniformRand, Zero};
    use ark_groth16::{Groth16, prepare_verifying_key};
    use ark_poly::GeneralEvaluationDomain;
    use ark_relations::gr1cs::{ConstraintSynthesizer, LinearCombination, Variable};
    use proptest::prelude::*;
    use rand::SeedableRng;
    use rand_chacha::ChaCha20Rng;

    type D = GeneralEvaluationDomain<Fr>;

    /// A random satisfied system: rows of three random combinations, the last one closed by a witness of its own.
    pub(crate) fn random_system(rows: usize, inputs: usize, seed: u64) -> (Vec<Matrix<Fr>>, Vec<Fr>) {
        let mut rng = ChaCha20Rng::seed_from_u64(seed);
        let mut assignment: Vec<Fr> = (0..=inputs).map(|_| Fr::rand(&mut rng)).collect();
        assignment[0] = Fr::one();
        let mut matrices = vec![Vec::new(), Vec::new(), Vec::new()];
        for row in 0..rows {
            let known = assignment.len();
            let mut side = |salt: usize| -> Vec<(Fr, usize)> {
                (0..3).map(|i| (Fr::rand(&mut rng), (row * 7 + i * 5 + salt) % known)).collect()
            };
            let (a, b) = (side(0), side(1));
            let product = evaluate_constraint(&a, &assignment) * evaluate_constraint(&b, &assignment);
            assignment.push(product);
            matrices[0].push(a);
            matrices[1].push(b);
            matrices[2].push(vec![(Fr::one(), known)]);
        }
        (matrices, assignment)
    }

    /// `(A·B - C)(tau) / delta` as a reduction's witness map and query give it.
    fn h_at_tau<R: R1CSToQAP>(m: &[Matrix<Fr>], inputs: usize, z: &[Fr], tau: Fr, delta_inverse: Fr) -> Fr {
        let rows = m[0].len();
        let domain = D::new(rows + inputs).unwrap();
        let h = R::witness_map_from_matrices::<Fr, D>(m, inputs, rows, z).unwrap();
        let zt = domain.evaluate_vanishing_polynomial(tau);
        let query = R::h_query_scalars::<Fr, D>(domain.size() - 1, tau, zt, delta_inverse).unwrap();
        h.iter().zip(&query).map(|(h, q)| *h * q).sum()
    }

    #[test]
    fn agrees_with_libsnark_at_tau_on_random_systems_and_edge_sizes() {
        let mut rng = ChaCha20Rng::seed_from_u64(1);
        // rows + inputs + 1: below, at and above powers of two, down to a domain of 2.
        for (rows, inputs) in
            [(1, 0), (1, 1), (2, 0), (2, 1), (3, 0), (3, 1), (4, 3), (5, 3), (60, 3), (61, 3), (200, 11)]
        {
            let (matrices, z) = random_system(rows, inputs, rows as u64 * 100 + inputs as u64);
            let (tau, delta_inverse) = (Fr::rand(&mut rng), Fr::rand(&mut rng));
            let ours = h_at_tau::<OddCosetReduction>(&matrices, inputs + 1, &z, tau, delta_inverse);
            let ark = h_at_tau::<LibsnarkReduction>(&matrices, inputs + 1, &z, tau, delta_inverse);
            assert_eq!(ours, ark, "rows {rows}, inputs {inputs}");
        }
    }

    /// Rows as they are, for the generator.
    pub(crate) struct Rows<'a>(pub(crate) &'a [Matrix<Fr>], pub(crate) usize, pub(crate) usize);

    impl ConstraintSynthesizer<Fr> for Rows<'_> {
        fn generate_constraints(self, cs: ConstraintSystemRef<Fr>) -> SynthesisResult<()> {
            let Rows(matrices, inputs, witnesses) = self;
            let mut variables = vec![Variable::One];
            for _ in 0..inputs {
                variables.push(cs.new_input_variable(|| Ok(Fr::zero()))?);
            }
            for _ in 0..witnesses {
                variables.push(cs.new_witness_variable(|| Ok(Fr::zero()))?);
            }
            let side = |m: usize, row: usize| {
                let mut side = LinearCombination(matrices[m][row].iter().map(|(k, i)| (*k, variables[*i])).collect());
                side.compactify();
                side
            };
            (0..matrices[0].len())
                .try_for_each(|row| cs.enforce_r1cs_constraint(|| side(0, row), || side(1, row), || side(2, row)))
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(tabella_circuits::testing::cases(16)))]

        #[test]
        fn a_proof_of_any_system_verifies_for_its_inputs_only(rows in 1usize..40, inputs in 0usize..5, seed: u64) {
            type Prover = Groth16<Bn254, OddCosetReduction>;
            let (matrices, z) = random_system(rows, inputs, seed);
            let mut rng = ChaCha20Rng::seed_from_u64(seed);
            let circuit = Rows(&matrices, inputs, z.len() - 1 - inputs);
            let key = Prover::generate_random_parameters_with_reduction(circuit, &mut rng).unwrap();
            let (r, s) = (Fr::rand(&mut rng), Fr::rand(&mut rng));
            let proof =
                Prover::create_proof_with_reduction_and_matrices(&key, r, s, &matrices, inputs + 1, rows, &z).unwrap();
            let vk = prepare_verifying_key(&key.vk);
            let mut stated = z[1..=inputs].to_vec();
            prop_assert!(Prover::verify_proof(&vk, &proof, &stated).unwrap());
            if inputs > 0 {
                stated[seed as usize % inputs] += Fr::one();
                prop_assert!(!Prover::verify_proof(&vk, &proof, &stated).unwrap());
            }
        }
    }

    #[test]
    fn differs_from_libsnark_as_soon_as_one_row_is_broken() {
        let (matrices, mut z) = random_system(10, 2, 5);
        *z.last_mut().unwrap() += Fr::one();
        let (tau, delta_inverse) = (Fr::from(11u64), Fr::from(13u64));
        let domain = D::new(13).unwrap();
        let value = |rows: &Matrix<Fr>, with_inputs: bool| -> Fr {
            let mut column: Vec<Fr> = rows.iter().map(|row| evaluate_constraint(row, &z)).collect();
            column.extend(z.iter().take(if with_inputs { 3 } else { 0 }));
            column.resize(domain.size(), Fr::zero());
            let lagrange = domain.evaluate_all_lagrange_coefficients(tau);
            column.iter().zip(&lagrange).map(|(x, l)| *x * l).sum()
        };
        let honest =
            (value(&matrices[0], true) * value(&matrices[1], false) - value(&matrices[2], false)) * delta_inverse;
        assert_ne!(h_at_tau::<OddCosetReduction>(&matrices, 3, &z, tau, delta_inverse), honest);
    }

    /// snarkjs takes the smallest quadratic non-residue to the odd part of r - 1 as its root of order 2^28.
    #[test]
    fn roots_of_unity_are_those_of_snarkjs() {
        let mut odd_part = Fr::MODULUS;
        for _ in 0..Fr::TWO_ADICITY {
            odd_part.div2();
        }
        let non_residue = (2u64..).map(Fr::from).find(|x| x.legendre().is_qnr()).unwrap();
        let largest = non_residue.pow(odd_part);
        for log in [1u32, 2, 14, 15, 27, 28] {
            let expected = (log..28).fold(largest, |root, _| root.square());
            assert_eq!(Fr::get_root_of_unity(1 << log), Some(expected), "2^{log}");
        }
    }

    #[test]
    fn a_domain_too_large_for_the_field_is_an_error() {
        let too_large =
            OddCosetReduction::h_query_scalars::<Fr, D>((1 << 28) - 1, Fr::from(3u64), Fr::zero(), Fr::one());
        assert_eq!(too_large, Err(SynthesisError::PolynomialDegreeTooLarge));
    }
}
