//! `tabella data`: the files of data sets, specifications and raw data in every state.

use std::fs;
use std::path::Path;

use crate::attack_files::damages;
use crate::data::{CATEGORY, LOANS, LOANS_CSV, NUMBER, import, loaded, with_column};
use crate::support::{User, mode, repository};

#[test]
fn bytes_that_are_no_text_are_named_by_line() {
    let user = User::new();
    user.write_secret("spec.toml", with_column(NUMBER));
    user.write_secret("data.csv", b"x,y\n1,1\n2,\xff\n");
    let run = user.json("data import data.csv --spec spec.toml --out out").expect(2);
    assert_eq!(run.error_code(), "csv-invalid");
    assert!(run.stderr.contains("data.csv:3: column 2: not UTF-8"), "{}", run.stderr);
}

#[test]
fn other_ways_to_write_a_file() {
    let user = User::new();
    let spec = with_column(CATEGORY).replace(
        "[label]",
        "missing = [\"NA\"]\n[csv]\ndelimiter = \";\"\nnames = [\"x\", \"y\"]\ntrim = true\ncomment = \"|\"\n[label]",
    );
    let data = import(&user, &spec, "| a comment\n a ; 1\nb;0\n").expect(0).data();
    assert_eq!(data["rows"], 2);
    assert_eq!(data["report"]["positive"], 1);
}

#[test]
fn aequitas_files_need_no_specification() {
    let user = User::new();
    let csv = "entity_id,score,label_value,race,sex\n1,0.25,1,white,F\n2,0.75,0,,M\n3,1,1,black,M\n";
    user.write_secret("aequitas.csv", csv);
    let data = user.json("data import aequitas.csv --aequitas --out out").expect(0).data();
    let race: Vec<_> = data["report"]["attributes"][0]["groups"]
        .as_array()
        .unwrap()
        .iter()
        .map(|g| (g["name"].as_str(), g["n"].as_u64()))
        .collect();
    assert_eq!(race, [(Some("(missing)"), Some(1)), (Some("black"), Some(1)), (Some("white"), Some(1))]);
    let set = loaded(&user, "out");
    let lane = data["report"]["columns"][0]["lanes"][0].as_u64().unwrap() as usize;
    assert_eq!(set.records().iter().map(|r| r.lanes[lane]).collect::<Vec<_>>(), [2500, 7500, 10_000]);
    user.write_secret("plain.csv", "score,label,race\n1,1,a\n");
    assert_eq!(user.json("data import plain.csv --aequitas --out no").expect(2).error_code(), "column-missing");
}

#[test]
fn nothing_is_overwritten_and_salts_must_fit() {
    let user = User::new();
    import(&user, LOANS, LOANS_CSV).expect(0);
    let before = fs::read(user.work("out/salts.bin")).expect("salts");
    assert_eq!(user.json("data import data.csv --spec spec.toml --out out").expect(2).error_code(), "file-exists");
    assert_eq!(fs::read(user.work("out/salts.bin")).expect("salts"), before);
    let many: String = (0..206).map(|i| format!("{},1\n", i % 7)).collect();
    user.write_secret("spec2.toml", with_column(NUMBER));
    user.write_secret("many.csv", format!("x,y\n{many}"));
    let run = user.json("data import many.csv --spec spec2.toml --salts out/salts.bin --out two").expect(2);
    assert_eq!(run.error_code(), "salts-differ");
    for nowhere in ["--out no/where", "--out spec.toml"] {
        let line = format!("data import data.csv --spec spec.toml {nowhere}");
        assert!(["directory-unusable", "file-exists"].contains(&user.json(&line).expect(2).error_code().as_str()));
    }
    user.json("data import data.csv --out three").expect(2);
    user.json("data import data.csv --spec spec.toml --aequitas --out three").expect(2);
    let left: Vec<_> = fs::read_dir(user.work(""))
        .unwrap()
        .map(|e| e.unwrap().file_name())
        .filter(|n| n.to_string_lossy().starts_with(".tabella"))
        .collect();
    assert!(left.is_empty(), "{left:?}");
}

