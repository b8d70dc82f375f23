//! Known answers by hand; the table of cases and the oracle stand with the circuit.

use super::*;
use crate::Fr;
use crate::compliance::counts::CELLS;
use crate::compliance::policy::{Bound, Comparison, Fraction, Group, Line, Over, Policy, Reference, Terms, ZLine};
use ark_ff::AdditiveGroup;

/// (TP, P, p, n) of each group of attribute 0.
fn totals(groups: &[(u64, u64, u64, u64)]) -> Totals {
    let mut cells = [0; CELLS];
    let mut all = [0; 4];
    for (cell, (tp, positive, predicted, n)) in cells.chunks_mut(4).zip(groups) {
        cell.copy_from_slice(&[n - positive - (predicted - tp), predicted - tp, positive - tp, *tp]);
        all.iter_mut().zip(cell).for_each(|(sum, cell)| *sum += *cell);
    }
    for attribute in 1..ATTRIBUTES {
        cells[4 * GROUPS * attribute..][..4].copy_from_slice(&all);
    }
    Totals::new(&Counts(cells), [groups.len() as u8, 0, 0, 1]).unwrap()
}

fn over(rate: Rate) -> Over {
    Over { rate, attribute: Attribute::new(0).unwrap() }
}

fn line(comparison: Comparison, num: u32, den: u32) -> Line {
    Line { comparison, bound: Bound::new(num, den, false).unwrap() }
}

fn policy(lines: Vec<Line>) -> Terms {
    let exclude = Fraction::NONE;
    Terms { schema: Fr::ZERO, min_rows: 0, min_group: 0, min_positive: 0, exclude, lines, z: None }
}

fn value(report: &LineReport) -> (u128, u128, bool) {
    (report.num, report.den, report.holds)
}

#[test]
fn every_metric_of_two_groups_by_hand() {
    // 30 of 60 and 12 of 40 predicted 1; TPR 20/40, 9/10; FPR 10/20, 3/30; precision 20/30, 9/12.
    let totals = totals(&[(20, 40, 30, 60), (9, 10, 12, 40)]);
    let lines = vec![
        line(Comparison::Difference(over(Rate::Selection)), 1, 5),
        line(Comparison::Ratio(over(Rate::Selection)), 3, 5),
        line(Comparison::Difference(over(Rate::TruePositive)), 2, 5),
        line(Comparison::Difference(over(Rate::FalsePositive)), 2, 5),
        line(Comparison::Ratio(over(Rate::FalseNegative)), 1, 5),
        line(Comparison::Reference(over(Rate::Precision), Reference::Majority), 8, 9),
        line(Comparison::Accuracy, 66, 100),
        line(Comparison::BalancedAccuracy, 66, 100),
    ];
    let mut terms = policy(lines);
    terms.z = Some(ZLine::new(Attribute::new(0).unwrap(), 3, 1, false).unwrap());
    let report = evaluate(&Policy::new(terms).unwrap(), &totals);
    let values: Vec<_> = report.lines.iter().map(value).collect();
    let expected = [
        (30 * 40 - 12 * 60, 60 * 40, true),     // 1/5
        (12 * 60, 30 * 40, true),               // 3/5
        (9 * 40 - 20 * 10, 400, true),          // 2/5
        (10 * 30 - 3 * 20, 600, true),          // 2/5
        (40, 200, true),                        // (1/10) / (20/40) = 1/5
        (20 * 12, 9 * 30, true),                // 8/9
        (20 + 10 + 9 + 27, 100, true),          // 66/100
        (29 * 50 + 37 * 50, 2 * 50 * 50, true), // 66/100
    ];
    assert_eq!(values, expected);
    // gap 480, n 100, p 42: 480^2 · 100 / (2400 · 42 · 58) = 3.94
    assert_eq!(report.z.map(|z| value(&z)), Some((480 * 480 * 100, 2400 * 42 * 58, false)));
    assert_eq!(report.verdict, Verdict::Fail);
    assert_eq!(report.rows, 100);
    assert_eq!(report.attributes[0][1].counts.false_positive(), 3);
    assert!(report.attributes[1].is_empty() && report.attributes[3].len() == 1);
}

