//! 一致性测试：同一组测试在两种数据库上各跑一遍。

mod migrations;
