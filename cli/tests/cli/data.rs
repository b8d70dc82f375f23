//! `tabella data`: CSV files of every kind to data sets.

use std::fs;
use std::path::PathBuf;

use serde_json::Value;
use tabella::audit::dataset::DataSet;
use tabella::audit::store;

use crate::support::{Run, User, repository};

pub(crate) fn german(file: &str) -> PathBuf {
    repository().join("examples/german").join(file)
}

/// Writes a specification and a CSV file, and imports them to `out`.
pub(crate) fn import(user: &User, spec: &str, csv: &str) -> Run {
    user.write_secret("spec.toml", spec);
    user.write_secret("data.csv", csv);
    user.json("data import data.csv --spec spec.toml --out out")
}

pub(crate) fn loaded(user: &User, dir: &str) -> DataSet {
    store::load(&user.work(dir)).expect("a data set")
}

/// A loan book with everything in it that a column can have.
pub(crate) const LOANS: &str = "\
version = 1
missing = [\"\", \"?\"]
others = \"drop\"

[label]
column = \"repaid\"
positive = [\"yes\"]
negative = [\"no\"]
missing = \"drop\"

[[column]]
name = \"balance\"
kind = \"number\"
scale = 100
min = -500
max = 500.5
missing = \"indicator\"

[[column]]
name = \"income\"
kind = \"number\"

[[column]]
name = \"region\"
kind = \"category\"
values = [\"north\", \"south\"]
unseen = \"own\"
missing = \"own\"

[[column]]
name = \"score\"
kind = \"number\"
round = true
clip = true
min = 0
max = 10
missing = { value = 5 }

[[column]]
name = \"note\"
kind = \"drop\"
why = \"free text\"

[[attribute]]
name = \"sex\"
column = \"sex\"
groups = [{ name = \"women\", values = [\"f\"] }, { name = \"men\", values = [\"m\"] }]
other = \"drop\"
missing = { group = \"men\" }

[[attribute]]
name = \"age\"
column = \"age\"
cuts = [25, 60]
names = [\"young\", \"middle\", \"old\"]

[[attribute]]
name = \"sex and age\"
of = [\"sex\", \"age\"]
";

pub(crate) const LOANS_CSV: &str = "\
balance,income,region,score,note,sex,age,repaid,extra
-500,0,north,3,\"a, b\",f,25,yes,1
500.50,100000,south,9.5,,m,26,no,2
?,65536,,?,x,,60.5,yes,3
0.01,7,west,99,x,f,60,no,4
1,7,north,1,x,other,30,no,5
1,7,north,1,x,f,30,,6
";

#[test]
fn german_credit_imports_and_again_with_the_same_salts() {
    let user = User::new();
    let line = |extra: &str, out: &str| {
        let (csv, spec) = (german("german.csv"), german("german.toml"));
        format!("data import {} --spec {} {extra} --out {out}", csv.display(), spec.display())
    };
    let first = user.json(&line("", "g")).expect(0).data();
    assert_eq!((first["rows"].as_u64(), first["shards"].as_u64()), (Some(1000), Some(5)));
    let report = &first["report"];
    assert_eq!((report["positive"].as_u64(), report["rows_in_file"].as_u64()), (Some(700), Some(1000)));
    let groups = |a: usize| -> Vec<(String, u64, u64)> {
        let list = report["attributes"][a]["groups"].as_array().expect("groups");
        let text = |g: &Value| g["name"].as_str().expect("a name").to_owned();
        list.iter().map(|g| (text(g), g["n"].as_u64().expect("n"), g["positive"].as_u64().expect("positive"))).collect()
    };
    // Counted from german.data with awk.
    assert_eq!(groups(0), [("female".to_owned(), 310, 201), ("male".to_owned(), 690, 499)]);
    assert_eq!(groups(1), [("<= 25".to_owned(), 190, 110), ("> 25".to_owned(), 810, 590)]);
    let again = user.json(&line(&format!("--salts {}", user.work("g/salts.bin").display()), "again")).expect(0).data();
    assert_eq!(again["data_root"], first["data_root"]);
    for file in ["schema.json", "records.bin", "salts.bin", "data.json", "report.json"] {
        assert_eq!(
            fs::read(user.work("g").join(file)).unwrap(),
            fs::read(user.work("again").join(file)).unwrap(),
            "{file}"
        );
    }
    let fresh = user.json(&line("", "fresh")).expect(0).data();
    assert_eq!(fresh["schema_hash"], first["schema_hash"]);
    assert_ne!(fresh["data_root"], first["data_root"], "new salts, another root");
    // The schema alone describes the file as well.
    let by_schema = format!(
        "data import {} --schema g/schema.json --salts g/salts.bin --out by-schema",
        german("german.csv").display()
    );
    assert_eq!(user.json(&by_schema).expect(0).data()["data_root"], first["data_root"]);
    let shown = user.json("data show g").expect(0).data();
    assert_eq!((&shown["data_root"], &shown["report"]), (&first["data_root"], report));
    let text = user.say("data show g").expect(0).stdout;
    assert!(text.contains("1000 of 1000 rows") && text.contains("female") && text.contains("310"), "{text}");
}

#[test]
fn every_kind_of_column_ends_where_it_should() {
    let user = User::new();
    let report = import(&user, LOANS, LOANS_CSV).expect(0).data()["report"].clone();
    let data = loaded(&user, "out");
    let lanes = |name: &str| -> Vec<usize> {
        let columns = report["columns"].as_array().expect("columns");
        let column = columns.iter().find(|c| c["name"] == name).expect("the column");
        column["lanes"].as_array().unwrap().iter().map(|l| l.as_u64().unwrap() as usize).collect()
    };
    let [balance, income, region, score] = ["balance", "income", "region", "score"].map(lanes);
    // 100,050 units and up to 100,000: a wide and a narrow lane each; the indicator has one of its own.
    assert_eq!((balance.len(), income.len(), region.len(), score.len()), (3, 2, 1, 1));
    let number = |r: usize, lanes: &[usize]| {
        let x = |lane: usize| u64::from(data.records()[r].lanes[lane]);
        x(lanes[0]) + lanes.get(1).map_or(0, |hi| x(*hi) << 16)
    };
    let records: Vec<_> = (0..4)
        .map(|r| {
            let record = &data.records()[r];
            let narrow = [balance[2], region[0], score[0]].map(|lane| record.lanes[lane]);
            (number(r, &balance[..2]), number(r, &income), narrow, record.label, record.codes)
        })
        .collect();
    assert_eq!(data.rows, 4);
    assert_eq!(records[0], (0, 0, [0, 0, 3], true, [0, 0, 0, 0]));
    assert_eq!(records[1], (100_050, 100_000, [0, 1, 10], false, [1, 1, 4, 0]));
    // Missing: balance 0 (50,000 above its minimum) and its lane, region's own code, score 5, the group named for it.
    assert_eq!(records[2], (50_000, 65_536, [1, 2, 5], true, [1, 2, 5, 0]));
    assert_eq!(records[3], (50_001, 7, [0, 3, 10], false, [0, 1, 1, 0]));
    assert_eq!(data.places.iter().map(|p| (p.row, p.line)).collect::<Vec<_>>(), [(0, 2), (1, 3), (2, 4), (3, 5)]);
    let dropped: Vec<_> = report["dropped_rows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|d| (d["column"].as_str(), d["why"].as_str(), d["rows"].as_u64(), d["first_lines"].clone()))
        .collect();
    assert_eq!(
        dropped,
        [
            (Some("repaid"), Some("missing"), Some(1), serde_json::json!([7])),
            (Some("sex"), Some("in no group"), Some(1), serde_json::json!([6])),
        ]
    );
    let columns: Vec<&str> =
        report["dropped_columns"].as_array().unwrap().iter().map(|c| c["name"].as_str().unwrap()).collect();
    assert_eq!(columns, ["note", "extra"]);
    let seen = |name: &str, what: &str| {
        report["columns"].as_array().unwrap().iter().find(|c| c["name"] == name).unwrap()[what].as_u64()
    };
    assert_eq!(
        [
            seen("balance", "missing"),
            seen("region", "missing"),
            seen("region", "unseen"),
            seen("score", "rounded"),
            seen("score", "clipped")
        ],
        [Some(1), Some(1), Some(1), Some(1), Some(1)]
    );
    let crossed = &report["attributes"][2]["groups"];
    assert_eq!(crossed[4]["name"], "men & middle");
    assert_eq!(crossed.as_array().map(Vec::len), Some(6));
    // Groups without a record are there, with their zero.
    assert_eq!(crossed[2]["n"], 0);
}

/// A specification of one column `x` and a label, with a part of its own.
pub(crate) fn with_column(part: &str) -> String {
    format!("version = 1\n[label]\ncolumn = \"y\"\npositive = [1]\nnegative = [0]\n[[column]]\nname = \"x\"\n{part}\n")
}

pub(crate) const NUMBER: &str = "kind = \"number\"";
pub(crate) const CATEGORY: &str = "kind = \"category\"\nvalues = [\"a\", \"b\"]";

#[test]
fn what_is_wrong_is_said_with_line_and_column() {
    let cases: &[(String, &str, &str, &[&str])] = &[
        (
            with_column(NUMBER),
            "x,y\n1,1\nten,0\n",
            "csv-invalid",
            &["data.csv:3", "column 1 (x)", "\"ten\" is no number"],
        ),
        (with_column(NUMBER), "x,y\n1,1\n\n2\n", "csv-invalid", &["data.csv:4", "1 columns, and the header has 2"]),
        (with_column(NUMBER), "x,y\n1,1\n,0\n", "csv-invalid", &["data.csv:3", "no value"]),
        (with_column(NUMBER), "x,y\n1,1\n1.5,0\n", "csv-invalid", &["data.csv:3", "no whole number"]),
        (with_column(NUMBER), "x,y\n1,1\n2,maybe\n", "csv-invalid", &["data.csv:3", "column 2 (y)", "neither"]),
        (
            with_column("kind = \"number\"\nmin = 0\nmax = 9"),
            "x,y\n10,1\n",
            "csv-invalid",
            &["data.csv:2", "outside", "0 to 9"],
        ),
        (
            with_column(CATEGORY),
            "x,y\na,1\nc,0\n",
            "csv-invalid",
            &["data.csv:3", "\"c\" is none of the column's 2 values"],
        ),
        (with_column(CATEGORY), "x,y\na,1\n\"b\n\nb\",0\n", "csv-invalid", &["data.csv:3"]),
        (with_column(NUMBER), "x,z\n1,1\n", "column-missing", &["\"y\""]),
        (with_column(NUMBER), "x,y,z\n1,1,1\n", "column-unknown", &["z"]),
        (with_column(NUMBER), "x,y,x\n1,1,1\n", "csv-invalid", &["data.csv:1", "column 3", "second column"]),
        (with_column(NUMBER), "x,y,\n1,1,1\n", "csv-invalid", &["data.csv:1", "without a name"]),
        (with_column(NUMBER), "x,y\n4294967296,1\n", "capacity", &["32 bits"]),
        (with_column(NUMBER), "", "csv-invalid", &["no header"]),
        (with_column(NUMBER), "x,y\n", "data-empty", &["no row is left"]),
        (
            with_column("kind = \"number\"\nmin = 5\nmax = 4"),
            "x,y\n5,1\n",
            "schema-invalid",
            &["spec.toml", "below its smallest"],
        ),
        (with_column("kind = \"number\"\nmin = 5"), "x,y\n5,1\n", "spec-invalid", &["spec.toml", "go together"]),
        (with_column("kind = \"number\"\nmin = 0.5\nmax = 2"), "x,y\n5,1\n", "spec-invalid", &["min = 0.5"]),
        (with_column("kind = \"number\"\nscale = 0"), "x,y\n5,1\n", "schema-invalid", &["scale"]),
        (with_column("kind = \"number\"\nvalues = [1]"), "x,y\n5,1\n", "spec-invalid", &["belong"]),
        (with_column("kind = \"number\"\nmissing = \"own\""), "x,y\n5,1\n", "spec-invalid", &["own"]),
        (with_column("kind = \"category\"\nvalues = [\"a\", \"a\"]"), "x,y\na,1\n", "schema-invalid", &["twice"]),
        (with_column("kind = \"category\"\nvalues = [\"\"]"), "x,y\na,1\n", "schema-invalid", &["no value"]),
        (
            with_column("kind = \"category\"\nvalues = [\"a\"]\nunseen = { value = \"b\" }"),
            "x,y\na,1\n",
            "schema-invalid",
            &["\"b\""],
        ),
        (with_column("kind = \"drop\""), "x,y\na,1\n", "schema-invalid", &["no column is given to the model"]),
        (with_column("kind = \"whatever\""), "x,y\na,1\n", "spec-invalid", &["spec.toml:8", "whatever"]),
        (
            with_column(&format!("{NUMBER}\n[[column]]\nname = \"y\"\n{NUMBER}")),
            "x,y\n1,1\n",
            "schema-invalid",
            &["the label's column"],
        ),
        (
            with_column(&format!("{NUMBER}\n[[attribute]]\nname = \"a\"\nof = [\"b\", \"c\"]")),
            "x,y\n1,1\n",
            "spec-invalid",
            &["not declared before"],
        ),
        (
            with_column(&format!("{NUMBER}\n[[attribute]]\nname = \"a\"\ncolumn = \"x\"\ncuts = [2, 1]")),
            "x,y\n1,1\n",
            "schema-invalid",
            &["go up"],
        ),
        (
            with_column(&format!(
                "{NUMBER}\n[[attribute]]\nname = \"a\"\ncolumn = \"x\"\nabove = 1\nnames = [\"majority\", \"b\"]"
            )),
            "x,y\n1,1\n",
            "schema-invalid",
            &["majority"],
        ),
        (with_column(NUMBER).replace("version = 1", "version = 2"), "x,y\n1,1\n", "spec-invalid", &["version 2"]),
        (with_column(NUMBER).replace("[label]", "[lable]"), "x,y\n1,1\n", "spec-invalid", &["spec.toml:"]),
    ];
    for (spec, csv, code, parts) in cases {
        let user = User::new();
        let run = import(&user, spec, csv).expect(2);
        let message = run.envelope()["errors"][0]["message"].as_str().unwrap_or_default().to_owned();
        assert_eq!(run.error_code(), *code, "{spec}\n{csv}\n{message}");
        for part in *parts {
            assert!(message.contains(part), "{part:?} is not in {message:?}");
        }
        assert!(!user.work("out").exists(), "{message}");
    }
}

#[test]
fn beyond_the_capacities_there_is_a_table() {
    let many = |count: usize, part: &dyn Fn(usize) -> String| {
        let columns: String = (0..count).map(|i| format!("[[column]]\nname = \"x{i}\"\n{}\n", part(i))).collect();
        let header: String = (0..count).map(|i| format!("x{i},")).collect();
        let row: String = "1,".repeat(count);
        (
            format!("version = 1\n[label]\ncolumn = \"y\"\npositive = [1]\nnegative = [0]\n{columns}"),
            format!("{header}y\n{row}1\n"),
        )
    };
    let values =
        |n: usize| format!("kind = \"category\"\nvalues = [{}]", (0..n).map(|i| format!("{i},")).collect::<String>());
    let numbers = |max: u64| move |_: usize| format!("kind = \"number\"\nmin = 0\nmax = {max}");
    let fits: [(usize, &dyn Fn(usize) -> String); 5] = [
        (24, &numbers(255)),
        // Eight wide lanes, then pairs of narrow ones.
        (16, &numbers(65_535)),
        (8 + 2, &numbers(16_777_215)),
        (4 + 4, &numbers(4_294_967_295)),
        (1, &|_| values(127)),
    ];
    for (count, part) in fits {
        let (spec, csv) = many(count, part);
        import(&User::new(), &spec, &csv).expect(0);
    }
    let beyond: [(usize, &dyn Fn(usize) -> String); 5] = [
        (25, &numbers(255)),
        (17, &numbers(65_535)),
        (12, &numbers(16_777_215)),
        (9, &numbers(4_294_967_295)),
        (2, &|i| values(64 - i % 2 + i)),
    ];
    for (count, part) in beyond {
        let (spec, csv) = many(count, part);
        let run = import(&User::new(), &spec, &csv).expect(2);
        assert_eq!(run.error_code(), "capacity", "{count}: {}", part(0));
        assert!(run.stderr.contains("8 lanes of 16 bits"), "{}", run.stderr);
    }
    let attribute = |i: usize| format!("[[attribute]]\nname = \"a{i}\"\ncolumn = \"x\"\nabove = 1\n");
    let attributes = |n: usize| with_column(NUMBER) + &(0..n).map(attribute).collect::<String>();
    import(&User::new(), &attributes(4), "x,y\n1,1\n").expect(0);
    assert_eq!(import(&User::new(), &attributes(5), "x,y\n1,1\n").expect(2).error_code(), "capacity");
    let cuts = |n: usize| {
        format!(
            "{}[[attribute]]\nname = \"a\"\ncolumn = \"x\"\ncuts = {:?}\n",
            with_column(NUMBER),
            (0..n).collect::<Vec<_>>()
        )
    };
    import(&User::new(), &cuts(15), "x,y\n1,1\n").expect(0);
    assert_eq!(import(&User::new(), &cuts(16), "x,y\n1,1\n").expect(2).error_code(), "capacity");
}

#[test]
fn small_and_lopsided_files_are_data_sets_too() {
    for csv in ["x,y\n7,1\n", "x,y\n7,1\n8,1\n9,1\n", "x,y\n7,0\n7,0\n", "\u{feff}x,y\r\n\"7\",\"1\"\r\n"] {
        let user = User::new();
        let data = import(&user, &with_column(NUMBER), csv).expect(0).data();
        assert_eq!(data["shards"], 1);
        assert_eq!(data["rows"].as_u64(), Some(loaded(&user, "out").rows));
    }
    // Every row dropped is no data set, and the report says why.
    let user = User::new();
    let run = import(&user, &with_column("kind = \"number\"\nmissing = \"drop\""), "x,y\n,1\n,0\n").expect(2);
    assert_eq!(run.error_code(), "data-empty");
    assert_eq!(run.data()["dropped_rows"][0]["rows"], 2);
}

#[test]
fn a_schema_does_not_depend_on_which_rows_there_are() {
    let user = User::new();
    let root = |csv: &str| {
        user.write_secret("part.csv", csv);
        let _ = fs::remove_dir_all(user.work("part"));
        user.write_secret("spec.toml", LOANS);
        user.json("data import part.csv --spec spec.toml --out part").expect(0).data()["schema_hash"].clone()
    };
    let lines: Vec<&str> = LOANS_CSV.lines().collect();
    assert_eq!(root(LOANS_CSV), root(&format!("{}\n{}\n{}\n", lines[0], lines[2], lines[1])));
}
