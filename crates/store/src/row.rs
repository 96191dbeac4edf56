//! 行：两种数据库读出的一行，按列名成为结构；怎样取值只写在这里。

use rusqlite::types::ValueRef;
use tokio_postgres::Row as PgRow;

use crate::failure::{DbError, DbResult};

/// One row while it stands under the cursor.
pub(crate) struct Row<'a> {
    cells: Cells<'a>,
    places: &'a Places,
    /// The field that is filled next.
    next: usize,
}

#[derive(Clone, Copy)]
enum Cells<'a> {
    Sqlite(&'a rusqlite::Row<'a>),
    Postgres(&'a PgRow),
}

/// Where in the rows of a statement each field of a structure stands: found by the names of the first row, once.
#[derive(Default)]
pub(crate) struct Places(Option<Vec<usize>>);

/// What a row of a statement becomes.
pub(crate) trait FromRow: Sized + Send + 'static {
    /// The columns, in the order in which `from_row` takes them.
    const COLUMNS: &'static [&'static str];
    fn from_row(row: &mut Row<'_>) -> DbResult<Self>;
}

/// What a cell becomes.
pub(crate) trait Column: Sized {
    /// `None` when the cell holds something else.
    fn of_sqlite(cell: ValueRef<'_>) -> Option<Self>;
    fn of_postgres(row: &PgRow, at: usize) -> Result<Self, tokio_postgres::Error>;
}

impl Places {
    /// A row of SQLite as a structure.
    pub(crate) fn read_sqlite<R: FromRow>(&mut self, row: &rusqlite::Row<'_>) -> DbResult<R> {
        self.read(Cells::Sqlite(row))
    }

    /// A row of PostgreSQL as a structure.
    pub(crate) fn read_postgres<R: FromRow>(&mut self, row: &PgRow) -> DbResult<R> {
        self.read(Cells::Postgres(row))
    }

    fn read<R: FromRow>(&mut self, cells: Cells<'_>) -> DbResult<R> {
        if self.0.is_none() {
            let places = R::COLUMNS.iter().map(|name| cells.find(name));
            self.0 = Some(places.collect::<DbResult<_>>()?);
        }
        R::from_row(&mut Row {
            cells,
            places: self,
            next: 0,
        })
    }
}

impl Row<'_> {
    /// The cell of the next column.
    pub(crate) fn next<T: Column>(&mut self) -> DbResult<T> {
        let places = self.places.0.as_deref().unwrap_or_default();
        let at = places.get(self.next).copied();
        self.next += 1;
        self.cells.at(at.unwrap_or(usize::MAX))
    }
}

impl Cells<'_> {
    fn at<T: Column>(self, at: usize) -> DbResult<T> {
        match self {
            Cells::Sqlite(row) => {
                let cell = T::of_sqlite(row.get_ref(at)?);
                cell.ok_or_else(|| DbError::Column(self.name(at).unwrap_or_default().to_owned()))
            }
            Cells::Postgres(row) => Ok(T::of_postgres(row, at)?),
        }
    }

    fn find(self, name: &str) -> DbResult<usize> {
        let found = (0..self.len()).find(|at| self.name(*at) == Some(name));
        found.ok_or_else(|| DbError::Column(name.to_owned()))
    }

    fn len(self) -> usize {
        match self {
            Cells::Sqlite(row) => row.as_ref().column_count(),
            Cells::Postgres(row) => row.len(),
        }
    }

    fn name(&self, at: usize) -> Option<&str> {
        match self {
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
            const COLUMNS: &'static [&'static str] = &[$(stringify!($field)),*];

            fn from_row(
                row: &mut $crate::row::Row<'_>,
            ) -> $crate::failure::DbResult<Self> {
                Ok($name {
                    $($field: row.next()?),*
                })
            }
        }
    };
}
pub(crate) use row;

/// Nothing is wanted of the row.
impl FromRow for () {
    const COLUMNS: &'static [&'static str] = &[];

    fn from_row(_: &mut Row<'_>) -> DbResult<Self> {
        Ok(())
    }
}

/// The first column, whatever its name.
pub(crate) struct First<T>(pub(crate) T);

impl<T: Column + Send + 'static> FromRow for First<T> {
    const COLUMNS: &'static [&'static str] = &[];

    fn from_row(row: &mut Row<'_>) -> DbResult<Self> {
        row.cells.at(0).map(First)
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
