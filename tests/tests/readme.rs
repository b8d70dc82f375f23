//! The README's commands exist: every `tabella ..` of its code, and every `make ..`.

use clap::error::ErrorKind;
use tabella_tests::peer::root;

fn readme() -> String {
    std::fs::read_to_string(root().join("README.md")).expect("README.md is there")
}

/// Commands in shell blocks (true: complete, as they are typed) and in inline code (false: arguments may be left out).
fn commands() -> Vec<(Vec<String>, bool)> {
    let text = readme();
    let mut found = Vec::new();
    let mut block: Option<bool> = None;
    for line in text.lines() {
        if let Some(language) = line.trim().strip_prefix("```") {
            block = block.is_none().then_some(language == "sh");
        } else if block == Some(true) {
            found.extend(shell_commands(line).map(|words| (words, true)));
        } else if block.is_none() {
            let code = line.split('`').skip(1).step_by(2);
            found.extend(code.flat_map(shell_commands).map(|words| (words, false)));
        }
    }
    found
}

/// The simple commands of one line, without comments, quotes and redirections.
fn shell_commands(line: &str) -> impl Iterator<Item = Vec<String>> + '_ {
    let line = line.split(" #").next().unwrap_or_default();
    line.split(['|', ';', '(', ')', '&']).filter_map(|command| {
        let words: Vec<String> = command.split_whitespace().take_while(|w| !w.starts_with('>')).map(unquoted).collect();
        let start = words.iter().position(|word| word == "tabella" || word == "make")?;
        (start == 0).then_some(words)
    })
}

fn unquoted(word: &str) -> String {
    word.trim_matches(['\'', '"']).to_owned()
}

#[test]
fn every_command_of_the_readme_exists() {
    let mut seen = 0;
    for (words, complete) in commands().into_iter().filter(|(words, _)| words[0] == "tabella" && words.len() > 1) {
        seen += 1;
        let Err(error) = tabella::app::command().try_get_matches_from(&words) else { continue };
        let fine = match error.kind() {
            // A placeholder such as ID or $A0 stands where a value will be; help is what was asked for.
            ErrorKind::ValueValidation | ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => true,
            ErrorKind::MissingRequiredArgument | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => !complete,
            _ => false,
        };
        assert!(fine, "README.md: `{}`: {error}", words.join(" "));
    }
    assert!(seen >= 10, "only {seen} commands were found in README.md");
}

#[test]
fn every_make_target_of_the_readme_exists() {
    let makefile = std::fs::read_to_string(root().join("Makefile")).expect("Makefile is there");
    let targets: Vec<String> = commands()
        .into_iter()
        .filter(|(words, _)| words[0] == "make" && words.len() > 1)
        .map(|(w, _)| w[1].clone())
        .collect();
    assert!(targets.iter().any(|t| t == "demo") && targets.iter().any(|t| t == "test"));
    for target in targets {
        assert!(makefile.lines().any(|line| line.starts_with(&format!("{target}:"))), "README.md: make {target}");
    }
}

/// CI runs the test command that the README gives, and nothing else decides whether a change is accepted.
#[test]
fn ci_runs_the_readmes_test_command() {
    let ci = std::fs::read_to_string(root().join(".ci/run")).expect(".ci/run is there");
    assert!(ci.lines().any(|line| line == "make test"), ".ci/run does not run `make test`");
}
