//! The canonical schema: what every lane, label and group of a data set means, complete, in one form.
//!
//! A specification leaves things out (bounds, categories, lanes); the schema made from it leaves nothing out, and its bytes are what
//! the schema hash covers. The file is exactly those bytes: compact JSON, fields in the order below. Version 1.

use serde::{Deserialize, Serialize};
use tabella_circuits::compliance::linear::TABLE;
use tabella_circuits::compliance::record::lane_bits;
use tabella_circuits::compliance::schema::ATTRIBUTES;

use super::decimal::Decimal;

/// Version of the schema's form.
pub const VERSION: u32 = 1;
/// Codes of all categories together: a linear model's table without its cell 0.
pub const CODES: usize = TABLE - 1;
/// The capacity table that goes with every refusal.
pub const CAPACITY: &str = "a record has 8 lanes of 16 bits and 16 of 8 bits (a category takes one, a number up to 255, 65535, \
     16777215 or 4294967295 takes 8, 16, 24 or 32 bits), the categories have at most 127 codes together, and there are at most 4 attributes \
     of 16 groups";

/// A complete description of a data set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Schema {
    /// [`VERSION`].
    pub version: u32,
    /// Texts that mean "no value", in every column.
    pub missing: Vec<String>,
    /// Columns that are not named below are dropped; otherwise they are refused.
    pub others_dropped: bool,
    /// The columns that the model gets, and those that are dropped with a reason.
    pub columns: Vec<Column>,
    /// What is predicted.
    pub label: Label,
    /// Whose rates are compared.
    pub attributes: Vec<Attribute>,
}

/// A column of the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Column {
    /// As the file's header writes it.
    pub name: String,
    /// What becomes of it.
    pub kind: Kind,
}

/// What becomes of a column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A number.
    Number(Number),
    /// One of a list of texts.
    Category(Category),
    /// Not given to the model; it may still define the label or a group.
    Drop {
        /// The reason that the specification gives; may be empty.
        why: String,
    },
}

/// A number x in the file is x·scale - low in the lanes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Number {
    /// Units per 1.
    pub scale: u32,
    /// Smallest x·scale.
    pub low: i64,
    /// Largest x·scale.
    pub high: i64,
    /// x·scale is rounded to the nearest whole number; otherwise a number that is not whole is refused.
    pub round: bool,
    /// Numbers outside low..high are moved to the nearer bound; otherwise they are refused.
    pub clip: bool,
    /// The lanes that hold it, lowest bits first.
    pub lanes: Vec<usize>,
    /// What stands for a missing value.
    pub missing: NumberMissing,
}

/// What stands for a missing number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NumberMissing {
    /// The file is refused.
    Refuse,
    /// The row is dropped, and reported.
    DropRow,
    /// This value of x·scale.
    Value(i64),
    /// `value` in the number's lanes, and 1 in a lane of its own.
    Indicator {
        /// x·scale of a missing number.
        value: i64,
        /// 1 where the number is missing, else 0.
        lane: usize,
    },
}

/// A text's place in `values` is its code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Category {
    /// The values, by code.
    pub values: Vec<String>,
    /// A text that is not among them.
    pub unseen: Other,
    /// No value.
    pub missing: Other,
    /// The lane of the code.
    pub lane: usize,
}

/// What stands for a text that is no value of a category.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Other {
    /// The file is refused.
    Refuse,
    /// The row is dropped, and reported.
    DropRow,
    /// A code of its own, behind the values': first missing, then unseen.
    Own,
    /// The code of this value.
    Value(String),
}

/// Which rows are positive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Label {
    /// The column.
    pub column: String,
    /// When the outcome is positive.
    pub rule: LabelRule,
    /// Rows without a label are dropped, and reported; otherwise they are refused.
    pub drop_missing: bool,
}

