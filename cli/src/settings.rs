//! Where a setting comes from: the flag, then its `TABELLA_*` variable, then `./tabella.toml`, then `<home>/tabella.toml`.
//!
//! The home directory holds everything Tabella keeps: `--home`, `TABELLA_HOME`, `home` in `./tabella.toml`, or
//! `$XDG_DATA_HOME/tabella` (`~/.local/share/tabella`). Paths in a settings file are relative to that file.
//!
//! Invariant: no setting is a secret; secrets come from files or the terminal.

use std::fmt;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::error::CliError;
use crate::files;

/// The name of a settings file.
pub const FILE_NAME: &str = "tabella.toml";
const FILE_LIMIT: u64 = 64 * 1024;

/// Everything a `tabella.toml` may contain.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Values {
    /// Tabella's directory; only in `./tabella.toml`.
    pub home: Option<PathBuf>,
    /// URL of an Ethereum node.
    pub rpc: Option<String>,
    /// The file that says where a DAO's contracts are.
    pub dao: Option<PathBuf>,
    /// Directory of proving keys.
    pub keys: Option<PathBuf>,
    /// Send from this account of the node.
    pub from: Option<String>,
    /// Send from this keystore file.
    pub keystore: Option<PathBuf>,
    /// File with the keystore's password.
    pub password_file: Option<PathBuf>,
    /// Send with the private key in this file.
    pub private_key_file: Option<PathBuf>,
    /// File with the passphrase of identities and trustees.
    pub passphrase_file: Option<PathBuf>,
}

/// Where a value was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// On the command line.
    Flag,
    /// In a `TABELLA_*` variable.
    Environment,
    /// In a settings file.
    File(PathBuf),
    /// Nowhere: the default.
    Default,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag => write!(f, "the command line"),
            Self::Environment => write!(f, "the environment"),
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Default => write!(f, "the default"),
        }
    }
}

/// A value and where it was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sourced<T> {
    /// The value.
    pub value: T,
    /// Where it was found.
    pub origin: Origin,
}

/// All settings below the command line, strongest first.
#[derive(Debug, Clone)]
pub struct Settings {
    home: PathBuf,
    layers: Vec<(Origin, Values)>,
}

impl Settings {
    /// Reads the environment and both settings files.
    ///
    /// # Errors
    /// `settings-invalid` names file and line; `no-home` when no home directory can be found.
    pub fn load(home_flag: Option<&Path>) -> Result<Self, CliError> {
        let environment = from_environment()?;
        let local = load_file(Path::new(FILE_NAME))?;
        let local_home = local.as_ref().and_then(|values| values.home.clone());
        let home = match home_flag.map(Path::to_path_buf).or_else(|| environment.home.clone()).or(local_home) {
            Some(home) => home,
            None => default_home()?,
        };
        let home = std::path::absolute(&home).map_err(|e| CliError::file("no-home", &home, e))?;
        let mut layers = vec![(Origin::Environment, environment)];
        layers.extend(local.map(|values| (Origin::File(PathBuf::from(FILE_NAME)), values)));
        let file = home.join(FILE_NAME);
        if let Some(values) = load_file(&file)? {
            let same_file = std::env::current_dir().is_ok_and(|cwd| cwd == home);
            if values.home.is_some() && !same_file {
                return Err(CliError::file(
                    "settings-invalid",
                    &file,
                    "`home` cannot be set inside the home directory",
                ));
            }
            layers.push((Origin::File(file), values));
        }
        Ok(Self { home, layers })
    }

    /// Settings put together by hand: `layers` strongest first.
    pub fn of_layers(home: PathBuf, layers: Vec<(Origin, Values)>) -> Self {
        Self { home, layers }
    }

    /// Tabella's directory, absolute; it need not exist yet.
    pub fn home(&self) -> &Path {
        &self.home
    }

    /// The strongest layer that has the value.
    pub fn pick<T>(&self, flag: Option<T>, field: impl Fn(&Values) -> Option<T>) -> Option<Sourced<T>> {
        if let Some(value) = flag {
            return Some(Sourced { value, origin: Origin::Flag });
        }
        self.layers
            .iter()
            .find_map(|(origin, values)| field(values).map(|value| Sourced { value, origin: origin.clone() }))
    }

