//! 边缘层经真的路由器、真的套接字的行为。

mod app;
mod guard;
mod layers;
mod logs;
mod problems;
mod serve;
