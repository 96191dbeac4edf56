//! 法典的情形：哪一版、叠加了什么、改动用上没有、重评到哪里了。

pub mod get_lawbook_state;
