//! `tabella policy`: what people write, and the words that it becomes.

use std::path::Path;

use serde_json::json;
use tabella::audit::policy::{Compiled, PACKS, PolicyFile};
use tabella_circuits::compliance::policy::{Comparison, Policy, Rate, Reference};

use crate::attack_files::damages;
use crate::data::{LOANS, LOANS_CSV, import, loaded};
use crate::support::User;

fn loans() -> User {
    let user = User::new();
    import(&user, LOANS, LOANS_CSV).expect(0);
    user
}

/// A policy with these lines.
fn policy(lines: &str) -> String {
    format!(
        "version = 1\ntitle = \"Test\"\nmin_rows = 4\nmin_group = 2\nmin_positive = 1\nexclude = \"2/100\"\n{lines}"
    )
}

fn line(metric: &str, rest: &str) -> String {
    format!("[[line]]\nmetric = \"{metric}\"\n{rest}\n")
}

fn compiled(user: &User, text: &str) -> Compiled {
    let file = PolicyFile::parse(text, Path::new("policy.toml")).expect("a policy");
    let compiled = file.compile(&loaded(user, "out").schema).expect("words");
    assert_eq!(Policy::from_words(&compiled.policy.words()).expect("a policy"), compiled.policy);
    compiled
}

#[test]
fn every_metric_has_its_comparison() {
    let user = loans();
    let selection: [(&str, &str, &str, &[Rate]); 14] = [
        ("demographic_parity_difference", "1/10", "difference", &[Rate::Selection]),
        ("demographic_parity_ratio", "0.8", "ratio", &[Rate::Selection]),
        ("impact_ratio", "4/5", "ratio", &[Rate::Selection]),
        ("disparate_impact", "4/5", "reference", &[Rate::Selection]),
        ("equal_opportunity_difference", "1/10", "difference", &[Rate::TruePositive]),
        ("equal_opportunity_ratio", "9/10", "ratio", &[Rate::TruePositive]),
        ("false_positive_rate_difference", "1/10", "difference", &[Rate::FalsePositive]),
        ("false_positive_rate_ratio", "9/10", "ratio", &[Rate::FalsePositive]),
        ("false_negative_rate_difference", "1/10", "difference", &[Rate::FalseNegative]),
        ("false_negative_rate_ratio", "9/10", "ratio", &[Rate::FalseNegative]),
        ("equalized_odds_difference", "1/10", "difference", &[Rate::TruePositive, Rate::FalsePositive]),
        ("equalized_odds_ratio", "9/10", "ratio", &[Rate::TruePositive, Rate::FalsePositive]),
        ("predictive_parity_difference", "1/10", "difference", &[Rate::Precision]),
        ("predictive_parity_ratio", "9/10", "ratio", &[Rate::Precision]),
    ];
    for (metric, threshold, form, rates) in selection {
        let text =
            policy(&line(metric, &format!("attribute = \"age\"\nthreshold = \"{threshold}\"\nexclusive = true")));
        let compiled = compiled(&user, &text);
        assert_eq!(compiled.policy.lines.len(), rates.len(), "{metric}");
        for (found, rate) in compiled.policy.lines.iter().zip(rates) {
            let (word, over) = match found.comparison {
                Comparison::Difference(over) => ("difference", over),
                Comparison::Ratio(over) => ("ratio", over),
                Comparison::Reference(over, Reference::Majority) => ("reference", over),
                _ => panic!("{metric}"),
            };
            assert_eq!((word, over.rate, over.attribute.index()), (form, *rate, 1), "{metric}");
            assert!(found.bound.exclusive());
        }
    }
    let all = policy(
        &[
            line("accuracy", "threshold = 0.75"),
            line("balanced_accuracy", "threshold = \"3/5\""),
            line("four_fifths", "attribute = \"*\""),
            line("demographic_parity_ratio", "attribute = \"age\"\nthreshold = 0.5\nreference = \"min\""),
            line("demographic_parity_ratio", "attribute = \"age\"\nthreshold = 0.5\nreference = \"old\""),
            line("two_proportion_z", "attribute = \"sex\"\nz = \"1.96\""),
        ]
        .concat(),
    );
    let compiled = compiled(&user, &all);
    let lines = &compiled.policy.lines;
    assert_eq!((lines[0].comparison, lines[0].bound.num(), lines[0].bound.den()), (Comparison::Accuracy, 3, 4));
    assert_eq!(lines[1].comparison, Comparison::BalancedAccuracy);
    assert!(lines[2..5].iter().enumerate().all(|(a, l)| l.comparison.over().is_some_and(|o| o.attribute.index() == a)));
    assert!(lines[2..5].iter().all(|l| (l.bound.num(), l.bound.den()) == (4, 5)));
    assert!(matches!(lines[5].comparison, Comparison::Reference(_, Reference::Lowest)));
    assert!(matches!(lines[6].comparison, Comparison::Reference(_, Reference::Named(g)) if g.code() == 2));
    let z = compiled.policy.z.expect("z");
    assert_eq!((z.num(), z.den(), z.attribute.index()), (2401, 625, 0));
    let says: Vec<String> = compiled.lines.iter().chain(&compiled.z).map(ToString::to_string).collect();
    assert_eq!(says[2], "four_fifths(sex) >= 4/5");
    assert_eq!(says[6], "demographic_parity_ratio(age) against old >= 1/2");
    assert_eq!(says[7], "two_proportion_z(sex) <= 2401/625");
    assert_eq!((compiled.policy.exclude.num(), compiled.policy.exclude.den()), (1, 50));
}

