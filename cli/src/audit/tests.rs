//! Properties over drawn schemas, files and models: what goes in comes out, no score leaves its bound, nothing panics.

use std::path::Path;

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

use super::dataset::Salts;
use super::encode::Encoder;
use super::export::{CategoryTerm, Double, Export, NumberTerm, Term};
use super::import;
use super::integer::integers;
use super::resolve::resolve;
use super::schema::{Kind, Schema, lane_weights};
use super::spec;
use super::table::Table;

const NUMBERS: [(&str, u32, i64, i64); 5] = [
    ("a", 1, 0, 200),
    ("b", 100, -3_000, 60_000),
    ("c", 1, -5, 70_000),
    ("d", 1000, -2_000_000_000, 2_000_000_000),
    ("e", 1, 7, 7),
];
const CATEGORIES: [(&str, usize); 2] = [("f", 3), ("g", 40)];

/// A drawn file with its specification: every column, with bounds left out at random.
fn drawn(rng: &mut StdRng) -> (String, String) {
    let mut spec = "version = 1\n[label]\ncolumn = \"y\"\npositive = [1]\nnegative = [0]\n".to_owned();
    for (name, scale, low, high) in NUMBERS {
        spec.push_str(&format!("[[column]]\nname = \"{name}\"\nkind = \"number\"\nscale = {scale}\n"));
        if rng.r#gen() {
            let bound = |units: i64| units as f64 / f64::from(scale);
            spec.push_str(&format!("min = {:?}\nmax = {:?}\n", bound(low), bound(high)));
        }
    }
    for (name, _) in CATEGORIES {
        spec.push_str(&format!(
            "[[column]]\nname = \"{name}\"\nkind = \"category\"\nunseen = \"own\"\nmissing = \"own\"\n"
        ));
    }
    let mut csv = "a,b,c,d,e,f,g,y\n".to_owned();
    for _ in 0..rng.gen_range(1..30) {
        for (_, scale, low, high) in NUMBERS {
            let units = *[low, high, rng.gen_range(low..=high)].get(rng.gen_range(0..3)).unwrap_or(&low);
            csv.push_str(&format!("{},", units as f64 / f64::from(scale)));
        }
        for (_, values) in CATEGORIES {
            csv.push_str(&format!("v{},", rng.gen_range(0..values)));
        }
        csv.push_str(if rng.r#gen() { "1\n" } else { "0\n" });
    }
    (spec, csv)
}

fn schema_and_table(spec: &str, csv: &str) -> (Schema, Table) {
    let spec = spec::parse(spec, Path::new("spec.toml")).expect("a specification");
    let table = Table::parse(csv.as_bytes(), Path::new("data.csv"), &spec.csv).expect("a table");
    (resolve(&spec, &table).expect("a schema"), table)
}

/// A column's value as the lanes hold it.
fn decoded(schema: &Schema, name: &str, lanes: &[u16; 24]) -> String {
    match &schema.column(name).expect("a column").kind {
        Kind::Number(number) => {
            let sum: u64 =
                lane_weights(&number.lanes).iter().map(|(lane, weight)| u64::from(lanes[*lane]) * weight).sum();
            ((number.low + sum as i64) as f64 / f64::from(number.scale)).to_string()
        }
        Kind::Category(category) => category.code_names()[usize::from(lanes[category.lane])].clone(),
        Kind::Drop { .. } => panic!("{name} is dropped"),
    }
}

#[test]
fn what_goes_in_comes_out() {
    let mut rng = StdRng::seed_from_u64(1);
    for _ in 0..100 {
        let (spec, csv) = drawn(&mut rng);
        let (schema, table) = schema_and_table(&spec, &csv);
        assert_eq!(Schema::parse(&schema.bytes().expect("bytes")).expect("the same"), schema);
        let salts = Salts::from_rng(table.rows.len(), &mut rng);
        let imported = import::encode(schema.clone(), &table, Some(&salts)).expect("a data set");
        for (row, record) in table.rows.iter().zip(imported.data.records()) {
            for (place, name) in table.names.iter().enumerate().filter(|(_, name)| *name != "y") {
                assert_eq!(decoded(&schema, name, &record.lanes), row.cell(place), "{name}");
            }
            assert_eq!(record.label, row.cell(7) == "1");
        }
        assert_eq!(imported.data.salts(), salts);
    }
}

