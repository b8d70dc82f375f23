use super::*;
use crate::circuit::CompiledCircuit;
use ark_ff::UniformRand;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha20Rng;
use tabella_circuits::voting::ballot::BallotK3D20;

/// Rows of every kind of coefficient, with repeated and empty sides, closed so that all hold.
fn random_system(rows: usize, seed: u64) -> ([Matrix<Fr>; 3], Vec<Fr>) {
    let mut rng = ChaCha20Rng::seed_from_u64(seed);
    let mut z = vec![Fr::ONE, Fr::ZERO, -Fr::ONE, Fr::rand(&mut rng)];
    let mut matrices = [(); 3].map(|()| Vec::new());
    for row in 0..rows {
        let mut side = |previous: Option<&Vec<(Fr, usize)>>| -> Vec<(Fr, usize)> {
            if let Some(previous) = previous.filter(|_| rng.r#gen()) {
                return previous.clone();
            }
            let length = [0, 1, 3, 40][rng.gen_range(0..4)];
            let kinds = [Fr::ONE, -Fr::ONE, Fr::from(2u64), -Fr::from(7u64), Fr::rand(&mut rng)];
            (0..length).map(|_| (kinds[rng.gen_range(0..5)], rng.gen_range(0..z.len()))).collect()
        };
        let a = side(row.checked_sub(1).map(|last| &matrices[1][last]));
        let b = side(Some(&a));
        let value = |row: &[(Fr, usize)]| -> Fr { row.iter().map(|(k, i)| *k * z[*i]).sum() };
        let product = value(&a) * value(&b);
        matrices[0].push(a);
        matrices[1].push(b);
        matrices[2].push(vec![(Fr::ONE, z.len())]);
        z.push(product);
    }
    (matrices, z)
}

impl Matrices<'_> {
    /// The matrices as arkworks has them, terms in the order of [`Matrices::new`]'s.
    pub(crate) fn to_ark(&self) -> [Matrix<Fr>; 3] {
        let coefficient = |code: u32| match code {
            PLUS => Fr::ONE,
            MINUS => -Fr::ONE,
            _ => self.coefficient(code),
        };
        let term = |[variable, code]: &[u32; 2]| (coefficient(*code), *variable as usize);
        let side = |side| -> Matrix<Fr> {
            self.rows.iter().map(|row| self.terms_of(row[side] as usize).iter().map(term).collect()).collect()
        };
        [side(0), side(1), side(2)]
    }
}

fn bytes(matrices: &Matrices<'_>) -> [Vec<u8>; 4] {
    matrices.sections().map(<[u8]>::to_vec)
}

fn aligned(bytes: &[u8]) -> Vec<u64> {
    let mut words = vec![0u64; bytes.len().div_ceil(8)];
    bytemuck::cast_slice_mut(&mut words)[..bytes.len()].copy_from_slice(bytes);
    words
}

fn parse(variables: usize, sections: &[Vec<u8>; 4]) -> Result<Matrices<'static>, MatricesError> {
    // Vectors of bytes need not be aligned.
    let copies: Vec<Vec<u64>> = sections.iter().map(|bytes| aligned(bytes)).collect();
    let view = |i: usize| &bytemuck::cast_slice::<u64, u8>(&copies[i])[..sections[i].len()];
    let matrices = Matrices::view(variables, [view(0), view(1), view(2), view(3)])?;
    Matrices::new(&matrices.to_ark(), variables)
}

#[test]
fn evaluation_equals_the_rows_of_arkworks() {
    for rows in [0, 1, 2, 3, 255, 256, 257, 2500] {
        let (ark, z) = random_system(rows, rows as u64);
        let matrices = Matrices::new(&ark, z.len()).unwrap();
        assert_eq!((matrices.rows.len(), matrices.variables), (rows, z.len()));
        let sides = matrices.evaluate(&z).unwrap();
        for (rows, values) in ark.iter().zip([&sides.a, &sides.b, &sides.c]) {
            let expected: Vec<Fr> = rows.iter().map(|row| row.iter().map(|(k, i)| *k * z[*i]).sum()).collect();
            assert_eq!(**values, expected);
        }
    }
}

