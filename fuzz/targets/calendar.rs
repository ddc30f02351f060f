#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| troth_fuzz::booking::try_calendar(bytes));
