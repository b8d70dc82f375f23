//! A voter's choice as text, read under the rule of the election.
//!
//! `for` or `2` (single choice), `0,3` (approval), `0=10,2=5` (split and quadratic); `none` leaves every option out.

use tabella_circuits::voting::rule::{ChoiceError, Rule, RuleKind, choose};

use crate::error::CliError;

/// The options of a vote for a Governor, in its order.
pub const GOVERNOR: [&str; 3] = ["against", "for", "abstain"];

/// Reads a choice for an election of these options' names (numbers always do).
///
/// # Errors
/// `choice-invalid`, with what the rule expects.
pub fn parse(text: &str, rule: &Rule, names: &[&str]) -> Result<Vec<u64>, CliError> {
    let options = usize::from(rule.options);
    let whole = matches!(rule.kind, RuleKind::Single | RuleKind::Approval);
    let items: Vec<&str> = if text.trim() == "none" { vec![] } else { text.split(',').map(str::trim).collect() };
    let option = |text: &str| {
        let named = names.iter().take(options).position(|name| *name == text);
        named
            .or_else(|| number(text).and_then(|n| usize::try_from(n).ok()))
            .ok_or_else(|| invalid(rule, names, &format!("`{text}` is no option")))
    };
    let refused = |error: ChoiceError| invalid(rule, names, &error.to_string());
    let mut choice = vec![0; options];
    for item in items {
        let (which, votes) = match item.split_once('=') {
            Some((which, votes)) if !whole => {
                let votes = number(votes.trim());
                (
                    option(which.trim())?,
                    votes.ok_or_else(|| invalid(rule, names, &format!("`{item}` has no number of votes")))?,
                )
            }
            None if whole => (option(item)?, 1),
            _ => return Err(invalid(rule, names, &format!("`{item}` is not of this form"))),
        };
        choose(options, &[which]).map_err(refused)?;
        if choice[which] != 0 {
            return Err(invalid(rule, names, &format!("option {which} is given twice")));
        }
        choice[which] = votes;
    }
    if rule.kind == RuleKind::Single && choice.iter().sum::<u64>() != 1 {
        return Err(refused(ChoiceError::NotOne));
    }
    Ok(choice)
}

fn number(text: &str) -> Option<u64> {
    let plain = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    plain.then(|| text.parse().ok()).flatten()
}

fn invalid(rule: &Rule, names: &[&str], what: &str) -> CliError {
    let last = rule.options - 1;
    let named = if names.is_empty() { String::new() } else { format!(" ({})", names.join(", ")) };
    let form = match rule.kind {
        RuleKind::Single => format!("one option from 0 to {last}{named}"),
        RuleKind::Approval => format!("up to {} options from 0 to {last}{named}, as in 0,2, or none", rule.limit),
        RuleKind::Split => format!(
            "votes for options from 0 to {last}{named}, as in 0=3,2=1; they sum to at most {} times your weight",
            rule.limit
        ),
        RuleKind::Quadratic => format!(
            "votes for options from 0 to {last}{named}, as in 0=3,2=1; their squares sum to at most {} times your weight",
            rule.limit
        ),
    };
    CliError::usage("choice-invalid", format!("choice: {what}")).hint(format!("this election takes {form}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use tabella_circuits::voting::electorate::Kind;

    fn read(text: &str, kind: RuleKind, names: &[&str]) -> Option<Vec<u64>> {
        let rule = Rule { electorate: Kind::Weighted, kind, options: 3, limit: 2 };
        parse(text, &rule, names).ok()
    }

    #[test]
    fn each_rule_has_its_form() {
        use RuleKind::{Approval, Quadratic, Single, Split};
        let cases: [(&str, RuleKind, Option<Vec<u64>>); 20] = [
            ("for", Single, Some(vec![0, 1, 0])),
            ("2", Single, Some(vec![0, 0, 1])),
            (" abstain ", Single, Some(vec![0, 0, 1])),
            ("3", Single, None),
            ("For", Single, None),
            ("0,1", Single, None),
            ("none", Single, None),
            ("", Single, None),
            ("-1", Single, None),
            ("0=1", Single, None),
            ("0,2", Approval, Some(vec![1, 0, 1])),
            ("none", Approval, Some(vec![0, 0, 0])),
            ("0,0", Approval, None),
            ("0=5, abstain=7", Split, Some(vec![5, 0, 7])),
            ("0=5,0=7", Split, None),
            ("1", Split, None),
            ("1=", Split, None),
            ("1=99999999999999999999", Split, None),
            ("2=3", Quadratic, Some(vec![0, 0, 3])),
            ("2=+3", Quadratic, None),
        ];
        for (text, kind, expected) in cases {
            assert_eq!(read(text, kind, &GOVERNOR), expected, "{text} {kind:?}");
        }
        assert_eq!(read("for", RuleKind::Single, &[]), None);
    }
}
