#![no_main]
mod reading;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    reading::read_bytes(bytes);
    let header = "决定书文号,相对人名称,处罚类别,罚款金额,处罚决定日期,处罚机关\n".as_bytes();
    reading::read_bytes(&[header, bytes].concat());
});
