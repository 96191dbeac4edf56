//! 随产品交付的法典：加载无误，全部示例成立。

mod support;

use mingjing_lawbook::example;
use support::{SHIPPED, report};

#[test]
fn the_shipped_lawbook_loads_and_every_example_holds() {
    let failures = example::test(&SHIPPED);
    assert!(
        failures.is_empty(),
        "{} 个示例不成立：\n{}",
        failures.len(),
        report(&failures)
    );
}