/// Attack 37: every file of a data set, cut, flipped, oversized, of another version: an error that names it, and nothing changes.
#[test]
fn attack_37_damaged_data_sets() {
    let user = User::new();
    import(&user, LOANS, LOANS_CSV).expect(0);
    let read = |path: &Path| fs::read(path).expect("a file");
    for (name, limit) in [
        ("schema.json", 1 << 20),
        ("records.bin", 50 << 20),
        ("salts.bin", 36 << 20),
        ("data.json", 4 << 20),
        ("report.json", 4 << 20),
    ] {
        let path = user.work("out").join(name);
        let good = read(&path);
        for (damage, bytes) in damages(&good, limit, None) {
            fs::write(&path, &bytes).expect("written");
            let run = user.run(["data", "show", "out", "--json"]);
            let harmless = run.code == 0;
            // White space and numbers of the report are not sealed; whatever decides about the root is.
            assert!(!harmless || name == "report.json", "{name}, {damage}: accepted");
            if !harmless {
                run.envelope();
                assert_eq!(run.code, 2, "{name}, {damage}");
                assert!(run.stderr.contains("out/"), "{name}, {damage}: the file is not named: {}", run.stderr);
            }
            assert_eq!(read(&path), bytes, "{name}, {damage}: something was overwritten");
        }
        fs::write(&path, &good).expect("written");
    }
    user.say("data show out").expect(0);
    // Salts alone, as an input.
    let good = read(&user.work("out/salts.bin"));
    for (damage, bytes) in damages(&good, 36 << 20, None) {
        user.write_secret("salts.bin", &bytes);
        let run = user.json("data import data.csv --spec spec.toml --salts salts.bin --out again").expect(2);
        assert_eq!(run.error_code(), if damage == "oversized" { "file-too-large" } else { "data-damaged" }, "{damage}");
    }
    // Another version of schema and summary, in their own words.
    for (name, now, other) in
        [("schema.json", "\"version\":1", "\"version\":2"), ("data.json", "\"version\": 1", "\"version\": 2")]
    {
        let path = user.work("out").join(name);
        let good = String::from_utf8(read(&path)).expect("text");
        fs::write(&path, good.replacen(now, other, 1)).expect("written");
        let run = user.json("data show out").expect(2);
        assert!(run.stderr.contains("version 2"), "{}", run.stderr);
        fs::write(&path, good).expect("written");
    }
}

/// Attack 37: specifications and CSV files are untrusted too: never a panic, whatever is in them.
#[test]
fn attack_37_damaged_specifications_and_csv_files() {
    let user = User::new();
    user.write_secret("spec.toml", LOANS);
    for (damage, bytes) in damages(LOANS.as_bytes(), 1 << 20, Some(("version = 1", "version = 9"))) {
        user.write_secret("bad.toml", &bytes);
        user.write_secret("data.csv", LOANS_CSV);
        let run = user.run(["data", "import", "data.csv", "--spec", "bad.toml", "--out", "out", "--json"]);
        assert!(run.code == 0 || run.code == 2, "{damage}");
        run.envelope();
        let _ = fs::remove_dir_all(user.work("out"));
    }
    for (damage, bytes) in damages(LOANS_CSV.as_bytes(), 1 << 16, None) {
        user.write_secret("data.csv", &bytes);
        let run = user.run(["data", "import", "data.csv", "--spec", "spec.toml", "--out", "out", "--json"]);
        assert!(run.code == 0 || run.code == 2, "{damage}");
        run.envelope();
        let _ = fs::remove_dir_all(user.work("out"));
    }
}

/// Attack 39: records and salts are for their owner's eyes; no output shows a salt or a row.
#[test]
fn attack_39_data_sets_are_private() {
    let user = User::new();
    let imported = import(&user, LOANS, LOANS_CSV).expect(0);
    assert_eq!(mode(&user.work("out")), 0o700);
    for file in ["schema.json", "records.bin", "salts.bin", "data.json", "report.json"] {
        assert_eq!(mode(&user.work("out").join(file)), 0o600, "{file}");
    }
    let shown = user.json("data show out").expect(0);
    let text = user.say("data show out").expect(0);
    let data = loaded(&user, "out");
    for record in data.shards().flatten() {
        let salt = tabella_circuits::field::to_decimal(&record.salt);
        for run in [&imported, &shown, &text] {
            assert!(!run.stdout.contains(&salt) && !run.stderr.contains(&salt), "a salt was printed");
        }
    }
    assert_eq!(format!("{:?} {:?}", data.salts(), data.records()[0]), "Salts(..) Record(..)");
    fs::set_permissions(user.work("out/salts.bin"), std::os::unix::fs::PermissionsExt::from_mode(0o644))
        .expect("a mode");
    let warned = user.json("data show out").expect(0).envelope();
    assert!(warned["warnings"][0].as_str().is_some_and(|w| w.contains("chmod 600")), "{warned}");
}

/// The examples of the documentation are valid, and go together.
#[test]
fn the_documented_specification_and_policy_work() {
    let user = User::new();
    let text = fs::read_to_string(repository().join("examples/README.md")).expect("a file");
    let blocks: Vec<&str> = text.split("```").filter_map(|part| part.strip_prefix("toml\n")).collect();
    assert_eq!(blocks.len(), 2);
    import(&user, blocks[0], "12.5;north;x;f;25;yes\n?;east;x;m;61;no\n").expect(0);
    user.write_secret("policy.toml", blocks[1]);
    let said = user.json("policy check policy.toml --schema out/schema.json").expect(0).data();
    assert_eq!(said["lines"].as_array().map(Vec::len), Some(3));
    let export = text.split("```json\n").nth(1).and_then(|part| part.split("```").next()).expect("an export");
    user.write_secret("threshold.json", export);
    user.write_secret("aequitas.csv", "score,label_value,race\n0.5,1,a\n0.5001,0,b\n");
    user.json("data import aequitas.csv --aequitas --out aequitas").expect(0);
    user.json("model import threshold.json --data aequitas --out model.json").expect(0);
    let rows = user.json("model predict model.json --data aequitas").expect(0).data()["rows"].clone();
    assert_eq!((&rows[0]["prediction"], &rows[1]["prediction"]), (&0.into(), &1.into()));
}
