//! Mail whose shape made somebody's parser run for minutes: nesting without end, marks that each start a search of the
//! rest, lines that are nearly a match. Used by the tests, which only ask for an answer, and by `cargo bench`, which
//! shows that twice the size costs twice the time.

const HEADER: &str = "From: a@b.fr\nTo: contact@code.gouv.fr\nSubject: Re: x\n";

/// Every shape with a name of its own, each of about `size` octets.
pub(crate) fn all(size: usize) -> Vec<(&'static str, Vec<u8>)> {
    let fill = |piece: &str| piece.repeat(size / piece.len() + 1);
    let plain = |piece: &str| format!("{HEADER}\n{}", fill(piece));
    let html = |piece: &str| format!("{HEADER}Content-Type: text/html\n\n{}", fill(piece));
    let header = |name: &str, piece: &str| format!("{HEADER}{name}: {}\n\nx", fill(piece));
    let mixed = "Content-Type: multipart/mixed; boundary=b\n\n";
    let level = |n: usize| format!("Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n");
    let report = "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n\n\
                  --b\nContent-Type: message/delivery-status\n\n";
    let daemon = "From: MAILER-DAEMON@b.fr\nTo: contact@code.gouv.fr\nSubject: Undelivered mail\n\n";
    let shapes = [
        ("nested multiparts", format!("{HEADER}{}", (0..size / 55).map(level).collect::<String>())),
        ("nested messages", format!("{HEADER}{}", fill("Content-Type: message/rfc822\n\n"))),
        ("parts without end", format!("{HEADER}{mixed}{}", fill("--b\n\nx\n"))),
        ("boundaries nearly", format!("{HEADER}{mixed}{}", fill("--bb\n"))),
        ("header fields", format!("{HEADER}{}\n\nx", fill("X-A: b\n"))),
        ("one header folded", header("X-Long", "a\n ")),
        ("encoded words open", header("Subject", "=?a?q?")),
        ("encoded words", header("Subject", "=?utf-8?q?=C3?= ")),
        ("address openings", header("Cc", "<(\"")),
        ("addresses", header("Cc", "A B <a@b.fr>, ")),
        ("groups", header("Cc", "a:b;")),
        ("references", header("References", "<a@b> ")),
        ("parameters", header("Content-Type", "text/plain; a*0=\"b\"; ")),
        ("base64", format!("{HEADER}Content-Transfer-Encoding: base64\n\n{}", fill("YWJj\nZA==\n"))),
        (
            "quoted-printable",
            format!("{HEADER}Content-Transfer-Encoding: quoted-printable\n\n{}", fill("=\n=3D=")),
        ),
        ("flowed", format!("{HEADER}Content-Type: text/plain; format=flowed\n\n{}", fill("> a \n> > b \n"))),
        ("attributions open", plain("Le 2 mars 2026 à 10:14, X <x@y.fr>\n")),
        ("attributions", plain("Le 2 mars 2026 à 10:14, X <x@y.fr> a écrit :\n")),
        ("header lines", plain("De : x\n")),
        ("header blocks", plain("De : x\nEnvoyé : 2 mars 2026\nÀ : y\nObjet : z\n\n")),
        ("quote marks in one line", plain("> ")),
        ("quoted empty lines", plain(">\n")),
        ("signature marks", plain("-- \n")),
        ("rulers", plain("________________________________\n")),
        ("one long line", plain("a")),
        ("one long line of spaces", plain(" ")),
        ("no-break spaces", plain("\u{a0}\u{202f}")),
        ("lines of prose", plain("Nous voudrions publier le code de notre outil et choisir une licence.\n")),
        ("questions", plain("Je suis absent jusqu'au 12 mars. Pourriez-vous m'aider ?\n")),
        ("uuencode openings", plain("begin 644 a\n")),
        ("armour openings", plain("-----BEGIN PGP SIGNED MESSAGE-----\n")),
        ("open block quotes", html("<blockquote>")),
        ("block quotes", html("<blockquote>a</blockquote>")),
        ("open divs", html("<div>")),
        ("open tables", html("<table><tr><td>a")),
        ("pictures", html("<img src=cid:x>")),
        ("unclosed tags", html("<a href=\"")),
        ("unclosed comments", html("<!-- ")),
        ("conditional comments", html("<!--[if mso]>a<![endif]-->")),
        ("unclosed scripts", html("<script>")),
        ("hidden elements", html("<div style=\"display:none\">a")),
        ("attributes", html("<p class=a id=b style=c data-marker=d>a</p>")),
        ("links", html("<a href=https://x.fr>a</a> ")),
        ("entities", html("&amp;&nbsp;&eacute;&#x41;")),
        ("entities open", html("&")),
        (
            "report groups",
            format!("{HEADER}{report}{}", fill("Final-Recipient: rfc822; a@b\nAction: failed\n\n")),
        ),
        ("report lines", format!("{daemon}{}", fill("<a@b.fr>: user unknown\n"))),
        ("report addresses", format!("{daemon}{}", fill("a@b.fr could not be delivered "))),
    ];
    let octets: Vec<u8> =
        (0..size as u64).map(|n| n.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_be_bytes()[0]).collect();
    let attached = format!(
        "{HEADER}{mixed}--b\n\nx\n--b\nContent-Type: application/pdf\nContent-Transfer-Encoding: base64\n\n"
    );
    let lines = "JVBERi0xLjQKJcOkw7zDtsOfCjIgMCBvYmoKPDwvTGVuZ3RoIDMgMCBSL0ZpbHRlci9GbGF0ZURl\n";
    let octet_shapes = [
        ("octets alone", octets.clone()),
        ("octets as text", [HEADER.as_bytes(), b"\n", &octets].concat()),
        ("octets as HTML", [HEADER.as_bytes(), b"Content-Type: text/html\n\n<p>", &octets].concat()),
        (
            "a file attached",
            [attached.as_bytes(), lines.repeat(size / lines.len()).as_bytes(), b"--b--\n"].concat(),
        ),
    ];
    let texts = shapes.into_iter().map(|(name, text)| (name, text.into_bytes()));
    texts.chain(octet_shapes).collect()
}
