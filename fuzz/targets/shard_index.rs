#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| troth_fuzz::shards::try_index(bytes));
