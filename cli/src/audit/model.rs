//! The canonical model on disk, and its blinding in a file of its own; both secret.

use std::path::{Path, PathBuf};

use ark_ff::UniformRand;
use rand::rngs::OsRng;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use tabella_circuits::Fr;
use tabella_circuits::compliance::linear::{LinearModel, OutOfTable};
use tabella_circuits::compliance::record::{LANES, Record};
use tabella_circuits::field::{self, to_decimal};
use zeroize::{Zeroize, Zeroizing};

use super::dataset::{DataSet, Place};
use super::integer::{Integers, Scale};
use crate::error::CliError;
use crate::files::{self, Existing};

const LIMIT: u64 = 1 << 20;
const VERSION: u32 = 1;

/// A committed model without its blinding: parameters of a schema, at a scale.
#[derive(Clone)]
pub struct Model {
    /// The parameters.
    pub linear: LinearModel,
    /// Hash of the schema that they are for.
    pub schema_hash: Fr,
    /// How many units of a score are 1 of the library's.
    pub scale: Scale,
    /// How far a score may be from the library's.
    pub rounding: f64,
    /// The library that it comes from.
    pub library: String,
}

impl std::fmt::Debug for Model {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Model(..)")
    }
}

/// What hides a model in its commitment; wiped when dropped, never printed.
pub struct Blinding(Fr);

impl std::fmt::Debug for Blinding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Blinding(..)")
    }
}

impl Drop for Blinding {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl Blinding {
    /// A fresh one.
    pub fn fresh() -> Self {
        Self(Fr::rand(&mut OsRng))
    }

    /// The value, for a witness.
    pub fn value(&self) -> Fr {
        self.0
    }
}

/// `model.json`. The checksum covers the compact JSON of everything before it.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ModelForm {
    version: u32,
    kind: String,
    library: String,
    schema_hash: String,
    scale_odd: u64,
    scale_log2: u32,
    /// As text: a double in JSON need not read back as the same one.
    rounding: String,
    bias: i64,
    weights: Vec<i64>,
    category: Vec<bool>,
    offset: Vec<u8>,
    table: Vec<i64>,
    checksum: String,
}

impl Drop for ModelForm {
    fn drop(&mut self) {
        self.bias.zeroize();
        self.weights.zeroize();
        self.table.zeroize();
    }
}

/// The blinding's file. The checksum covers the compact JSON of everything before it.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct BlindingForm {
    version: u32,
    kind: String,
    commitment: String,
    blinding: String,
    checksum: String,
}

impl Drop for BlindingForm {
    fn drop(&mut self) {
        self.blinding.zeroize();
    }
}

const MODEL_KIND: &str = "tabella-linear-model";
const BLINDING_KIND: &str = "tabella-model-blinding";

/// SHA-256 of a form whose checksum is empty.
fn checksum(form: &impl Serialize) -> Result<String, CliError> {
    let bytes = Zeroizing::new(serde_json::to_vec(form).map_err(CliError::internal)?);
    Ok(hex::encode(Sha256::digest(&bytes[..])))
}

/// Where a model's blinding is kept unless its user says otherwise: `model.json` and `model.blinding`.
pub fn blinding_path(model: &Path) -> PathBuf {
    model.with_extension("blinding")
}

impl Model {
    /// A model just made.
    pub fn new(integers: Integers, schema_hash: Fr, library: String) -> Self {
        let Integers { model, scale, rounding, .. } = integers;
        Self { linear: model, schema_hash, scale, rounding, library }
    }

    /// The commitment.
    pub fn commitment(&self, blinding: &Blinding) -> Fr {
        self.linear.commitment(self.schema_hash, blinding.0)
    }

    /// What the model says about every valid record, in order.
    ///
    /// # Errors
    /// `model-does-not-fit` if the data are of another schema; `no-prediction` for a code without a cell, naming the line.
    pub fn predict(&self, data: &DataSet) -> Result<Vec<bool>, CliError> {
        Ok(self.scores(data)?.into_iter().map(|score| score > 0).collect())
    }

    /// The scores of every valid record, in order.
    ///
    /// # Errors
    /// As [`Self::predict`].
    pub fn scores(&self, data: &DataSet) -> Result<Vec<i64>, CliError> {
        if data.schema_hash != self.schema_hash {
            return Err(CliError::usage("model-does-not-fit", "the model was made for another schema than these data")
                .hint("import the model again with this data set, or the data with --schema of the model's schema"));
        }
        let score = |(record, place): (&Record, &Place)| {
            self.linear.score(&record.lanes).map_err(|e| no_prediction(&e, place.line.into()))
        };
        data.records().iter().zip(&data.places).map(score).collect()
    }

