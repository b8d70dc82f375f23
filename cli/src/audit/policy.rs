//! A policy as people write it: TOML, version 1, compiled against a schema to the eleven words that a DAO adopts.
//!
//! Metrics have fairlearn's names. `attribute = "*"` is a line for every attribute of the schema; `equalized_odds_*` are two lines.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use tabella_circuits::compliance::policy::{
    Attribute, Bound, Comparison, Fraction, Group, Line, MAX_LINES, Over, Policy, Rate, Reference, Terms, TermsError,
    ZLine,
};

use super::decimal::Decimal;
use super::fraction::Ratio;
use super::metric::{Form, Metric};
use super::schema::Schema;
use super::spec::from_toml;
use crate::error::CliError;
use crate::files;

const LIMIT: u64 = 1 << 16;
/// `attribute = "*"`.
pub const EVERY: &str = "*";

/// The policies that come with Tabella.
pub const PACKS: [(&str, &str); 2] = [
    ("four-fifths", include_str!("../../policies/four-fifths.toml")),
    ("nyc-ll144", include_str!("../../policies/nyc-ll144.toml")),
];

/// The file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PolicyFile {
    version: u32,
    /// For readers.
    #[serde(default)]
    pub title: String,
    /// The fewest records.
    #[serde(default)]
    pub min_rows: u32,
    /// The fewest records of a group.
    #[serde(default)]
    pub min_group: u32,
    /// The fewest records with a positive label of a group.
    #[serde(default)]
    pub min_positive: u32,
    /// Groups with a smaller share of the records are left out.
    pub exclude: Option<Ratio>,
    /// The lines, all of which must hold.
    #[serde(rename = "line")]
    pub lines: Vec<LineSpec>,
    #[serde(skip)]
    path: PathBuf,
    /// The file's text.
    #[serde(skip)]
    pub text: String,
}

/// A line of the file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LineSpec {
    /// fairlearn's name.
    pub metric: Metric,
    /// An attribute of the schema, or `*` for each of them.
    pub attribute: Option<String>,
    /// `"4/5"`, `"0.8"` or 0.8. Of two-proportion z: the bound on z^2, in place of `z`.
    pub threshold: Option<Ratio>,
    /// Two-proportion z: the bound on |z|.
    pub z: Option<Decimal>,
    /// Equality does not hold.
    #[serde(default)]
    pub exclusive: bool,
    /// What every group is compared with: `majority`, `min` (the lowest rate) or a group's name.
    pub reference: Option<String>,
}

/// A line of a compiled policy, in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LineName {
    /// `demographic_parity_ratio`, `disparate_impact`, `accuracy`, ...
    pub metric: String,
    /// The schema's attribute, where the metric compares groups.
    pub attribute: Option<String>,
    /// majority, min, or a group, where there is a reference.
    pub reference: Option<String>,
    /// The bound: `4/5`; of z, z^2.
    pub threshold: String,
    /// Equality does not hold.
    pub exclusive: bool,
    /// Whether the value must stay at or above the bound (true) or at or below it.
    pub at_least: bool,
}

impl std::fmt::Display for LineName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let sign = match (self.at_least, self.exclusive) {
            (true, false) => ">=",
            (true, true) => ">",
            (false, false) => "<=",
            (false, true) => "<",
        };
        write!(f, "{}", self.name())?;
        if let Some(reference) = &self.reference {
            write!(f, " against {reference}")?;
        }
        write!(f, " {sign} {}", self.threshold)
    }
}

impl LineName {
    /// Metric and attribute: `demographic_parity_ratio(sex)`.
    pub fn name(&self) -> String {
        match &self.attribute {
            Some(attribute) => format!("{}({attribute})", self.metric),
            None => self.metric.clone(),
        }
    }
}

/// A policy for a schema.
#[derive(Debug, Clone)]
pub struct Compiled {
    /// The words' owner.
    pub policy: Policy,
    /// Its lines, in the policy's order.
    pub lines: Vec<LineName>,
    /// The two-proportion z, if it has one.
    pub z: Option<LineName>,
}

impl PolicyFile {
    /// Reads a policy.
    ///
    /// # Errors
    /// Errors about the file; `policy-invalid`, with the line.
    pub fn read(path: &Path) -> Result<Self, CliError> {
        let text = files::text(files::read_bounded(path, LIMIT)?, path)?;
        Self::parse(&text, path)
    }

    /// A policy that comes with Tabella.
    ///
    /// # Errors
    /// `pack-unknown`, with the names that there are.
    pub fn pack(name: &str) -> Result<Self, CliError> {
        let found = PACKS.iter().find(|(known, _)| *known == name);
        let (_, text) = found.ok_or_else(|| {
            CliError::usage("pack-unknown", format!("there is no policy pack {name:?}"))
                .hint(format!("the packs: {}", PACKS.map(|(name, _)| name).join(", ")))
        })?;
        Self::parse(text, Path::new(name))
    }

