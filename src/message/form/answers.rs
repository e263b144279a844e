//! The few optional questions beside the form's text. Their answers become words of the message: what speaks for a heading
//! there is seen by the same rules, shown, searched and passed on like everything else that the person wrote.

use serde::{Deserialize, Serialize};

use super::Form;
use crate::message::{Lang, one_line};

/// How far a purchase is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PurchaseStage {
    /// The need is being looked at.
    Need,
    /// The specifications are being written.
    Writing,
    /// The tender is out.
    Published,
    /// The contract runs.
    Running,
}

impl PurchaseStage {
    /// Every stage, in their order.
    pub const ALL: [Self; 4] = [Self::Need, Self::Writing, Self::Published, Self::Running];

    /// Its code (`need`, `writing`, `published`, `running`).
    pub fn code(self) -> &'static str {
        match self {
            Self::Need => "need",
            Self::Writing => "writing",
            Self::Published => "published",
            Self::Running => "running",
        }
    }

    /// The stage with this code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|stage| stage.code() == code)
    }

    /// What a person chooses.
    pub fn title(self, lang: Lang) -> &'static str {
        match (self, lang.reply()) {
            (Self::Need, Lang::En) => "need being looked at",
            (Self::Writing, Lang::En) => "specifications being written",
            (Self::Published, Lang::En) => "tender published",
            (Self::Running, Lang::En) => "contract under way",
            (Self::Need, _) => "besoin à l’étude",
            (Self::Writing, _) => "cahier des charges en cours de rédaction",
            (Self::Published, _) => "consultation publiée",
            (Self::Running, _) => "marché en cours d’exécution",
        }
    }
}

/// In what capacity somebody asks for strategic support.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Capacity {
    /// Administers the data, algorithms and source codes of a ministry.
    Amdac,
    /// Decides on software in a public body.
    Decides,
}

impl Capacity {
    /// Every one, in the order of the page.
    pub const ALL: [Self; 2] = [Self::Amdac, Self::Decides];

    /// Its code (`amdac`, `decides`).
    pub fn code(self) -> &'static str {
        match self {
            Self::Amdac => "amdac",
            Self::Decides => "decides",
        }
    }

    /// The one with this code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|capacity| capacity.code() == code)
    }

    /// What a person chooses.
    pub fn title(self, lang: Lang) -> &'static str {
        match (self, lang.reply()) {
            (Self::Amdac, Lang::En) => "I administer the data and source codes of a ministry (AMDAC)",
            (Self::Amdac, _) => "J’administre les données et les codes sources d’un ministère (AMDAC)",
            (Self::Decides, Lang::En) => "I decide on software in a public body",
            (Self::Decides, _) => "Je décide des logiciels dans un organisme public",
        }
    }

    fn role(self, lang: Lang) -> &'static str {
        match (self, lang.reply()) {
            (Self::Amdac, _) => "AMDAC",
            (Self::Decides, Lang::En) => "decides on software",
            (Self::Decides, _) => "décide des logiciels",
        }
    }
}

/// The function that the message states: what was written, and in what capacity.
pub(super) fn role(form: &Form) -> String {
    let written = one_line(&form.role, 200);
    match form.capacity.map(|capacity| capacity.role(form.lang)) {
        Some(role) if written.is_empty() => role.to_owned(),
        Some(role) => format!("{written}, {role}"),
        None => written,
    }
}

/// The text of the message under the answers, one a line.
pub(super) fn body(form: &Form) -> String {
    let en = form.lang.reply() == Lang::En;
    let software = one_line(&form.software, 200);
    let software = (!software.is_empty())
        .then(|| if en { format!("Software: {software}") } else { format!("Logiciel\u{a0}: {software}") });
    let stage = form.stage.map(|stage| {
        let title = stage.title(form.lang);
        if en { format!("Purchase: {title}") } else { format!("Achat\u{a0}: {title}") }
    });
    let mut lines: Vec<String> = software.into_iter().chain(stage).collect();
    if lines.is_empty() {
        return form.body.clone();
    }
    lines.extend([String::new(), form.body.clone()]);
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_stand_above_the_text_and_change_nothing_where_there_are_none() {
        let plain = Form { body: "Bonjour".into(), role: "cheffe".into(), ..Form::default() };
        assert_eq!((body(&plain).as_str(), role(&plain).as_str()), ("Bonjour", "cheffe"));
        assert!(
            !String::from_utf8(plain.to_raw()).unwrap().contains("software"),
            "what was kept before reads the same"
        );
        let told = Form {
            software: "PostgreSQL".into(),
            stage: Some(PurchaseStage::Writing),
            capacity: Some(Capacity::Amdac),
            ..plain
        };
        assert_eq!(
            body(&told),
            "Logiciel\u{a0}: PostgreSQL\nAchat\u{a0}: cahier des charges en cours de rédaction\n\nBonjour"
        );
        assert_eq!(role(&told), "cheffe, AMDAC");
        assert_eq!(Form::from_raw(&told.to_raw()).unwrap(), told);
    }
}
