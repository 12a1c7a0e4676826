//! libFuzzer's way into [`rv2wat_fuzz::loader`].

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| rv2wat_fuzz::assert(rv2wat_fuzz::loader::check(bytes)));