#[test]
fn damaged_files_never_panic() {
    let mut rng = StdRng::seed_from_u64(2);
    let (mut good, mut bad) = (0, 0);
    for _ in 0..300 {
        let (spec, csv) = drawn(&mut rng);
        let (mut spec, mut csv) = (spec.into_bytes(), csv.into_bytes());
        for _ in 0..rng.gen_range(0..3) {
            let text = if rng.gen_bool(0.3) { &mut spec } else { &mut csv };
            let at = rng.gen_range(0..text.len());
            text[at] = *b",\"\n\r;-.e0919\xff#[]= ".get(rng.gen_range(0..20)).unwrap_or(&b' ');
        }
        let Ok(text) = std::str::from_utf8(&spec) else { continue };
        let outcome = spec::parse(text, Path::new("s")).and_then(|spec| {
            let table = Table::parse(&csv, Path::new("d"), &spec.csv)?;
            import::encode(resolve(&spec, &table)?, &table, None)
        });
        if outcome.is_ok() { good += 1 } else { bad += 1 }
    }
    assert!(good > 30 && bad > 30, "{good} {bad}");
}

/// The score of the doubles themselves.
fn real_score(export: &Export, text: impl Fn(&str) -> String) -> f64 {
    let summand = |term: &Term| match (&term.number, &term.category) {
        (Some(n), _) => n.coefficient.0 * (text(&term.column).parse::<f64>().expect("a number") - n.mean.0) / n.scale.0,
        (_, Some(c)) => {
            c.values
                .iter()
                .position(|v| *v == text(&term.column))
                .map_or(c.unseen, |i| Some(c.coefficients[i]))
                .expect("known")
                .0
        }
        _ => 0.0,
    };
    export.intercept.0 + export.terms.iter().map(summand).sum::<f64>()
}

#[test]
fn no_score_is_further_from_the_real_one_than_its_bound_says() {
    let mut rng = StdRng::seed_from_u64(3);
    for _ in 0..200 {
        let (spec, csv) = drawn(&mut rng);
        let (schema, table) = schema_and_table(&spec, &csv);
        let size = 10f64.powi(rng.gen_range(-6..5));
        let mut double = |size: f64| Double(rng.gen_range(-size..size));
        let number = |name: &str, coefficient, mean, scale| {
            let number = NumberTerm { coefficient, mean, scale, missing: None };
            Term { column: name.to_owned(), number: Some(number), category: None }
        };
        let mut terms: Vec<Term> = NUMBERS
            .iter()
            .map(|(name, ..)| number(name, double(size), double(1e3), Double(double(1e2).0 + 200.0)))
            .collect();
        for (name, count) in CATEGORIES {
            let category = CategoryTerm {
                values: (0..count / 2).map(|i| format!("v{i}")).collect(),
                coefficients: (0..count / 2).map(|_| double(size)).collect(),
                unseen: Some(double(size)),
                missing: Some(double(size)),
            };
            terms.push(Term { column: name.to_owned(), number: None, category: Some(category) });
        }
        let export = Export {
            format: String::new(),
            version: 1,
            kind: String::new(),
            library: String::new(),
            intercept: double(size),
            inclusive: false,
            terms,
            predictions: None,
        };
        let found = integers(&export, &schema).expect("a model");
        let mut encoder = Encoder::of_features(&schema, &table).expect("an encoder");
        for row in &table.rows {
            let lanes = encoder.lanes(row).expect("lanes").expect("kept");
            let score = found.model.score(&lanes).expect("a score") as f64 / found.scale.unit();
            let place = |name: &str| table.names.iter().position(|n| n == name).expect("a column");
            let real = real_score(&export, |name| row.cell(place(name)).to_owned());
            assert!((score - real).abs() <= found.rounding, "{score} {real} {}", found.rounding);
        }
    }
}
