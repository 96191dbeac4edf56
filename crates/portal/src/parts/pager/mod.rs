//! 翻页：上一页、下一页；没有的一头写明到头了，不留一个点不动的链接。

/// 翻页。
#[derive(Debug, Clone, Default)]
pub(crate) struct Pager {
    /// 上一页的地址。
    pub(crate) previous: Option<String>,
    /// 下一页的地址。
    pub(crate) next: Option<String>,
    /// 第一页的地址，只能往下翻的列表用。
    pub(crate) first: Option<String>,
}

impl Pager {
    /// 只有一页，不用翻。
    pub(crate) fn is_needed(&self) -> bool {
        self.previous.is_some() || self.next.is_some() || self.first.is_some()
    }
}
