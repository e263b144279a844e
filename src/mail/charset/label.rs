//! What a charset is called. Browsers know some two hundred names (WHATWG); mail has more: code pages by number, names with
//! the wrong dashes, names of databases and locales.

use encoding_rs::{
    BIG5, EUC_JP, EUC_KR, Encoding, GB18030, GBK, IBM866, ISO_2022_JP, ISO_8859_13, ISO_8859_14, ISO_8859_15,
    ISO_8859_16, KOI8_R, KOI8_U, MACINTOSH, SHIFT_JIS, UTF_8, UTF_16LE, WINDOWS_874, WINDOWS_1252,
    X_MAC_CYRILLIC, X_USER_DEFINED,
};

use super::dos;

/// A charset that can be decoded.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Charset {
    /// One of the Encoding Standard.
    Web(&'static Encoding),
    /// UTF-16 of either byte order.
    Wide,
    /// UTF-32 of either byte order.
    Wider,
    /// UTF-7 (RFC 2152), with the octet that shifts: `+`, or `&` in the names of IMAP folders (RFC 3501).
    Utf7(u8),
    /// HZ (RFC 1843).
    Hz,
    /// ISO-2022-KR (RFC 1557).
    Korean,
    /// A code page of DOS: its upper half, and whether it has the euro.
    Dos(&'static str, bool),
}

/// The charset of that name, lower case, if there is one.
pub(super) fn known(label: &str) -> Option<Charset> {
    // "iso-8859-1:1987" names the year of the standard.
    let label = label.split(':').next().unwrap_or_default().trim();
    let web = Encoding::for_label_no_replacement(label.as_bytes());
    match web {
        None => {}
        Some(encoding) if encoding == X_USER_DEFINED => return None,
        // The other names of UTF-16 leave its byte order open.
        Some(encoding) if encoding == UTF_16LE && label != "utf-16le" => return Some(Charset::Wide),
        Some(encoding) => return Some(Charset::Web(encoding)),
    }
    // "en_US.UTF-8" names a locale.
    let locale = label.rsplit_once('.').and_then(|(_, charset)| spelt(charset));
    locale.or_else(|| spelt(label))
}

fn spelt(label: &str) -> Option<Charset> {
    let bare: String = label.chars().filter(char::is_ascii_alphanumeric).collect();
    let bare = bare.trim_start_matches('x').trim_start_matches("cs");
    family(bare).or_else(|| numbered(bare))
}

/// Names that begin so, whatever follows.
fn family(bare: &str) -> Option<Charset> {
    let web = |encoding| Some(Charset::Web(encoding));
    let starts = |names: &[&str]| names.iter().any(|name| bare.starts_with(name));
    match bare {
        "utf16" | "ucs2" | "unicode" | "iso10646ucs2" => Some(Charset::Wide),
        "utf32" | "utf32le" | "utf32be" | "ucs4" | "iso10646ucs4" => Some(Charset::Wider),
        "utf7" | "unicode11utf7" | "unicode20utf7" => Some(Charset::Utf7(b'+')),
        "imap4modifiedutf7" | "utf7imap" | "mutf7" => Some(Charset::Utf7(b'&')),
        "hz" | "hzgb2312" => Some(Charset::Hz),
        "iso2022kr" => Some(Charset::Korean),
        "mac" | "macintosh" | "appleroman" => web(MACINTOSH),
        "maccyrillic" | "macukrainian" => web(X_MAC_CYRILLIC),
        "latin0" | "latin9" => web(ISO_8859_15),
        "latin7" => web(ISO_8859_13),
        "latin8" => web(ISO_8859_14),
        "latin10" => web(ISO_8859_16),
        "koi8u" => web(KOI8_U),
        _ if starts(&["utf8"]) || bare.ends_with("utf8") => web(UTF_8),
        _ if starts(&["macroman"]) => web(MACINTOSH),
        _ if starts(&["iso2022jp", "jis", "windowsiso2022jp"]) => web(ISO_2022_JP),
        _ if starts(&["gb18030"]) => web(GB18030),
        _ if starts(&["gb", "euccn", "cngb"]) => web(GBK),
        _ if starts(&["ks", "uhc", "euckr"]) => web(EUC_KR),
        _ if starts(&["sjis", "shiftjis", "mskanji", "windows31j"]) => web(SHIFT_JIS),
        _ if starts(&["eucjp", "ujis"]) => web(EUC_JP),
        _ if starts(&["big5"]) => web(BIG5),
        _ if starts(&["koi8"]) => web(KOI8_R),
        _ if starts(&["tis620"]) => web(WINDOWS_874),
        _ if starts(&["latin"]) => Encoding::for_label(bare.as_bytes()).map(Charset::Web),
        _ => iso(bare),
    }
}

/// `iso 8859-2`, `8859_15`, `iso-8859`: the part of ISO 8859 that a name speaks of.
fn iso(bare: &str) -> Option<Charset> {
    let (_, part) = bare.split_once("8859")?;
    // What follows a letter is no part: "iso-8859-1-windows-3.1".
    let end = part.bytes().take(2).take_while(u8::is_ascii_digit).count();
    if end == 0 {
        return Some(Charset::Web(WINDOWS_1252));
    }
    let label = format!("iso-8859-{}", &part[..end]);
    Encoding::for_label(label.as_bytes()).map(Charset::Web)
}

/// A code page by its number: `cp-850`, `windows1252`, `ibm00858`.
fn numbered(bare: &str) -> Option<Charset> {
    let digits = bare.trim_start_matches(|c: char| c.is_ascii_alphabetic());
    let makers = ["", "cp", "win", "windows", "ms", "mscp", "ibm", "dos", "ansi", "oem", "pc", "codepage"];
    let maker = &bare[..bare.len() - digits.len()];
    let number: u32 = digits.parse().ok().filter(|_| makers.contains(&maker))?;
    let web = |encoding| Some(Charset::Web(encoding));
    if let Some(upper) = dos::page(number) {
        return Some(Charset::Dos(upper, number == 858));
    }
    match number {
        819 => web(WINDOWS_1252),
        866 => web(IBM866),
        874 => web(WINDOWS_874),
        932 | 943 => web(SHIFT_JIS),
        936 => web(GBK),
        949 | 51949 => web(EUC_KR),
        950 => web(BIG5),
        1200 | 1201 => Some(Charset::Wide),
        1250..=1258 => Encoding::for_label(format!("windows-{number}").as_bytes()).map(Charset::Web),
        10000 => web(MACINTOSH),
        12000 | 12001 => Some(Charset::Wider),
        20866 => web(KOI8_R),
        21866 => web(KOI8_U),
        28591..=28606 => {
            Encoding::for_label(format!("iso-8859-{}", number - 28590).as_bytes()).map(Charset::Web)
        }
        50220..=50222 => web(ISO_2022_JP),
        51932 => web(EUC_JP),
        54936 => web(GB18030),
        65000 => Some(Charset::Utf7(b'+')),
        65001 => web(UTF_8),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use encoding_rs::{ISO_8859_2, WINDOWS_1250};

    use super::*;

    #[test]
    fn names_are_told_however_they_are_spelt() {
        for (label, encoding) in [
            ("utf8", UTF_8),
            ("utf 8", UTF_8),
            ("fr_fr.utf-8", UTF_8),
            ("unicode-1-1-utf-8", UTF_8),
            ("iso 8859-2", ISO_8859_2),
            ("latin-2", ISO_8859_2),
            ("iso-8859-1-windows-3.1-latin-1", WINDOWS_1252),
            ("latin-9", ISO_8859_15),
            ("iso_8859-15", ISO_8859_15),
            ("cp-1250", WINDOWS_1250),
            ("x-mac-roman", MACINTOSH),
            ("macroman", MACINTOSH),
            ("gb2312-80", GBK),
            ("ks_c_5601-1989", EUC_KR),
            ("cp50220", ISO_2022_JP),
            ("x-ms-cp932", SHIFT_JIS),
        ] {
            assert_eq!(known(label), Some(Charset::Web(encoding)), "{label}");
        }
        assert!(matches!(known("cp-850"), Some(Charset::Dos(_, false))));
        assert!(matches!(known("ibm00858"), Some(Charset::Dos(_, true))));
        assert_eq!(known("hz-gb-2312"), Some(Charset::Hz));
        assert_eq!(known("x-unicode-2-0-utf-7"), Some(Charset::Utf7(b'+')));
        for nothing in ["", "fr", "x-user-defined", "no-such-charset", "binary", "cp1"] {
            assert_eq!(known(nothing), None, "{nothing}");
        }
    }
}
