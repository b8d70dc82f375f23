//! Deletes constraints one by one, in thought, and counts those that nothing would notice.
//!
//! `cargo run --release -p tabella-circuits --features test-utils --example kill-constraints [-- STEP [FIRST [CIRCUIT]]]`: all
//! rows of the gadgets and every STEP-th row of each circuit (of those of compliance every 8 STEP-th, unless STEP is 1), from row FIRST on
//! (default 1 and 0: all of them), or of one circuit alone. Progress and survivors go to stderr as they come: where a run was
//! stopped, another goes on from the row said to be the first not done. Exit code 1 if a row survives.

use std::process::ExitCode;
use std::time::Instant;
use tabella_circuits::testing::gadgets::gadgets;
use tabella_circuits::testing::kill::{Notice, Subject};
use tabella_circuits::testing::{shard, subjects, verdict_subject};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = |at: usize, default: usize| arguments.get(at).map_or(Some(default), |text| text.parse().ok());
    let (Some(step @ 1..), Some(first), 0..=3) = (number(0, 1), number(1, 0), arguments.len()) else {
        eprintln!(
            "usage: kill-constraints [STEP [FIRST [CIRCUIT]]], numbers, STEP from 1; CIRCUIT such as ballot-k3-d20"
        );
        return ExitCode::from(2);
    };
    let only = arguments.get(2).map(String::as_str);
    let mut survivors = 0;
    if only.is_none() {
        for gadget in gadgets(1) {
            survivors += report(&gadget.subject(), 1, 0);
        }
    }
    // One after the other: each holds many assignments.
    type Make = fn() -> Subject<'static>;
    // A sample takes this many times fewer rows of a circuit: sums over whole data sets make a row of these so much dearer.
    const DEAR: usize = 8;
    let circuits: [(&str, usize, Make); 6] = [
        ("ballot-k3-d20", 1, subjects::ballot::<3>),
        ("tally-k3-t1", 1, subjects::tally::<3>),
        ("ballot-k8-d20", 1, subjects::ballot::<8>),
        ("tally-k8-t1", 1, subjects::tally::<8>),
        // The circuit of 205 records with fewer of them: every row of a record is there five times.
        ("shard-linear-r5", DEAR, shard::shard::<5>),
        ("verdict-s2", DEAR, verdict_subject::verdict),
    ];
    let chosen: Vec<_> = circuits.iter().filter(|(id, ..)| only.is_none_or(|only| only == *id)).collect();
    if chosen.is_empty() {
        eprintln!("no such circuit");
        return ExitCode::from(2);
    }
    for (_, cost, make) in chosen {
        // A circuit that is named, or deleted whole, is taken as asked.
        let step = if step == 1 || only.is_some() { step } else { step * cost };
        survivors += report(&make(), step, first);
    }
    println!("{survivors} survivors");
    if survivors > 0 { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

/// Prints how the deletion of each row shows; returns how many nothing noticed.
fn report(subject: &Subject<'_>, step: usize, first: usize) -> usize {
    let start = Instant::now();
    let all = subject.honest[0].rows.len();
    // Rows that others imply, each listed with its reason.
    let implied = if subject.name == "verdict-s2" { verdict_subject::implied(&subject.honest[0]) } else { Vec::new() };
    let rows: Vec<usize> = (first..all).step_by(step).filter(|row| !implied.contains(row)).collect();
    let found = subject.delete(&rows);
    let count = |wanted: Notice| found.iter().filter(|(_, notice)| *notice == wanted).count();
    for (row, _) in found.iter().filter(|(_, notice)| *notice == Notice::Survives) {
        let (block, at) = subject.honest[0].place(*row);
        println!("{}: row {row} ({block}, {at}) survives", subject.name);
    }
    println!(
        "{}: {} of {all} rows deleted: {} prove something false, {} let a variable go, {} let a hash's input go, {} survive, {:.0?}",
        subject.name,
        rows.len(),
        count(Notice::False),
        count(Notice::Free),
        count(Notice::Hash),
        count(Notice::Survives),
        start.elapsed()
    );
    count(Notice::Survives)
}
