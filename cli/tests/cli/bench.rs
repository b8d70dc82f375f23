//! `tabella bench`.

use crate::keys::shared_keys;
use crate::support::User;

#[test]
fn proofs_are_measured_in_both_modes_and_drawn() {
    let user = User::new();
    let plot = user.work("bench.svg");
    let line = format!("bench --proofs 2 --threads 2 --keys {} --plot {}", shared_keys().display(), plot.display());
    let data = user.json(&line).expect(0).data();
    let measured = data["measurements"].as_array().expect("a list");
    let modes: Vec<_> = measured.iter().map(|m| (m["mode"].as_str().unwrap_or(""), m["threads"].as_u64())).collect();
    assert_eq!(modes, [("latency", Some(1)), ("latency", Some(2)), ("throughput", Some(1)), ("throughput", Some(2))]);
    for point in measured {
        assert_eq!((&point["circuit"], &point["proofs"]), (&"ballot-k3-d20".into(), &2.into()));
        let number = |name: &str| point[name].as_f64().expect("a number");
        let rate = number("proofs") / number("seconds");
        assert!((number("proofs_per_second") / rate - 1.0).abs() < 1e-6);
        assert!((number("constraints_per_second") / (rate * number("constraints")) - 1.0).abs() < 1e-6);
        assert!(number("median_milliseconds") <= 1e3 * number("seconds"));
    }
    assert!(data["machine"]["threads"].as_u64() >= Some(1));
    let svg = std::fs::read_to_string(&plot).expect("the plot");
    assert!(svg.starts_with("<svg") && svg.trim_end().ends_with("</svg>"));
    assert_eq!(svg.matches("<rect").count(), 1 + measured.len());
    // The plot stays as it is.
    let again = user.json(&line).expect(2);
    assert_eq!(again.error_code(), "file-exists");
}

#[test]
fn what_cannot_be_measured_is_refused_before_anything_is_made() {
    let user = User::new();
    for line in ["bench --circuit ballot-k4", "bench --proofs 0", "bench --threads 0"] {
        let run = user.json(line).expect(2);
        assert_eq!(run.error_code(), "usage", "{line}");
    }
}
