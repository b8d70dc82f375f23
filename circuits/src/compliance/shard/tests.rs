//! The circuit and its native twin agree on true and on false statements.

use super::*;
use crate::testing::shard::{read_shard, shards};
use crate::testing::subjects::trace;
use crate::testing::{run_statement, sample_audit};

fn failing<const R: usize>(public: &ShardPublic<Fr>, witness: &ShardWitness) -> Vec<&'static str> {
    run_statement::<ShardLinear<R>>(public, witness).failing_blocks()
}

#[test]
fn true_statements_of_every_kind_hold() {
    for (i, (public, witness)) in shards::<5>().into_iter().enumerate() {
        assert_eq!(ShardLinear::<5>::check(&public, &witness), Ok(()), "{i}");
        assert_eq!(failing::<5>(&public, &witness), Vec::<&str>::new(), "{i}");
        // The assignment holds the witness, each part in its place.
        let trace = trace::<ShardLinear<5>>(None, &public, &witness);
        let (found, read) = read_shard(&trace, &trace.values).unwrap();
        assert_eq!(found, public, "{i}");
        assert!(read.records == witness.records && read.model == witness.model && read.scores == witness.scores, "{i}");
        assert_eq!(read.counts, witness.counts, "{i}");
    }
    let positive = |(_, w): &(_, ShardWitness)| w.scores.iter().filter(|z| **z > 0).count();
    let found: Vec<usize> = shards::<5>().iter().map(positive).collect();
    assert!(found.contains(&0) && found.contains(&5) && found.iter().any(|n| (1..5).contains(n)), "{found:?}");
}

#[test]
fn inputs_are_named_in_order() {
    assert_eq!(ShardLinear::<5>::input_names(), ["context", "model", "digest", "index", "counts"]);
    let public = sample_audit::<5>(5, 1).shard(0).0;
    let inputs = [public.context, public.model, public.digest, public.index, public.counts];
    assert_eq!(ShardLinear::<5>::inputs(&public), inputs);
    assert_eq!(format!("{:?}", sample_audit::<5>(5, 1).shard(0).1), "ShardWitness(..)");
}

#[test]
fn nothing_is_left_of_a_wiped_witness() {
    for (_, mut witness) in shards::<5>() {
        witness.zeroize();
        assert!(witness.records.is_empty() && witness.scores.is_empty() && witness.model == LinearModel::default());
        assert_eq!(witness.counts, Counts::default());
        let words = [witness.schema_hash, witness.model_blinding, witness.counts_blinding];
        assert_eq!(words, [Fr::ZERO; 3]);
    }
}

/// The page's budget, row by row.
#[test]
fn costs_what_the_page_says() {
    let rows =
        |blank: fn() -> crate::testing::Run| blank().blocks.iter().map(|block| block.rows.len()).collect::<Vec<_>>();
    fn blank<const R: usize>() -> crate::testing::Run {
        let (public, witness) = ShardLinear::<R>::blank();
        run_statement::<ShardLinear<R>>(&public, &witness)
    }
    let page = |r: usize, decisions: usize| {
        [
            274 * r,
            609 * r / 5 + 1,
            7737,
            62 * r + decisions,
            3198,
            r + 5863,
            28 * r,
            24 * r + 129,
            25 * r + 127,
            4 * r + 258,
        ]
    };
    // H* of the words that four scores share: H_2 and H_15.
    assert_eq!(rows(blank::<5>), page(5, 240));
    assert_eq!(rows(blank::<60>), page(60, 573));
}
