//! Every reply as it is read, text and HTML, in one file each: a changed word is seen in review.
//! To accept a change: `INSTA_UPDATE=always cargo test --test it reply::snapshots`, then read the difference.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use guichet::reply::Mode;

use super::{day, shipped};

#[test]
fn every_reply_reads_as_it_did() {
    let mut files: BTreeMap<String, String> = BTreeMap::new();
    for sample in shipped().samples(day()).unwrap() {
        let mode = if sample.mode == Mode::Automatic { "automatic" } else { "draft" };
        let lang = sample.lang.code();
        let text = files.entry(format!("{}.{lang}.text", sample.name)).or_default();
        let _ = writeln!(
            text,
            "=== {mode}, {}\nSubject: {}\n\n{}",
            sample.label, sample.rendered.subject, sample.rendered.text
        );
        let html = files.entry(format!("{}.{lang}.html", sample.name)).or_default();
        let _ = writeln!(html, "<!-- {mode}, {} -->\n{}", sample.label, sample.rendered.html);
    }
    insta::with_settings!({ snapshot_path => "../snapshots/reply", prepend_module_to_snapshot => false, omit_expression => true }, {
        for (name, content) in files {
            insta::assert_snapshot!(name, content);
        }
    });
}
