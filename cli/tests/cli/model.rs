//! `tabella model`: exports to integers, and what is done with them.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use tabella::audit::model::Model;
use tabella_circuits::compliance::counts::Counts;
use tabella_circuits::compliance::metrics::Totals;
use tabella_circuits::compliance::policy::Attribute;

use crate::attack_files::damages;
use crate::data::{LOANS, LOANS_CSV, german, import, loaded};
use crate::support::{Run, User, mode};

/// An export for the loan book: every form that a term can have.
pub(crate) fn export() -> Value {
    let number = |c: &str, m: &str, s: &str, missing: Value| json!({ "coefficient": c, "mean": m, "scale": s, "missing": missing });
    json!({
        "format": "tabella-export", "version": 1, "kind": "logistic_regression", "library": "by hand", "intercept": "-0.5",
        "inclusive": false, "predictions": null,
        "terms": [
            { "column": "balance", "number": number("2.0", "100.0", "50.0", json!("0.75")) },
            { "column": "income", "number": number("-0.125", "1000.0", "4000.0", Value::Null) },
            { "column": "region", "category": { "values": ["south", "north"], "coefficients": ["1.5", "-0.25"], "unseen": "0.0", "missing": "-3.0" } },
            { "column": "score", "number": number("0.5", "0", "1", Value::Null) },
        ],
    })
}

fn write_export(user: &User, export: &Value) {
    user.write_secret("export.json", serde_json::to_vec(export).expect("JSON"));
}

fn import_model(user: &User, export: &Value) -> Run {
    write_export(user, export);
    user.json("model import export.json --data out --out model.json")
}

fn loans() -> User {
    let user = User::new();
    import(&user, LOANS, LOANS_CSV).expect(0);
    user
}

#[test]
fn trained_models_say_what_scikit_learn_says() {
    let user = User::new();
    let line =
        format!("data import {} --spec {} --out g", german("german.csv").display(), german("german.toml").display());
    user.json(&line).expect(0);
    let data = loaded(&user, "g");
    let expected: Value = serde_json::from_slice(&fs::read(german("expected.json")).expect("a file")).expect("JSON");
    for name in ["even", "cautious", "balanced"] {
        let export = german("models").join(format!("{name}.json"));
        let run = user.json(&format!("model import {} --data g --out {name}.json", export.display())).expect(0).data();
        let compared = &run["comparison"];
        assert_eq!((compared["rows"].as_u64(), compared["mismatches"].as_u64()), (Some(1000), Some(0)), "{name}");
        assert_eq!(compared["within_rounding"], 0, "{name}: agreement is not proven by the rounding alone");
        assert!(run["scale_log2"].as_u64() >= Some(24), "{name}");
        // Counts of every group, from the library's own predictions.
        let model = Model::read(&user.work(format!("{name}.json"))).expect("a model");
        let counts = Counts::of(data.records(), model.predict(&data).expect("predictions"));
        let totals = Totals::new(&counts, data.schema.group_counts()).expect("totals");
        for group in expected[name].as_array().expect("groups") {
            let (a, attribute) =
                data.schema.attribute(group["attribute"].as_str().expect("a name")).expect("the attribute");
            let code = attribute.groups.iter().position(|g| group["name"] == **g).expect("the group");
            let found = totals.groups(Attribute::new(u8::try_from(a).unwrap()).unwrap())[code];
            let found = [found.n, found.label_positive, found.predicted_positive, found.true_positive];
            let wanted = ["n", "label_positive", "predicted_positive", "true_positive"]
                .map(|key| group[key].as_u64().expect(key));
            assert_eq!(found, wanted, "{name} {group}");
        }
    }
}

