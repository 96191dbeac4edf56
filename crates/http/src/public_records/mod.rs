//! 公开记录：对外公布的那一版，连同证明。

pub mod get_public_record;
