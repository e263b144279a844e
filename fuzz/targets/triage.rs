#![no_main]
#![expect(missing_docs, reason = "the macro makes an undocumented entry point")]

libfuzzer_sys::fuzz_target!(|written: &str| guichet_fuzz::triage(written));
