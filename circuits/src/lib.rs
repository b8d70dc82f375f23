//! The statements that Tabella proves: circuits with their native twins.