    /// Reads a policy's text; `path` names it in errors.
    ///
    /// # Errors
    /// `policy-invalid`, with the line.
    pub fn parse(text: &str, path: &Path) -> Result<Self, CliError> {
        let mut file: Self = from_toml(text, path, "policy-invalid")?;
        file.path = path.to_path_buf();
        file.text = text.to_owned();
        if file.version != 1 {
            return Err(file.invalid(format!("version {} of a policy is not known here, only 1", file.version)));
        }
        file.check()?;
        Ok(file)
    }

    pub(super) fn invalid(&self, what: impl std::fmt::Display) -> CliError {
        CliError::file("policy-invalid", &self.path, what)
    }

    fn terms(&self, error: &TermsError) -> CliError {
        self.invalid(error)
    }

    /// What can be said without a schema.
    fn check(&self) -> Result<(), CliError> {
        if self.lines.is_empty() {
            return Err(self.invalid("it has no line, so every model would pass"));
        }
        self.exclusion()?;
        for (i, line) in self.lines.iter().enumerate() {
            self.check_line(line).map_err(|mut e| {
                e.message = format!("{} (line {} of the policy, {})", e.message, i + 1, line.metric.name());
                e
            })?;
        }
        if self.lines.iter().filter(|l| l.metric.form() == Form::Z).count() > 1 {
            return Err(self.invalid("it has more than one two_proportion_z; make two policies"));
        }
        Ok(())
    }

    fn check_line(&self, line: &LineSpec) -> Result<(), CliError> {
        let form = line.metric.form();
        let grouped = !matches!(form, Form::Accuracy | Form::BalancedAccuracy);
        if grouped != line.attribute.is_some() {
            let what = if grouped { "it compares groups and needs an attribute" } else { "it takes no attribute" };
            return Err(self.invalid(what));
        }
        if line.reference.is_some() && form != Form::Ratio && form != Form::Reference {
            return Err(self.invalid("only a ratio or disparate_impact has a reference"));
        }
        match form {
            Form::Z => {
                if line.threshold.is_some() == line.z.is_some() {
                    return Err(self.invalid("it takes z = \"1.96\", the bound on |z|, or a threshold on its square"));
                }
                self.z_bound(line).map(drop)
            }
            _ if line.z.is_some() => Err(self.invalid("it takes a threshold and no z")),
            _ => self.bound(line).map(drop),
        }
    }

    fn exclusion(&self) -> Result<Fraction, CliError> {
        let Some(ratio) = self.exclude else { return Ok(Fraction::NONE) };
        let small = |value: u64| u16::try_from(value).ok();
        let (Some(num), Some(den)) = (small(ratio.num), small(ratio.den)) else {
            return Err(self.invalid(format!("exclude = {ratio}: numerator and denominator are below 4096")));
        };
        Fraction::new(num, den).map_err(|e| self.terms(&e))
    }

    fn ratio(&self, line: &LineSpec) -> Result<Ratio, CliError> {
        match (line.metric.fixed(), line.threshold) {
            (Some(fixed), Some(given)) if given != fixed => {
                let name = line.metric.name();
                Err(self.invalid(format!("the threshold of {name} is {fixed}; impact_ratio takes any other")))
            }
            (Some(fixed), _) => Ok(fixed),
            (None, Some(given)) => Ok(given),
            (None, None) => Err(self.invalid("it needs a threshold, such as \"4/5\"")),
        }
    }

    fn bound(&self, line: &LineSpec) -> Result<Bound, CliError> {
        let ratio = self.ratio(line)?;
        let (num, den) = self.parts(ratio)?;
        Bound::new(num, den, line.exclusive).map_err(|e| self.terms(&e))
    }

    fn parts(&self, ratio: Ratio) -> Result<(u32, u32), CliError> {
        match (u32::try_from(ratio.num), u32::try_from(ratio.den)) {
            (Ok(num), Ok(den)) => Ok((num, den)),
            _ => Err(self.invalid(format!("the threshold {ratio}: numerator and denominator are below 2^20"))),
        }
    }

    fn z_bound(&self, line: &LineSpec) -> Result<Ratio, CliError> {
        let z = line.z.filter(|z| *z >= Decimal::whole(0));
        let squared = line.threshold.or_else(|| z.and_then(Ratio::squared));
        let squared = squared.filter(|r| r.num < 1 << 20 && r.den < 1 << 20);
        squared.ok_or_else(|| {
            self.invalid(
                "z is at least 0, and numerator and denominator of its square are below 2^20: two decimal places do",
            )
        })
    }

