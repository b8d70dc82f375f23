//! Tests that cross crates: voting, parity with peers, attacks, the command line.
