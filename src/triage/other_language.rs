//! Texts in a language that neither rules nor model read: no heading can be told of them, and no reply of ours would be
//! understood. They wait for a person, who is told which language it seems to be.

/// Words that are common in one language and in none of the others, nor in French or English, folded.
const LANGUAGES: [(&str, &[&str]); 6] = [
    (
        "allemand",
        &[
            "und",
            "ist",
            "nicht",
            "wir",
            "ich",
            "mit",
            "auf",
            "bitte",
            "eine",
            "einen",
            "haben",
            "konnen",
            "guten",
            "danke",
            "freundlichen",
            "unser",
            "unsere",
            "zu",
            "fur",
            "das",
            "sehr",
            "geehrte",
            "wie",
            "auch",
            "kann",
        ],
    ),
    (
        "espagnol",
        &[
            "el",
            "los",
            "las",
            "por",
            "nuestro",
            "nuestra",
            "esta",
            "hola",
            "gracias",
            "saludos",
            "podemos",
            "necesitamos",
            "queremos",
            "usted",
            "ustedes",
            "muy",
            "estamos",
            "tenemos",
            "buenos",
            "dias",
            "puede",
            "pueden",
            "cual",
            "donde",
        ],
    ),
    (
        "italien",
        &[
            "della",
            "che",
            "nostro",
            "nostra",
            "grazie",
            "buongiorno",
            "saluti",
            "siamo",
            "abbiamo",
            "vorremmo",
            "gli",
            "possiamo",
            "sono",
            "anche",
            "delle",
            "nella",
            "questo",
            "vostro",
            "potete",
            "dove",
            "perche",
            "ufficio",
        ],
    ),
    (
        "portugais",
        &[
            "nao",
            "nosso",
            "nossa",
            "obrigado",
            "obrigada",
            "precisamos",
            "voces",
            "uma",
            "ola",
            "bom",
            "dia",
            "gostariamos",
            "temos",
            "podem",
            "cumprimentos",
            "voce",
            "muito",
            "onde",
            "servico",
            "tambem",
            "estao",
        ],
    ),
    (
        "néerlandais",
        &[
            "het",
            "een",
            "wij",
            "niet",
            "voor",
            "graag",
            "bedankt",
            "groeten",
            "kunnen",
            "ons",
            "onze",
            "hoe",
            "goedendag",
            "geachte",
            "vriendelijke",
            "naar",
            "hebben",
            "willen",
            "deze",
            "ook",
        ],
    ),
    (
        "polonais",
        &[
            "jest",
            "prosze",
            "dziekuje",
            "nie",
            "czy",
            "mamy",
            "nasz",
            "nasza",
            "dzien",
            "dobry",
            "pozdrawiam",
            "oraz",
            "mozna",
            "chcemy",
            "potrzebujemy",
            "jak",
        ],
    ),
];

/// Alphabets that are not ours, with the first and last character of each.
const SCRIPTS: [(&str, u32, u32); 9] = [
    ("en caractères grecs", 0x370, 0x3ff),
    ("en caractères cyrilliques", 0x400, 0x52f),
    ("en caractères hébreux", 0x590, 0x5ff),
    ("en caractères arabes", 0x600, 0x6ff),
    ("en caractères devanagari", 0x900, 0x97f),
    ("en caractères thaïs", 0xe00, 0xe7f),
    ("en japonais", 0x3040, 0x30ff),
    ("en caractères chinois", 0x4e00, 0x9fff),
    ("en coréen", 0xac00, 0xd7af),
];

/// Common words of a language that must be there, and how many times those of French and English together.
const LEAST: usize = 3;
const TIMES: usize = 2;
/// Letters of another alphabet that must be there, more than Latin ones.
const LETTERS: usize = 10;
/// Characters read at most.
const READ: usize = 4000;

/// The language of a text that is neither French nor English, as a person says it (`en allemand`, `en caractères arabes`);
/// `known` tells the common words of those two, folded. `None` where it may be one of them.
pub(super) fn told(text: &str, folded: &[u8], known: impl Fn(&[u8]) -> bool) -> Option<String> {
    let mut letters = [0usize; SCRIPTS.len()];
    let mut latin = 0;
    for c in text.chars().take(READ).filter(|c| c.is_alphabetic()) {
        let code = c as u32;
        match SCRIPTS.iter().position(|(_, first, last)| (*first..=*last).contains(&code)) {
            Some(at) => letters[at] += 1,
            None => latin += 1,
        }
    }
    let most = letters.iter().zip(SCRIPTS).max_by_key(|(count, _)| **count);
    if let Some((_, (says, ..))) = most.filter(|(count, _)| **count >= LETTERS && **count > latin) {
        return Some(says.to_owned());
    }
    let head = &folded[..folded.len().min(READ)];
    let words = || head.split(|b| !b.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let ours = words().filter(|word| known(word)).count();
    let counted = LANGUAGES.map(|(name, list)| {
        (words().filter(|word| list.iter().any(|own| own.as_bytes() == *word)).count(), name)
    });
    let (count, name) = counted.into_iter().max()?;
    (count >= LEAST && count > TIMES * ours).then(|| format!("en {name}"))
}

#[cfg(test)]
mod tests {
    use super::super::lang;
    use super::super::text::fold;
    use super::*;

    fn of(text: &str) -> Option<String> {
        let folded = fold(text);
        told(text, folded.as_bytes(), lang::is_ours)
    }

    #[test]
    fn a_third_language_is_told_and_ours_are_not() {
        for (text, language) in [
            (
                "Guten Tag, wir haben ein Problem mit LibreOffice. Können Sie uns bitte helfen? Danke",
                "en allemand",
            ),
            (
                "Hola, necesitamos una formación sobre LibreOffice para nuestro equipo. Gracias, saludos",
                "en espagnol",
            ),
            ("Buongiorno, vorremmo sapere se possiamo usare la nostra licenza. Grazie", "en italien"),
            ("Bom dia, precisamos de uma formação para a nossa equipa. Obrigado", "en portugais"),
            ("Goedendag, wij willen graag een cursus voor onze collega's. Bedankt", "en néerlandais"),
            ("Dzień dobry, czy można dostać szkolenie? Proszę o odpowiedź, dziękuję", "en polonais"),
            ("Здравствуйте, нам нужна помощь с LibreOffice", "en caractères cyrilliques"),
            ("مرحبا، نحتاج إلى تدريب على ليبر أوفيس", "en caractères arabes"),
            ("您好，我们需要关于办公软件的培训，谢谢您的帮助", "en caractères chinois"),
        ] {
            assert_eq!(of(text).as_deref(), Some(language), "{text}");
        }
        for text in [
            "Bonjour, nous voulons publier le code. La licence est-elle bonne ? Merci",
            "Hello, we would like to know which licence to choose for our code",
            "LibreOffice plante",
            "Il faut una solution por favor, merci de nous aider avec le logiciel",
            "Le ministère de la Transition, M. El Khoury, los Angeles",
            "Привет ! Notre logiciel ne démarre pas.",
            "",
        ] {
            assert_eq!(of(text), None, "{text}");
        }
    }
}
