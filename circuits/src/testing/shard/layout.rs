//! Where the variables of a `shard-linear` circuit stand: records, parameters, scores and counts as runs of bits, then the rest.

use crate::Fr;
use crate::compliance::linear::TABLE;
use crate::compliance::record::{LANES, lane_bits};
use crate::testing::read;
use crate::testing::trace::Trace;
use ark_ff::{BigInt, BigInteger, Field, PrimeField};

/// The places of a circuit's variables.
#[derive(Clone, Debug)]
pub struct Layout {
    /// How many records it has.
    pub records: usize,
    records_at: u32,
    parameters_at: u32,
    scores_at: u32,
    counts_at: u32,
    /// A_0; the others follow.
    pub sums_at: u32,
    keys_at: u32,
    /// The first row that reads A_0.
    pub hashed: u32,
    /// The row that gives rho^2, whose first factor is rho.
    pub square: u32,
    /// The schema's hash and the blinding in the model's commitment.
    pub committed: [u32; 2],
    /// The blinding in the counts' commitment.
    pub blinding: u32,
}

/// Variables of a record: its bits and its salt.
const RECORD: u32 = 275;
/// Keys of a record: its lanes' and its attributes'.
const KEYS: u32 = LANES as u32 + 4;

impl Layout {
    /// The places in a trace of the circuit.
    ///
    /// # Panics
    /// If it is of another circuit.
    pub fn of(trace: &Trace) -> Self {
        let choices = |block| read::choices(trace, read::block(trace, block)).collect::<Vec<u32>>();
        let first = |block| read::first_bit(trace, block);
        // Every row of the block is a bit's.
        let records = read::block(trace, "records").len() / (RECORD as usize - 1);
        let sums = choices("transcript");
        assert_eq!(sums.len(), TABLE, "the cells' sums");
        let keys = read::allocated(trace, read::block(trace, "keys")).next().expect("keys");
        let squared = sums[0] - (records as u32 - 2);
        let square = trace.gives.iter().position(|gives| gives.variable == Some(squared)).expect("rho^2 is a product");
        Self {
            records,
            records_at: first("records"),
            parameters_at: first("parameters"),
            scores_at: first("decisions"),
            counts_at: first("counts"),
            sums_at: sums[0],
            keys_at: keys,
            hashed: trace.uses[sums[0] as usize][0],
            square: square as u32,
            committed: choices("parameters").try_into().expect("schema and blinding"),
            blinding: choices("counts")[0],
        }
    }

    /// The first bit of a record.
    pub fn record(&self, r: usize) -> u32 {
        self.records_at + RECORD * r as u32
    }

    /// The first bit of a lane of a record.
    pub fn lane(&self, r: usize, i: usize) -> u32 {
        self.record(r) + (0..i).map(lane_bits).sum::<usize>() as u32
    }

    /// A record's label; its validity follows, then its codes.
    pub fn label(&self, r: usize) -> u32 {
        self.lane(r, LANES)
    }

    /// A record's salt.
    pub fn salt(&self, r: usize) -> u32 {
        self.record(r) + RECORD - 1
    }

    /// The first bit of w_i.
    pub fn weight(&self, i: usize) -> u32 {
        self.parameters_at + 40 * i as u32
    }

    /// The first bit of T_c, c >= 1.
    pub fn cell(&self, c: usize) -> u32 {
        self.weight(LANES) + 40 * (c as u32 - 1)
    }

    /// The first bit of the bias.
    pub fn bias(&self) -> u32 {
        self.cell(TABLE)
    }

    /// kind_i.
    pub fn kind(&self, i: usize) -> u32 {
        self.bias() + 61 + i as u32
    }

    /// The first bit of offset_i.
    pub fn offset(&self, i: usize) -> u32 {
        self.kind(LANES) + 7 * i as u32
    }

    /// The first bit of u_r; the last of 62 is y_r.
    pub fn score(&self, r: usize) -> u32 {
        self.scores_at + 62 * r as u32
    }

    /// The first bit of a count.
    pub fn count(&self, c: usize) -> u32 {
        self.counts_at + 8 * c as u32
    }

    /// key_ri.
    pub fn key(&self, r: usize, i: usize) -> u32 {
        self.keys_at + KEYS * r as u32 + i as u32
    }

    /// The group key of a record in an attribute.
    pub fn group(&self, r: usize, a: usize) -> u32 {
        self.key(r, LANES) + a as u32
    }

    /// A value for each of `count` bits.
    pub fn bits(first: u32, count: u32, value: BigInt<4>) -> Vec<(u32, Fr)> {
        (0..count).map(|i| (first + i, Fr::from(value.get_bit(i as usize)))).collect()
    }

    /// The bits of a score with the other sign: 1 - z.
    pub fn other_sign(&self, trace: &Trace, r: usize) -> Vec<(u32, Fr)> {
        let z = packed(&trace.values, self.score(r), 62) - half(62) + Fr::ONE;
        Self::bits(self.score(r), 62, (half(62) - z).into_bigint())
    }

    /// The lanes, each of which has a kind.
    pub fn kinds(&self) -> std::ops::Range<usize> {
        0..LANES
    }

    /// A kind of 5, where every code of the lane and its offset are 0: key 0, as it should be for a kind of 0.
    pub fn no_kind(&self, i: usize) -> Vec<(u32, Fr)> {
        let zeros = |first: u32, count: usize| (first..first + count as u32).map(|bit| (bit, Fr::from(0u64)));
        let lanes = (0..self.records).flat_map(|r| zeros(self.lane(r, i), lane_bits(i)));
        [(self.kind(i), Fr::from(5u64))].into_iter().chain(zeros(self.offset(i), 7)).chain(lanes).collect()
    }

    /// The sign of a score half itself, half the bit below, of a record that is padding: the score stays, and nothing else reads it.
    pub fn half_a_sign(&self, trace: &Trace, r: usize) -> Vec<(u32, Fr)> {
        let (sign, below) = (self.score(r) + 61, self.score(r) + 60);
        let [y, x] = [sign, below].map(|bit| trace.values[bit as usize]);
        let half = Fr::from(2u64).inverse().unwrap_or_default();
        vec![(self.label(r) + 1, Fr::from(0u64)), (below, Fr::from(1u64) - x), (sign, y + x - half)]
    }

    /// One more in a cell of the counts, or one less where its lowest bit is set.
    pub fn one_more(&self, trace: &Trace, c: usize) -> (u32, Fr) {
        let bit = self.count(c);
        (bit, Fr::ONE - trace.values[bit as usize])
    }
}

/// 2^(count - 1), where a signed number of `count` bits has 0.
pub(super) fn half(count: u32) -> Fr {
    Fr::from(1u64 << (count - 1))
}

/// The sum of these variables with powers of two, whatever their values.
pub(super) fn packed(values: &[Fr], first: u32, count: usize) -> Fr {
    let bits = &values[first as usize..first as usize + count];
    bits.iter().rev().fold(Fr::from(0u64), |sum, bit| sum + sum + bit)
}
