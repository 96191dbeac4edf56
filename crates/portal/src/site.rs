//! 网站：叫什么，对外的地址是什么。

/// 网站的名称与地址。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    /// 名称，写在每页的抬头与题名里。
    pub name: String,
    /// 对外的地址，如 `https://gongshi.example.gov.cn`，末尾没有斜线；没有写的不给网站地图与完整的规范地址。
    pub origin: Option<String>,
}

impl Site {
    /// 一个路径的规范地址：写了对外地址的是完整的。
    pub(crate) fn canonical(&self, path: &str) -> String {
        match &self.origin {
            Some(origin) => format!("{origin}{path}"),
            None => path.to_owned(),
        }
    }
}