#[test]
fn every_term_ends_in_the_score() {
    let user = loans();
    let imported = import_model(&user, &export()).expect(0).data();
    assert_eq!(imported["unused_columns"], json!([]));
    // 2 (x - 100) / 50 - 0.125 (x - 1000) / 4000 + region + 0.5 score - 0.5
    let by_hand = [
        2.0 * -600.0 / 50.0 + 0.03125 - 0.25 + 1.5 - 0.5,
        2.0 * 400.5 / 50.0 - 0.125 * 99_000.0 / 4000.0 + 1.5 + 5.0 - 0.5,
        0.75 - 0.125 * 64_536.0 / 4000.0 - 3.0 + 2.5 - 0.5,
        2.0 * -99.99 / 50.0 - 0.125 * -993.0 / 4000.0 + 0.0 + 5.0 - 0.5,
    ];
    let rows = user.json("model predict model.json --data out").expect(0).data()["rows"].clone();
    for (row, wanted) in rows.as_array().expect("rows").iter().zip(by_hand) {
        let value = row["value"].as_f64().expect("a value");
        assert!((value - wanted).abs() < imported["rounding"].as_f64().expect("a bound"), "{row} {wanted}");
        assert_eq!(row["prediction"], i32::from(wanted > 0.0));
    }
    // The same rows as a CSV file, without label and groups.
    let csv = "score,region,income,balance\n3,north,0,-500\n9.5,south,100000,500.5\n?,,65536,?\n99,west,7,0.01\n";
    user.write_secret("rows.csv", csv);
    let again =
        user.json("model predict model.json --csv rows.csv --schema out/schema.json").expect(0).data()["rows"].clone();
    let scores = |rows: &Value| rows.as_array().unwrap().iter().map(|r| r["score"].clone()).collect::<Vec<_>>();
    assert_eq!(scores(&again), scores(&rows));
    let shown = user.json("model show model.json --schema out/schema.json").expect(0).data();
    assert_eq!(shown["columns"][2]["adds"][3], json!({ "what": "(unseen)", "adds": 0.0 }));
    assert_eq!(shown["columns"][0]["adds"][0]["adds"].as_f64().map(|v| (v * 1e6).round()), Some(40_000.0));
}

#[test]
fn the_scale_is_the_largest_that_fits() {
    let user = loans();
    let scale = |coefficient: &str, intercept: &str| {
        let mut export = export();
        export["terms"] = json!([{ "column": "score", "number": { "coefficient": coefficient, "mean": "0", "scale": "1", "missing": null } }]);
        export["intercept"] = json!(intercept);
        let run = import_model(&user, &export);
        for file in ["model.json", "model.blinding"] {
            let _ = fs::remove_file(user.work(file));
        }
        (run.code == 0).then(|| run.data()["scale_log2"].as_u64().expect("a scale")).ok_or_else(|| run.error_code())
    };
    assert_eq!(scale("0.5", "0"), Ok(38));
    assert_eq!(scale("1.999", "0"), Ok(38));
    assert_eq!(scale("2", "0"), Ok(37));
    assert_eq!(scale("-3.0", "0"), Ok(37));
    assert_eq!(scale("1000", "0"), Ok(29));
    assert_eq!(scale("0", "4194304"), Ok(37));
    assert_eq!(scale("549755813887", "0"), Ok(0));
    assert_eq!(scale("549755813888", "0"), Err("model-does-not-fit".to_owned()));
    assert_eq!(scale("0", "1e300"), Err("model-does-not-fit".to_owned()));
    assert_eq!(scale("1e308", "1e308"), Err("model-does-not-fit".to_owned()));
}

#[test]
fn a_score_of_zero_is_positive_only_where_the_library_says_so() {
    for (inclusive, prediction) in [(false, 0), (true, 1)] {
        let user = loans();
        let mut export = export();
        export["terms"] = json!([]);
        export["intercept"] = json!("0.0");
        export["inclusive"] = json!(inclusive);
        import_model(&user, &export).expect(0);
        let data = user.json("model predict model.json --data out").expect(0).data();
        assert!(data["rows"].as_array().unwrap().iter().all(|row| row["prediction"] == prediction), "{data}");
    }
}

