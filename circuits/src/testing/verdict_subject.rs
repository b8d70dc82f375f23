//! `verdict` with two places: honest assignments of every kind, and the native twin as the judge of any assignment.

use super::kill::Subject;
use super::read;
use super::solve::Attempt;
use super::subjects::trace;
use super::trace::Trace;
use super::verdicts::{counts_of, judged, schema_of};
use crate::Fr;
use crate::compliance::counts::COUNT_WORDS;
use crate::compliance::policy::{
    Attribute, Bound, Comparison, Fraction, Group, Line, Over, Policy, Rate, Reference, Terms, ZLine,
    line as line_bits, z as z_bits,
};
use crate::compliance::verdict::{Judged, OpenedCounts, Verdict, VerdictPublic, VerdictWitness};
use crate::statement::Statement;
use ark_ff::{AdditiveGroup, BigInteger, Field, UniformRand};
use rand::SeedableRng;
use rand_chacha::ChaCha20Rng;

/// Places of the small instance.
pub const PLACES: usize = 2;
/// The small instance: all blocks but `shards` and `fold` are those of every size.
pub type SmallVerdict = Verdict<PLACES>;

type Groups = Vec<[u64; 4]>;

/// A line; its attribute is the last argument.
pub fn over(rate: Rate, attribute: u8) -> Over {
    Over { rate, attribute: Attribute::new(attribute).expect("an attribute") }
}

/// A line with an inclusive bound.
pub fn line(comparison: Comparison, num: u32, den: u32) -> Line {
    Line { comparison, bound: Bound::new(num, den, false).expect("a bound") }
}

/// Terms without minimums, exclusion and z, for the schema of these groups.
pub fn terms(attributes: &[Groups], lines: Vec<Line>) -> Terms {
    let groups = std::array::from_fn(|a| attributes.get(a).map_or(0, |groups| groups.len() as u8));
    let schema = schema_of(groups);
    Terms { schema, min_rows: 0, min_group: 0, min_positive: 0, exclude: Fraction::NONE, lines, z: None }
}

/// The verdict of these terms on these groups.
pub fn judge(terms: Terms, attributes: &[Groups], seed: u64) -> Judged {
    let groups = std::array::from_fn(|a| attributes.get(a).map_or(0, |groups| groups.len() as u8));
    judged::<PLACES>(&Policy::new(terms).expect("a policy"), &counts_of(attributes), groups, seed)
}

/// One line of each kind, each rate and each reference, over all attributes.
fn every_line(num: u32, den: u32, exclusive: bool) -> Vec<Line> {
    let named = |code| Reference::Named(Group::new(code).expect("a group"));
    let comparisons = [
        Comparison::Difference(over(Rate::Selection, 0)),
        Comparison::Ratio(over(Rate::TruePositive, 1)),
        Comparison::Reference(over(Rate::FalsePositive, 2), Reference::Majority),
        Comparison::Reference(over(Rate::FalseNegative, 3), Reference::Lowest),
        Comparison::Reference(over(Rate::Precision, 0), named(1)),
        Comparison::Accuracy,
        Comparison::BalancedAccuracy,
        Comparison::Reference(over(Rate::Selection, 3), named(15)),
    ];
    comparisons
        .into_iter()
        .map(|comparison| Line { comparison, bound: Bound::new(num, den, exclusive).expect("a bound") })
        .collect()
}

/// The same records by attributes of 2, 3, 4 and 16 groups, `scale` times over.
fn attributes(scale: u64) -> Vec<Groups> {
    let times = |groups: &[[u64; 4]]| groups.iter().map(|group| group.map(|count| scale * count)).collect();
    vec![
        times(&[[160, 80, 80, 60], [160, 80, 64, 50]]),
        times(&[[100, 60, 50, 40], [100, 50, 44, 35], [120, 50, 50, 35]]),
        times(&[[80, 40, 36, 28], [80, 40, 36, 27], [80, 40, 36, 28], [80, 40, 36, 27]]),
        (0..16).map(|g| [20 * scale, 10 * scale, 9 * scale, if g < 14 { 7 * scale } else { 6 * scale }]).collect(),
    ]
}

