#![no_main]
#![expect(missing_docs, reason = "the macro makes an undocumented entry point")]

libfuzzer_sys::fuzz_target!(|said: &[u8]| guichet_fuzz::lmtp(said));