    /// Writes the model with mode 0600, over nothing.
    ///
    /// # Errors
    /// `file-exists`, `file-unwritable`.
    pub fn write(&self, path: &Path) -> Result<(), CliError> {
        let mut form = ModelForm {
            version: VERSION,
            kind: MODEL_KIND.to_owned(),
            library: self.library.clone(),
            schema_hash: to_decimal(&self.schema_hash),
            scale_odd: self.scale.odd,
            scale_log2: self.scale.log2,
            rounding: self.rounding.to_string(),
            bias: self.linear.bias,
            weights: self.linear.weights.to_vec(),
            category: self.linear.category.to_vec(),
            offset: self.linear.offset.to_vec(),
            table: self.linear.table.to_vec(),
            checksum: String::new(),
        };
        form.checksum = checksum(&form)?;
        files::write_atomic(path, &Zeroizing::new(super::store::pretty(&form)?), Existing::Refuse)
    }

    /// Reads a model.
    ///
    /// # Errors
    /// Errors about the file; `model-damaged`.
    pub fn read(path: &Path) -> Result<Self, CliError> {
        let mut form: ModelForm = read_form(path, MODEL_KIND)?;
        let sum = std::mem::take(&mut form.checksum);
        if checksum(&form)? != sum {
            return Err(damaged(path, "its checksum does not match: some byte was changed"));
        }
        let scale = Scale { odd: form.scale_odd, log2: form.scale_log2 };
        let rounding = form.rounding.parse::<f64>().ok().filter(|r| r.is_finite());
        let Some(rounding) = rounding.filter(|_| form.version == VERSION && scale.is_valid()) else {
            return Err(damaged(path, format!("version {} of a model, or its scale, is not known here", form.version)));
        };
        let lengths = "a list of its parameters has another length";
        let linear = LinearModel {
            bias: form.bias,
            weights: form.weights[..].try_into().map_err(|_| damaged(path, lengths))?,
            table: form.table[..].try_into().map_err(|_| damaged(path, lengths))?,
            category: form.category[..].try_into().map_err(|_| damaged(path, lengths))?,
            offset: form.offset[..].try_into().map_err(|_| damaged(path, lengths))?,
        };
        linear.check().map_err(|e| damaged(path, e))?;
        let schema_hash = field::parse(&form.schema_hash).map_err(|e| damaged(path, e))?;
        let library = form.library.clone();
        Ok(Self { linear, schema_hash, scale, rounding, library })
    }

    /// Writes the blinding, with the commitment that it gives this model, with mode 0600, over nothing.
    ///
    /// # Errors
    /// `file-exists`, `file-unwritable`.
    pub fn write_blinding(&self, blinding: &Blinding, path: &Path) -> Result<(), CliError> {
        let mut form = BlindingForm {
            version: VERSION,
            kind: BLINDING_KIND.to_owned(),
            commitment: to_decimal(&self.commitment(blinding)),
            blinding: to_decimal(&blinding.0),
            checksum: String::new(),
        };
        form.checksum = checksum(&form)?;
        files::write_atomic(path, &Zeroizing::new(super::store::pretty(&form)?), Existing::Refuse)
    }

    /// Reads the blinding of this model.
    ///
    /// # Errors
    /// Errors about the file; `model-damaged`; `model-differs` if it belongs to another model.
    pub fn read_blinding(&self, path: &Path) -> Result<Blinding, CliError> {
        let mut form: BlindingForm = read_form(path, BLINDING_KIND)?;
        let sum = std::mem::take(&mut form.checksum);
        if checksum(&form)? != sum || form.version != VERSION {
            return Err(damaged(path, "its checksum or version does not match: some byte was changed"));
        }
        // The parser's error would quote the text.
        let value = field::parse(&form.blinding).map_err(|_| damaged(path, "its blinding is no field element"))?;
        let blinding = Blinding(value);
        if to_decimal(&self.commitment(&blinding)) != form.commitment {
            return Err(CliError::file("model-differs", path, "this blinding belongs to another model"));
        }
        Ok(blinding)
    }
}

/// A model's prediction for features alone.
///
/// # Errors
/// `no-prediction` for a code without a cell.
pub fn score(model: &Model, lanes: &[u16; LANES], line: u64) -> Result<i64, CliError> {
    model.linear.score(lanes).map_err(|e| no_prediction(&e, line))
}

fn no_prediction(error: &OutOfTable, line: u64) -> CliError {
    CliError::usage("no-prediction", format!("line {line}: {error}"))
}

/// Reads JSON of this kind; errors never quote the content, which is secret.
fn read_form<T: serde::de::DeserializeOwned>(path: &Path, kind: &str) -> Result<T, CliError> {
    let bytes = files::read_bounded(path, LIMIT)?;
    serde_json::from_slice(&bytes).map_err(|e| {
        let place = format!("line {}, column {}", e.line(), e.column());
        damaged(path, format!("{place}: this is no {kind} of version {VERSION}"))
    })
}

fn damaged(path: &Path, what: impl std::fmt::Display) -> CliError {
    CliError::file("model-damaged", path, what).hint("nothing was overwritten; restore the file from a copy")
}