#[test]
fn what_the_library_has_no_answer_for_is_refused() {
    type Change = dyn Fn(&mut Value);
    let cases: [(&Change, &str, &str); 14] = [
        (&|e| e["terms"][0]["number"]["missing"] = Value::Null, "model-does-not-fit", "a missing value"),
        (&|e| e["terms"][2]["category"]["unseen"] = Value::Null, "model-does-not-fit", "an unseen value"),
        (&|e| e["terms"][2]["category"]["missing"] = Value::Null, "model-does-not-fit", "a missing value"),
        (&|e| e["terms"][1]["column"] = json!("salary"), "model-does-not-fit", "\"salary\""),
        (&|e| e["terms"][1]["column"] = json!("note"), "model-does-not-fit", "drops"),
        (&|e| e["terms"][2]["column"] = json!("income"), "model-does-not-fit", "a category in the model"),
        (&|e| e["terms"][1]["column"] = json!("region"), "model-does-not-fit", "region"),
        (&|e| e["intercept"] = json!("nan"), "export-invalid", "no finite number"),
        (&|e| e["intercept"] = json!(0.5), "export-invalid", "string"),
        (&|e| e["terms"][0]["number"]["scale"] = json!("0.0"), "export-invalid", "divided by 0"),
        (
            &|e| e["terms"][2]["category"]["values"] = json!(["north"]),
            "export-invalid",
            "more values than coefficients, or fewer",
        ),
        (
            &|e| {
                e["terms"][0]["category"] = json!({ "values": [], "coefficients": [], "unseen": null, "missing": null })
            },
            "export-invalid",
            "either",
        ),
        (&|e| e["kind"] = json!("tree"), "export-invalid", "tree"),
        (&|e| e["version"] = json!(2), "export-invalid", "version 2"),
    ];
    let user = loans();
    for (change, code, part) in cases {
        let mut export = export();
        change(&mut export);
        let run = import_model(&user, &export).expect(2);
        assert_eq!(run.error_code(), code);
        let message = run.envelope()["errors"][0]["message"].as_str().unwrap_or_default().to_owned();
        assert!(message.contains(part) && message.contains("export.json"), "{part:?} is not in {message:?}");
        assert!(!user.work("model.json").exists() && !user.work("model.blinding").exists());
    }
}

#[test]
fn a_mismatch_is_counted_and_its_line_is_named() {
    let user = loans();
    let sha = hex::encode(loaded(&user, "out").csv_sha256);
    let with = |rows: &str| {
        let mut export = export();
        export["predictions"] = json!({ "csv_sha256": sha, "rows": rows });
        export
    };
    let clean =
        |user: &User| ["model.json", "model.blinding"].map(|f| fs::remove_file(user.work(f)).expect("it is there"));
    // Rows 5 and 6 of the file are dropped: what the library says of them does not matter.
    let good = import_model(&user, &with("010111")).expect(0);
    assert_eq!(good.data()["comparison"]["mismatches"], 0);
    assert!(good.envelope()["warnings"].as_array().expect("a list").is_empty());
    clean(&user);
    let bad = import_model(&user, &with("00-111")).expect(0);
    let compared = bad.data()["comparison"].clone();
    assert_eq!(
        (&compared["mismatches"], &compared["refused"], &compared["first_lines"]),
        (&json!(1), &json!(1), &json!([3, 4]))
    );
    assert!(bad.envelope()["warnings"][0].as_str().is_some_and(|w| w.contains("lines 3, 4")), "{}", bad.stdout);
    clean(&user);
    assert_eq!(import_model(&user, &with("010")).expect(2).error_code(), "predictions-differ");
    assert_eq!(import_model(&user, &with("01x111")).expect(2).error_code(), "export-invalid");
    let mut other = with("010111");
    other["predictions"]["csv_sha256"] = json!("00".repeat(32));
    assert_eq!(import_model(&user, &other).expect(2).error_code(), "predictions-differ");
}

#[test]
fn one_model_one_commitment() {
    let user = loans();
    let imported = import_model(&user, &export()).expect(0).data();
    let commit = user.json("model commit model.json").expect(0).data();
    assert_eq!(commit["commitment"], imported["commitment"]);
    assert_eq!(
        user.say("model commit model.json").expect(0).stdout.trim(),
        imported["commitment"].as_str().expect("text")
    );
    assert_eq!(import_model(&user, &export()).expect(2).error_code(), "file-exists");
    // The same parameters under a fresh blinding: another commitment, and the blindings are not exchangeable.
    write_export(&user, &export());
    let second = user.json("model import export.json --schema out/schema.json --out second.json").expect(0).data();
    assert_ne!(second["commitment"], imported["commitment"]);
    assert_eq!(second["comparison"], Value::Null);
    assert_eq!(
        user.json("model commit model.json --blinding second.blinding").expect(0).data()["commitment"],
        second["commitment"]
    );
    let mut changed = export();
    changed["intercept"] = json!("-0.25");
    write_export(&user, &changed);
    user.json("model import export.json --data out --out third.json").expect(0);
    assert_eq!(user.json("model commit third.json --blinding second.blinding").expect(2).error_code(), "model-differs");
    // Data and rows of another schema have no predictions.
    let other = User::new();
    let spec = LOANS.replace("max = 500.5", "max = 501");
    import(&other, &spec, LOANS_CSV).expect(0);
    for file in ["model.json", "model.blinding"] {
        fs::copy(user.work(file), other.work(file)).expect("copied");
    }
    for line in [
        "model predict model.json --data out",
        "model predict model.json --csv data.csv --schema out/schema.json",
        "model show model.json --schema out/schema.json",
    ] {
        assert_eq!(other.json(line).expect(2).error_code(), "model-does-not-fit", "{line}");
    }
}