#[test]
fn decoding_gives_back_every_term() {
    let (ark, z) = random_system(300, 7);
    let matrices = Matrices::new(&ark, z.len()).unwrap();
    assert_eq!(matrices.to_ark(), ark);
    assert_eq!(parse(z.len(), &bytes(&matrices)).unwrap(), matrices);
    let ballot = CompiledCircuit::compile::<BallotK3D20>().unwrap();
    let matrices = Matrices::new(ballot.matrices(), ballot.num_variables()).unwrap();
    assert_eq!(&matrices.to_ark(), ballot.matrices());
}

#[test]
fn the_lowest_row_that_fails_is_named() {
    let (ark, z) = random_system(3000, 9);
    let matrices = Matrices::new(&ark, z.len()).unwrap();
    let value = |row: &[(Fr, usize)], z: &[Fr]| -> Fr { row.iter().map(|(k, i)| *k * z[*i]).sum() };
    for variable in [0, 3, 4, 700, 2999, z.len() - 1] {
        let mut wrong = z.clone();
        wrong[variable] += Fr::from(5u64);
        let first =
            (0..3000).find(|&i| value(&ark[0][i], &wrong) * value(&ark[1][i], &wrong) != value(&ark[2][i], &wrong));
        assert_eq!(matrices.evaluate(&wrong).map(drop), Err(EvaluateError::Unsatisfied(first.unwrap())), "{variable}");
    }
    for length in [0, z.len() - 1, z.len() + 1] {
        let mut wrong = z.clone();
        wrong.resize(length, Fr::ONE);
        let expected = EvaluateError::Length { expected: z.len(), found: length };
        assert_eq!(matrices.evaluate(&wrong).map(drop), Err(expected));
    }
}

#[test]
fn shapes_that_do_not_exist_are_not_encoded() {
    let (ark, z) = random_system(5, 1);
    assert!(matches!(Matrices::new(&ark, z.len() - 1), Err(MatricesError::Term(_))));
    assert_eq!(Matrices::new(&ark, u32::MAX as usize), Err(MatricesError::Shape));
    let [a, b, mut c] = ark;
    c.pop();
    assert_eq!(Matrices::new(&[a, b, c], z.len()), Err(MatricesError::Shape));
}

/// Each section cut or badly aligned; what its numbers are is compared with the circuit when a key is installed.
#[test]
fn sections_of_another_length_or_alignment_are_refused() {
    let (ark, z) = random_system(50, 3);
    let (matrices, variables) = (Matrices::new(&ark, z.len()).unwrap(), z.len());
    for (section, name) in SECTIONS.into_iter().enumerate() {
        let mut sections = bytes(&matrices);
        sections[section].pop();
        assert_eq!(parse(variables, &sections).map(drop), Err(MatricesError::Layout(name)));
    }
    let [rows, offsets, terms, coefficients] = matrices.sections();
    let mut shifted = vec![0u64; coefficients.len() / 8 + 1];
    let shifted = &mut bytemuck::cast_slice_mut(&mut shifted)[1..=coefficients.len()];
    shifted.copy_from_slice(coefficients);
    let misaligned = Matrices::view(variables, [rows, offsets, terms, shifted]);
    assert_eq!(misaligned, Err(MatricesError::Layout("coefficients")));
}

/// Sections that were never checked give wrong values or errors, never a panic.
#[test]
fn nothing_panics_on_unchecked_sections() {
    let (ark, z) = random_system(50, 4);
    let matrices = Matrices::new(&ark, z.len()).unwrap();
    let mut rng = ChaCha20Rng::seed_from_u64(5);
    for _ in 0..300 {
        let mut damaged = matrices.clone();
        let word: u32 = rng.r#gen::<u32>() >> rng.gen_range(0..32);
        let (row, offset, term) = (rng.gen_range(0..50), rng.gen_range(0..matrices.offsets.len()), 11);
        match rng.gen_range(0..4) {
            0 => damaged.rows.to_mut()[row][1] = word,
            1 => damaged.offsets.to_mut()[offset] = word,
            2 => damaged.terms.to_mut()[term][rng.gen_range(0..2)] = word,
            _ => damaged.coefficients.to_mut().clear(),
        }
        let _ = (damaged.evaluate(&z), damaged.to_ark());
    }
}
