//! 方言：两种数据库的差别全在这里，别处不分。

use std::path::Path;
use std::time::Duration;

use crate::error::{Result, StoreError};

/// How long a command waits for a connection of the pool before the store counts as unavailable.
pub(crate) const ACQUIRE_PATIENCE: Duration = Duration::from_secs(10);

/// 数据库引擎。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Engine {
    Sqlite,
    Postgres,
}

impl Engine {
    /// Appended to a SELECT of rows that this transaction is going to change.
    pub(crate) const fn for_update(self) -> &'static str {
        match self {
            // The one writer holds the lock of the whole file already.
            Engine::Sqlite => "",
            Engine::Postgres => " FOR UPDATE",
        }
    }

    /// As `for_update`, passing over rows that somebody else holds.
    pub(crate) const fn for_update_skip_locked(self) -> &'static str {
        match self {
            Engine::Sqlite => "",
            Engine::Postgres => " FOR UPDATE SKIP LOCKED",
        }
    }

    /// Kept answers whose bytes contain the first parameter.
    pub(crate) const fn delete_replies_about(self) -> &'static str {
        match self {
            Engine::Sqlite => "DELETE FROM idempotency WHERE instr(body, $1) > 0",
            Engine::Postgres => "DELETE FROM idempotency WHERE position($1 in body) > 0",
        }
    }

    /// The function that says where a text stands in another, from 1; 0 where it does not.
    pub(crate) const fn position(self) -> &'static str {
        match self {
            Engine::Sqlite => "instr",
            Engine::Postgres => "strpos",
        }
    }

    /// A path as far as the segment that follows its first `length` characters; the path itself where none does.
    pub(crate) fn path_below(self, column: &str, length: usize) -> String {
        let position = self.position();
        let rest = length + 1;
        format!("substr({column}, 1, {length} + {position}(substr({column}, {rest}), '/'))")
    }

    /// Names the index that a table is to be read by. PostgreSQL chooses by what it knows of the values.
    pub(crate) fn indexed_by(self, index: &str) -> String {
        match self {
            Engine::Sqlite => format!(" INDEXED BY {index}"),
            Engine::Postgres => String::new(),
        }
    }

    /// Whether what is selected from an ordered subquery, joined to nothing before it, comes in that order: SQLite would
    /// otherwise read the subquery to its end and sort it again.
    pub(crate) const fn keeps_order(self) -> bool {
        matches!(self, Engine::Sqlite)
    }

    /// Asks how a statement would be done.
    pub(crate) const fn explain(self) -> &'static str {
        match self {
            Engine::Sqlite => "EXPLAIN QUERY PLAN",
            Engine::Postgres => "EXPLAIN",
        }
    }

    /// At the end of a subquery: keeps what is outside from choosing how it is read.
    pub(crate) const fn fence(self) -> &'static str {
        match self {
            Engine::Sqlite => "",
            Engine::Postgres => " OFFSET 0",
        }
    }

    /// Begins a transaction that writes.
    pub(crate) const fn begin_write(self) -> &'static str {
        match self {
            Engine::Sqlite => "BEGIN IMMEDIATE",
            Engine::Postgres => "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE",
        }
    }

    /// Begins a transaction that sees one state of the database from its first statement to its last.
    pub(crate) const fn begin_read(self) -> &'static str {
        match self {
            Engine::Sqlite => "BEGIN DEFERRED",
            Engine::Postgres => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        }
    }

    /// The text of a migration with its type words and directives written out for this engine.
    pub(crate) fn render(self, template: &str) -> String {
        let mut text = String::with_capacity(template.len() * 2);
        for line in template.lines() {
            if let Some(table) = directive(line, "{append_only}") {
                text.push_str(&self.append_only(table));
            } else if let Some(table) = directive(line, "{erase_only}") {
                text.push_str(&self.erase_only(table));
            } else if line == ");" {
                text.push_str(match self {
                    Engine::Sqlite => ") STRICT;",
                    Engine::Postgres => ");",
                });
            } else {
                let mut line = line.to_owned();
                for (word, sqlite, postgres) in TYPE_WORDS {
                    line = line.replace(
                        word,
                        match self {
                            Engine::Sqlite => sqlite,
                            Engine::Postgres => postgres,
                        },
                    );
                }
                text.push_str(&line);
            }
            text.push('\n');
        }
        text
    }

    /// Triggers that refuse UPDATE and DELETE.
    fn append_only(self, table: &str) -> String {
        match self {
            Engine::Sqlite => format!(
                "CREATE TRIGGER {table}_refuses_update BEFORE UPDATE ON {table} \
                 BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END;\n\
                 CREATE TRIGGER {table}_refuses_delete BEFORE DELETE ON {table} \
                 BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END;"
            ),
            Engine::Postgres => format!(
                "CREATE FUNCTION {table}_refuses_change() RETURNS trigger LANGUAGE plpgsql AS \
                 $$ BEGIN RAISE EXCEPTION '{table} is append-only'; END $$;\n\
                 CREATE TRIGGER {table}_refuses_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} \
                 FOR EACH STATEMENT EXECUTE FUNCTION {table}_refuses_change();"
            ),
        }
    }

    /// Triggers that allow one change of a row, once: salt and body blanked together, with the instant.
    fn erase_only(self, table: &str) -> String {
        let is_erasure = "NEW.position = OLD.position AND OLD.erased_at IS NULL \
                          AND NEW.erased_at IS NOT NULL AND NEW.salt IS NULL AND NEW.body IS NULL";
        match self {
            Engine::Sqlite => format!(
                "CREATE TRIGGER {table}_allows_erasure BEFORE UPDATE ON {table} \
                 WHEN NOT ({is_erasure}) \
                 BEGIN SELECT RAISE(ABORT, '{table} may only be erased'); END;\n\
                 CREATE TRIGGER {table}_refuses_delete BEFORE DELETE ON {table} \
                 BEGIN SELECT RAISE(ABORT, '{table} may only be erased'); END;"
            ),
            Engine::Postgres => format!(
                "CREATE FUNCTION {table}_allows_erasure() RETURNS trigger LANGUAGE plpgsql AS \
                 $$ BEGIN IF {is_erasure} THEN RETURN NEW; END IF; \
                 RAISE EXCEPTION '{table} may only be erased'; END $$;\n\
                 CREATE FUNCTION {table}_refuses_delete() RETURNS trigger LANGUAGE plpgsql AS \
                 $$ BEGIN RAISE EXCEPTION '{table} may only be erased'; END $$;\n\
                 CREATE TRIGGER {table}_allows_erasure BEFORE UPDATE ON {table} \
                 FOR EACH ROW EXECUTE FUNCTION {table}_allows_erasure();\n\
                 CREATE TRIGGER {table}_refuses_delete BEFORE DELETE OR TRUNCATE ON {table} \
                 FOR EACH STATEMENT EXECUTE FUNCTION {table}_refuses_delete();"
            ),
        }
    }
}

