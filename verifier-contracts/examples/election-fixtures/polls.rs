//! Polls: an election for every rule, with 3 and with 8 options.

use rand::SeedableRng;
use rand::rngs::StdRng;
use serde_json::{Value, json};
use tabella_circuits::Fr;
use tabella_circuits::field::to_decimal;
use tabella_circuits::voting::ballot::{BallotK8D20, Election, seal};
use tabella_circuits::voting::rule::{Rule, RuleKind, choose};
use tabella_circuits::voting::tally::{TallyK3T1, TallyK8T1};
use tabella_prover::KeyStore;

use super::{ANYONE, Failure, Fixtures, Prover, venue};

/// What members 0, 1 and 2 vote in the poll at this place: all votes of a rule's limit where it has one.
fn choices(poll: usize) -> Result<Vec<Vec<u64>>, Failure> {
    Ok(match poll {
        0 => vec![choose(8, &[3])?, choose(8, &[7])?, choose(8, &[3])?],
        1 => vec![choose(5, &[0, 1])?, choose(5, &[4, 2, 1])?, choose(5, &[])?],
        2 => vec![vec![60, 40, 0], vec![0, 150, 50], vec![100, 100, 99]],
        3 => vec![vec![30, 10, 0], vec![40, 20, 0], vec![50, 20, 10]],
        4 => vec![vec![10, 20, 30, 0, 0, 0, 0, 40], vec![0; 8], vec![0, 0, 0, 300, 0, 0, 0, 0]],
        5 => vec![vec![10, 20, 20, 10, 0, 0, 0, 0], vec![0, 0, 0, 0, 44, 0, 0, 8], vec![1, 2, 3, 4, 5, 6, 7, 8]],
        _ => return Err("more polls than choices".into()),
    })
}

/// The ballots and the tally of every poll of elections.json.
pub(super) fn ballots_json(
    fixtures: &Fixtures,
    polls: &Value,
    prover: &Prover,
    keys: &KeyStore,
) -> Result<Value, Failure> {
    let polls = polls.as_array().ok_or("polls is a list")?;
    let (ballot, tally) = (keys.development::<BallotK8D20>()?, keys.development::<TallyK8T1>()?);
    let mut list = Vec::new();
    for (place, poll) in polls.iter().enumerate() {
        let file = venue(poll)?;
        let rule = Rule::from_word(poll["rule"].as_str().ok_or("rule is a string")?.parse()?)?;
        let options = poll["options"].as_u64().ok_or("options is a number")? as usize;
        let keys = fixtures.trustee.keys(options);
        let election = Election { rule, keys, ..fixtures.election(&file.venue, &fixtures.tree) };
        assert_eq!(file.scope, to_decimal(&election.scope), "elections.json belongs to other members: write it again");
        let mut sealed = Vec::new();
        for (i, choice) in choices(place)?.iter().enumerate() {
            let mut rng = StdRng::seed_from_u64((2000 + 10 * place + i) as u64);
            sealed.push(seal(&election, &fixtures.member(i, &fixtures.tree), choice, &ANYONE, &mut rng)?);
        }
        let json = |b| match options {
            3 => prover.ballot_json(b, &ANYONE),
            _ => Prover::ballot_of::<BallotK8D20>(b, &ANYONE, &ballot),
        };
        let words: Vec<&[Fr]> = sealed.iter().map(|b| b.witness.words.as_slice()).collect();
        let most = if matches!(rule.kind, RuleKind::Split | RuleKind::Quadratic) { u64::from(rule.limit) } else { 1 };
        let tally = match options {
            3 => fixtures.tally_of::<TallyK3T1>(&file.venue, &words, 3, most, &prover.tally)?,
            _ => fixtures.tally_of::<TallyK8T1>(&file.venue, &words, options, most, &tally)?,
        };
        let ballots = sealed.iter().map(json).collect::<Result<Vec<_>, _>>()?;
        list.push(json!({ "ballots": ballots, "tally": tally }));
    }
    Ok(json!({ "polls": list }))
}
