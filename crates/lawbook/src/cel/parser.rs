//! 条件的词法与语法：手写的优先级攀升解析器，深度有上限。

use super::ast::{Binary, Expr, Spanned};

/// 嵌套上限：防止构造的输入耗尽栈。
const DEPTH_MAX: usize = 64;

/// 一个条件中连写的运算与取值的上限：连写的每一环都使语法树深一层。
const LINKS_MAX: usize = 256;

/// 语法错误：位置与说明。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParseError {
    /// 条件文本中的字节位置。
    pub at: usize,
    /// 中文说明。
    pub message: String,
    /// 是超出限制，而不是写错。
    pub is_limit: bool,
}

/// 参数为选择器的函数。
const SELECT_FUNCTIONS: [&str; 3] = ["first", "last", "all"];

#[derive(Debug, Clone, PartialEq)]
enum Token {
    Int(i64),
    Text(String),
    Name(String),
    Symbol(&'static str),
    End,
}

/// 解析一个条件。
pub fn parse(source: &str) -> Result<Spanned, ParseError> {
    let mut parser = Parser {
        source,
        pos: 0,
        token: Token::End,
        at: 0,
        depth: 0,
        links: 0,
    };
    parser.advance()?;
    let expr = parser.expression()?;
    if parser.token != Token::End {
        return Err(parser.error("此处多出内容"));
    }
    Ok(expr)
}

struct Parser<'a> {
    source: &'a str,
    pos: usize,
    token: Token,
    at: usize,
    depth: usize,
    links: usize,
}

const SYMBOLS: [&str; 24] = [
    "&&", "||", "==", "!=", "<=", ">=", "(", ")", "[", "]", "{", "}", ",", ".", "?", ":", "!", "<",
    ">", "+", "-", "*", "/", "%",
];

