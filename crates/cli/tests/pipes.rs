//! 输出的另一头不在了，或写满了：安静地结束，不崩溃，也不冒充没有问题。

mod support;

use std::fs::OpenOptions;
use std::process::Stdio;

use support::{closed_pipe, run_into};

const COMMANDS: [&[&str]; 8] = [
    &["check", "--lawbook", "lawbook", "lists/cases.jsonl"],
    &[
        "check",
        "--lawbook",
        "lawbook",
        "lists/clean.jsonl",
        "--format",
        "json",
    ],
    &["lawbook", "--lawbook", "lawbook", "list"],
    &[
        "lawbook",
        "--lawbook",
        "lawbook",
        "list",
        "--format",
        "json",
    ],
    &["lawbook", "--lawbook", "lawbook", "check"],
    &["lawbook", "--lawbook", "lawbook", "explain", "T-NOTICE"],
    &["due", "2024-11-11", "CD(90)"],
    &["due", "2024-11-11", "CD(90)", "--format", "json"],
];

#[test]
fn a_reader_that_has_gone_ends_every_command_quietly_and_never_as_success() {
    for args in COMMANDS {
        let ran = run_into(args, closed_pipe(), Stdio::piped());
        assert_eq!(ran.code, 141, "{args:?}：{}", ran.err);
        assert_eq!(ran.err, "", "{args:?}");
    }
}

#[test]
fn a_closed_standard_error_changes_no_exit_code() {
    let cases: [(&[&str], i32); 4] = [
        (&["check", "--lawbook", "lawbook", "没有.csv"], 2),
        (&["chek"], 2),
        (&["lawbook", "explain", "X"], 2),
        (
            &[
                "check",
                "--lawbook",
                "lawbook",
                "lists/clean.jsonl",
                "--why",
                "没有",
                "T-NOTICE",
            ],
            2,
        ),
    ];
    for (args, code) in cases {
        let ran = run_into(args, Stdio::piped(), closed_pipe());
        assert_eq!(ran.code, code, "{args:?}");
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_is_told_and_is_no_answer() {
    for args in COMMANDS {
        let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
        let ran = run_into(args, full.into(), Stdio::piped());
        assert_eq!(ran.code, 2, "{args:?}：{}", ran.err);
        assert!(
            ran.err.starts_with("错误：") && !ran.err.contains("panicked"),
            "{}",
            ran.err
        );
        let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
        let ran = run_into(args, Stdio::piped(), full.into());
        assert!(ran.code < 2, "{args:?}");
    }
}
