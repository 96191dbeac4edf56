//! 接口文档：由路由表与各处理函数的说明生成，再补上人人都会得到的问题答复与登录要求。

use std::sync::LazyLock;

use mingjing_edge::openapi::PROBLEM_SCHEMA;
use mingjing_edge::problem::{
    MEDIA_TYPE, ProblemBody, ProblemCode, ProblemField, ProblemFinding, ProblemReason,
    ProblemRefusal,
};
use serde_json::{Map, Value, json};
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;

use crate::route::{Access, Entry, Repeat, Route, Tree};
use crate::state::State;
use crate::table;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "明镜接口",
        description = "行政执法与行政执法监督的接口。规则见 docs/api-design.md；问题编码见 /problems/{code}。",
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
    ),
    tags(
        (name = "法典", description = "施行中的法典：规则、事件种类、程序"),
        (name = "会话", description = "登录、动态口令、改口令、退出"),
        (name = "案件", description = "案件的建立、记录、更正与各个方面"),
        (name = "义务与发现", description = "有期限的事，与法典对案件的回答"),
        (name = "监督事项", description = "由发现或者线索立的监督事项与台账；各步与案件同样记录"),
        (name = "投诉举报", description = "投诉举报的登记、台账与统计，查看身份的申请；各步与案件同样记录"),
        (name = "事件流", description = "变动的实时推送"),
        (name = "存证", description = "防篡改日志的检查点、证明与公开记录"),
        (name = "导入与导出", description = "名单进库，一行一个结果；导出"),
        (name = "内容清除", description = "依法清除：一人申请，另一人批准"),
        (name = "公示", description = "公开稿、逐件批准、公布与撤下；公众查阅与核对"),
        (name = "登记簿", description = "区划、执法主体、执法人员、执法事项"),
        (name = "账号", description = "账号、授权与委托"),
        (name = "审计", description = "谁做了什么、看了什么"),
        (name = "运行", description = "后台任务"),
        (name = "系统", description = "接口文档与问题说明"),
    ),
    components(schemas(ProblemBody, ProblemField, ProblemFinding, ProblemReason, ProblemRefusal))
)]
struct Base;

/// 本程序的接口文档，JSON 文本；路由表在运行时不变，只生成一次。
pub static TEXT: LazyLock<String> = LazyLock::new(|| text(&of(table::entries())));

/// 写成文本，成员按名排列，末尾换行：提交的文件就是它。
pub fn text(document: &Value) -> String {
    format!("{document:#}\n")
}

/// 由路由表生成。
pub fn of(entries: Vec<Entry>) -> Value {
    let mut router: OpenApiRouter<State> = OpenApiRouter::with_openapi(Base::openapi());
    let mut routes = Vec::new();
    for entry in entries {
        if entry.route.tree == Tree::Api {
            routes.push(entry.route);
            router = router.routes(entry.handlers);
        }
    }
    let mut document = serde_json::to_value(router.into_openapi())
        .expect("a document of strings and maps is JSON");
    for route in &routes {
        let method = route.method.name().to_lowercase();
        let operation = &mut document["paths"][route.path][&method];
        if let Some(operation) = operation.as_object_mut() {
            complete(operation, route);
        }
    }
    document["components"]["securitySchemes"] = json!({
        "session": {
            "type": "apiKey", "in": "cookie", "name": "__Host-mingjing",
            "description": "会话 cookie；只在本机用明文 HTTP 时名为 mingjing",
        },
        "csrf": {
            "type": "apiKey", "in": "header", "name": "X-CSRF-Token",
            "description": "防伪令牌，登录时给出，写入时带上",
        },
    });
    document
}

/// The header by which a request that is sent again is known.
fn key_parameter(repeat: Repeat) -> Option<Value> {
    let (is_required, says) = match repeat {
        Repeat::NoKey(_) => return None,
        Repeat::Key => (
            false,
            "幂等键：新生成的 UUID，重发时不变；不带的，重发就是另一次",
        ),
        Repeat::KeyRequired => (true, "幂等键：新生成的 UUID，重发时不变"),
    };
    Some(json!({
        "name": "Idempotency-Key", "in": "header", "required": is_required, "description": says,
        "schema": {"type": "string", "minLength": 8, "maxLength": 128},
    }))
}

/// What every caller of such a route may get, whatever its handler says.
fn complete(operation: &mut Map<String, Value>, route: &Route) {
    let mut codes = vec![
        ProblemCode::InvalidRequest,
        ProblemCode::RateLimited,
        ProblemCode::InternalError,
        ProblemCode::Unavailable,
    ];
    // Where one may not change anything, one may not be told what is there either.
    let may_be_hidden = route.mutates && matches!(route.access, Access::Action(..));
    if route.path.contains('{') || may_be_hidden {
        codes.push(ProblemCode::NotFound);
    }
    let has_body = operation.contains_key("requestBody");
    if has_body {
        codes.extend([
            ProblemCode::MalformedBody,
            ProblemCode::BodyTooLarge,
            ProblemCode::UnsupportedMediaType,
        ]);
    }
    let security = match (route.access, route.mutates) {
        (Access::Public, _) => json!([]),
        (Access::SignedIn | Access::Action(..), false) => json!([{"session": []}]),
        (Access::SignedIn | Access::Action(..), true) => json!([{"session": [], "csrf": []}]),
    };
    match route.access {
        Access::Public => {}
        Access::SignedIn => codes.push(ProblemCode::NotSignedIn),
        Access::Action(..) => codes.extend([ProblemCode::NotSignedIn, ProblemCode::Forbidden]),
    }
    if route.mutates {
        codes.push(ProblemCode::CrossSiteRequest);
    }
    operation.insert("security".to_owned(), security);
    if let Some(parameter) = key_parameter(route.repeat) {
        codes.push(ProblemCode::IdempotencyKeyReused);
        if route.repeat == Repeat::KeyRequired {
            codes.push(ProblemCode::IdempotencyKeyRequired);
        }
        let parameters = operation.entry("parameters").or_insert_with(|| json!([]));
        if let Some(all) = parameters.as_array_mut() {
            all.push(parameter);
        }
    }
    let responses = operation.entry("responses").or_insert_with(|| json!({}));
    for code in codes {
        let status = code.status().as_u16().to_string();
        let response = &mut responses[&status];
        if response.is_null() {
            *response = json!({"description": code.title()});
        }
    }
    // A handler says only why; the shape of every problem is the same.
    for (status, response) in responses.as_object_mut().into_iter().flatten() {
        if status.starts_with('4') || status.starts_with('5') {
            response["content"] = json!({ MEDIA_TYPE: {"schema": {"$ref": PROBLEM_SCHEMA}} });
        }
    }
}
