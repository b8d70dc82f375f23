//! ark-groth16 through its ordinary API: its own reduction, its own key, synthesis in every proof.

use std::fs::File;
use std::io::{BufReader, BufWriter};
use std::path::Path;

use ark_bn254::{Bn254, Fr};
use ark_groth16::{Groth16, Proof, ProvingKey};
use ark_relations::gr1cs::{ConstraintSynthesizer, ConstraintSystemRef, SynthesisError};
use ark_serialize::{CanonicalDeserialize, CanonicalSerialize};
use rand::rngs::OsRng;
use tabella_circuits::statement::Statement;

/// A statement as arkworks sees a circuit.
struct Circuit<'a, S: Statement>(&'a S::Public, &'a S::Witness);

impl<S: Statement> ConstraintSynthesizer<Fr> for Circuit<'_, S> {
    fn generate_constraints(self, cs: ConstraintSystemRef<Fr>) -> Result<(), SynthesisError> {
        S::synthesize(cs, self.0, self.1)
    }
}

/// The peer's key generation.
///
/// # Panics
/// If the circuit is defective.
pub fn setup<S: Statement>() -> ProvingKey<Bn254> {
    let (public, witness) = S::blank();
    let circuit = Circuit::<S>(&public, &witness);
    Groth16::<Bn254>::generate_random_parameters_with_reduction(circuit, &mut OsRng).expect("a sound circuit")
}

/// The peer's proof.
///
/// # Panics
/// If the circuit is defective.
pub fn prove<S: Statement>(key: &ProvingKey<Bn254>, public: &S::Public, witness: &S::Witness) -> Proof<Bn254> {
    let circuit = Circuit::<S>(public, witness);
    Groth16::<Bn254>::create_random_proof_with_reduction(circuit, key, &mut OsRng).expect("a sound circuit")
}

/// Keeps a key for the next measurement of the same run.
///
/// # Panics
/// If it cannot be written.
pub fn store(key: &ProvingKey<Bn254>, path: &Path) {
    let file = BufWriter::new(File::create(path).expect("a file in the run's own folder"));
    key.serialize_uncompressed(file).expect("room on the disk");
}

/// Reads it back, without checking any point.
///
/// # Panics
/// If it is not there.
pub fn load(path: &Path) -> ProvingKey<Bn254> {
    let file = BufReader::new(File::open(path).expect("the key of this run"));
    ProvingKey::deserialize_uncompressed_unchecked(file).expect("the key of this run")
}