#[test]
fn what_is_no_policy_is_refused_with_its_reason() {
    let user = loans();
    let age = |metric: &str, rest: &str| line(metric, &format!("attribute = \"age\"\n{rest}"));
    let cases: Vec<(String, &str)> = vec![
        ("version = 1\n".to_owned(), "missing field"),
        ("version = 1\nline = []\n".to_owned(), "no line"),
        (policy(&age("four_fifths", "")).replace("version = 1", "version = 2"), "version 2"),
        (policy(&age("statistical_parity", "threshold = 0.8")), "there is no metric"),
        (policy(&age("demographic_parity_ratio", "")), "needs a threshold"),
        (policy(&age("demographic_parity_ratio", "threshold = \"5/4\"")), "5/4 is not allowed"),
        (policy(&age("demographic_parity_ratio", "threshold = \"-1/5\"")), "no fraction"),
        (policy(&age("demographic_parity_ratio", "threshold = \"1/0\"")), "no fraction"),
        (policy(&age("demographic_parity_ratio", "threshold = \"1048575/1048576\"")), "not allowed"),
        (policy(&age("four_fifths", "threshold = \"3/4\"")), "impact_ratio takes any other"),
        (policy(&age("accuracy", "threshold = 0.8")), "takes no attribute"),
        (policy(&line("demographic_parity_ratio", "threshold = 0.8")), "needs an attribute"),
        (policy(&age("demographic_parity_difference", "threshold = 0.8\nreference = \"majority\"")), "only a ratio"),
        (policy(&age("demographic_parity_ratio", "threshold = 0.8\nz = 2")), "no z"),
        (policy(&age("two_proportion_z", "")), "it takes z"),
        (policy(&age("two_proportion_z", "threshold = 4\nz = 2")), "it takes z"),
        (policy(&[age("two_proportion_z", "z = 2"), age("two_proportion_z", "z = 3")].concat()), "more than one"),
        (policy(&age("two_proportion_z", "z = \"1.95996398454\"")), "two decimal places"),
        (policy(&age("two_proportion_z", "z = -2")), "at least 0"),
        (policy(&age("four_fifths", "")).replace("2/100", "100/100"), "exclude"),
        (policy(&age("four_fifths", "")).replace("2/100", "1/5000"), "1 to 4095"),
        (policy(&age("four_fifths", "colour = 1")), "colour"),
    ];
    for (text, part) in cases {
        user.write_secret("policy.toml", &text);
        let run = user.json("policy check policy.toml").expect(2);
        assert_eq!(run.error_code(), "policy-invalid", "{text}");
        assert!(run.stderr.contains("policy.toml") && run.stderr.contains(part), "{part:?} is not in {}", run.stderr);
    }
    // What only a schema can tell.
    for (text, part) in [
        (policy(&line("four_fifths", "attribute = \"race\"")), "no attribute \"race\""),
        (policy(&age("disparate_impact", "threshold = 0.8\nreference = \"ancient\"")), "no group \"ancient\""),
        (policy(&age("two_proportion_z", "z = 2")), "0 lines"),
        (policy(&line("equalized_odds_ratio", "attribute = \"*\"\nthreshold = 0.8").repeat(2)), "12 lines"),
        (policy(&age("four_fifths", "")).replace("min_rows = 4", "min_rows = 16777216"), "below 2^24"),
    ] {
        user.write_secret("policy.toml", &text);
        let run = user.json("policy check policy.toml --schema out/schema.json").expect(2);
        assert_eq!(run.error_code(), "policy-invalid", "{text}");
        assert!(run.stderr.contains(part), "{part:?} is not in {}", run.stderr);
    }
}

