#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| iampass_fuzz::checkpoint(data));
