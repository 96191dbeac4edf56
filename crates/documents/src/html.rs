//! 写 HTML：一切文字经转义，标签只来自本模块的调用者写死的名字。

/// 正在写的一页。
pub(crate) struct Html {
    out: String,
}

impl Html {
    /// 空白的一页。
    pub(crate) fn new() -> Html {
        Html {
            out: String::with_capacity(64 * 1024),
        }
    }

    /// 写好的全文。
    pub(crate) fn finish(self) -> String {
        self.out
    }

    /// 照写；只给写死的片段用，不可有外来的文字。
    pub(crate) fn raw(&mut self, markup: &'static str) -> &mut Html {
        self.out.push_str(markup);
        self
    }

    /// 写文字，转义。
    pub(crate) fn text(&mut self, text: &str) -> &mut Html {
        for c in text.chars() {
            match c {
                '&' => self.out.push_str("&amp;"),
                '<' => self.out.push_str("&lt;"),
                '>' => self.out.push_str("&gt;"),
                '"' => self.out.push_str("&quot;"),
                '\'' => self.out.push_str("&#39;"),
                // Control characters are not allowed in HTML; direction overrides would let a name rewrite its line.
                c if is_unprintable(c) => self.out.push('\u{fffd}'),
                c => self.out.push(c),
            }
        }
        self
    }

    /// 一个元素，内容为文字。
    pub(crate) fn element(&mut self, tag: &'static str, text: &str) -> &mut Html {
        self.open(tag, "").text(text).close(tag)
    }

    /// 一个带类名的元素，内容为文字。
    pub(crate) fn styled(
        &mut self,
        tag: &'static str,
        class: &'static str,
        text: &str,
    ) -> &mut Html {
        self.open(tag, class).text(text).close(tag)
    }

    /// 开标签。
    pub(crate) fn open(&mut self, tag: &'static str, class: &'static str) -> &mut Html {
        self.out.push('<');
        self.out.push_str(tag);
        if !class.is_empty() {
            self.out.push_str(" class=\"");
            self.out.push_str(class);
            self.out.push('"');
        }
        self.out.push('>');
        self
    }

    /// 闭标签。
    pub(crate) fn close(&mut self, tag: &'static str) -> &mut Html {
        self.out.push_str("</");
        self.out.push_str(tag);
        self.out.push('>');
        self
    }

    /// 一节：标题带锚点。
    pub(crate) fn section(&mut self, id: &'static str, title: &str) -> &mut Html {
        self.out.push_str("<section aria-labelledby=\"");
        self.out.push_str(id);
        self.out.push_str("\"><h2 id=\"");
        self.out.push_str(id);
        self.out.push_str("\">");
        self.text(title);
        self.out.push_str("</h2>\n");
        self
    }

    /// 指向本页一处的链接。
    pub(crate) fn link_to(&mut self, to: &'static str, number: u64, text: &str) -> &mut Html {
        self.out.push_str("<a href=\"#");
        self.out.push_str(to);
        self.out.push('-');
        self.out.push_str(&number.to_string());
        self.out.push_str("\">");
        self.text(text).raw("</a>")
    }

    /// 开一个可以被指到的元素。
    pub(crate) fn open_at(
        &mut self,
        tag: &'static str,
        class: &'static str,
        (name, number): (&'static str, u64),
    ) -> &mut Html {
        self.out.push('<');
        self.out.push_str(tag);
        self.out.push_str(" class=\"");
        self.out.push_str(class);
        self.out.push_str("\" id=\"");
        self.out.push_str(name);
        self.out.push('-');
        self.out.push_str(&number.to_string());
        self.out.push_str("\">");
        self
    }

    /// 一个无序列表；没有内容的不写。
    pub(crate) fn list(&mut self, lines: &[String]) -> &mut Html {
        if lines.is_empty() {
            return self;
        }
        self.raw("<ul>");
        for line in lines {
            self.element("li", line);
        }
        self.raw("</ul>\n")
    }

    /// 一张表：标题、列名、各行；数字列靠右。
    pub(crate) fn table(
        &mut self,
        caption: &str,
        columns: &[Column],
        rows: &[Vec<String>],
    ) -> &mut Html {
        self.raw("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"");
        self.text(caption);
        self.raw("\"><table>");
        self.element("caption", caption);
        self.raw("<thead><tr>");
        for column in columns {
            self.raw(if column.is_number {
                "<th scope=\"col\" class=\"n\">"
            } else {
                "<th scope=\"col\">"
            });
            self.text(column.name).raw("</th>");
        }
        self.raw("</tr></thead><tbody>\n");
        for row in rows {
            self.raw("<tr>");
            for (at, cell) in row.iter().enumerate() {
                let is_number = columns.get(at).is_some_and(|c| c.is_number);
                match (at, is_number) {
                    (0, _) => self.raw("<th scope=\"row\">").text(cell).raw("</th>"),
                    (_, true) => self.raw("<td class=\"n\">").text(cell).raw("</td>"),
                    (_, false) => self.raw("<td>").text(cell).raw("</td>"),
                };
            }
            self.raw("</tr>\n");
        }
        self.raw("</tbody></table></div>\n")
    }
}

/// 一列。
pub(crate) struct Column {
    /// 列名。
    pub(crate) name: &'static str,
    /// 是否数字。
    pub(crate) is_number: bool,
}

/// 文字列。
pub(crate) const fn words(name: &'static str) -> Column {
    Column {
        name,
        is_number: false,
    }
}

/// 数字列。
pub(crate) const fn number(name: &'static str) -> Column {
    Column {
        name,
        is_number: true,
    }
}

/// 不可见而能改变显示的字符：控制符、方向符、零宽字符。
pub(crate) fn is_unprintable(c: char) -> bool {
    (c.is_control() && !matches!(c, '\n' | '\t'))
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}
