//! 角色：权限表写成数据，给人看，也给界面用。

pub mod get_roles;
