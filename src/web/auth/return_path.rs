//! Where to go after signing in: back to the page that was asked for, and never to another site.

/// The list, where everything starts.
const HOME: &str = "/equipe";
/// Octets of an address: that of an act on many requests names each.
const LONGEST: usize = 6000;

/// `asked` when it is a page of the team, else the list. Only a path below `/equipe` with an optional query is taken:
/// no scheme, no host (`//x`, `/\x`), no step upward, no control character.
pub(super) fn safe(asked: &str) -> &str {
    let below = asked
        .strip_prefix(HOME)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/') || rest.starts_with('?'));
    let plain = asked.len() <= LONGEST
        && !asked.contains(['\\', '#'])
        && !asked.contains("//")
        && !asked.contains("..")
        && asked.chars().all(|c| c.is_ascii_graphic());
    let returns_here = asked.starts_with("/equipe/connexion") || asked.starts_with("/equipe/deconnexion");
    if below && plain && !returns_here { asked } else { HOME }
}

#[cfg(test)]
mod tests {
    use super::safe;

    #[test]
    fn only_pages_of_the_team_are_returned_to() {
        for good in ["/equipe", "/equipe?vue=toutes&q=licence%20libre", "/equipe/demandes/ABCD2345"] {
            assert_eq!(safe(good), good);
        }
        for bad in [
            "",
            "https://mechant.example/",
            "//mechant.example",
            "/\\mechant.example",
            "/equipe//mechant.example",
            "/equipe/../suivi",
            "/equipes",
            "/equipe/\r\nSet-Cookie: a=b",
            "/equipe/connexion?retour=/equipe",
        ] {
            assert_eq!(safe(bad), "/equipe", "{bad:?}");
        }
    }
}
