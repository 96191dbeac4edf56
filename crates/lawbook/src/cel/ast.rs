//! 条件的语法树。

/// 节点：表达式与其在条件文本中的字节位置。
#[derive(Debug, Clone, PartialEq)]
pub struct Spanned {
    /// 起始字节。
    pub at: usize,
    /// 表达式。
    pub expr: Expr,
}

/// 二元运算。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Binary {
    /// `||`
    Or,
    /// `&&`
    And,
    /// `==`
    Eq,
    /// `!=`
    Ne,
    /// `<`
    Lt,
    /// `<=`
    Le,
    /// `>`
    Gt,
    /// `>=`
    Ge,
    /// `in`
    In,
    /// `+`
    Add,
    /// `-`
    Sub,
    /// `*`
    Mul,
}

/// 表达式。
#[derive(Debug, Clone, PartialEq)]
pub enum Expr {
    /// `true` / `false`
    Bool(bool),
    /// 整数
    Int(i64),
    /// 文本（单引号或双引号）
    Text(String),
    /// 列表 `[a, b]`
    List(Vec<Spanned>),
    /// 名字
    Name(String),
    /// 字段 `a.b`
    Field(Box<Spanned>, String),
    /// 下标 `a[i]`
    Index(Box<Spanned>, Box<Spanned>),
    /// `!a`
    Not(Box<Spanned>),
    /// `-a`
    Neg(Box<Spanned>),
    /// 二元运算
    Binary(Binary, Box<Spanned>, Box<Spanned>),
    /// `c ? a : b`
    Cond(Box<Spanned>, Box<Spanned>, Box<Spanned>),
    /// 函数调用 `f(x, y)`
    Call(String, Vec<Spanned>),
    /// 以选择器为参数的调用 `first(decided[fine > 0])`，参数保留原文
    Select(String, String, usize),
    /// 方法或宏 `x.f(y)`
    Method(Box<Spanned>, String, Vec<Spanned>),
}
