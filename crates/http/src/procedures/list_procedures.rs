//! `GET /api/v1/procedures`：列出程序的状态与转移。

use axum::Json;
use axum::extract::State as Of;
use axum::http::HeaderMap;
use axum::response::Response;
use mingjing_edge::extract::query::{Paging, Query};
use mingjing_edge::problem::Problem;
use mingjing_lawbook::explain::Explainer;
use mingjing_lawbook::picture::{self, picture};
use mingjing_lawbook::procedure::{Procedure, Transition};
use serde::Serialize;
use utoipa::ToSchema;

use crate::state::State;
use crate::system::version;
use crate::wire::label::Label;
use crate::wire::meta::ListMeta;

/// 程序的列表。
#[derive(Debug, Serialize, ToSchema)]
pub struct ProcedureList {
    /// 本页的程序，按标识排列。
    procedures: Vec<ProcedureTable>,
    /// 列表的末尾。
    meta: ListMeta,
}

/// 程序：一张状态表。
#[derive(Debug, Serialize, ToSchema)]
pub struct ProcedureTable {
    /// 标识。
    #[schema(example = "ordinary_penalty")]
    procedure: String,
    /// 名称。
    name: String,
    /// 是主程序：案件由它开始；不是的由某件事开启，如一次查封、一次听证。
    is_main: bool,
    /// 监督程序：它的时间线是监督事项，由监督机构立。
    is_supervision: bool,
    /// 投诉举报的程序：在投诉举报里登记。
    is_complaint: bool,
    /// 起始状态。
    start: Label,
    /// 终了状态。
    finals: Vec<Label>,
    /// 全部状态。
    states: Vec<Label>,
    /// 转移。
    transitions: Vec<ProcedureStep>,
    /// 状态图：照着画，不必再算。
    picture: StatePicture,
}

/// 状态图；长度的单位是点，原点在左上角。
#[derive(Debug, Serialize, ToSchema)]
pub struct StatePicture {
    /// 宽。
    width: i32,
    /// 高。
    height: i32,
    /// 各状态。
    boxes: Vec<StateBox>,
    /// 各条线；不换状态的步没有线。
    lines: Vec<StateLine>,
}

/// 图上的一个状态。
#[derive(Debug, Serialize, ToSchema)]
pub struct StateBox {
    /// 状态。
    state: Label,
    /// 是起始。
    is_start: bool,
    /// 是终了。
    is_final: bool,
    /// 左边。
    x: i32,
    /// 上边。
    y: i32,
    /// 宽。
    width: i32,
    /// 高。
    height: i32,
}

/// 图上的一条线：从一个状态到另一个，几步合成一条。
#[derive(Debug, Serialize, ToSchema)]
pub struct StateLine {
    /// 从哪个状态。
    from: String,
    /// 到哪个状态。
    to: String,
    /// 各步在 transitions 里的序号，从 1 起，连着的写成起止。
    #[schema(example = "6–8,10")]
    steps: String,
    /// 走法：SVG 路径的 d。
    path: String,
    /// 序号的中点，横。
    label_x: i32,
    /// 序号的中点，竖。
    label_y: i32,
}

/// 转移：在某些状态下，某件事使程序到另一个状态。
#[derive(Debug, Serialize, ToSchema)]
pub struct ProcedureStep {
    /// 从哪些状态。
    from: Vec<Label>,
    /// 事件种类。
    on: Label,
    /// 到哪个状态；留在原状态的为 null。
    to: Option<Label>,
    /// 条件，读成中文：满足了才走这一步；没有条件的为 null。
    condition: Option<String>,
    /// 谁可以做。
    who: Vec<Label>,
    /// 把关的规则编码：有重大违法的不许做。
    guards: Vec<String>,
    /// 缺了就不许做的：每条说缺什么。
    requires: Vec<String>,
    /// 应有的文书。
    documents: Vec<Label>,
    /// 应有的音像记录。
    records: Vec<Label>,
    /// 依据。
    basis: Vec<String>,
}

