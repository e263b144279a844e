//! Kinds of bodies as people sort requests by: fewer than those that telling bodies apart needs.

use serde::{Deserialize, Serialize};

use super::Kind;

/// A kind of body, as a list of requests is filtered by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BodyKind {
    /// The State itself: institutions, ministries, their directorates and services.
    State,
    /// Public establishments and independent authorities.
    PublicBody,
    /// Social security.
    SocialSecurity,
    /// Local authorities and their bodies.
    Local,
    /// Hospitals.
    Hospital,
    /// Universities and schools.
    Education,
    /// Companies.
    Company,
    /// Associations.
    Association,
    /// Bodies abroad.
    Foreign,
    /// Private persons.
    Person,
}

impl BodyKind {
    /// Every kind, in the order of the filters.
    pub const ALL: [Self; 10] = [
        Self::State,
        Self::PublicBody,
        Self::SocialSecurity,
        Self::Local,
        Self::Hospital,
        Self::Education,
        Self::Company,
        Self::Association,
        Self::Foreign,
        Self::Person,
    ];

    /// Its code (`state`, `public_body`, …).
    pub fn code(self) -> &'static str {
        match self {
            Self::State => "state",
            Self::PublicBody => "public_body",
            Self::SocialSecurity => "social_security",
            Self::Local => "local",
            Self::Hospital => "hospital",
            Self::Education => "education",
            Self::Company => "company",
            Self::Association => "association",
            Self::Foreign => "foreign",
            Self::Person => "person",
        }
    }

    /// The kind with this code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// What the team reads (French).
    pub fn title(self) -> &'static str {
        match self {
            Self::State => "État",
            Self::PublicBody => "Établissement ou autorité",
            Self::SocialSecurity => "Sécurité sociale",
            Self::Local => "Collectivité",
            Self::Hospital => "Hôpital",
            Self::Education => "Enseignement et recherche",
            Self::Company => "Entreprise",
            Self::Association => "Association",
            Self::Foreign => "Étranger ou européen",
            Self::Person => "Particulier",
        }
    }
}

impl From<Kind> for BodyKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Institution | Kind::Ministry | Kind::Direction | Kind::Service => Self::State,
            Kind::PublicBody | Kind::Authority => Self::PublicBody,
            Kind::SocialSecurity => Self::SocialSecurity,
            Kind::Local => Self::Local,
            Kind::Hospital => Self::Hospital,
            Kind::University | Kind::School => Self::Education,
            Kind::Company => Self::Company,
            Kind::Association => Self::Association,
            Kind::Foreign => Self::Foreign,
            Kind::Person => Self::Person,
        }
    }
}