/// Verdicts of every kind: pass, fail, insufficient; lines in use and not; groups equal, empty, left out, too small, without labels.
pub fn honest() -> Vec<Judged> {
    let four = attributes(1);
    let z = |attribute, num, den, exclusive| {
        let attribute = Attribute::new(attribute).expect("an attribute");
        Some(ZLine::new(attribute, num, den, exclusive).expect("a bound"))
    };
    let mut all = Vec::new();
    let mut add = |terms: Terms, attributes: &[Groups]| all.push(judge(terms, attributes, all.len() as u64));
    let pass = terms(&four, every_line(1, 2, false));
    add(Terms { z: z(1, 4, 1, false), min_rows: 320, min_group: 20, min_positive: 10, ..pass.clone() }, &four);
    let fail = terms(&four, every_line(99, 100, true));
    add(Terms { z: z(0, 1, 1000, true), exclude: Fraction::new(1, 16).expect("a share"), ..fail }, &four);
    // Groups that are equal in all: eight lines, and one line over the only attribute.
    let group = [40, 20, 20, 10];
    let equal = vec![vec![group; 3], vec![group; 3], vec![group; 3], vec![group; 3]];
    add(Terms { z: z(1, 4, 1, false), ..terms(&equal, every_line(1, 1, false)) }, &equal);
    let ratios = |attribute| line(Comparison::Ratio(over(Rate::Selection, attribute)), 1, 1);
    add(terms(&equal[..1], vec![ratios(0)]), &equal[..1]);
    let full = vec![vec![[20, 10, 10, 5]; 16]; 4];
    let lines: Vec<Line> = (0..8).map(|i| ratios(i % 4)).collect();
    add(Terms { z: z(0, 4, 1, false), ..terms(&full, lines) }, &full);
    // Too few of everything.
    add(Terms { min_rows: 400, min_group: 30, min_positive: 30, z: z(3, 9, 2, true), ..pass.clone() }, &four);
    // An empty group, one that is left out, one without labels; nothing predicted 1 in a pair.
    let poor = vec![
        vec![[0, 0, 0, 0], [30, 10, 0, 0], [2, 2, 2, 2], [30, 0, 0, 0]],
        vec![[62, 12, 2, 2]],
        vec![[31, 6, 2, 2], [31, 6, 0, 0]],
    ];
    add(Terms { z: z(0, 4, 1, false), ..terms(&poor, every_line(4, 5, false)) }, &poor);
    let share = Fraction::new(1, 10).expect("a share");
    add(Terms { exclude: share, z: z(2, 4, 1, true), ..terms(&poor, every_line(1, 3, false)) }, &poor);
    // No group is left, and no records at all.
    add(Terms { exclude: Fraction::new(9, 10).expect("a share"), ..pass.clone() }, &four);
    let none = vec![vec![[0; 4]; 2], vec![[0; 4]; 3]];
    add(Terms { z: z(0, 4, 1, false), ..terms(&none, every_line(4, 5, true)) }, &none);
    // Near 2^24 records.
    let many = attributes(52_000);
    add(Terms { z: z(0, (1 << 20) - 1, 1, false), ..terms(&many, every_line(1, (1 << 20) - 1, false)) }, &many);
    // Every group too small. Lines over all records: any schema would do. Eight times the same line: over groups after two that are empty, after
    // two that are left out, and over just two.
    add(Terms { min_group: 1000, ..pass }, &four);
    let (fair, unfair) = ([40, 20, 20, 10], [40, 20, 2, 1]);
    let all_in_one = [80, 40, 22, 11];
    let alone = vec![vec![all_in_one]; 4];
    add(terms(&alone, vec![line(Comparison::Accuracy, 1, 2); 8]), &alone);
    let mut late = alone.clone();
    late[0] = vec![[0; 4], [0; 4], fair, unfair];
    add(terms(&late, vec![line(Comparison::Difference(over(Rate::Selection, 0)), 1, 10); 8]), &late);
    let mut left_out = vec![vec![[802, 400, 220, 110]]; 4];
    left_out[0] = vec![[1, 0, 0, 0], [1, 0, 0, 0], fair.map(|count| 10 * count), unfair.map(|count| 10 * count)];
    let lines = vec![line(Comparison::Difference(over(Rate::Selection, 0)), 1, 10); 8];
    let exclude = Fraction::new(1, 50).expect("a share");
    add(Terms { exclude, ..terms(&left_out, lines) }, &left_out);
    let mut early = alone;
    early[1] = vec![fair, unfair];
    add(terms(&early, vec![line(Comparison::Difference(over(Rate::TruePositive, 1)), 1, 10); 8]), &early);
    all
}

/// The small instance, for the deletion of rows.
pub fn verdict() -> Subject<'static> {
    let mut honest: Vec<Trace> = Vec::new();
    for judged in self::honest() {
        honest.push(trace::<SmallVerdict>(honest.first(), &judged.public, &judged.witness));
    }
    let (lies, misplaced) = (super::lies::verdict::all(), super::lies::verdict::misplaced());
    let mut lies: Vec<Trace> = lies.iter().chain(&misplaced).map(|lie| lie.trace(&honest[0])).collect();
    lies.extend(super::lies::verdict::nobody(&honest[0]));
    Subject {
        name: SmallVerdict::id(),
        honest,
        lies,
        judge: &|trace, values| {
            let Some((public, witness)) = read_verdict(trace, values) else { return false };
            // What no honest assignment differs in is not hashed again: most changes of this circuit are of slack.
            let start = read_verdict(trace, &trace.values);
            start.is_some_and(|start| start.0 == public && same(&start.1, &witness))
                || SmallVerdict::check(&public, &witness).is_ok()
        },
        bounds: Vec::new(),
        digests: Vec::new(),
        challenges: Vec::new(),
        advice: Vec::new(),
        schemes: Some(Box::new(schemes)),
        random: Fr::rand(&mut ChaCha20Rng::seed_from_u64(4)),
    }
}

