//! The engine's back end as the environment wants it.

use crate::engine::Backend;

/// Environment variable that overrides [`Backend::detect`]: `portable` or `ifma`.
pub const BACKEND_VARIABLE: &str = "TABELLA_BACKEND";

/// The environment asks for a back end that cannot run.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BackendError {
    /// No back end has this name.
    #[error("{BACKEND_VARIABLE}={0}: the back ends are {names}", names = Backend::names())]
    Unknown(String),
    /// This processor or build lacks what the back end needs.
    #[error("{BACKEND_VARIABLE}={name}: this processor cannot run it; it needs {needs}")]
    Unavailable {
        /// The back end's name.
        name: &'static str,
        /// Processor features.
        needs: &'static str,
    },
}

impl Backend {
    /// What [`BACKEND_VARIABLE`] names, else [`Self::detect`].
    ///
    /// # Errors
    /// [`BackendError`] for an unknown name or a back end that this processor cannot run.
    pub fn from_environment() -> Result<Self, BackendError> {
        match std::env::var_os(BACKEND_VARIABLE) {
            None => Ok(Self::detect()),
            Some(name) => Self::from_name(&name.to_string_lossy()),
        }
    }

    /// The back end of this name.
    ///
    /// # Errors
    /// As [`Self::from_environment`].
    pub fn from_name(name: &str) -> Result<Self, BackendError> {
        let found = Self::ALL.iter().copied().find(|backend| backend.name() == name);
        let backend = found.ok_or_else(|| BackendError::Unknown(name.to_owned()))?;
        match backend.is_available() {
            true => Ok(backend),
            false => Err(BackendError::Unavailable { name: backend.name(), needs: backend.needs() }),
        }
    }

    fn names() -> String {
        Self::ALL.iter().map(|backend| backend.name()).collect::<Vec<_>>().join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn back_ends_are_found_by_name_and_others_are_refused() {
        assert_eq!(Backend::from_name("portable"), Ok(Backend::Portable));
        assert!(Backend::available().any(|backend| backend == Backend::detect()));
        for &backend in Backend::ALL {
            let found = Backend::from_name(backend.name());
            assert_eq!(found.is_ok(), backend.is_available(), "{found:?}");
        }
        let error = Backend::from_name("PORTABLE").unwrap_err();
        assert_eq!(error, BackendError::Unknown("PORTABLE".to_owned()));
        assert!(error.to_string().contains("TABELLA_BACKEND=PORTABLE") && error.to_string().contains("portable"));
        assert!(matches!(Backend::from_name(""), Err(BackendError::Unknown(_))));
    }
}