/// When an outcome is positive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LabelRule {
    /// One of these texts; any text in neither list is refused.
    Values {
        /// Positive outcomes.
        positive: Vec<String>,
        /// Negative outcomes.
        negative: Vec<String>,
    },
    /// A number above the cut, or equal to it where `inclusive`.
    Above {
        /// The cut.
        cut: Decimal,
        /// The cut itself is positive.
        inclusive: bool,
    },
}

/// A partition of the rows into groups; a group's place in `groups` is its code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attribute {
    /// As policies name it.
    pub name: String,
    /// The groups' names, by code.
    pub groups: Vec<String>,
    /// Which row is in which group.
    pub rule: GroupRule,
}

/// Which row is in which group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GroupRule {
    /// By a column's text.
    Values {
        /// The column.
        column: String,
        /// The texts of each group.
        values: Vec<Vec<String>>,
        /// A text in none of them.
        other: GroupOther,
        /// No text.
        missing: GroupOther,
    },
    /// By a column's number: group k reaches up to the k-th cut, the last beyond all of them.
    Cuts {
        /// The column.
        column: String,
        /// Ascending.
        cuts: Vec<Decimal>,
        /// A cut itself belongs to the group above it (`age >= 25`), not below (`age > 25`).
        inclusive: bool,
        /// No number.
        missing: GroupOther,
    },
    /// Every combination of the groups of other attributes, the last named varying fastest.
    Cross {
        /// Attributes declared before this one.
        of: Vec<String>,
    },
}

/// What becomes of a row that fits no group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GroupOther {
    /// The file is refused.
    Refuse,
    /// The row is dropped, and reported.
    DropRow,
    /// It goes to the group with this code.
    Group(usize),
}

impl Schema {
    /// The column with this name.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|c| c.name == name)
    }

    /// The attribute with this name, and its number.
    pub fn attribute(&self, name: &str) -> Option<(usize, &Attribute)> {
        self.attributes.iter().enumerate().find(|(_, a)| a.name == name)
    }

    /// The number of groups of each attribute; 0 where there is none.
    pub fn group_counts(&self) -> [u8; ATTRIBUTES] {
        let mut counts = [0; ATTRIBUTES];
        for (count, attribute) in counts.iter_mut().zip(&self.attributes) {
            *count = u8::try_from(attribute.groups.len()).unwrap_or(u8::MAX);
        }
        counts
    }

    /// Whether this text means "no value".
    pub fn is_missing(&self, text: &str) -> bool {
        self.missing.iter().any(|m| m == text)
    }
}

impl Category {
    /// Number of codes, those for missing and unseen values included.
    pub fn codes(&self) -> usize {
        self.values.len() + usize::from(self.missing == Other::Own) + usize::from(self.unseen == Other::Own)
    }

    /// What each code stands for, in a reader's words.
    pub fn code_names(&self) -> Vec<String> {
        let mut names = self.values.clone();
        if self.missing == Other::Own {
            names.push("(missing)".to_owned());
        }
        if self.unseen == Other::Own {
            names.push("(unseen)".to_owned());
        }
        names
    }

    /// The code of a value.
    pub fn code(&self, value: &str) -> Option<usize> {
        self.values.iter().position(|v| v == value)
    }

    /// The code of missing values, where they have one.
    pub fn missing_code(&self) -> Option<usize> {
        match &self.missing {
            Other::Own => Some(self.values.len()),
            Other::Value(value) => self.code(value),
            _ => None,
        }
    }

    /// The code of unseen values, where they have one.
    pub fn unseen_code(&self) -> Option<usize> {
        match &self.unseen {
            Other::Own => Some(self.codes() - 1),
            Other::Value(value) => self.code(value),
            _ => None,
        }
    }
}

/// The weight of each of a number's lanes in its value.
pub fn lane_weights(lanes: &[usize]) -> Vec<(usize, u64)> {
    let mut shift = 0;
    lanes
        .iter()
        .map(|&lane| {
            let weight = (lane, 1u64 << shift);
            shift += lane_bits(lane) as u32;
            weight
        })
        .collect()
}