#[test]
fn hashes_change_with_what_a_policy_says_and_only_then() {
    let user = loans();
    let hash = |text: &str| {
        user.write_secret("policy.toml", text);
        let data = user.json("policy hash policy.toml --schema out/schema.json").expect(0).data();
        (data["words_hash"].clone(), data["text_hash"].clone())
    };
    let text = policy(&line("demographic_parity_ratio", "attribute = \"sex\"\nthreshold = \"4/5\""));
    let (words, _) = hash(&text);
    for same in [
        text.replace("4/5", "0.80"),
        text.replace("Test", "Other title"),
        text.replace("demographic_parity_ratio", "impact_ratio"),
    ] {
        let (words_too, text_hash) = hash(&same);
        assert_eq!(words_too, words);
        assert_ne!(text_hash, hash(&text).1);
    }
    for (from, to) in [
        ("4/5", "3/5"),
        ("\"sex\"", "\"age\""),
        ("min_rows = 4", "min_rows = 5"),
        ("min_group = 2", "min_group = 3"),
        ("min_positive = 1", "min_positive = 2"),
        ("2/100", "3/100"),
        ("ratio", "difference"),
    ] {
        assert_ne!(hash(&text.replace(from, to)).0, words, "{from} {to}");
    }
    assert_eq!(user.json("policy hash policy.toml").expect(2).error_code(), "schema-needed");
}

#[test]
fn odd_policies_are_warned_about() {
    let user = loans();
    let warned = |text: &str| {
        user.write_secret("policy.toml", text);
        user.json("policy check policy.toml --schema out/schema.json").expect(0).envelope()["warnings"].to_string()
    };
    let floor = line("balanced_accuracy", "threshold = \"3/5\"");
    let good = policy(&[line("four_fifths", "attribute = \"sex\""), floor.clone()].concat());
    assert_eq!(warned(&good), "[]");
    assert!(warned(&good.replace(&floor, "")).contains("same answer"));
    assert!(warned(&good.replace("min_group = 2", "min_group = 1")).contains("single record"));
    assert!(warned(&good.replace("min_rows = 4", "min_rows = 0")).contains("min_rows is 0"));
    assert!(warned(&good.replace("2/100", "1/5")).contains("a tenth"));
    for (threshold, exclusive, part) in [
        ("0", false, "every model passes"),
        ("1", true, "no model passes"),
        ("1", false, "perfect"),
        ("1/10", false, "wide"),
    ] {
        let odd =
            line("impact_ratio", &format!("attribute = \"sex\"\nthreshold = \"{threshold}\"\nexclusive = {exclusive}"));
        assert!(warned(&policy(&[odd, floor.clone()].concat())).contains(part), "{threshold} {exclusive}");
    }
    for (threshold, exclusive, part) in [
        ("1", false, "every model passes"),
        ("0", true, "no model passes"),
        ("0", false, "equal rates"),
        ("9/10", false, "wide"),
    ] {
        let odd = line(
            "demographic_parity_difference",
            &format!("attribute = \"sex\"\nthreshold = \"{threshold}\"\nexclusive = {exclusive}"),
        );
        assert!(warned(&policy(&[odd, floor.clone()].concat())).contains(part), "{threshold} {exclusive}");
    }
}

#[test]
fn the_packs_are_policies_for_any_schema() {
    let user = loans();
    for (name, text) in PACKS {
        let shown = user.say(&format!("policy show --pack {name}")).expect(0).stdout;
        assert_eq!(shown.trim_end(), text.trim_end());
        user.write_secret("policy.toml", &shown);
        let by_file = user.json("policy show policy.toml --schema out/schema.json").expect(0).data();
        let by_name = user.json(&format!("policy show --pack {name} --schema out/schema.json")).expect(0).data();
        assert_eq!(by_file["words"], by_name["words"]);
        assert_eq!(by_file["words"].as_array().map(Vec::len), Some(11));
        let expected = if name == "nyc-ll144" { "1/50" } else { "0/1" };
        assert_eq!(by_file["exclude"], json!(expected));
    }
    assert!(user.say("policy show --pack nyc-ll144").expect(0).stdout.contains("sets no pass mark"));
    assert_eq!(user.json("policy show --pack eu-ai-act").expect(2).error_code(), "pack-unknown");
    let metrics = user.json("policy metrics").expect(0).data();
    assert_eq!(metrics["metrics"].as_array().map(Vec::len), Some(18));
}

/// Attack 37: policies are untrusted text.
#[test]
fn attack_37_damaged_policies() {
    let user = loans();
    let good = policy(&line("four_fifths", "attribute = \"sex\""));
    for (damage, bytes) in damages(good.as_bytes(), 1 << 16, Some(("version = 1", "version = 9"))) {
        user.write_secret("policy.toml", &bytes);
        let run = user.run(["policy", "check", "policy.toml", "--schema", "out/schema.json", "--json"]);
        run.envelope();
        assert!(run.code == 0 || run.stderr.contains("policy.toml"), "{damage}: {}", run.stderr);
        let must_fail =
            ["oversized", "not text", "zeros", "deep", "twice", "another version"].contains(&damage.as_str());
        assert!(!must_fail || run.code == 2, "{damage}");
    }
}
