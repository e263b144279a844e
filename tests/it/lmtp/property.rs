//! Properties of the conversation: any stream, in any pieces.

use proptest::prelude::*;
use proptest::sample::select;

use super::invariant::{conversation, message};

/// What streams are made of: whole lines, halves of them, and what ends or nearly ends something.
fn stream() -> impl Strategy<Value = Vec<u8>> {
    let pieces: [&[u8]; 24] = [
        b"LHLO mx.example\r\n",
        b"MAIL FROM:<jeanne@ville.example>\r\n",
        b"MAIL FROM:<> SIZE=300 BODY=8BITMIME SMTPUTF8\r\n",
        b"MAIL FROM:<a@b.example> SIZE=999999999\r\n",
        b"RCPT TO:<contact@code.gouv.fr>\r\n",
        b"RCPT TO:<CONTACT+r-1@Code.Gouv.fr>\r\n",
        b"RCPT TO:<nobody@code.gouv.fr>\r\n",
        b"DATA\r\n",
        b"\r\n.\r\n",
        b".\r\n",
        b"\n.\r\n",
        b"\r.\r\n",
        b"\r\n.\n",
        b"..",
        b"\r",
        b"\n",
        b"\r\n",
        b"Subject: licence\r\n\r\nBonjour\r\n",
        b"RSET\r\n",
        b"NOOP\r\n",
        b"QUIT\r\n",
        b"MAIL FROM:<a\r\n",
        b"\xe9\0 \xff",
        b"x",
    ];
    prop::collection::vec(select(pieces.to_vec()), 0..30).prop_map(|pieces| pieces.concat())
}

fn sizes() -> impl Strategy<Value = Vec<usize>> {
    prop::collection::vec(1_usize..40, 0..20)
}

proptest! {
    #[test]
    fn any_cut_is_the_same_conversation(said in stream(), sizes in sizes()) {
        conversation(&[b"LHLO x\r\n".to_vec(), said].concat(), &sizes);
    }

    #[test]
    fn any_data_is_the_message_of_its_definition(data in stream(), sizes in sizes()) {
        message(&data, &sizes);
    }
}
