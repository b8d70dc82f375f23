//! The `tally` statement for one trustee; its page is in `circuits/README.md`.

mod circuit;
mod totals;

pub use totals::{TotalsError, totals};

use crate::Fr;
use crate::babyjubjub::Point;
use crate::poseidon::hash_words;
use crate::r1cs::Builder;
use crate::statement::{Statement, StatementError};
use crate::voting::TOTAL_BITS;
use crate::voting::scope::{fold, tally_gamma};
use crate::voting::trustee::Share;
use ark_ff::AdditiveGroup;
use ark_relations::gr1cs::SynthesisError;
use std::convert::Infallible;

/// The opened sum of all ballots of `K` options by `T` trustees (T = 1 in this version).
#[derive(Clone, Copy, Debug)]
pub struct Tally<const K: usize, const T: usize>;

/// `tally-k3-t1`.
pub type TallyK3T1 = Tally<3, 1>;

/// `tally-k8-t1`.
pub type TallyK8T1 = Tally<8, 1>;

/// The public inputs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TallyPublic<T> {
    /// H* of the words.
    pub h: T,
    /// The folding challenge.
    pub gamma: T,
    /// Sum of gamma^i · word_i.
    pub e: T,
}

impl<T> TallyPublic<T> {
    /// Applies `f` to every input, in order: **the only place where the order is written**.
    pub(crate) fn try_map<U, E>(&self, mut f: impl FnMut(&str, &T) -> Result<U, E>) -> Result<TallyPublic<U>, E> {
        Ok(TallyPublic { h: f("h", &self.h)?, gamma: f("gamma", &self.gamma)?, e: f("e", &self.e)? })
    }
}

/// The words of a tally and the trustee's share.
#[derive(Clone, Debug)]
pub struct TallyWitness {
    /// Binds chain, committee, term, box and proposal.
    pub context: Fr,
    /// Sum of the ballots' C1.
    pub c1: Point,
    /// Sums of the ballots' C2_k.
    pub c2: Vec<Point>,
    /// The trustee's keys Y_k.
    pub keys: Vec<Point>,
    /// The totals, one an option.
    pub totals: Vec<u64>,
    /// The trustee's share.
    pub share: Share,
}

impl TallyWitness {
    /// context, C1, C2_k, Y_k, totals.
    pub fn words(&self) -> Vec<Fr> {
        let points = std::iter::once(&self.c1).chain(&self.c2).chain(&self.keys);
        let mut words = vec![self.context];
        words.extend(points.flat_map(Point::words));
        words.extend(self.totals.iter().map(|total| Fr::from(*total)));
        words
    }

    /// The public inputs that belong to these words.
    pub fn public(&self) -> TallyPublic<Fr> {
        let words = self.words();
        let h = hash_words(&words);
        let gamma = tally_gamma(h, &words);
        TallyPublic { h, gamma, e: fold(gamma, &words) }
    }
}

impl<const K: usize, const T: usize> Statement for Tally<K, T> {
    type Public = TallyPublic<Fr>;
    type Witness = TallyWitness;
    const VERSION: u32 = 1;

    fn id() -> String {
        const { assert!(T == 1, "this version opens with one trustee") };
        format!("tally-k{K}-t{T}")
    }

    fn constants() -> usize {
        0
    }

    fn input_names() -> Vec<String> {
        let mut names = Vec::new();
        let Ok(_) = Self::blank().0.try_map(|name, _| {
            names.push(name.to_owned());
            Ok::<_, Infallible>(())
        });
        names
    }

    fn inputs(public: &Self::Public) -> Vec<Fr> {
        let mut values = Vec::new();
        let Ok(_) = public.try_map(|_, value| {
            values.push(*value);
            Ok::<_, Infallible>(())
        });
        values
    }

    fn blank() -> (Self::Public, Self::Witness) {
        let points = vec![Point::IDENTITY; K];
        let share = Share { decryptions: points.clone(), challenge: 0, response: AdditiveGroup::ZERO };
        let witness = TallyWitness {
            context: Fr::ZERO,
            c1: Point::IDENTITY,
            c2: points.clone(),
            keys: points,
            totals: vec![0; K],
            share,
        };
        (TallyPublic { h: Fr::ZERO, gamma: Fr::ZERO, e: Fr::ZERO }, witness)
    }

    fn check(public: &Self::Public, witness: &Self::Witness) -> Result<(), StatementError> {
        let w = witness;
        if [w.c2.len(), w.keys.len(), w.totals.len(), w.share.decryptions.len()] != [K; 4] {
            return Err(StatementError::new("shape", format!("this circuit has {K} options")));
        }
        let group = |points: &[Point]| points.iter().all(Point::is_in_subgroup);
        if !(w.c1.is_in_subgroup() && group(&w.c2) && group(&w.keys)) {
            return Err(StatementError::new("shape", "an accumulator or key is not in the subgroup"));
        }
        w.share.verify(w.context, &w.c1, &w.keys).map_err(|e| StatementError::new("chaum-pedersen", e.to_string()))?;
        for (k, total) in w.totals.iter().enumerate() {
            let opened = w.share.decryptions[k].add(&Point::BASE8.mul(&(*total).into()));
            if total >> TOTAL_BITS != 0 || opened != w.c2[k] {
                return Err(StatementError::new(
                    "totals",
                    format!("the total of option {k} is not what the ballots sum to"),
                ));
            }
        }
        let words = w.words();
        if hash_words(&words) != public.h || fold(public.gamma, &words) != public.e {
            return Err(StatementError::new("fold", "h or e does not belong to these words"));
        }
        Ok(())
    }

    fn build(builder: &mut Builder<'_>, public: &Self::Public, witness: &Self::Witness) -> Result<(), SynthesisError> {
        circuit::build::<K>(builder, public, witness)
    }
}