    /// The policy's words for a schema.
    ///
    /// # Errors
    /// `policy-invalid` for an attribute or a group that the schema does not have, or for too many lines.
    pub fn compile(&self, schema: &Schema) -> Result<Compiled, CliError> {
        let mut lines: Vec<(Line, LineName)> = vec![];
        let mut z = None;
        for line in &self.lines {
            match line.metric.form() {
                Form::Z => {
                    let [only] = &self.attributes(line, schema)?[..] else {
                        return Err(self.invalid("two_proportion_z is for one attribute"));
                    };
                    z = Some(self.compile_z(line, only)?);
                }
                Form::Accuracy => lines.push(self.named(line, Comparison::Accuracy, None)?),
                Form::BalancedAccuracy => lines.push(self.named(line, Comparison::BalancedAccuracy, None)?),
                _ => {
                    for attribute in self.attributes(line, schema)? {
                        for rate in line.metric.rates() {
                            lines.push(self.compile_line(line, *rate, &attribute, schema)?);
                        }
                    }
                }
            }
        }
        if lines.is_empty() || lines.len() > MAX_LINES {
            let count = lines.len();
            let hint =
                "* is a line for each attribute, equalized_odds two lines, two_proportion_z none; make two policies";
            return Err(self.invalid(format!("{count} lines; a policy has 1 to {MAX_LINES}")).hint(hint));
        }
        let (lines, names): (Vec<Line>, Vec<LineName>) = lines.into_iter().unzip();
        let terms = Terms {
            schema: schema.hash()?,
            min_rows: self.min_rows,
            min_group: self.min_group,
            min_positive: self.min_positive,
            exclude: self.exclusion()?,
            lines,
            z: z.as_ref().map(|(line, _)| *line),
        };
        let policy = Policy::new(terms).map_err(|e| self.terms(&e))?;
        Ok(Compiled { policy, lines: names, z: z.map(|(_, name)| name) })
    }

    /// The attributes that a line is about, with their numbers.
    fn attributes(&self, line: &LineSpec, schema: &Schema) -> Result<Vec<(u8, String)>, CliError> {
        let name = line.attribute.as_deref().unwrap_or_default();
        let all = schema.attributes.iter().zip(0u8..).map(|(a, i)| (i, a.name.clone()));
        let found: Vec<_> = all.filter(|(_, known)| name == EVERY || known == name).collect();
        if found.is_empty() {
            let known: Vec<&str> = schema.attributes.iter().map(|a| a.name.as_str()).collect();
            return Err(self
                .invalid(format!("the schema has no attribute {name:?}"))
                .hint(format!("its attributes: {}", known.join(", "))));
        }
        Ok(found)
    }

    fn compile_line(
        &self,
        line: &LineSpec,
        rate: Rate,
        attribute: &(u8, String),
        schema: &Schema,
    ) -> Result<(Line, LineName), CliError> {
        let over = Over { rate, attribute: Attribute::new(attribute.0).map_err(|e| self.terms(&e))? };
        let comparison = match (line.metric.form(), &line.reference) {
            (Form::Difference, _) => Comparison::Difference(over),
            (Form::Ratio, None) => Comparison::Ratio(over),
            (_, reference) => {
                let word = reference.as_deref().unwrap_or("majority");
                Comparison::Reference(over, self.reference(word, &attribute.1, schema)?)
            }
        };
        let (compiled, mut name) = self.named(line, comparison, Some(attribute.1.clone()))?;
        if line.metric.rates().len() > 1 {
            name.metric = format!("{}[{rate}]", name.metric);
        }
        Ok((compiled, name))
    }

    fn reference(&self, word: &str, attribute: &str, schema: &Schema) -> Result<Reference, CliError> {
        let groups = schema.attribute(attribute).map(|(_, a)| a.groups.as_slice()).unwrap_or_default();
        let code = match word {
            "majority" => return Ok(Reference::Majority),
            "min" => return Ok(Reference::Lowest),
            _ => groups.iter().position(|g| g == word),
        };
        let Some(code) = code.and_then(|code| u8::try_from(code).ok()) else {
            let what = format!("the attribute {attribute:?} has no group {word:?}");
            return Err(self.invalid(what).hint(format!("majority, min, or one of: {}", groups.join(", "))));
        };
        Group::new(code).map(Reference::Named).map_err(|e| self.terms(&e))
    }

    fn named(
        &self,
        line: &LineSpec,
        comparison: Comparison,
        attribute: Option<String>,
    ) -> Result<(Line, LineName), CliError> {
        let reference = match comparison {
            Comparison::Reference(..) => Some(line.reference.clone().unwrap_or_else(|| "majority".to_owned())),
            _ => None,
        };
        let name = LineName {
            metric: line.metric.name().to_owned(),
            attribute,
            reference,
            threshold: self.ratio(line)?.to_string(),
            exclusive: line.exclusive,
            at_least: !matches!(comparison, Comparison::Difference(_)),
        };
        Ok((Line { comparison, bound: self.bound(line)? }, name))
    }

    fn compile_z(&self, line: &LineSpec, attribute: &(u8, String)) -> Result<(ZLine, LineName), CliError> {
        let bound = self.z_bound(line)?;
        let (num, den) = self.parts(bound)?;
        let index = Attribute::new(attribute.0).map_err(|e| self.terms(&e))?;
        let compiled = ZLine::new(index, num, den, line.exclusive).map_err(|e| self.terms(&e))?;
        let name = LineName {
            metric: line.metric.name().to_owned(),
            attribute: Some(attribute.1.clone()),
            reference: None,
            threshold: bound.to_string(),
            exclusive: line.exclusive,
            at_least: false,
        };
        Ok((compiled, name))
    }
}
