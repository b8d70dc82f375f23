//! What an audit is about: data sets, models and policies as files, and nothing about a chain.
//!
//! | module | what is in it |
//! |---|---|
//! | [`spec`], [`resolve`], [`lanes`] | a data set's specification in TOML, and the schema made from it |
//! | [`schema`], [`check`] | the canonical schema |
//! | [`decimal`], [`table`], [`encode`] | numbers, CSV files, rows to records |
//! | [`import`], [`aequitas`] | a CSV file to a data set, with a report |
//! | [`dataset`], [`store`] | a data set, in memory and on disk |
//! | [`export`], [`integer`] | a library's model, and the canonical integer model made from it |
//! | [`model`] | the model and its blinding on disk |
//! | [`compare`] | the integer model against the library |
//! | [`policy`], [`metric`], [`fraction`], [`warnings`] | policies in TOML, and the words made from them |
//! | [`findings`], [`lines`] | what a policy makes of counts, and what its words say, in the schema's names |
//! | [`machine`] | cores and memory |

pub mod aequitas;
pub mod check;
pub mod compare;
pub mod dataset;
pub mod decimal;
pub mod encode;
pub mod export;
pub mod findings;
pub mod fraction;
pub mod import;
pub mod integer;
pub mod lanes;
pub mod lines;
pub mod machine;
pub mod metric;
pub mod model;
pub mod policy;
pub mod resolve;
pub mod schema;
pub mod spec;
pub mod store;
pub mod table;
pub mod warnings;

#[cfg(test)]
mod tests;
