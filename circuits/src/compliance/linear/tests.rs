//! The model's formula, its ranges, its words.

use super::super::record::{WIDE, lane_bits};
use super::*;
use proptest::prelude::*;

const MAX: i64 = (1 << 39) - 1;
const MIN: i64 = -(1 << 39);

prop_compose! {
    /// Any model in range; every category has codes from its offset to the table's end.
    pub(crate) fn any_model()(
        weights in prop::array::uniform24(MIN..=MAX),
        cells in prop::collection::vec(MIN..=MAX, TABLE - 1),
        bias in -(1i64 << 60)..1 << 60,
        category: [bool; LANES],
        offset in prop::array::uniform24(0u8..128),
    ) -> LinearModel {
        let mut table = [0; TABLE];
        table[1..].copy_from_slice(&cells);
        LinearModel { weights, table, bias, category, offset }
    }
}

#[test]
fn scores_by_hand() {
    let mut model = LinearModel { bias: -10, ..LinearModel::default() };
    (model.weights[0], model.weights[9]) = (3, -1);
    (model.category[9], model.offset[9]) = (true, 5);
    (model.table[5], model.table[7]) = (100, -4);
    let mut lanes = [0u16; LANES];
    assert_eq!(model.score(&lanes), Ok(-10 + 100));
    (lanes[0], lanes[9]) = (5, 2);
    assert_eq!(model.score(&lanes), Ok(-10 + 15 - 2 - 4));
    assert_eq!(model.predict(&lanes), Ok(false));
    lanes[9] = 127 - 5;
    assert!(model.score(&lanes).is_ok());
    lanes[9] = 128 - 5;
    assert_eq!(model.score(&lanes), Err(OutOfTable { lane: 9, code: 123 }));
    // A score of 0 is not above 0.
    let (zero, one) = (LinearModel::default(), LinearModel { bias: 1, ..LinearModel::default() });
    assert_eq!((zero.predict(&lanes), one.predict(&lanes)), (Ok(false), Ok(true)));
}

#[test]
fn what_is_out_of_range_is_refused() {
    let ok = LinearModel::default();
    let with = |change: fn(&mut LinearModel)| {
        let mut model = ok.clone();
        change(&mut model);
        model.check()
    };
    assert_eq!(with(|m| (m.weights[3], m.table[1], m.bias) = (MIN, MAX, -(1 << 60))), Ok(()));
    assert_eq!(with(|m| m.weights[3] = MIN - 1), Err(ModelError::Weight { lane: 3, value: MIN - 1 }));
    assert_eq!(with(|m| m.table[127] = MAX + 1), Err(ModelError::Cell { cell: 127, value: MAX + 1 }));
    assert_eq!(with(|m| m.table[0] = 1), Err(ModelError::Cell { cell: 0, value: 1 }));
    assert_eq!(with(|m| m.bias = 1 << 60), Err(ModelError::Bias(1 << 60)));
    assert_eq!(with(|m| m.offset[23] = 128), Err(ModelError::Offset { lane: 23, offset: 128 }));
    assert_eq!(format!("{ok:?}"), "LinearModel(..)");
}

/// The largest and smallest scores that parameters in range allow stay far from the ends of 62 bits.
#[test]
fn no_score_leaves_its_range() {
    let lanes: [u16; LANES] = std::array::from_fn(|i| if i < WIDE { u16::MAX } else { 255 });
    for (w, t, b) in [(MAX, MAX, (1 << 60) - 1), (MIN, MIN, -(1 << 60))] {
        let mut model = LinearModel { weights: [w; LANES], bias: b, ..LinearModel::default() };
        model.table[1..].fill(t);
        let largest: i128 = (0..LANES).map(|i| i128::from(w) * i128::from(lanes[i])).sum::<i128>() + i128::from(b);
        assert_eq!(model.score(&lanes), Ok(largest as i64));
        assert!((largest + 24 * i128::from(t)).abs() < 1 << (SCORE_BITS - 1));
    }
    // Out of range, the sign is right and nothing panics.
    let wild = LinearModel { weights: [i64::MAX; LANES], bias: i64::MAX, ..LinearModel::default() };
    assert_eq!(wild.predict(&lanes), Ok(true));
    assert_eq!(wild.words().len(), 27);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(crate::testing::cases(64)))]
    /// The page's words, term by term.
    #[test]
    fn words_are_the_pages(model in any_model()) {
        prop_assert_eq!(model.check(), Ok(()));
        let words = model.words();
        let two = Fr::from(2u64);
        let at = |value: i64, bits: u32, place: usize| Fr::from(i128::from(value) + (1i128 << bits)) * two.pow([place as u64]);
        let six = |list: &[i64], j: usize| -> Fr { (0..6).map(|i| at(list[6 * j + i], 39, 40 * i)).sum() };
        prop_assert_eq!(&words[..4], (0..4).map(|j| six(&model.weights, j)).collect::<Vec<_>>());
        prop_assert_eq!(&words[4..25], (0..21).map(|j| six(&model.table[1..], j)).collect::<Vec<_>>());
        prop_assert_eq!(words[25], at(model.table[127], 39, 0));
        let mut last = at(model.bias, 60, 0);
        for i in 0..LANES {
            last += Fr::from(model.category[i]) * two.pow([61 + i as u64]);
            last += Fr::from(model.offset[i]) * two.pow([85 + 7 * i as u64]);
        }
        prop_assert_eq!(words[26], last);
    }

    #[test]
    fn the_score_is_the_pages(model in any_model(), mut lanes: [u16; LANES]) {
        for (i, x) in lanes.iter_mut().enumerate() {
            *x &= ((1u32 << lane_bits(i)) - 1) as u16;
        }
        let mut sum = i128::from(model.bias);
        let mut outside = false;
        for (i, x) in lanes.iter().enumerate() {
            sum += i128::from(model.weights[i]) * i128::from(*x);
            if model.category[i] {
                match model.table.get(model.offset[i] as usize + *x as usize) {
                    Some(cell) => sum += i128::from(*cell),
                    None => outside = true,
                }
            }
        }
        match model.score(&lanes) {
            Ok(score) => {
                prop_assert!(!outside);
                prop_assert_eq!(i128::from(score), sum);
                prop_assert!(sum.abs() < 1 << 61);
            }
            Err(error) => prop_assert!(outside && model.category[error.lane]),
        }
    }

    #[test]
    fn every_parameter_is_in_the_commitment(model in any_model(), lane in 0..LANES, cell in 1..TABLE) {
        let (schema, blinding) = (Fr::from(1u64), Fr::from(2u64));
        let commitment = model.commitment(schema, blinding);
        let mut others = vec![model.clone(); 5];
        others[0].weights[lane] ^= 1;
        others[1].table[cell] ^= 1;
        others[2].bias ^= 1;
        others[3].category[lane] ^= true;
        others[4].offset[lane] ^= 1;
        for other in others {
            prop_assert_ne!(other.commitment(schema, blinding), commitment);
        }
        prop_assert_ne!(model.commitment(blinding, blinding), commitment);
        prop_assert_ne!(model.commitment(schema, schema), commitment);
    }
}
