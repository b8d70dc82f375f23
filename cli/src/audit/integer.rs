//! From a library's model of doubles to the canonical model of integers, at the largest scale S = odd·2^k that its ranges allow.
//!
//! `odd` makes decimal units whole: with cents and S a multiple of 25, a score that is exactly 0 is 0 here too. A lane adds W·x, W
//! the column's slope per unit; rounding W·S to a whole number is wrong by at most half a unit for each unit
//! of x. Mean, offset and intercept are summed as doubles and rounded once. So the integer score differs from S times the real one by
//! at most [`Integers::rounding`]·S.

use tabella_circuits::compliance::linear::{BIAS_BITS, LinearModel, PARAMETER_BITS, TABLE};
use tabella_circuits::compliance::record::{LANES, lane_bits};

use super::decimal::Decimal;
use super::export::{Double, Export, NumberTerm, Term};
use super::fraction::Ratio;
use super::schema::{Category, Column, Kind, Number, NumberMissing, Other, Schema, lane_weights};
use crate::error::CliError;

/// The largest scale tried, as log2.
pub const MAX_SCALE: u32 = 38;
/// Below this scale, as log2, rounding is likely to change predictions.
pub const GOOD_SCALE: u32 = 24;

/// The largest odd factor: beyond it, decimal units are rounded.
const MAX_ODD: u64 = 1 << 20;

/// odd·2^log2: so many integer units are 1 of the library's score.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scale {
    /// Odd, below 2^20.
    pub odd: u64,
    /// At most [`MAX_SCALE`].
    pub log2: u32,
}

impl Scale {
    /// As a double; exact.
    pub fn unit(self) -> f64 {
        self.odd as f64 * 2f64.powi(self.log2 as i32)
    }

    /// Whether a file may say so.
    pub fn is_valid(self) -> bool {
        self.odd % 2 == 1 && self.odd < MAX_ODD && self.log2 <= MAX_SCALE
    }

    /// The smallest odd number that makes units of 1/scale whole, for all columns that the model uses.
    fn odd_factor(schema: &Schema, export: &Export) -> u64 {
        let used = |c: &&Column| export.terms.iter().any(|t| t.column == c.name);
        let scales = schema.columns.iter().filter(used).filter_map(|c| match &c.kind {
            Kind::Number(number) => Some(u64::from(number.scale)),
            _ => None,
        });
        let odd = scales.map(|scale| scale >> scale.trailing_zeros().min(63)).try_fold(1u64, |odd, scale| {
            let common = Ratio::new(odd, scale)?;
            odd.checked_mul(common.den).filter(|odd| *odd < MAX_ODD)
        });
        odd.unwrap_or(1)
    }
}

impl std::fmt::Display for Scale {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.odd > 1 {
            write!(f, "{}*", self.odd)?;
        }
        write!(f, "2^{}", self.log2)
    }
}

/// An integer model and how exact it is.
#[derive(Debug)]
pub struct Integers {
    /// The model.
    pub model: LinearModel,
    /// The scale.
    pub scale: Scale,
    /// How far an integer score, divided by the scale, may be from the library's, for any record of the schema.
    pub rounding: f64,
    /// Features that the model does not use.
    pub unused: Vec<String>,
}

/// The same with doubles.
struct Reals {
    weights: [f64; LANES],
    table: Vec<f64>,
    bias: f64,
    /// Sum of the sizes of what `bias` is made of: what its own error is measured by.
    size: f64,
    category: [bool; LANES],
    offset: [u8; LANES],
}

fn refused(what: impl std::fmt::Display) -> CliError {
    CliError::usage("model-does-not-fit", what.to_string())
}

/// The canonical model for a schema.
///
/// # Errors
/// `model-does-not-fit`: a column that the schema does not give to the model or has in another form, a value for which the library has
/// no behaviour, numbers beyond every scale.
pub fn integers(export: &Export, schema: &Schema) -> Result<Integers, CliError> {
    for term in &export.terms {
        match schema.column(&term.column).map(|c| &c.kind) {
            None => return Err(refused(format!("the schema has no column {:?}, which the model uses", term.column))),
            Some(Kind::Drop { .. }) => {
                return Err(refused(format!("the schema drops the column {:?}, which the model uses", term.column)));
            }
            Some(_) => {}
        }
    }
    let mut reals = Reals {
        weights: [0.0; LANES],
        table: vec![0.0],
        bias: export.intercept.0,
        size: export.intercept.0.abs(),
        category: [false; LANES],
        offset: [0; LANES],
    };
    let mut unused = vec![];
    for column in &schema.columns {
        let terms: Vec<&Term> = export.terms.iter().filter(|t| t.column == column.name).collect();
        match &column.kind {
            Kind::Drop { .. } => {}
            _ if terms.is_empty() => unused.push(column.name.clone()),
            Kind::Number(number) => terms.iter().try_for_each(|term| reals.number(column, number, term))?,
            Kind::Category(category) => reals.category(category, &terms)?,
        }
    }
    let (model, scale) = reals.at_largest_scale(Scale::odd_factor(schema, export), export.inclusive)?;
    Ok(Integers { rounding: reals.rounding(scale), model, scale, unused })
}

impl Reals {
    fn add(&mut self, value: f64) {
        self.bias += value;
        self.size += value.abs();
    }

