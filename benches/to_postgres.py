"""把一个 SQLite 的库逐表抄进一个刚 `mingjing migrate` 过的 PostgreSQL 库，量两种库的同一个世界用。

    python3 benches/to_postgres.py 库的路径 postgres://地址

要数据库的超级用户：抄写时不动触发器。
"""

import sqlite3
import subprocess
import sys


def told(value):
    """One value as COPY reads it."""
    if value is None:
        return "\\N"
    if isinstance(value, bytes):
        return "\\\\x" + value.hex()
    text = str(value)
    return text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")


def main(path, address):
    source = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    tables = [
        name
        for (name,) in source.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'")
    ]
    there = subprocess.run(
        ["psql", "-qAtX", address, "-c", "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"],
        check=True,
        text=True,
        capture_output=True,
    ).stdout.split()
    tables = [table for table in tables if table in there]
    psql = subprocess.Popen(
        ["psql", "-qX", "-v", "ON_ERROR_STOP=1", address], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True
    )
    write = psql.stdin.write
    write(f"BEGIN; SET session_replication_role = replica; TRUNCATE {', '.join(tables)};\n")
    for table in tables:
        rows = source.execute(f"SELECT * FROM {table}")
        write(f"COPY {table} ({', '.join(name for name, *_ in rows.description)}) FROM STDIN;\n")
        for row in rows:
            write("\t".join(map(told, row)) + "\n")
        write("\\.\n")
    # The next row made there gets the next number.
    write("""SELECT setval(pg_get_serial_sequence(table_name, column_name),
        (xpath('/row/c/text()', query_to_xml(format('SELECT COALESCE(MAX(%I), 0) + 1 AS c FROM %I', column_name, table_name),
        false, true, '')))[1]::text::bigint, false)
        FROM information_schema.columns WHERE table_schema = 'public' AND is_identity = 'YES';
COMMIT; VACUUM ANALYZE;
""")
    psql.stdin.close()
    sys.exit(psql.wait())


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
