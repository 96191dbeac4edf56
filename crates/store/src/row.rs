//! 行：两种数据库读出的一行，按列名成为结构；怎样取值只写在这里。

use rusqlite::types::ValueRef;
use tokio_postgres::Row as PgRow;

use crate::failure::{DbError, DbResult};

/// One row while it stands under the cursor.
pub(crate) struct Row<'a> {
    cells: Cells<'a>,
    /// Where the next column is looked for first: structures name their columns in the order of the statement.
    next: usize,
}

enum Cells<'a> {
    Sqlite(&'a rusqlite::Row<'a>),
    Postgres(&'a PgRow),
}

/// What a row of a statement becomes.
pub(crate) trait FromRow: Sized + Send + 'static {
    fn from_row(row: &mut Row<'_>) -> DbResult<Self>;
}

/// What a cell becomes.
pub(crate) trait Column: Sized {
    /// `None` when the cell holds something else.
    fn of_sqlite(cell: ValueRef<'_>) -> Option<Self>;
    fn of_postgres(row: &PgRow, at: usize) -> Result<Self, tokio_postgres::Error>;
}

impl<'a> Row<'a> {
    pub(crate) const fn of_sqlite(row: &'a rusqlite::Row<'a>) -> Self {
        Row {
            cells: Cells::Sqlite(row),
            next: 0,
        }
    }

    pub(crate) const fn of_postgres(row: &'a PgRow) -> Self {
        Row {
            cells: Cells::Postgres(row),
            next: 0,
        }
    }

    /// The cell of the column of this name.
    pub(crate) fn get<T: Column>(&mut self, name: &str) -> DbResult<T> {
        let at = self.find(name);
        let at = at.ok_or_else(|| DbError::Column(name.to_owned()))?;
        self.next = at + 1;
        self.at(at)
    }

    fn at<T: Column>(&self, at: usize) -> DbResult<T> {
        match self.cells {
            Cells::Sqlite(row) => {
                let cell = T::of_sqlite(row.get_ref(at)?);
                cell.ok_or_else(|| DbError::Column(self.name(at).unwrap_or_default().to_owned()))
            }
            Cells::Postgres(row) => Ok(T::of_postgres(row, at)?),
        }
    }

    fn find(&self, name: &str) -> Option<usize> {
        if self.name(self.next) == Some(name) {
            return Some(self.next);
        }
        (0..self.len()).find(|at| self.name(*at) == Some(name))
    }

    fn len(&self) -> usize {
        match self.cells {
            Cells::Sqlite(row) => row.as_ref().column_count(),
            Cells::Postgres(row) => row.len(),
        }
    }

    fn name(&self, at: usize) -> Option<&str> {
        match self.cells {
            Cells::Sqlite(row) => row.as_ref().column_name(at).ok(),
            Cells::Postgres(row) => row.columns().get(at).map(tokio_postgres::Column::name),
        }
    }
}

/// 结构与它的各列：字段名就是列名。
macro_rules! row {
    (
        $(#[$meta:meta])*
        $visible:vis struct $name:ident {
            $($(#[$field_meta:meta])* $field_visible:vis $field:ident: $type:ty),* $(,)?
        }
    ) => {
        $(#[$meta])*
        $visible struct $name {
            $($(#[$field_meta])* $field_visible $field: $type),*
        }

        impl $crate::row::FromRow for $name {
            fn from_row(
                row: &mut $crate::row::Row<'_>,
            ) -> $crate::failure::DbResult<Self> {
                Ok($name {
                    $($field: row.get(stringify!($field))?),*
                })
            }
        }
    };
}
pub(crate) use row;

/// Nothing is wanted of the row.
impl FromRow for () {
    fn from_row(_: &mut Row<'_>) -> DbResult<Self> {
        Ok(())
    }
}

/// The first column, whatever its name.
pub(crate) struct First<T>(pub(crate) T);

impl<T: Column + Send + 'static> FromRow for First<T> {
    fn from_row(row: &mut Row<'_>) -> DbResult<Self> {
        row.at(0).map(First)
    }
}

macro_rules! column {
    ($($type:ty: |$cell:ident| $of_sqlite:expr;)*) => {
        $(
            impl Column for $type {
                fn of_sqlite($cell: ValueRef<'_>) -> Option<Self> {
                    $of_sqlite
                }
                fn of_postgres(row: &PgRow, at: usize) -> Result<Self, tokio_postgres::Error> {
                    row.try_get(at)
                }
            }

            impl Column for Option<$type> {
                fn of_sqlite(cell: ValueRef<'_>) -> Option<Self> {
                    match cell {
                        ValueRef::Null => Some(None),
                        cell => <$type>::of_sqlite(cell).map(Some),
                    }
                }
                fn of_postgres(row: &PgRow, at: usize) -> Result<Self, tokio_postgres::Error> {
                    row.try_get(at)
                }
            }
        )*
    };
}

column! {
    String: |cell| cell.as_str().ok().map(str::to_owned);
    i64: |cell| cell.as_i64().ok();
    i32: |cell| cell.as_i64().ok().and_then(|number| i32::try_from(number).ok());
    bool: |cell| cell.as_i64().ok().map(|number| number != 0);
    Vec<u8>: |cell| cell.as_bytes().ok().map(<[u8]>::to_vec);
}
