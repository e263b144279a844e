//! What kind of value a key takes, told from its default, in words for faults.

use toml::Value;

/// A kind of value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Number,
    Switch,
    List,
    Decimal,
    Date,
    Group,
}

impl Kind {
    pub(super) fn of(value: &Value) -> Self {
        match value {
            Value::String(_) => Self::Text,
            Value::Integer(_) => Self::Number,
            Value::Boolean(_) => Self::Switch,
            Value::Array(_) => Self::List,
            Value::Float(_) => Self::Decimal,
            Value::Datetime(_) => Self::Date,
            Value::Table(_) => Self::Group,
        }
    }

    /// `un texte entre guillemets`, …
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Text => "un texte entre guillemets",
            Self::Number => "un nombre entier",
            Self::Switch => "true ou false",
            Self::List => "une liste entre crochets",
            Self::Decimal => "un nombre à virgule",
            Self::Date => "une date",
            Self::Group => "un groupe de clés",
        }
    }
}
