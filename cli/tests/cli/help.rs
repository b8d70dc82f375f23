//! Help for a newcomer, for every command there is.

use clap::Command;

use crate::support::User;

fn walk(command: &Command, path: &[&str], visit: &mut impl FnMut(&Command, &[&str])) {
    visit(command, path);
    for sub in command.get_subcommands().filter(|sub| sub.get_name() != "help") {
        walk(sub, &[path, &[sub.get_name()]].concat(), visit);
    }
}

#[test]
fn every_command_and_every_option_is_explained() {
    let user = User::new();
    walk(&tabella::app::command(), &[], &mut |command, path| {
        assert!(command.get_about().is_some(), "{path:?} says nothing about itself");
        for arg in command.get_arguments() {
            assert!(arg.get_help().is_some(), "{path:?}: {} has no help", arg.get_id());
        }
        let help = user.run(path.iter().copied().chain(["--help"])).expect(0);
        assert!(help.stderr.is_empty() && help.stdout.contains("Usage: tabella"), "{path:?}");
        assert!(help.stdout.lines().all(|line| line.chars().count() <= 120), "{path:?} has long lines");
        if path.len() == 1 {
            assert!(help.stdout.contains("Example"), "{path:?} shows no example");
        }
    });
}

#[test]
fn no_secret_is_an_argument() {
    walk(&tabella::app::command(), &[], &mut |command, path| {
        for arg in command.get_arguments() {
            let name = arg.get_id().as_str();
            let secret = ["pass", "secret", "private", "mnemonic", "seed"].iter().any(|word| name.contains(word));
            assert!(!secret || name.ends_with("_file"), "{path:?}: {name} would be visible in the list of processes");
        }
    });
}

#[test]
fn the_main_page_lists_every_command_in_a_group() {
    let help = User::new().say("--help").expect(0).stdout;
    for sub in tabella::app::command().get_subcommands().filter(|sub| sub.get_name() != "help") {
        assert!(help.contains(&format!("\n  {} ", sub.get_name())), "{} is missing", sub.get_name());
    }
    for part in ["Exit codes:", "Examples:", "Settings:", "--json", "TABELLA_HOME"] {
        assert!(help.contains(part), "{part} is missing");
    }
    assert!(!help.contains("\nOther:"));
}
