//! Deletes constraints one by one, in thought, and counts those that nothing would notice.
//!
//! `cargo run --release -p tabella-circuits --features test-utils --example kill-constraints [-- STEP [FIRST]]`: all rows of the
//! gadgets and every STEP-th row of each statement, from row FIRST on (default 1 and 0: all of them). Exit code 1 if a row survives.

use std::process::ExitCode;
use std::time::Instant;
use tabella_circuits::testing::gadgets::gadgets;
use tabella_circuits::testing::kill::{Notice, Subject};
use tabella_circuits::testing::subjects;

fn main() -> ExitCode {
    let numbers: Option<Vec<usize>> = std::env::args().skip(1).map(|text| text.parse().ok()).collect();
    let (step, first) = match numbers.as_deref() {
        Some([]) => (1, 0),
        Some([step]) if *step > 0 => (*step, 0),
        Some([step, first]) if *step > 0 => (*step, *first),
        _ => {
            eprintln!("usage: kill-constraints [STEP [FIRST]], numbers, STEP from 1");
            return ExitCode::from(2);
        }
    };
    let mut survivors = 0;
    for gadget in gadgets(1) {
        survivors += report(&gadget.subject(), 1, 0);
    }
    // One after the other: each holds many assignments.
    survivors += report(&subjects::ballot::<3>(), step, first);
    survivors += report(&subjects::tally::<3>(), step, first);
    survivors += report(&subjects::ballot::<8>(), step, first);
    survivors += report(&subjects::tally::<8>(), step, first);
    println!("{survivors} survivors");
    if survivors > 0 { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

/// Prints how the deletion of each row shows; returns how many nothing noticed.
fn report(subject: &Subject<'_>, step: usize, first: usize) -> usize {
    let start = Instant::now();
    let all = subject.honest[0].rows.len();
    let rows: Vec<usize> = (first..all).step_by(step).collect();
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
