//! The committed files that peers made are what the peers make today.

use std::path::Path;
use tabella_tests::peer;

/// Runs the script into an empty folder and compares every file that it writes with the committed one.
fn assert_reproduces(script: &str, committed: &Path) {
    let fresh = tempfile::tempdir().unwrap();
    peer::run(script, &[fresh.path().to_str().unwrap()], b"");
    let names = |folder: &Path| -> Vec<_> {
        let mut names: Vec<_> = std::fs::read_dir(folder)
            .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
            .map(|entry| entry.unwrap().file_name())
            .collect();
        names.sort();
        names
    };
    assert!(!names(fresh.path()).is_empty());
    for name in names(fresh.path()) {
        assert!(names(committed).contains(&name), "{} is not committed", committed.join(&name).display());
        let read = |folder: &Path| std::fs::read_to_string(folder.join(&name)).unwrap();
        assert!(
            read(fresh.path()) == read(committed),
            "{script}.js no longer writes {}",
            committed.join(&name).display()
        );
    }
}

#[test]
fn known_answers_are_reproducible() {
    assert_reproduces("vectors", &peer::root().join("circuits/vectors"));
}

#[test]
fn demo_identities_are_reproducible() {
    assert_reproduces("demo-identities", &peer::root().join("tests/fixtures/semaphore"));
}
