//! 路由：方法、路径、操作标识、要什么权限、写不写东西；没有登记的路由进不了路由器。

use mingjing_edge::access::Guard;
use mingjing_policy::permission::{Action, ResourceKind};
use utoipa_axum::router::UtoipaMethodRouter;

use crate::state::State;

/// 方法。
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Method {
    /// 读
    Get,
    /// 办事
    Post,
    /// 删
    Delete,
}

impl Method {
    /// 写法。
    pub fn name(self) -> &'static str {
        match self {
            Method::Get => "GET",
            Method::Post => "POST",
            Method::Delete => "DELETE",
        }
    }
}

/// 谁可以来。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// 任何人，不看会话
    Public,
    /// 登录了的人，不论角色：自己的会话、自己的口令
    SignedIn,
    /// 登录了、并在权限表里有这一行的人；用例里再按具体的对象判断
    Action(Action, ResourceKind),
}

/// 路由在哪一棵树上。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tree {
    /// 接口：有限额，写进接口文档
    Api,
    /// 探测：忙的时候也要答得出，不写进接口文档
    Probe,
}

/// 带着幂等键重发的怎么办。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Repeat {
    /// 可以带：同键同请求得到当时的答复，同键而请求不同的答 409
    Key,
    /// 必须带
    KeyRequired,
    /// 不收，连同为什么；带了的不看
    NoKey(&'static str),
}

/// 一条路由。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// 方法。
    pub method: Method,
    /// 路径模板。
    pub path: &'static str,
    /// 操作标识：动词_资源。
    pub operation_id: &'static str,
    /// 谁可以来。
    pub access: Access,
    /// 写东西：要防伪令牌，要留审计。
    pub mutates: bool,
    /// 带着幂等键重发的怎么办。
    pub repeat: Repeat,
    /// 正文至多的字节数；没有另行写明的用边缘层的。
    pub body_bytes: Option<usize>,
    /// 在哪一棵树上。
    pub tree: Tree,
}

impl Route {
    /// 读的路由。
    pub fn get(path: &'static str, operation_id: &'static str, access: Access) -> Self {
        Route {
            method: Method::Get,
            path,
            operation_id,
            access,
            mutates: false,
            repeat: Repeat::NoKey("只读"),
            body_bytes: None,
            tree: Tree::Api,
        }
    }

    /// 办事的路由：写东西。
    pub fn post(path: &'static str, operation_id: &'static str, access: Access) -> Self {
        Route {
            method: Method::Post,
            mutates: true,
            repeat: Repeat::Key,
            ..Route::get(path, operation_id, access)
        }
    }

    /// 删的路由：写东西。
    pub fn delete(path: &'static str, operation_id: &'static str, access: Access) -> Self {
        Route {
            method: Method::Delete,
            mutates: true,
            repeat: Repeat::Key,
            ..Route::get(path, operation_id, access)
        }
    }

    /// 探测的路由。
    pub fn probe(path: &'static str, operation_id: &'static str) -> Self {
        Route {
            tree: Tree::Probe,
            ..Route::get(path, operation_id, Access::Public)
        }
    }

    /// 另行写明正文至多的字节数。
    #[must_use]
    pub fn with_body_bytes(self, bytes: usize) -> Self {
        Route {
            body_bytes: Some(bytes),
            ..self
        }
    }

    /// 另行写明带着幂等键重发的怎么办。
    #[must_use]
    pub fn with_repeat(self, repeat: Repeat) -> Self {
        Route { repeat, ..self }
    }

    /// 用 POST 而不写东西的（查询太长时）。
    #[must_use]
    pub fn reading(self) -> Self {
        Route {
            mutates: false,
            repeat: Repeat::NoKey("只读"),
            ..self
        }
    }

    /// 把守。
    pub fn guard(&self) -> Guard {
        Guard {
            needs_session: match self.access {
                Access::Public => false,
                Access::SignedIn | Access::Action(..) => true,
            },
            mutates: self.mutates,
        }
    }
}

/// 登记：路由与它的处理函数。
pub struct Entry {
    /// 路由。
    pub route: Route,
    /// 处理函数连同它的文档，来自 `utoipa_axum::routes!`。
    pub handlers: UtoipaMethodRouter<State>,
}

impl Entry {
    /// 一条登记。
    pub fn new(route: Route, handlers: UtoipaMethodRouter<State>) -> Self {
        Entry { route, handlers }
    }

    /// 登记与处理函数的文档说的是不是一回事；不是的逐处说出。
    pub fn disagreements(&self) -> Vec<String> {
        let (_, paths, _) = &self.handlers;
        let described: Vec<(String, &str, &str)> = paths
            .paths
            .iter()
            .flat_map(|(path, item)| {
                let operations = [
                    ("GET", &item.get),
                    ("POST", &item.post),
                    ("DELETE", &item.delete),
                    ("PUT", &item.put),
                    ("PATCH", &item.patch),
                    ("HEAD", &item.head),
                    ("OPTIONS", &item.options),
                    ("TRACE", &item.trace),
                ];
                operations
                    .into_iter()
                    .filter_map(move |(method, operation)| {
                        let id = operation.as_ref()?.operation_id.as_deref().unwrap_or("");
                        Some((path.clone(), method, id))
                    })
            })
            .collect();
        let route = &self.route;
        let declared = (
            route.path.to_owned(),
            route.method.name(),
            route.operation_id,
        );
        if described == [declared] {
            Vec::new()
        } else {
            vec![format!(
                "登记的是 {} {} {}，处理函数写的是 {described:?}",
                route.method.name(),
                route.path,
                route.operation_id
            )]
        }
    }
}
