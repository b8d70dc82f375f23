//! The prover engine beside ark-groth16: `make bench-engine`.
//!
//! One run starts itself again for each measurement, so that a back end is chosen once a process and memory is a process's own. Inside
//! one measurement both sides are warm and take turns; what is compared are medians.

pub mod measure;
pub mod msm;
pub mod peer;
pub mod report;
pub mod subject;
pub mod work;
