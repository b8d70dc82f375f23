//! `make bench-engine`: the prover engine beside ark-groth16, in one run.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use tabella_benches::engine::report::{Report, Row};
use tabella_benches::engine::subject::SUBJECTS;
use tabella_benches::engine::work::{Measured, measure};

const USAGE: &str = "usage: bench-engine [--json FILE] [SUBJECT...]";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    if let ["measure", what, subject, folder] = words[..] {
        let measured = measure(what, subject, Path::new(folder));
        println!("{}", serde_json::to_string(&measured).expect("numbers"));
        return ExitCode::SUCCESS;
    }
    let (json, subjects) = match words[..] {
        ["--json", file, ref subjects @ ..] => (Some(PathBuf::from(file)), subjects),
        ref subjects => (None, subjects),
    };
    if let Some(unknown) = subjects.iter().find(|subject| !SUBJECTS.contains(subject)) {
        eprintln!("{unknown} is none of {}\n{USAGE}", SUBJECTS.join(", "));
        return ExitCode::from(2);
    }
    let subjects = if subjects.is_empty() { &SUBJECTS[..] } else { subjects };
    match run(subjects, json.as_deref()) {
        Ok(table) => {
            print!("{table}");
            ExitCode::SUCCESS
        }
        Err(problem) => {
            eprintln!("{problem}");
            ExitCode::FAILURE
        }
    }
}

fn run(subjects: &[&str], json: Option<&Path>) -> Result<String, String> {
    let folder = tempfile::tempdir().map_err(|error| format!("a folder for this run: {error}"))?;
    let mut report = Report::new();
    for backend in report.backends.clone() {
        eprintln!("msm ({backend})");
        if let Measured::Msm(sums) = child("msm", "-", &backend, folder.path())? {
            report.msm.insert(backend, sums);
        }
    }
    for subject in subjects {
        let mut row = Row::new(subject);
        // Setup first: it leaves the keys for the others.
        let portable = report.backends.iter().map(|backend| ("prove", backend.clone()));
        let first = report.backends[0].clone();
        let mut steps = vec![("setup", first.clone())];
        steps.extend(portable);
        steps.extend(["peak-ours", "peak-peer", "load"].map(|what| (what, first.clone())));
        for (what, backend) in steps {
            eprintln!("{subject}: {what} ({backend})");
            row.add(what, &backend, child(what, subject, &backend, folder.path())?);
        }
        report.rows.push(row);
    }
    if let Some(path) = json {
        let text = serde_json::to_string_pretty(&report).map_err(|error| error.to_string())?;
        std::fs::write(path, text + "\n").map_err(|error| format!("{}: {error}", path.display()))?;
    }
    Ok(report.table())
}

/// One measurement in a process of its own.
fn child(what: &str, subject: &str, backend: &str, folder: &Path) -> Result<Measured, String> {
    let own = std::env::current_exe().map_err(|error| error.to_string())?;
    let mut command = Command::new(own);
    command.args(["measure", what, subject]).arg(folder).env("TABELLA_BACKEND", backend);
    let output = command.stderr(std::process::Stdio::inherit()).output().map_err(|error| error.to_string())?;
    if !output.status.success() {
        return Err(format!("{subject}: {what} failed: {}", output.status));
    }
    serde_json::from_slice(&output.stdout).map_err(|error| format!("{subject}: {what}: {error}"))
}