    fn number(&mut self, column: &Column, number: &Number, term: &Term) -> Result<(), CliError> {
        let name = &column.name;
        let Some(NumberTerm { coefficient, mean, scale, missing }) = &term.number else {
            let what = format!("{name:?} is a number in the schema and a category in the model");
            return Err(refused(what).hint(format!("in the specification: kind = \"category\" for {name:?}")));
        };
        // x = low + lanes, in units; the model's value is x / units.
        let units = f64::from(number.scale);
        let slope = coefficient.0 / scale.0 / units;
        for (lane, weight) in lane_weights(&number.lanes) {
            self.weights[lane] += slope * weight as f64;
        }
        self.add(-coefficient.0 * mean.0 / scale.0);
        self.add(slope * number.low as f64);
        if let NumberMissing::Indicator { value, lane } = number.missing {
            let missing = missing.ok_or_else(|| no_behaviour(name, "a missing value"))?;
            let filled = coefficient.0 * (value as f64 / units - mean.0) / scale.0;
            self.weights[lane] += missing.0 - filled;
        }
        Ok(())
    }

    fn category(&mut self, category: &Category, terms: &[&Term]) -> Result<(), CliError> {
        let (lane, offset) = (category.lane, self.table.len());
        self.category[lane] = true;
        self.offset[lane] = u8::try_from(offset).map_err(CliError::internal)?;
        for code in 0..category.codes() {
            let what = match category.values.get(code) {
                Some(value) => Input::Value(value),
                None if category.missing == Other::Own && code == category.values.len() => Input::Missing,
                None => Input::Unseen,
            };
            let summands: Result<Vec<f64>, CliError> = terms.iter().map(|term| summand(term, what)).collect();
            self.table.push(summands?.iter().sum());
        }
        Ok(())
    }

    /// Every number times the scale, rounded; the largest scale at which all of them are in range.
    fn at_largest_scale(&self, odd: u64, inclusive: bool) -> Result<(LinearModel, Scale), CliError> {
        let fits = |scale: &Scale| {
            let factor = scale.unit();
            let below = |value: f64, bits: usize| (value * factor).abs().round() < 2f64.powi(bits as i32 - 1);
            // One more unit of bias makes a score of 0 positive.
            self.weights.iter().chain(&self.table).all(|v| below(*v, PARAMETER_BITS))
                && (self.bias * factor).abs().round() + 1.0 < 2f64.powi(BIAS_BITS as i32 - 1)
        };
        let scales = |odd: u64| (0..=MAX_SCALE).rev().map(move |log2| Scale { odd, log2 });
        let Some(scale) = scales(odd).chain(scales(1)).find(fits) else {
            return Err(refused("its numbers are too large: no weight may reach 2^39, no intercept 2^60"));
        };
        let whole = |value: f64| (value * scale.unit()).round() as i64;
        let mut model = LinearModel { bias: whole(self.bias) + i64::from(inclusive), ..LinearModel::default() };
        model.weights = self.weights.map(whole);
        for (cell, value) in model.table.iter_mut().zip(&self.table) {
            *cell = whole(*value);
        }
        (model.category, model.offset) = (self.category, self.offset);
        if self.table.len() > TABLE {
            return Err(refused(format!("its categories have more than {} codes together", TABLE - 1)));
        }
        model.check().map_err(refused)?;
        Ok((model, scale))
    }

    /// Half a unit for each unit of every lane in use, each category and the bias; the doubles' own errors beside them.
    fn rounding(&self, scale: Scale) -> f64 {
        let lanes: f64 = (0..LANES)
            .filter(|lane| self.weights[*lane] != 0.0)
            .map(|lane| {
                (2f64.powi(lane_bits(lane) as i32) - 1.0) * (0.5 + self.weights[lane].abs() * scale.unit() * ERROR)
            })
            .sum();
        let categories = self.category.iter().filter(|used| **used).count() as f64;
        (lanes + 0.5 * (categories + 1.0)) / scale.unit() + self.size * ERROR
    }
}

/// Bound on the relative error of a handful of operations on doubles.
const ERROR: f64 = 64.0 * f64::EPSILON;

/// What a category's code stands for.
#[derive(Clone, Copy)]
enum Input<'a> {
    Value(&'a str),
    Missing,
    Unseen,
}

/// What a term adds for one of a category's codes.
fn summand(term: &Term, input: Input<'_>) -> Result<f64, CliError> {
    let column = &term.column;
    let known = |value: Option<Double>, what: &str| value.map(|v| v.0).ok_or_else(|| no_behaviour(column, what));
    match (input, &term.number, &term.category) {
        (Input::Missing, Some(number), _) => known(number.missing, "a missing value"),
        (Input::Missing, _, Some(list)) => known(list.missing, "a missing value"),
        (Input::Unseen, _, Some(list)) => known(list.unseen, "an unseen value"),
        (Input::Value(value), _, Some(list)) => match list.values.iter().position(|v| v == value) {
            Some(place) => Ok(list.coefficients[place].0),
            None => known(
                list.unseen,
                &format!("the value {value:?}, which the schema lists and the model was not trained with"),
            ),
        },
        // What only asks whether a value is missing.
        (_, Some(number), _) if number.coefficient.0 == 0.0 => Ok(0.0),
        (Input::Value(value), Some(number), _) => {
            let x = Decimal::parse(value).ok_or_else(|| {
                refused(format!("{column:?} is a number in the model, and the schema's value {value:?} is none"))
            })?;
            Ok(number.coefficient.0 * (x.to_f64() - number.mean.0) / number.scale.0)
        }
        _ => Err(no_behaviour(column, "a value that is no number")),
    }
}

fn no_behaviour(column: &str, what: &str) -> CliError {
    refused(format!("column {column:?}: the library refuses {what}, so the model has no prediction for it"))
        .hint("train with handle_unknown = \"ignore\" or an imputer, or let the specification refuse or drop such rows")
}