impl Parser<'_> {
    fn error(&self, message: impl Into<String>) -> ParseError {
        ParseError {
            at: self.at,
            message: message.into(),
            is_limit: false,
        }
    }

    fn limit(&self, message: String) -> ParseError {
        ParseError {
            is_limit: true,
            ..self.error(message)
        }
    }

    fn advance(&mut self) -> Result<(), ParseError> {
        let bytes = self.source.as_bytes();
        while bytes.get(self.pos).is_some_and(u8::is_ascii_whitespace) {
            self.pos += 1;
        }
        self.at = self.pos;
        let Some(&byte) = bytes.get(self.pos) else {
            self.token = Token::End;
            return Ok(());
        };
        self.token = if byte.is_ascii_digit() {
            self.number()?
        } else if byte == b'\'' || byte == b'"' {
            self.quoted(byte)?
        } else if byte.is_ascii_alphabetic() || byte == b'_' {
            let end = self.scan(|b| b.is_ascii_alphanumeric() || b == b'_');
            let name = &self.source[self.pos..end];
            self.pos = end;
            Token::Name(name.to_owned())
        } else {
            match SYMBOLS
                .iter()
                .find(|s| self.source[self.pos..].starts_with(**s))
            {
                Some(symbol) => {
                    self.pos += symbol.len();
                    Token::Symbol(symbol)
                }
                None => return Err(self.error("不认识的字符")),
            }
        };
        Ok(())
    }

    fn scan(&self, keep: impl Fn(u8) -> bool) -> usize {
        let bytes = self.source.as_bytes();
        (self.pos..bytes.len())
            .find(|i| !keep(bytes[*i]))
            .unwrap_or(bytes.len())
    }

    fn number(&mut self) -> Result<Token, ParseError> {
        let end = self.scan(|b| b.is_ascii_digit());
        let number = self.source[self.pos..end]
            .parse()
            .map_err(|_| self.error("整数过大"))?;
        self.pos = end;
        Ok(Token::Int(number))
    }

    fn quoted(&mut self, quote: u8) -> Result<Token, ParseError> {
        let mut text = String::new();
        let mut chars = self.source[self.pos + 1..].char_indices();
        while let Some((i, c)) = chars.next() {
            if c == char::from(quote) {
                self.pos += 1 + i + 1;
                return Ok(Token::Text(text));
            }
            if c == '\\' {
                match chars.next() {
                    Some((_, 'n')) => text.push('\n'),
                    Some((_, escaped @ ('\\' | '\'' | '"'))) => text.push(escaped),
                    _ => return Err(self.error("不认识的转义")),
                }
            } else {
                text.push(c);
            }
        }
        Err(self.error("引号没有闭合"))
    }

    fn is(&self, symbol: &str) -> bool {
        matches!(&self.token, Token::Symbol(s) if *s == symbol)
    }

    fn eat(&mut self, symbol: &str) -> Result<bool, ParseError> {
        let found = self.is(symbol);
        if found {
            self.advance()?;
        }
        Ok(found)
    }

    fn expect(&mut self, symbol: &str) -> Result<(), ParseError> {
        if self.eat(symbol)? {
            Ok(())
        } else {
            Err(self.error(format!("此处应为 {symbol}")))
        }
    }

    fn expression(&mut self) -> Result<Spanned, ParseError> {
        self.depth += 1;
        if self.depth > DEPTH_MAX {
            return Err(self.limit(format!("条件嵌套超过 {DEPTH_MAX} 层，请拆成定义")));
        }
        let at = self.at;
        let condition = self.binary(0)?;
        let result = if self.eat("?")? {
            let yes = self.expression()?;
            self.expect(":")?;
            let no = self.expression()?;
            Spanned {
                at,
                expr: Expr::Cond(Box::new(condition), Box::new(yes), Box::new(no)),
            }
        } else {
            condition
        };
        self.depth -= 1;
        Ok(result)
    }

    fn operator(&self) -> Option<(Binary, u8)> {
        let symbol = match &self.token {
            Token::Symbol(s) => *s,
            Token::Name(name) if name == "in" => "in",
            _ => return None,
        };
        Some(match symbol {
            "||" => (Binary::Or, 1),
            "&&" => (Binary::And, 2),
            "==" => (Binary::Eq, 3),
            "!=" => (Binary::Ne, 3),
            "<" => (Binary::Lt, 3),
            "<=" => (Binary::Le, 3),
            ">" => (Binary::Gt, 3),
            ">=" => (Binary::Ge, 3),
            "in" => (Binary::In, 3),
            "+" => (Binary::Add, 4),
            "-" => (Binary::Sub, 4),
            "*" => (Binary::Mul, 5),
            _ => return None,
        })
    }

    fn binary(&mut self, lowest: u8) -> Result<Spanned, ParseError> {
        let mut left = self.unary()?;
        while let Some((operator, strength)) = self.operator() {
            if strength <= lowest {
                break;
            }
            let at = self.at;
            self.link()?;
            self.advance()?;
            let right = self.binary(strength)?;
            left = Spanned {
                at,
                expr: Expr::Binary(operator, Box::new(left), Box::new(right)),
            };
        }
        if self.is("/") || self.is("%") {
            return Err(self.error("没有除法：费率用 mul_rate"));
        }
        Ok(left)
    }

    fn unary(&mut self) -> Result<Spanned, ParseError> {
        let at = self.at;
        self.depth += 1;
        if self.depth > DEPTH_MAX {
            return Err(self.limit(format!("条件嵌套超过 {DEPTH_MAX} 层，请拆成定义")));
        }
        let result = if self.eat("!")? {
            Spanned {
                at,
                expr: Expr::Not(Box::new(self.unary()?)),
            }
        } else if self.eat("-")? {
            Spanned {
                at,
                expr: Expr::Neg(Box::new(self.unary()?)),
            }
        } else {
            self.postfix()?
        };
        self.depth -= 1;
        Ok(result)
    }

    fn link(&mut self) -> Result<(), ParseError> {
        self.links += 1;
        if self.links > LINKS_MAX {
            return Err(self.limit(format!(
                "条件过长：运算与取值超过 {LINKS_MAX} 处，请拆成定义"
            )));
        }
        Ok(())
    }

    fn postfix(&mut self) -> Result<Spanned, ParseError> {
        let mut base = self.primary()?;
        loop {
            let at = self.at;
            if self.is(".") || self.is("[") {
                self.link()?;
            }
            if self.eat(".")? {
                let Token::Name(name) = self.token.clone() else {
                    return Err(self.error("点号之后应为名字"));
                };
                self.advance()?;
                base = if self.eat("(")? {
                    let arguments = self.arguments(")")?;
                    Spanned {
                        at,
                        expr: Expr::Method(Box::new(base), name, arguments),
                    }
                } else {
                    Spanned {
                        at,
                        expr: Expr::Field(Box::new(base), name),
                    }
                };
            } else if self.eat("[")? {
                let index = self.expression()?;
                self.expect("]")?;
                base = Spanned {
                    at,
                    expr: Expr::Index(Box::new(base), Box::new(index)),
                };
            } else {
                return Ok(base);
            }
        }
    }

    fn arguments(&mut self, close: &str) -> Result<Vec<Spanned>, ParseError> {
        let mut list = Vec::new();
        while !self.eat(close)? {
            if !list.is_empty() {
                self.expect(",")?;
            }
            list.push(self.expression()?);
        }
        Ok(list)
    }

    fn primary(&mut self) -> Result<Spanned, ParseError> {
        let at = self.at;
        let expr = match self.token.clone() {
            Token::Int(n) => {
                self.advance()?;
                Expr::Int(n)
            }
            Token::Text(text) => {
                self.advance()?;
                Expr::Text(text)
            }
            Token::Name(name) if name == "true" || name == "false" => {
                self.advance()?;
                Expr::Bool(name == "true")
            }
            Token::Name(name) if SELECT_FUNCTIONS.contains(&name.as_str()) => {
                return self.selection(name, at);
            }
            Token::Name(name) => {
                self.advance()?;
                if self.eat("(")? {
                    Expr::Call(name, self.arguments(")")?)
                } else {
                    Expr::Name(name)
                }
            }
            Token::Symbol("(") => {
                self.advance()?;
                let inner = self.expression()?;
                self.expect(")")?;
                return Ok(inner);
            }
            Token::Symbol("[") => {
                self.advance()?;
                Expr::List(self.arguments("]")?)
            }
            Token::End => return Err(self.error("条件不完整")),
            Token::Symbol(_) => return Err(self.error("此处应为值")),
        };
        Ok(Spanned { at, expr })
    }

    /// `first( … )`：括号里是选择器，按括号配对取原文（引号内的括号不算）。
    fn selection(&mut self, name: String, at: usize) -> Result<Spanned, ParseError> {
        self.advance()?;
        if !self.is("(") {
            return Ok(Spanned {
                at,
                expr: Expr::Name(name),
            });
        }
        let start = self.pos;
        let (mut depth, mut quote) = (1usize, None);
        for (i, c) in self.source[start..].char_indices() {
            match (quote, c) {
                (Some(q), c) if c == q => quote = None,
                (Some(_), _) => {}
                (None, '\'' | '"') => quote = Some(c),
                (None, '(' | '[') => depth += 1,
                (None, ')' | ']') => depth -= 1,
                (None, _) => {}
            }
            if depth == 0 {
                let text = self.source[start..start + i].to_owned();
                self.pos = start + i + 1;
                self.advance()?;
                return Ok(Spanned {
                    at,
                    expr: Expr::Select(name, text, start),
                });
            }
        }
        Err(self.error("括号没有闭合"))
    }
}
