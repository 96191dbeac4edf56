//! How many tests ran, read from what the test runners print.

/// 测试计数。
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Count {
    pub passed: u64,
    pub failed: u64,
}

impl Count {
    /// The numbers of a summary line of `cargo test`, `cargo nextest`, vitest or the browser tests; `None` for
    /// other lines.
    pub fn of_line(line: &str) -> Option<Self> {
        let line = line.trim_start();
        let of_vitest = line.strip_prefix("Tests ");
        if of_vitest.is_none()
            && !line.starts_with("test result:")
            && !line.starts_with("Summary [")
            && !line.starts_with("Browser tests:")
        {
            return None;
        }
        let mut count = Self::default();
        for piece in of_vitest
            .unwrap_or(line)
            .split([',', ';', ':', '.', ']', '|'])
        {
            let mut words = piece.split_whitespace();
            let Some(number) = words.next().and_then(|word| word.parse::<u64>().ok()) else {
                continue;
            };
            match words.next() {
                Some("passed") => count.passed += number,
                Some("failed" | "timed" | "exec") => count.failed += number,
                _ => {}
            }
        }
        Some(count)
    }

    pub fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(line: &str, passed: u64, failed: u64) {
        assert_eq!(
            Count::of_line(line),
            Some(Count { passed, failed }),
            "{line}"
        );
    }

    #[test]
    fn every_runner_is_read() {
        check("      Tests  1 failed | 14 passed (15)", 14, 1);
        check("      Tests  15 passed (15)", 15, 0);
        check(
            "test result: ok. 12 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out",
            12,
            0,
        );
        check(
            "test result: FAILED. 3 passed; 2 failed; 0 ignored; finished in 0.01s",
            3,
            2,
        );
        check(
            "     Summary [   1.234s] 40 tests run: 37 passed (2 slow), 3 failed, 1 skipped",
            37,
            3,
        );
        check("Browser tests: 26 passed, 2 failed", 26, 2);
        check(
            "     Summary [   0.034s] 5 tests run: 4 passed, 1 timed out, 0 skipped",
            4,
            1,
        );
    }

    #[test]
    fn other_lines_count_nothing() {
        assert_eq!(Count::of_line("3 passed"), None);
        assert_eq!(Count::of_line("test a::b ... ok"), None);
    }

    #[test]
    fn counts_add_up() {
        let mut sum = Count {
            passed: 1,
            failed: 0,
        };
        sum.add(Count {
            passed: 2,
            failed: 3,
        });
        assert_eq!(
            sum,
            Count {
                passed: 3,
                failed: 3
            }
        );
    }
}
