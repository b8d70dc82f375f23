//! Where anvil is: `TABELLA_ANVIL`, the `PATH`, or the npm packages of this project.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use crate::error::CliError;

/// Directories of npm packages, looked for in the working directory, beside the program, and in every directory above.
const TREES: [&str; 3] = ["node_modules", "cli/devnet/node_modules", "verifier-contracts/node_modules"];

/// Finds the native anvil. It is never taken from a settings file: a downloaded directory must not choose what is run.
///
/// # Errors
/// `anvil-not-found`, with what to install.
pub fn find_anvil() -> Result<PathBuf, CliError> {
    if let Some(named) = std::env::var_os("TABELLA_ANVIL").filter(|v| !v.is_empty()) {
        let path = PathBuf::from(named);
        return if is_program(&path) {
            Ok(absolute(path))
        } else {
            Err(CliError::file("anvil-not-found", &path, "TABELLA_ANVIL names no program"))
        };
    }
    let on_path = std::env::var_os("PATH").into_iter().flat_map(|all| std::env::split_paths(&all).collect::<Vec<_>>());
    let on_path =
        on_path.filter(|dir| dir.is_absolute()).map(|dir| dir.join(program_name())).filter(|path| !is_script(path));
    on_path.chain(in_npm_trees()).find(|path| is_program(path)).map(absolute).ok_or_else(|| {
        CliError::usage("anvil-not-found", "anvil, the local chain, is not installed").hint(
            "run `npm ci --ignore-scripts` in cli/devnet, put anvil on the PATH, or set TABELLA_ANVIL to the program",
        )
    })
}

fn in_npm_trees() -> impl Iterator<Item = PathBuf> {
    let package = format!("@foundry-rs/anvil-{}-{}", platform(), architecture());
    let program = Path::new(&package).join("bin").join(program_name());
    let starts = [
        std::env::current_dir().ok(),
        std::env::current_exe().ok().as_deref().and_then(Path::parent).map(Path::to_path_buf),
    ];
    let above = starts.into_iter().flatten().flat_map(|dir| dir.ancestors().map(Path::to_path_buf).collect::<Vec<_>>());
    above.flat_map(move |dir| TREES.map(|tree| dir.join(tree).join(&program)))
}

fn platform() -> &'static str {
    match std::env::consts::OS {
        "macos" => "darwin",
        "windows" => "win32",
        other => other,
    }
}

fn architecture() -> &'static str {
    match std::env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        other => other,
    }
}

fn program_name() -> String {
    format!("anvil{}", std::env::consts::EXE_SUFFIX)
}

fn is_program(path: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        path.metadata().is_ok_and(|m| m.is_file() && m.permissions().mode() & 0o111 != 0)
    }
    #[cfg(not(unix))]
    {
        path.is_file()
    }
}

/// npm's launcher is a script whose child would be the chain: stopping the launcher would leave the chain running.
fn is_script(path: &Path) -> bool {
    let mut start = [0; 2];
    File::open(path).and_then(|mut file| file.read_exact(&mut start)).is_ok() && start == *b"#!"
}

/// The program is started from another directory.
fn absolute(path: PathBuf) -> PathBuf {
    std::path::absolute(&path).unwrap_or(path)
}