/// Attack 37: models, blindings and exports, cut, flipped, oversized, of another version.
#[test]
fn attack_37_damaged_models() {
    let user = loans();
    import_model(&user, &export()).expect(0);
    for (name, line, sealed) in [
        ("model.json", "model commit model.json", true),
        ("model.blinding", "model commit model.json", true),
        ("export.json", "model import export.json --data out --out new.json", false),
    ] {
        let path = user.work(name);
        let good = fs::read(&path).expect("a file");
        let limit = if sealed { 1 << 20 } else { 32 << 20 };
        let version = if sealed { ("\"version\": 1", "\"version\": 2") } else { ("\"version\":1", "\"version\":2") };
        for (damage, bytes) in damages(&good, limit, Some(version)) {
            fs::write(&path, &bytes).expect("written");
            let run = user.run(line.split(' ').chain(["--json"]));
            run.envelope();
            // Only white space is not sealed.
            let same = without_space(&bytes) == without_space(&good);
            assert!(run.code == 2 || same || !sealed, "{name}, {damage}: accepted");
            assert!(run.code == 2 || run.code == 0, "{name}, {damage}");
            if run.code == 2 {
                assert!(run.stderr.contains(name), "{name}, {damage}: {}", run.stderr);
            }
            assert_eq!(fs::read(&path).expect("a file"), bytes, "{name}, {damage}: something was overwritten");
            for made in ["new.json", "new.blinding"] {
                let _ = fs::remove_file(user.work(made));
            }
        }
        fs::write(&path, &good).expect("written");
    }
}

fn without_space(bytes: &[u8]) -> Vec<u8> {
    bytes.iter().copied().filter(|b| !b.is_ascii_whitespace()).collect()
}

/// Attack 39: a model and its blinding are for their owner's eyes, and no command prints a parameter unless asked, or the blinding at all.
#[test]
fn attack_39_models_are_private() {
    let user = loans();
    let imported = import_model(&user, &export()).expect(0);
    let read = |path: &Path| -> Value { serde_json::from_slice(&fs::read(path).expect("a file")).expect("JSON") };
    let blinding = read(&user.work("model.blinding"))["blinding"].as_str().expect("text").to_owned();
    let weight = read(&user.work("model.json"))["bias"].to_string();
    for file in ["model.json", "model.blinding"] {
        assert_eq!(mode(&user.work(file)), 0o600, "{file}");
    }
    let mut runs = vec![imported];
    for line in ["model commit model.json", "model show model.json", "model predict model.json --data out"] {
        runs.push(user.json(line).expect(0));
        runs.push(user.say(line).expect(0));
    }
    // A damaged blinding is refused without being quoted.
    let good = fs::read_to_string(user.work("model.blinding")).expect("text");
    for bad in [
        good.replacen("\"blinding\": \"", "\"blinding\": \"x", 1),
        good.replacen("\"checksum\"", "\"chequesum\"", 1),
        good.replacen(&blinding, &format!("{blinding}0"), 1),
    ] {
        user.write_secret("model.blinding", bad);
        runs.push(user.json("model commit model.json").expect(2));
    }
    for run in &runs {
        assert!(!run.stdout.contains(&blinding) && !run.stderr.contains(&blinding), "the blinding was printed");
        assert!(!run.stdout.contains(&weight) && !run.stderr.contains(&weight), "a parameter was printed");
    }
    user.write_secret("model.blinding", good);
    fs::set_permissions(user.work("model.json"), std::os::unix::fs::PermissionsExt::from_mode(0o644)).expect("a mode");
    let warned = user.json("model commit model.json").expect(0).envelope();
    assert!(warned["warnings"][0].as_str().is_some_and(|w| w.contains("chmod 600")), "{warned}");
}
