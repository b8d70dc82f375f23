//! What opens the shards' counts, for the owner alone: `secret.json`, mode 0600.

use std::fmt;

use ark_bn254::Fr;
use ark_ff::UniformRand;
use rand::{CryptoRng, RngCore};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use tabella_circuits::compliance::counts::{CELLS, Counts};
use tabella_circuits::field;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::claim::{number, versioned};
use super::error::FileFault;

const VERSION: u64 = 1;
const KIND: &str = "tabella-audit-secret";

/// What opens one C_k. Wiped when dropped, never printed.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct Opening {
    /// The blinding.
    pub blinding: Fr,
    /// The counts, by cell.
    pub counts: [u64; CELLS],
}

impl Opening {
    /// A fresh blinding for these counts.
    pub fn new(counts: &Counts, rng: &mut (impl RngCore + CryptoRng)) -> Self {
        Self { blinding: Fr::rand(rng), counts: counts.0 }
    }

    /// The counts.
    pub fn counts(&self) -> Counts {
        Counts(self.counts)
    }

    /// C_k.
    pub fn commitment(&self) -> Fr {
        self.counts().commitment(self.blinding)
    }
}

/// The openings of an audit's shards, in order. Wiped when dropped, never printed.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct Openings {
    /// [`super::Claim::statement`] of the claim that they were made for: a blinding is used for nothing else.
    pub statement: [u8; 32],
    /// One for each shard.
    pub shards: Vec<Opening>,
}

impl fmt::Debug for Opening {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Opening(..)")
    }
}

impl fmt::Debug for Openings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Openings(..)")
    }
}

/// The file. `counts` lists the cells that are not 0, as [cell, count]. `checksum` as in the claim.
#[derive(Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
#[serde(deny_unknown_fields)]
struct OpeningsJson {
    version: u64,
    kind: String,
    statement: String,
    shards: Vec<OpeningJson>,
    #[serde(default)]
    checksum: String,
}

#[derive(Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
#[serde(deny_unknown_fields)]
struct OpeningJson {
    blinding: String,
    counts: Vec<(usize, u64)>,
}

impl Openings {
    /// The file's text, wiped when dropped.
    pub fn to_json(&self) -> Zeroizing<String> {
        let shards = self.shards.iter().map(|opening| OpeningJson {
            blinding: field::to_decimal(&opening.blinding),
            counts: opening.counts.iter().copied().enumerate().filter(|(_, count)| *count != 0).collect(),
        });
        let mut form = OpeningsJson {
            version: VERSION,
            kind: KIND.to_owned(),
            statement: hex::encode(self.statement),
            shards: shards.collect(),
            checksum: String::new(),
        };
        form.checksum = checksum(&form);
        // Strings, numbers and lists only: this cannot fail.
        Zeroizing::new(serde_json::to_string_pretty(&form).unwrap_or_default() + "\n")
    }

    /// Reads the file's text.
    ///
    /// # Errors
    /// [`FileFault`] says what is wrong; it never holds a value of the file.
    pub fn parse(text: &str) -> Result<Self, FileFault> {
        let mut form: OpeningsJson = versioned(text, VERSION).map_err(quiet)?;
        let stated = std::mem::take(&mut form.checksum);
        let value = |what: &str| FileFault::Value(what.to_owned());
        if form.kind != KIND {
            return Err(value("it holds no openings"));
        }
        if checksum(&form) != stated {
            return Err(FileFault::Checksum);
        }
        let mut statement = [0; 32];
        hex::decode_to_slice(&form.statement, &mut statement).map_err(|_| value("statement: 64 hexadecimal digits"))?;
        let shards = form.shards.iter().map(OpeningJson::opening).collect::<Result<_, _>>()?;
        Ok(Self { statement, shards })
    }
}

impl OpeningJson {
    fn opening(&self) -> Result<Opening, FileFault> {
        let value = |what: &str| FileFault::Value(what.to_owned());
        let blinding = number("blinding", &self.blinding).map_err(|_| value("blinding: a field element"))?;
        let mut counts = [0; CELLS];
        let mut next = 0;
        for (cell, count) in &self.counts {
            if *cell < next || *cell >= CELLS || *count == 0 {
                return Err(value("counts: cells in order, each below 256, none 0"));
            }
            counts[*cell] = *count;
            next = cell + 1;
        }
        Ok(Opening { blinding, counts })
    }
}

/// serde's message may quote the value it stumbled over; only the place is kept.
fn quiet(fault: FileFault) -> FileFault {
    match fault {
        FileFault::Json(message) => {
            let place = message.rfind(" at line ").map_or("", |at| &message[at..]);
            FileFault::Json(format!("not the JSON expected{place}"))
        }
        other => other,
    }
}

fn checksum(form: &OpeningsJson) -> String {
    // As in `to_json`, this cannot fail.
    let bytes = Zeroizing::new(serde_json::to_vec(form).unwrap_or_default());
    hex::encode(Sha256::digest(&*bytes))
}