/// 列出程序
///
/// 法典登记的程序，连同状态与转移；某一案件现在可以做什么，问它的 next_actions，不由此推算。
#[utoipa::path(
    get,
    path = "/api/v1/procedures",
    operation_id = "list_procedures",
    tag = "法典",
    params(Paging),
    responses(
        (status = 200, description = "一页程序", body = ProcedureList),
        (status = 304, description = "与来者已有的相同"),
    )
)]
pub async fn list_procedures(
    Of(state): Of<State>,
    Query(paging): Query<Paging>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let rulebook = state.rulebook();
    let lawbook = rulebook.lawbook();
    let page = rulebook.list_procedures(&paging.request()?)?;
    let answer = || {
        let meta = ListMeta::of(&page);
        let explainer = Explainer::new(lawbook);
        let tables = page.items.iter();
        let procedures = tables.map(|p| ProcedureTable::of(&explainer, p));
        Ok(Json(ProcedureList {
            procedures: procedures.collect(),
            meta,
        }))
    };
    Ok(version::of_lawbook(lawbook).answer(&headers, answer))
}

impl ProcedureTable {
    fn of(explainer: &Explainer<'_>, procedure: &Procedure) -> Self {
        let lawbook = explainer.lawbook();
        let steps = procedure.transitions.iter();
        ProcedureTable {
            procedure: procedure.name.to_string(),
            name: procedure.label.to_string(),
            is_main: !lawbook.is_side(procedure),
            is_supervision: procedure.is_supervision,
            is_complaint: procedure.is_complaint,
            start: state(procedure, &procedure.start),
            finals: procedure
                .finals
                .iter()
                .map(|s| state(procedure, s))
                .collect(),
            states: procedure
                .states()
                .iter()
                .map(|s| state(procedure, s))
                .collect(),
            transitions: steps
                .map(|step| ProcedureStep::of(explainer, procedure, step))
                .collect(),
            picture: picture(procedure).into(),
        }
    }
}

impl From<picture::Picture> for StatePicture {
    fn from(drawn: picture::Picture) -> Self {
        let boxes = drawn.boxes.into_iter().map(|one| StateBox {
            state: Label::new(&one.state, Some(&one.name)),
            is_start: one.is_start,
            is_final: one.is_final,
            x: one.x,
            y: one.y,
            width: one.width,
            height: one.height,
        });
        let lines = drawn.lines.into_iter().map(|line| StateLine {
            from: line.from.to_string(),
            to: line.to.to_string(),
            steps: line.text,
            path: line.path,
            label_x: line.label_x,
            label_y: line.label_y,
        });
        StatePicture {
            width: drawn.width,
            height: drawn.height,
            boxes: boxes.collect(),
            lines: lines.collect(),
        }
    }
}

fn state(procedure: &Procedure, code: &str) -> Label {
    Label::new(code, procedure.state_names.get(code).map(AsRef::as_ref))
}

impl ProcedureStep {
    fn of(explainer: &Explainer<'_>, procedure: &Procedure, step: &Transition) -> Self {
        let vocabulary = &explainer.lawbook().book.vocabulary;
        let kind = vocabulary.kind_of(step.on);
        let roles = vocabulary.list("role").map(|id| vocabulary.list_of(id));
        let role = |code: &str| {
            let name = roles.and_then(|list| list.label(code));
            Label::new(code, name.map(AsRef::as_ref))
        };
        let texts = |what: &str| step.wants.get(what).into_iter().flatten();
        let wanted = |what: &str, list: &str| {
            let list = vocabulary.list(list).map(|id| vocabulary.list_of(id));
            let all = texts(what).map(|code| {
                let name = list.and_then(|list| list.label(code));
                Label::new(code, name.map(AsRef::as_ref))
            });
            all.collect()
        };
        ProcedureStep {
            from: step.from.iter().map(|s| state(procedure, s)).collect(),
            on: Label::new(&kind.name, Some(&kind.label)),
            to: step.to.as_ref().map(|s| state(procedure, s)),
            condition: step
                .when_text
                .as_ref()
                .map(|text| explainer.condition(step.on, text)),
            who: step.who.iter().map(|code| role(code)).collect(),
            guards: step.guards.iter().map(ToString::to_string).collect(),
            requires: step
                .require
                .iter()
                .map(|(_, text)| text.to_string())
                .collect(),
            documents: wanted("documents", "wanted_document"),
            records: wanted("records", "wanted_record"),
            basis: texts("basis").map(ToString::to_string).collect(),
        }
    }
}