/// What the type words of a migration become: word, SQLite, PostgreSQL. Text is compared byte by byte on both.
const TYPE_WORDS: [(&str, &str, &str); 10] = [
    (
        "{auto}",
        "INTEGER PRIMARY KEY AUTOINCREMENT",
        "BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY",
    ),
    ("{text}", "TEXT", "TEXT COLLATE \"C\""),
    ("{json}", "TEXT", "TEXT COLLATE \"C\""),
    ("{int}", "INTEGER", "BIGINT"),
    ("{instant}", "INTEGER", "BIGINT"),
    ("{fen}", "INTEGER", "BIGINT"),
    ("{day}", "INTEGER", "INTEGER"),
    ("{bool}", "INTEGER", "BOOLEAN"),
    ("{blob}", "BLOB", "BYTEA"),
    ("{no_bytes}", "x''", "''::bytea"),
];

/// The roles of PostgreSQL and what each may do. Run again after each migration: it covers all tables there are.
pub(crate) const ROLES: &str = "
DO $$
DECLARE role text;
BEGIN
    FOREACH role IN ARRAY ARRAY['mingjing_migrator', 'mingjing_app', 'mingjing_reader'] LOOP
        BEGIN
            EXECUTE format('CREATE ROLE %I NOLOGIN', role);
        EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
        END;
    END LOOP;
END $$;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE, CREATE ON SCHEMA public TO mingjing_migrator;
GRANT USAGE ON SCHEMA public TO mingjing_app, mingjing_reader;
GRANT ALL ON ALL TABLES IN SCHEMA public TO mingjing_migrator;
GRANT SELECT ON ALL TABLES IN SCHEMA public TO mingjing_reader;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO mingjing_app;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO mingjing_app;
REVOKE UPDATE, DELETE ON event, audit, log_entry, checkpoint, key_handover, schema_version FROM mingjing_app;
REVOKE INSERT ON schema_version FROM mingjing_app;
REVOKE UPDATE, DELETE ON event_payload FROM mingjing_app;
GRANT UPDATE (salt, body, erased_at) ON event_payload TO mingjing_app;
REVOKE SELECT ON account, account_password, session, totp, recovery_code FROM mingjing_reader;
";

fn directive<'a>(line: &'a str, word: &str) -> Option<&'a str> {
    line.strip_prefix(word)?.trim().strip_suffix(';')
}

/// Makes an empty file that nobody else may read: it will hold personal data. The files beside it inherit its rights.
pub(crate) fn create_private(path: &Path) -> Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map_err(|error| match error.kind() {
        std::io::ErrorKind::AlreadyExists => StoreError::Duplicate(path.display().to_string()),
        _ => StoreError::unavailable(error),
    })?;
    Ok(())
}
