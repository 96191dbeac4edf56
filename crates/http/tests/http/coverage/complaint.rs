//! 投诉举报各路由的例子。

use serde_json::{Value, json};

use super::{Elsewhere, Example, why};
use crate::scene::Scene;
use crate::world::Who;

pub(super) async fn example(scene: &Scene, operation: &str) -> Option<Example> {
    use Elsewhere::{Barred, Empty, Hidden, Lacks};
    let (who, key) = (Who::Supervisor, format!("complaint-{operation}"));
    let made = async || scene.complained(&key).await;
    let at = |id: &str, rest: &str| format!("/api/v1/complaints/{id}{rest}");
    Some(match operation {
        "register_complaint" => Example::new("/api/v1/complaints", who, Barred)
            .json(scene.complaint())
            .status(201),
        "list_complaints" => {
            made().await;
            Example::new("/api/v1/complaints", who, Empty("complaints"))
        }
        "get_complaint_summary" => {
            made().await;
            Example::new("/api/v1/complaints/summary", who, Empty("summary"))
        }
        "get_complaint" => Example::new(at(&made().await, ""), who, Hidden),
        "create_informant_request" => {
            let path = at(&made().await, "/informant_requests");
            Example::new(path, who, Hidden).json(why()).status(201)
        }
        "approve_informant_request" => {
            let path = scene.asked(&key, &made().await).await;
            Example::new(format!("{path}/approve"), Who::Registrar, Hidden)
        }
        "open_informant" => {
            let path = scene.asked(&key, &made().await).await;
            let approve = format!("{path}/approve");
            let done = scene
                .world
                .post(Who::Registrar, &approve, &Value::Null)
                .await;
            assert_eq!(done.status, 200, "{}", done.text);
            Example::new(format!("{path}/open"), who, Hidden)
        }
        "export_complaints" => {
            made().await;
            let path = "/api/v1/exports/complaints";
            Example::new(path, who, Lacks("舆情反映".to_owned())).json(json!({}))
        }
        _ => return None,
    })
}