#[test]
fn a_line_over_too_few_groups_is_unsupported() {
    let lone = totals(&[(1, 2, 3, 4)]);
    let all = |attribute| {
        let over = Over { rate: Rate::Selection, attribute: Attribute::new(attribute).unwrap() };
        evaluate(&Policy::new(policy(vec![line(Comparison::Ratio(over), 4, 5)])).unwrap(), &lone)
    };
    for attribute in 0..4 {
        let report = all(attribute);
        assert!(!report.lines[0].supported, "{attribute}");
        assert_eq!(report.verdict, Verdict::Insufficient, "{attribute}");
    }
}

#[test]
fn the_majority_is_the_first_of_equals_and_a_named_group_may_be_left_out() {
    let totals = totals(&[(1, 1, 1, 2), (2, 5, 5, 10), (4, 5, 8, 10), (0, 1, 1, 3)]);
    let reference = |reference| {
        let mut terms = policy(vec![line(Comparison::Reference(over(Rate::Selection), reference), 1, 2)]);
        terms.exclude = Fraction::new(1, 10).unwrap();
        evaluate(&Policy::new(terms).unwrap(), &totals)
    };
    let report = reference(Reference::Majority);
    let included: Vec<bool> = report.attributes[0].iter().map(|group| group.included).collect();
    assert_eq!(included, [false, true, true, true]);
    // To 5/10: 3/10 of group 3 is 1/3 / (1/2) = 2/3, and 8/10 is 8/5, so 5/8.
    assert_eq!(value(&report.lines[0]), (50, 80, true));
    assert_eq!(value(&reference(Reference::Named(Group::new(2).unwrap())).lines[0]), (10, 24, false));
    assert_eq!(value(&reference(Reference::Lowest).lines[0]), (10, 24, false));
    for absent in [0, 4, 15] {
        let report = reference(Reference::Named(Group::new(absent).unwrap()));
        assert!(!report.lines[0].defined && report.lines[0].supported, "{absent}");
        assert_eq!(report.verdict, Verdict::Insufficient);
    }
}

#[test]
fn totals_of_no_data_set_are_refused() {
    let empty = [0; CELLS];
    assert!(Totals::new(&Counts(empty), [16, 0, 2, 1]).is_ok());
    assert_eq!(Totals::new(&Counts(empty), [16, 0, 17, 1]), Err(TotalsError::Groups { attribute: 2, groups: 17 }));
    let with = |cells: &[(usize, u64)]| {
        let mut all = empty;
        cells.iter().for_each(|(at, count)| all[*at] = *count);
        Totals::new(&Counts(all), [2, 0, 3, 1])
    };
    let full = [(0, 1), (64, 1), (128, 1), (192, 1)];
    assert_eq!(with(&full).unwrap().rows(), 1);
    assert_eq!(with(&full[..3]), Err(TotalsError::Uneven { attribute: 3, found: 0, rows: 1 }));
    assert_eq!(with(&[(0, 1 << 24)]), Err(TotalsError::TooMany { attribute: 0 }));
    assert_eq!(with(&[(0, u64::MAX), (1, 1)]), Err(TotalsError::TooMany { attribute: 0 }));
    let outside = |attribute, groups, group| TotalsError::OutsideSchema { attribute, groups, group, found: 1 };
    assert_eq!(with(&[(11, 1), (64, 1), (128, 1), (192, 1)]), Err(outside(0, 2, 2)));
    assert_eq!(with(&[(0, 1), (68, 1), (128, 1), (192, 1)]), Err(outside(1, 0, 1)));
    assert_eq!(with(&[(0, 1), (64, 1), (188, 1), (192, 1)]), Err(outside(2, 3, 15)));
}
