//! Writes what is generated and committed: the verifiers in `contracts/generated/` and the proofs that their tests use in
//! `test/fixtures/`. With `--check` nothing is written, and a difference is an error.
//!
//! `cargo run --release -p tabella-contracts --example generate-verifiers -- [--check]`

mod files;

use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let check = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => false,
        ["--check"] => true,
        _ => {
            eprintln!("usage: generate-verifiers [--check]");
            return ExitCode::from(2);
        }
    };
    match run(check) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("generate-verifiers: {message}");
            ExitCode::FAILURE
        }
    }
}

fn run(check: bool) -> Result<(), String> {
    let project = Path::new(env!("CARGO_MANIFEST_DIR"));
    let keys = files::key_directory();
    let mut differing = 0;
    for file in files::generate(&keys).map_err(|e| e.to_string())? {
        let path = project.join(&file.path);
        let same = std::fs::read_to_string(&path).is_ok_and(|text| text == file.text);
        differing += usize::from(!same);
        eprintln!(
            "{}: {}",
            file.path,
            if same {
                "as committed"
            } else if check {
                "differs"
            } else {
                "written"
            }
        );
        if !same && !check {
            write(&path, &file.text).map_err(|e| format!("{}: {e}", path.display()))?;
        }
    }
    if check && differing > 0 {
        return Err("run it without --check and commit the result".to_owned());
    }
    Ok(())
}

/// Writes a file whole or not at all.
fn write(path: &Path, text: &str) -> std::io::Result<()> {
    let dir = path.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(dir)?;
    let fresh = dir.join(format!(".{}.new", std::process::id()));
    std::fs::write(&fresh, text)?;
    std::fs::rename(&fresh, path)
}
