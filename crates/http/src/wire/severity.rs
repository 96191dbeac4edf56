//! 严重程度在接口里的写法。

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// 严重程度：notice 提示、warning 预警、breach 违规、grave 重大违法。
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// 提示
    Notice,
    /// 预警
    Warning,
    /// 违规
    Breach,
    /// 重大违法
    Grave,
}

impl From<mingjing_domain::finding::Severity> for Severity {
    fn from(severity: mingjing_domain::finding::Severity) -> Self {
        use mingjing_domain::finding::Severity as Of;
        match severity {
            Of::Notice => Severity::Notice,
            Of::Warning => Severity::Warning,
            Of::Breach => Severity::Breach,
            Of::Grave => Severity::Grave,
        }
    }
}

impl From<Severity> for mingjing_domain::finding::Severity {
    fn from(severity: Severity) -> Self {
        use mingjing_domain::finding::Severity as Of;
        match severity {
            Severity::Notice => Of::Notice,
            Severity::Warning => Of::Warning,
            Severity::Breach => Of::Breach,
            Severity::Grave => Of::Grave,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wire_and_the_short_codes_of_the_domain_agree() {
        for severity in mingjing_domain::finding::Severity::ALL {
            let wire = serde_json::to_value(Severity::from(severity)).unwrap();
            assert_eq!(wire, severity.code());
            assert_eq!(
                mingjing_domain::finding::Severity::from(Severity::from(severity)),
                severity
            );
            assert_eq!(
                mingjing_domain::finding::Severity::of_code(severity.code()),
                Some(severity)
            );
        }
    }
}