/// For a row about the schema's runs of ones: a run up to what the row would refuse, a bit that is none or a gap.
fn schemes(trace: &Trace, row: u32) -> Vec<Attempt> {
    if trace.place(row as usize).0 != "schema" {
        return Vec::new();
    }
    let first = read::first_bit(trace, "schema");
    let bits = trace.rows[row as usize].variables();
    let Some(at) = bits.first().filter(|bit| (first..first + 64).contains(bit)).map(|bit| bit - first) else {
        return Vec::new();
    };
    // A bit alone has the row that makes it one; two follow each other.
    let value = |bit: u32| match (bits.len(), bit % 16) {
        (_, place) if place < at % 16 => Fr::ONE,
        (1, place) if place == at % 16 => Fr::from(5u64),
        (2, place) if place == at % 16 + 1 => Fr::ONE,
        _ => Fr::ZERO,
    };
    let run = at / 16 * 16..at / 16 * 16 + 16;
    vec![Attempt { set: run.map(|bit| (first + bit, value(bit))).collect(), ..Attempt::default() }]
}

fn same(a: &VerdictWitness, b: &VerdictWitness) -> bool {
    let shards = |w: &VerdictWitness| w.shards.iter().map(|shard| (shard.words, shard.blinding)).collect::<Vec<_>>();
    let opened = |w: &VerdictWitness| (w.params, w.blinding, w.body, w.groups, shards(w));
    a.words() == b.words() && opened(a) == opened(b)
}

/// The statement that an assignment makes, and the witness in it.
pub fn read_verdict(trace: &Trace, values: &[Fr]) -> Option<(VerdictPublic<Fr>, VerdictWitness)> {
    let mut inputs = values.iter();
    let public = SmallVerdict::blank().0.try_map(|_, _| inputs.next().copied().ok_or(())).ok()?;
    // context, model, rows, verdict, the commitments; then the model block's own.
    let (context, model) = (*inputs.next()?, *inputs.next()?);
    let rows = read::small(*inputs.next()?)?;
    let verdict = u8::try_from(read::small(*inputs.next()?)?).ok()?;
    let commitments = inputs.by_ref().take(PLACES).copied().collect();
    let (params, blinding) = (*inputs.next()?, *inputs.next()?);
    let body = read::allocated(trace, read::block(trace, "schema")).next()?;
    let first = read::first_bit(trace, "schema");
    let mut groups = [0; 4];
    for (a, count) in groups.iter_mut().enumerate() {
        let run = read::number(trace, values, first + 16 * a as u32, 16)?;
        *count = run.num_bits() as u8;
        if run.0[0] + 1 != 1 << *count {
            return None;
        }
    }
    let shards = trace.blocks.iter().filter(|block| block.name == "shards").map(|block| {
        let first = read::allocated(trace, block.rows.clone()).next()? as usize;
        let words = values[first..first + COUNT_WORDS].try_into().ok()?;
        Some(OpenedCounts { words, blinding: values[first + COUNT_WORDS] })
    });
    let shards = shards.collect::<Option<_>>()?;
    let body = values[body as usize];
    let witness = VerdictWitness { context, model, rows, verdict, commitments, params, blinding, body, groups, shards };
    Some((public, witness))
}

/// Rows that others imply.
///
/// * A line's third comparison bit is also the sum of its three reference bits, and no comparison more than one.
/// * "At most one of these bits" of a line or of the z, whose sum is `in_use`: where that is neither 0 nor 1, (1 - in_use)·word = 0 makes
///   the word 0, and with it the bits.
/// * "The line before is in use" of the second line: the first always is, so the row says in_use·0 = 0.
/// * An attribute's "any group is included" is 1 where the count x is not 0, (1 - any)·x = 0: were it 0, no majority would be chosen, and
///   the rank of an included group, which is above 0, would be above the highest.
pub fn implied(trace: &Trace) -> Vec<usize> {
    let policy = read::block(trace, "policy");
    let words = |end: usize| {
        policy.clone().filter(move |row| trace.gives[*row].bits.as_ref().is_some_and(|bits| bits.len() == end))
    };
    let third =
        |row: usize| trace.gives[row].bits.as_ref().expect("filtered").start + line_bits::COMPARISON.start as u32 + 2;
    let lines: Vec<usize> = words(line_bits::DEN.end).collect();
    let mut all: Vec<usize> =
        lines.iter().map(|row| trace.boolean[third(*row) as usize].expect("a bit") as usize).collect();
    all.extend(lines.iter().skip(1).copied().chain(words(z_bits::DEN.end)).map(|row| row + 1));
    all.extend(lines.get(1).map(|row| row + 2));
    let attributes = trace.blocks.iter().filter(|block| block.name == "support");
    let any = |rows: std::ops::Range<usize>| rows.into_iter().find(|row| trace.gives[*row].inverse.is_some());
    all.extend(attributes.filter_map(|block| any(block.rows.clone())).map(|row| row + 1));
    all
}
