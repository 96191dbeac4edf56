//! 投诉举报的回执：不断号的编号，查询码的摘要，认出同一份表单的摘要。

use mingjing_kernel::id::TimelineId;

use crate::error::{Result, StoreError};
use crate::row::row;
use crate::sql::{column, values};
use crate::tx::{Read, Tx};

/// 一件的回执。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ComplaintReceipt {
    /// 哪一件。
    pub timeline: TimelineId,
    /// 编号。
    pub number: String,
    /// 查询码的摘要。
    pub code_digest: Vec<u8>,
}

row! {
    struct ReceiptRow {
        timeline_id: String,
        number: String,
        code_digest: Vec<u8>,
    }
}

const SELECT: &str = "SELECT timeline_id, number, code_digest FROM complaint_receipt";

impl ReceiptRow {
    fn into_receipt(self) -> Result<ComplaintReceipt> {
        Ok(ComplaintReceipt {
            timeline: column::timeline_id(&self.timeline_id)?,
            number: self.number,
            code_digest: self.code_digest,
        })
    }
}

impl Read {
    /// 这个编号的回执；没有为 `None`。
    pub async fn find_receipt(&self, number: &str) -> Result<Option<ComplaintReceipt>> {
        let sql = format!("{SELECT} WHERE number = $1");
        let row = self.row::<ReceiptRow>(&sql, values![number]).await?;
        row.map(ReceiptRow::into_receipt).transpose()
    }

    /// 这一份表单已经登记成的那一件；没有为 `None`。
    pub async fn find_receipt_of_form(&self, form: &[u8; 32]) -> Result<Option<ComplaintReceipt>> {
        let sql = format!("{SELECT} WHERE form_digest = $1");
        let row = self.row::<ReceiptRow>(&sql, values![form]).await?;
        row.map(ReceiptRow::into_receipt).transpose()
    }
}

impl Tx {
    /// 这个受理机关这一年的下一个号。最后才取：命令不成，号也退回去，不断号。
    pub async fn take_complaint_number(&self, place: &str, year: i64) -> Result<i64> {
        row! {
            struct Last {
                last: i64,
            }
        }
        let sql = "INSERT INTO complaint_number (place, year, last) VALUES ($1, $2, 1) \
             ON CONFLICT (place, year) DO UPDATE SET last = complaint_number.last + 1";
        self.execute(sql, values![place, year]).await?;
        let sql = "SELECT last FROM complaint_number WHERE place = $1 AND year = $2";
        let row = self.row::<Last>(sql, values![place, year]).await?;
        let row = row.ok_or_else(|| StoreError::corrupt("取不到投诉举报的编号".to_owned()))?;
        Ok(row.last)
    }

    /// 写下回执。同一份表单的第二份不收。
    pub async fn put_receipt(
        &self,
        receipt: &ComplaintReceipt,
        form: Option<&[u8; 32]>,
    ) -> Result<()> {
        self.execute(
            "INSERT INTO complaint_receipt (timeline_id, number, code_digest, form_digest, issued_at) \
             VALUES ($1, $2, $3, $4, $5)",
            values![
                receipt.timeline,
                receipt.number.as_str(),
                &receipt.code_digest,
                form.map(|form| form.to_vec()),
                self.now(),
            ],
        )
        .await?;
        Ok(())
    }
}