    /// The layers below the command line, strongest first, for settings that belong together.
    pub fn layers(&self) -> &[(Origin, Values)] {
        &self.layers
    }

    /// The directory of proving keys: `flag`, the settings, or `<home>/keys`.
    pub fn keys_dir(&self, flag: Option<PathBuf>) -> PathBuf {
        self.pick(flag, |v| v.keys.clone()).map_or_else(|| self.home.join("keys"), |s| s.value)
    }

    /// The DAO's file: `flag`, the settings, or `<home>/dao.json`.
    pub fn dao_file(&self, flag: Option<PathBuf>) -> PathBuf {
        self.pick(flag, |v| v.dao.clone()).map_or_else(|| self.home.join("dao.json"), |s| s.value)
    }
}

/// An environment variable as a path; an empty one counts as unset.
fn path_variable(name: &str) -> Option<PathBuf> {
    std::env::var_os(name).filter(|v| !v.is_empty()).map(PathBuf::from)
}

/// An environment variable as text.
fn text_variable(name: &str) -> Result<Option<String>, CliError> {
    match std::env::var_os(name).filter(|v| !v.is_empty()) {
        None => Ok(None),
        Some(value) => value
            .into_string()
            .map(Some)
            .map_err(|_| CliError::usage("settings-invalid", format!("{name} is not valid UTF-8"))),
    }
}

fn from_environment() -> Result<Values, CliError> {
    Ok(Values {
        home: path_variable("TABELLA_HOME"),
        rpc: text_variable("TABELLA_RPC")?,
        dao: path_variable("TABELLA_DAO"),
        keys: path_variable("TABELLA_KEYS"),
        from: text_variable("TABELLA_FROM")?,
        keystore: path_variable("TABELLA_KEYSTORE"),
        password_file: path_variable("TABELLA_PASSWORD_FILE"),
        private_key_file: path_variable("TABELLA_PRIVATE_KEY_FILE"),
        passphrase_file: path_variable("TABELLA_PASSPHRASE_FILE"),
    })
}

fn default_home() -> Result<PathBuf, CliError> {
    // The XDG specification says that a relative path there must be ignored.
    if let Some(data) = path_variable("XDG_DATA_HOME").filter(|p| p.is_absolute()) {
        return Ok(data.join("tabella"));
    }
    std::env::home_dir().filter(|home| home.is_absolute()).map(|home| home.join(".local/share/tabella")).ok_or_else(
        || {
            CliError::usage("no-home", "cannot tell where to keep files: HOME is not set")
                .hint("give --home DIR or set TABELLA_HOME")
        },
    )
}

/// Reads one settings file; none at all is fine.
fn load_file(path: &Path) -> Result<Option<Values>, CliError> {
    if !path.exists() {
        return Ok(None);
    }
    let text = files::text(files::read_bounded(path, FILE_LIMIT)?, path)?;
    let mut values: Values = toml::from_str(&text).map_err(|e| {
        let line = e.span().map_or(1, |span| {
            1 + text.as_bytes()[..span.start.min(text.len())].iter().filter(|b| **b == b'\n').count()
        });
        CliError::usage("settings-invalid", format!("{}:{line}: {}", path.display(), e.message()))
    })?;
    let base = files::parent(path);
    for place in [
        &mut values.home,
        &mut values.dao,
        &mut values.keys,
        &mut values.keystore,
        &mut values.password_file,
        &mut values.private_key_file,
        &mut values.passphrase_file,
    ] {
        if let Some(given) = place.take() {
            *place = Some(expand(&base, &given));
        }
    }
    Ok(Some(values))
}

/// Paths in a file are relative to it; a leading `~/` is the user's home.
fn expand(base: &Path, given: &Path) -> PathBuf {
    match (given.strip_prefix("~"), std::env::home_dir()) {
        (Ok(rest), Some(home)) => home.join(rest),
        _ => base.join(given),
    }
}
