//! 一条规则的示例：问到时才从原文读出。

use std::sync::OnceLock;

use super::Example;
use crate::book::Book;
use crate::diagnostic::{Sink, SourceFile};
use crate::tree::Reader;

/// 一条规则的示例：加载时只查过、数过，问到时才从规则的原文读出来留着。
///
/// Nine tenths of a lawbook's readers never look at an example; ten thousand rules have fifty thousand of them.
pub struct Examples {
    count: usize,
    file: SourceFile,
    list: OnceLock<Box<[Example]>>,
}

impl Examples {
    /// 查一个规则文件的示例。
    pub(crate) fn check(book: &Book, reader: &Reader<'_>, sink: &mut Sink) -> Examples {
        let tables = reader.tables("example", sink).into_iter();
        let sound = tables.filter_map(|table| Example::read(Some(book), table, sink));
        Examples {
            count: sound.count(),
            file: reader.file.clone(),
            list: OnceLock::new(),
        }
    }

    /// 有几个。
    pub fn len(&self) -> usize {
        self.count
    }

    /// 一个也没有。
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    fn read_again(&self) -> Box<[Example]> {
        let sink = &mut Sink::default();
        let tree = crate::tree::parse(&self.file, sink);
        let reader = tree
            .as_ref()
            .and_then(|tree| Reader::new(&self.file, tree, sink));
        let tables = reader
            .iter()
            .flat_map(|r| r.tables("example", &mut Sink::default()));
        tables
            .filter_map(|table| Example::read(None, table, &mut Sink::default()))
            .collect()
    }
}

impl std::ops::Deref for Examples {
    type Target = [Example];

    fn deref(&self) -> &[Example] {
        self.list.get_or_init(|| self.read_again())
    }
}

impl<'e> IntoIterator for &'e Examples {
    type Item = &'e Example;
    type IntoIter = std::slice::Iter<'e, Example>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}
