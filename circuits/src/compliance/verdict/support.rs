//! Which groups are compared, and whether there is evidence enough, attribute by attribute.

use super::gadget::{choose, dot, non_negative, not_zero, sum};
use super::policy::HeaderVar;
use crate::Fr;
use crate::compliance::counts::COUNT_BITS;
use crate::compliance::policy::EXCLUDE_BITS;
use crate::compliance::schema::GROUPS;
use crate::r1cs::{Builder, Num};
use crate::range;
use ark_ff::{Field, PrimeField};
use ark_relations::gr1cs::SynthesisError;

/// Bits of a share: a denominator of the exclusion times a count.
const SHARE_BITS: usize = COUNT_BITS + EXCLUDE_BITS;
/// Bits of 16·n + 16.
const RANK_BITS: usize = COUNT_BITS + 5;

/// The groups of one attribute; the counts of a group that is not included are 0.
pub(super) struct Groups {
    /// 1 where the group is included.
    pub(super) included: Vec<Num>,
    /// n: records.
    pub(super) records: Vec<Num>,
    /// P: records with label 1.
    pub(super) positive: Vec<Num>,
    /// p: records predicted 1.
    pub(super) predicted: Vec<Num>,
    /// TP.
    pub(super) true_positive: Vec<Num>,
    /// 1 at the majority; all 0 where no group is included.
    pub(super) majority: Vec<Num>,
    /// Whether any group is included.
    pub(super) any: Num,
    /// Whether a line over the attribute is supported.
    pub(super) supported: Num,
}

/// The counts of all records together.
pub(super) struct Overall {
    pub(super) rows: Num,
    /// TP + TN.
    pub(super) right: Num,
    /// TP·N + TN·P.
    pub(super) balanced: Num,
    /// P·N.
    pub(super) labels: Num,
}

/// What the lines read.
pub(super) struct Support {
    /// Whether there are `min_rows` records.
    pub(super) enough: Num,
    pub(super) overall: Overall,
    pub(super) attributes: Vec<Groups>,
}

/// Sums over the four cells (label, y) = 00, 01, 10, 11 of a group.
struct Cells {
    n: Num,
    positive: Num,
    predicted: Num,
    true_positive: Num,
}

impl Cells {
    fn of(cells: &[Num]) -> Self {
        Self {
            n: sum(cells),
            positive: cells[2].add(&cells[3]),
            predicted: cells[1].add(&cells[3]),
            true_positive: cells[3].clone(),
        }
    }
}

impl Support {
    /// From the header, the 256 totals and the schema's groups.
    pub(super) fn new(
        b: &mut Builder<'_>,
        header: &HeaderVar,
        cells: &[Num],
        within: &[Vec<Num>],
        rows: &Num,
    ) -> Result<Self, SynthesisError> {
        let (enough, share, overall) = b.block("support", |b| {
            let enough = non_negative(b, &rows.sub(&header.min_rows), COUNT_BITS)?;
            let share = b.mul(&header.exclude_num, rows)?;
            Ok((enough, share, Overall::new(b, &cells[..4 * GROUPS], rows)?))
        })?;
        let attribute = |(cells, within): (&[Num], &Vec<Num>)| {
            b.block("support", |b| Groups::new(b, header, cells, within, &share, &enough))
        };
        let attributes = cells.chunks(4 * GROUPS).zip(within).map(attribute).collect::<Result<_, _>>()?;
        Ok(Self { enough, overall, attributes })
    }
}

impl Overall {
    /// From attribute 0, in which every record has one group.
    fn new(b: &mut Builder<'_>, cells: &[Num], rows: &Num) -> Result<Self, SynthesisError> {
        let cell = |i: usize| sum(cells.iter().skip(i).step_by(4));
        let (true_negative, true_positive) = (cell(0), cell(3));
        let (positive, negative) = (cell(2).add(&true_positive), cell(1).add(&true_negative));
        let balanced = b.mul(&true_positive, &negative)?.add(&b.mul(&true_negative, &positive)?);
        let labels = b.mul(&positive, &negative)?;
        Ok(Self { rows: rows.clone(), right: true_positive.add(&true_negative), balanced, labels })
    }
}

impl Groups {
    fn new(
        b: &mut Builder<'_>,
        header: &HeaderVar,
        cells: &[Num],
        within: &[Num],
        share: &Num,
        enough: &Num,
    ) -> Result<Self, SynthesisError> {
        let mut included = Vec::with_capacity(GROUPS);
        let mut small = Vec::with_capacity(GROUPS);
        let mut columns: [Vec<Num>; 4] = Default::default();
        for (cells, within) in cells.chunks(4).zip(within) {
            let group = Cells::of(cells);
            let part = b.mul(&header.exclude_den, &group.n)?.sub(share);
            let large = non_negative(b, &part, SHARE_BITS)?;
            let is_in = b.mul(within, &large)?;
            for (column, count) in
                columns.iter_mut().zip([&group.n, &group.positive, &group.predicted, &group.true_positive])
            {
                column.push(b.mul(&is_in, count)?);
            }
            let records = non_negative(b, &group.n.sub(&header.min_group), COUNT_BITS)?;
            let labels = non_negative(b, &group.positive.sub(&header.min_positive), COUNT_BITS)?;
            let large_enough = b.mul(&records, &labels)?;
            small.push(b.mul(&is_in, &large_enough.not())?);
            included.push(is_in);
        }
        let count = sum(&included);
        let any = not_zero(b, &count)?;
        let pairs = b.mul(&count, &count.plus(-Fr::ONE))?;
        let comparable = not_zero(b, &pairs)?;
        let lacking = not_zero(b, &sum(&small))?;
        let evidence = b.mul(enough, &comparable)?;
        let supported = b.mul(&evidence, &lacking.not())?;
        let [records, positive, predicted, true_positive] = columns;
        let majority = majority(b, &included, &records, &any)?;
        Ok(Self { included, records, positive, predicted, true_positive, majority, any, supported })
    }
}

/// The included group with the greatest rank 16·n + (16 - g): ranks of included groups differ and are not 0, others' are 0.
fn majority(b: &mut Builder<'_>, included: &[Num], records: &[Num], any: &Num) -> Result<Vec<Num>, SynthesisError> {
    let rank = |(g, (is_in, n)): (usize, (&Num, &Num))| {
        Num::linear([(Fr::from(16u64), n), (Fr::from((GROUPS - g) as u64), is_in)])
    };
    let ranks: Vec<Num> = included.iter().zip(records).enumerate().map(rank).collect();
    let best = (0..GROUPS).max_by_key(|g| ranks[*g].value().into_bigint());
    let chosen = choose(b, GROUPS, best.filter(|_| any.value() == Fr::ONE))?;
    b.equal(&sum(&chosen), any)?;
    let highest = dot(b, &chosen, &ranks)?;
    for rank in &ranks {
        range::bits(b, &highest.sub(rank), RANK_BITS)?;
    }
    Ok(chosen)
}
