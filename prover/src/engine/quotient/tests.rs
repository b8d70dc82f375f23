use super::*;
use crate::engine::matrices::Matrices;
use crate::reduction::OddCosetReduction;
use ark_ff::{AdditiveGroup, BigInt, Field, PrimeField, UniformRand};
use ark_groth16::r1cs_to_qap::R1CSToQAP;
use ark_poly::{EvaluationDomain, GeneralEvaluationDomain};
use ark_relations::gr1cs::Matrix;
use rand::SeedableRng;
use rand_chacha::ChaCha20Rng;

/// Rows of two random sides, the third a witness of its own.
fn random_system(rows: usize, inputs: usize, seed: u64) -> ([Matrix<Fr>; 3], Vec<Fr>) {
    let mut rng = ChaCha20Rng::seed_from_u64(seed);
    let mut z: Vec<Fr> = (0..=inputs).map(|_| Fr::rand(&mut rng)).collect();
    z[0] = Fr::ONE;
    let mut matrices = [(); 3].map(|()| Vec::with_capacity(rows));
    for row in 0..rows {
        let mut side = |salt: usize| -> Vec<(Fr, usize)> {
            (0..2).map(|i| (Fr::rand(&mut rng), (row * 7 + i * 5 + salt) % z.len())).collect()
        };
        let (a, b) = (side(0), side(1));
        let value = |row: &[(Fr, usize)]| -> Fr { row.iter().map(|(k, i)| *k * z[*i]).sum() };
        let product = value(&a) * value(&b);
        matrices[0].push(a);
        matrices[1].push(b);
        matrices[2].push(vec![(Fr::ONE, z.len())]);
        z.push(product);
    }
    (matrices, z)
}

fn equals_arkworks(rows: usize, inputs: usize) {
    let (matrices, z) = random_system(rows, inputs, (rows * 10 + inputs) as u64);
    type D = GeneralEvaluationDomain<Fr>;
    let expected = OddCosetReduction::witness_map_from_matrices::<Fr, D>(&matrices, inputs + 1, rows, &z).unwrap();
    let domain = Domain::new((rows + inputs + 1).next_power_of_two()).unwrap();
    let sides = Matrices::new(&matrices, z.len()).unwrap().evaluate(&z).unwrap();
    for backend in Backend::available() {
        let values = quotient(backend, &domain, &sides, &z[..=inputs]).unwrap();
        assert!(*values == expected, "{rows} rows, {inputs} inputs, {backend:?}");
    }
}

/// Every size up to the largest of which one thread does a leaf alone, and sizes that are split.
#[test]
fn equals_the_reduction_on_arkworks_transforms() {
    for (rows, inputs) in [(1, 0), (1, 1), (2, 0), (2, 1), (3, 0), (4, 3), (5, 3), (60, 3), (61, 3), (62, 3)] {
        equals_arkworks(rows, inputs);
    }
    for log in 3..=15 {
        for rows in [(1 << log) - 5, (1 << log) - 4] {
            equals_arkworks(rows, 3);
        }
    }
}

/// Zeros, ones, and the largest representatives, at sizes below and above those of leaves and tasks.
#[test]
fn edge_values_transform_as_in_arkworks() {
    let largest =
        Fr::new_unchecked(BigInt([Fr::MODULUS.0[0] - 1, Fr::MODULUS.0[1], Fr::MODULUS.0[2], Fr::MODULUS.0[3]]));
    for log in 0..=14 {
        let size = 1usize << log;
        let (domain, ark) = (Domain::new(size).unwrap(), GeneralEvaluationDomain::<Fr>::new(size).unwrap());
        let shift = GeneralEvaluationDomain::<Fr>::new(2 * size).unwrap().group_gen();
        let constant = |x: Fr| vec![x; size];
        let alternating = |x: Fr| (0..size).map(|i| if i % 2 == 0 { x } else { -x }).collect();
        let mut last = constant(Fr::ZERO);
        last[size - 1] = largest;
        let columns = [constant(Fr::ZERO), constant(Fr::ONE), constant(largest), alternating(largest), last];
        let on_coset = columns.each_ref().map(|values| {
            let mut values = values.clone();
            ark.ifft_in_place(&mut values);
            GeneralEvaluationDomain::distribute_powers(&mut values, shift);
            ark.fft_in_place(&mut values);
            values
        });
        for (i, j, k) in (0..125).map(|i| (i % 5, i / 5 % 5, i / 25)).filter(|(i, j, k)| (i + j + k) % 4 == log % 4) {
            let [a, b, c] = [i, j, k].map(|i| Zeroizing::new(columns[i].clone()));
            let expected: Vec<Fr> = (0..size).map(|p| on_coset[i][p] * on_coset[j][p] - on_coset[k][p]).collect();
            let sides = Sides { a, b, c };
            for backend in Backend::available() {
                let values = quotient(backend, &domain, &sides, &[]).unwrap();
                assert!(*values == expected, "2^{log}, columns {i}, {j}, {k}, {backend:?}");
            }
        }
    }
}

#[test]
fn what_does_not_fit_is_an_error() {
    let (matrices, z) = random_system(6, 1, 1);
    let sides = Matrices::new(&matrices, z.len()).unwrap().evaluate(&z).unwrap();
    let eight = Domain::new(8).unwrap();
    for backend in Backend::available() {
        assert!(quotient(backend, &eight, &sides, &z[..2]).is_ok());
    }
    assert_eq!(
        quotient(Backend::Portable, &eight, &sides, &z[..3]),
        Err(TooManyRows { rows: 6, inputs: 3, domain: 8 })
    );
    for size in [0, 3, 6, 1 << 28] {
        assert!(Domain::new(size).is_none(), "{size}");
    }
}
