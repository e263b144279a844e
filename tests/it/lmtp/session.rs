//! Conversations without a network: what is answered to what, and what becomes of a message.

use guichet::mail::lmtp::{Outcome, Refusal, Rules, Session, Want};

use super::invariant::{LARGEST, talk};
use super::support::recipients;

const OPENING: &str =
    "LHLO x\r\nMAIL FROM:<jeanne@ville.example>\r\nRCPT TO:<contact@code.gouv.fr>\r\nDATA\r\n";

/// The codes that a script is answered with, after the greeting.
fn codes(said: &str) -> Vec<String> {
    let heard = talk(said.as_bytes(), &[]).replies;
    let last_lines = heard.split_terminator("\r\n").filter(|line| line.as_bytes()[3] == b' ');
    let code = |line: &str| line.split(' ').take(2).collect::<Vec<_>>().join(" ");
    last_lines.skip(1).map(code).collect()
}

#[test]
fn it_says_what_it_offers() {
    insta::assert_snapshot!(talk(b"LHLO mx.example\r\nQUIT\r\n", &[]).replies.replace("\r\n", "\n"), @r"
    220 code.gouv.fr LMTP guichet
    250-code.gouv.fr
    250-PIPELINING
    250-SIZE 20000
    250-8BITMIME
    250-SMTPUTF8
    250 ENHANCEDSTATUSCODES
    221 2.0.0 Bye
    ");
}

#[test]
fn every_accepted_recipient_has_its_reply_in_order() {
    let said = "LHLO x\r\nMAIL FROM:<jeanne@ville.example>\r\nRCPT TO:<contact@code.gouv.fr>\r\n\
        RCPT TO:<nobody@code.gouv.fr>\r\nRCPT TO:<floss+x@Numerique.gouv.fr>\r\nRCPT TO:<contact@code.gouv.fr>\r\nDATA\r\n\
        Subject: a\r\n\r\n..b\r\n.\r\nQUIT\r\n";
    let heard = talk(said.as_bytes(), &[]);
    let said_back: Vec<&str> = heard.replies.split_terminator("\r\n").skip(7).collect();
    assert_eq!(
        said_back,
        [
            "250 2.1.0 Sender ok",
            "250 2.1.5 Recipient ok",
            "550 5.1.1 No such address here",
            "250 2.1.5 Recipient ok",
            "250 2.1.5 Recipient ok",
            "354 End with a dot on a line of its own",
            "250 2.1.5 Kept as NUMBER1",
            "250 2.1.5 Kept as NUMBER1",
            "250 2.1.5 Kept as NUMBER1",
            "221 2.0.0 Bye",
        ]
    );
    let [(envelope, raw)] = &heard.messages[..] else { panic!("one message") };
    assert_eq!(envelope.from.as_deref(), Some("jeanne@ville.example"));
    assert_eq!(envelope.to, ["contact@code.gouv.fr", "floss+x@Numerique.gouv.fr"], "each once, as it came");
    assert_eq!(raw, b"Subject: a\r\n\r\n.b\r\n");
    assert_eq!(heard.refusals, []);
}

#[test]
fn commands_have_their_order() {
    for (said, answered) in [
        ("EHLO x\r\n", "500 5.5.1"),
        ("HELO x\r\n", "500 5.5.1"),
        ("MAIL FROM:<a@b.example>\r\n", "503 5.5.1"),
        ("RCPT TO:<contact@code.gouv.fr>\r\n", "503 5.5.1"),
        ("DATA\r\n", "503 5.5.1"),
        ("NOOP\r\n", "250 2.0.0"),
        ("rset\r\n", "250 2.0.0"),
        ("VRFY contact\r\n", "252 2.0.0"),
        ("HELP\r\n", "214 2.0.0"),
        ("STARTTLS\r\n", "502 5.5.1"),
        ("AUTH PLAIN\r\n", "502 5.5.1"),
        ("LHLO\r\n", "501 5.5.4"),
        ("MAIL FROM:<a@b.example>\0\r\n", "500 5.5.2"),
        ("NO\rOP\r\n", "500 5.5.2"),
        ("NOOP\n", "421 4.5.2"),
        ("QUIT\r\nNOOP\r\n", "221 2.0.0"),
    ] {
        assert_eq!(codes(said), [answered], "{said:?}");
    }
    for (said, answered) in [
        ("MAIL FROM:<>\r\n", "250 2.1.0"),
        ("MAIL FROM:<a@b.example> SIZE=20000 BODY=7BIT\r\n", "250 2.1.0"),
        ("MAIL FROM:<a@b.example> SIZE=20001\r\n", "552 5.3.4"),
        ("MAIL FROM:<a@b.example> BODY=BINARYMIME\r\n", "555 5.5.4"),
        ("MAIL FROM:<a@b.example> BODY=9BIT\r\n", "501 5.5.4"),
        ("MAIL FROM:<a@b.example> FUTURE=1\r\n", "555 5.5.4"),
        ("MAIL FROM:<a b\r\n", "501 5.1.7"),
        ("MAIL FROM:<root> SIZE=20001\r\n", "552 5.3.4"),
        ("MAIL FROM:<root> FUTURE=1\r\n", "555 5.5.4"),
        ("MAIL TO:<a@b.example>\r\n", "501 5.5.4"),
        ("DATA\r\n", "503 5.5.1"),
        ("FROBNICATE\r\n", "500 5.5.1"),
    ] {
        assert_eq!(codes(&format!("LHLO x\r\n{said}"))[1..], [answered], "{said:?}");
    }
    let nested =
        "LHLO x\r\nMAIL FROM:<>\r\nMAIL FROM:<>\r\nRSET\r\nMAIL FROM:<>\r\nLHLO x\r\nMAIL FROM:<>\r\n";
    let answered = codes(nested).join(", ");
    assert_eq!(
        answered,
        "250 ENHANCEDSTATUSCODES, 250 2.1.0, 503 5.5.1, 250 2.0.0, 250 2.1.0, 250 ENHANCEDSTATUSCODES, 250 2.1.0"
    );
}

#[test]
fn a_sender_that_is_no_address_is_kept_as_it_stands() {
    for sender in [
        "a..b@docomo.ne.jp",
        ".foo@docomo.ne.jp",
        "foo.@docomo.ne.jp",
        "x@[192.0.2.1]",
        "x@[IPv6:2001:db8::1]",
        "root",
        "MAILER-DAEMON",
        "a b",
        "a b@ville.example",
        "a@b@c.example",
        "\"a> b\"@c@d.example",
        "\"(x@ville.example",
        "<x@ville.example",
        &format!("{}@ville.example", "x".repeat(300)),
    ] {
        for parameters in ["", " SIZE=100 BODY=8BITMIME"] {
            let said = format!(
                "LHLO x\r\nMAIL FROM:<{sender}>{parameters}\r\nRCPT TO:<contact@code.gouv.fr>\r\nDATA\r\n\
                 Subject: a\r\n\r\n.\r\n"
            );
            let heard = talk(said.as_bytes(), &[]);
            let [(envelope, _)] = &heard.messages[..] else { panic!("{sender}: {}", heard.replies) };
            assert_eq!(envelope.from.as_deref(), Some(sender));
        }
    }
}

#[test]
fn mail_for_nobody_here_is_refused_at_the_recipient() {
    for end in ["DATA\r\nQUIT\r\n", "RSET\r\n", "QUIT\r\n", "LHLO x\r\n", ""] {
        let said = format!(
            "LHLO x\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<root@x.example>\r\nRCPT TO:<x@y.example>\r\n{end}"
        );
        let heard = talk(said.as_bytes(), &[]);
        assert_eq!(heard.replies.matches("550 5.1.1").count(), 2, "{end}");
        assert_eq!(heard.refusals, [Refusal::NotOurs], "counted once: {end}");
    }
}

#[test]
fn the_postmaster_is_somebody_and_a_dot_at_the_end_is_nothing() {
    let said = "LHLO x\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<postmaster>\r\nRCPT TO:<Postmaster>\r\n\
        RCPT TO:<contact@code.gouv.fr.>\r\nRCPT TO:<contact@code.gouv.fr>\r\nRCPT TO:<x@code.gouv.fr.>\r\n\
        RCPT TO:<postmaster@y.example>\r\nRCPT TO:<>\r\nDATA\r\nSubject: a\r\n\r\n.\r\n";
    let heard = talk(said.as_bytes(), &[]);
    assert_eq!(heard.replies.matches("550 5.1.1").count(), 3, "{}", heard.replies);
    assert_eq!(heard.messages[0].0.to, ["postmaster", "contact@code.gouv.fr"]);
}

#[test]
fn of_too_many_recipients_the_first_have_the_message() {
    let recipients = recipients(7);
    let said = format!("LHLO x\r\nMAIL FROM:<>\r\n{recipients}DATA\r\n.\r\n");
    let heard = talk(said.as_bytes(), &[]);
    assert_eq!(heard.replies.matches("452 4.5.3").count(), 2);
    assert_eq!(heard.replies.matches("250 2.1.5 Kept").count(), 5);
    assert_eq!(heard.messages[0].0.to.len(), 5);
    assert_eq!(heard.messages[0].1, b"", "an empty message is one");
}

#[test]
fn only_crlf_dot_crlf_ends_a_message() {
    // Each tries to end the message early and to smuggle another one in.
    let smuggled = "MAIL FROM:<ministre@gouv.example>\r\nRCPT TO:<contact@code.gouv.fr>\r\nDATA\r\nfaux\r\n";
    for end in [
        "\n.\n",
        "\n.\r\n",
        "\r.\r\n",
        "\r.\r",
        "\r\n.\n",
        "\r\n.\r",
        "\n.\r",
        "\r\n.\r\r\n",
        "\r\n\0.\r\n",
        "\r\n.\0\r\n",
    ] {
        let said = format!("{OPENING}Subject: a\r\n\r\nvrai{end}{smuggled}.\r\n");
        let heard = talk(said.as_bytes(), &[]);
        let [(_, raw)] = &heard.messages[..] else { panic!("{end:?}: {heard:?}") };
        let unstuffed = end.replace("\r\n.", "\r\n");
        assert_eq!(raw, format!("Subject: a\r\n\r\nvrai{unstuffed}{smuggled}").as_bytes(), "{end:?}");
    }
}

#[test]
fn what_is_too_large_is_read_to_its_end_and_refused_to_each() {
    let line = format!("{}\r\n", "x".repeat(998));
    let said = format!("{OPENING}{}.\r\n{}a\r\n.\r\n", line.repeat(LARGEST / 1_000 + 1), &OPENING[8..]);
    let heard = talk(said.as_bytes(), &[]);
    assert_eq!(heard.replies.matches("552 5.3.4").count(), 1);
    assert_eq!(heard.refusals, [Refusal::TooLarge]);
    assert_eq!(heard.messages.len(), 1, "the next one is kept");
    let largest = format!("{OPENING}{}.\r\n", line.repeat(LARGEST / 1_000));
    assert_eq!(talk(largest.as_bytes(), &[]).messages[0].1.len(), LARGEST);
}

#[test]
fn the_address_may_be_in_any_script_and_the_text_in_any_octets() {
    let said = "LHLO x\r\nMAIL FROM:<zoé@école.example> BODY=8BITMIME SMTPUTF8\r\nRCPT TO:<contact@code.gouv.fr>\r\nDATA\r\n";
    let said = [said.as_bytes(), b"Subject: \xe9t\xe9\r\n\r\n\0\xff\r\n.\r\n"].concat();
    let heard = talk(&said, &[]);
    assert_eq!(heard.messages[0].0.from.as_deref(), Some("zoé@école.example"));
    assert_eq!(heard.messages[0].1, b"Subject: \xe9t\xe9\r\n\r\n\0\xff\r\n");
    let latin = [b"LHLO x\r\nMAIL FROM:<zo\xe9@b.example>\r\n".as_slice(), b"NOOP\r\n"].concat();
    assert!(
        talk(&latin, &[])
            .replies
            .ends_with("500 5.5.2 A command line is UTF-8 without NUL or bare CR\r\n250 2.0.0 Ok\r\n")
    );
}

#[test]
fn a_line_has_its_limit_and_patience_too() {
    let long = format!("LHLO x\r\nNOOP {}\r\nNOOP\r\n", "x".repeat(5_000));
    assert_eq!(codes(&long)[1..], ["500 5.5.2", "250 2.0.0"]);
    let many = format!("LHLO x\r\n{}", "FROBNICATE\r\n".repeat(50));
    let answered = codes(&many);
    assert_eq!((answered.len(), answered.last().unwrap().as_str()), (22, "421 4.7.0"));
}

#[test]
fn who_speaks_something_else_is_not_listened_to() {
    let browser = format!("POST / HTTP/1.1\r\nHost: 127.0.0.1:2424\r\n\r\n{OPENING}faux\r\n.\r\n");
    let heard = talk(browser.as_bytes(), &[]);
    assert!(heard.messages.is_empty() && heard.replies.matches("\r\n").count() == 2, "{heard:?}");
    let chunk = format!(
        "LHLO x\r\nMAIL FROM:<>\r\nRCPT TO:<contact@code.gouv.fr>\r\nBDAT 200 LAST\r\n{OPENING}faux\r\n.\r\n"
    );
    let heard = talk(chunk.as_bytes(), &[]);
    assert!(
        heard.messages.is_empty() && heard.replies.ends_with("502 5.5.1 Command not offered\r\n"),
        "{heard:?}"
    );
}

#[test]
fn all_sessions_together_hold_so_much() {
    let rules = Rules::new("x", None, 1_000, 5);
    let message = [OPENING.as_bytes(), &b"x".repeat(998), b"\r\n.\r\n"].concat();
    let held: Vec<_> = (0..5)
        .map(|_| {
            let mut session = Session::new(rules.clone());
            let (_, want) = session.read(&message);
            (session, want)
        })
        .collect();
    let kept = held.iter().filter(|(_, want)| matches!(want, Want::Keep(_))).count();
    assert_eq!(kept, 4);
    let (mut session, _) = held.into_iter().next_back().unwrap();
    assert!(
        String::from_utf8(session.replies())
            .unwrap()
            .ends_with("452 4.3.1 Too much mail at once; try again\r\n")
    );
    assert_eq!(session.refusals(), [Refusal::NoRoom]);
    // What was kept gives its room back.
    assert!(matches!(session.read(&message[8..]).1, Want::Keep(_)));
    session.decided(&Outcome::Away);
    assert!(
        String::from_utf8(session.replies())
            .unwrap()
            .ends_with("451 4.3.0 The message could not be kept; try again\r\n")
    );
}
