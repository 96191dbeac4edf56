"""把一个演示世界的案件连同发现、义务、承办人、计数与走势各抄许多份，量列表与监督台用。

    python3 benches/multiply.py 库 倍数      库是 SQLite 的路径，或 psql 认得的 postgresql:// 地址

只为量读取：抄的案件没有时间线与事件，不能再办，也不能自查；请用数据目录的副本。每份的日子错开，标识的末四位是份号。
索引先去掉，抄完再建：一行一行地放进十几个索引，要多花几倍的工夫。
"""

import sqlite3
import subprocess
import sys

# The counts of the desk are folded; they are multiplied, the rows are copied.
COPIES = [
    (
        "case_row",
        "timeline_id, number, procedure, state, body_id, org_path, department, region, party_masked, filed_on, decided_on,"
        " closed_on, last_on, fine_fen, next_due_on, worst, worst_rank, event_count, violation_count, doubt_count, near_count,"
        " undetermined_count, open_duty_count, version, confidentiality",
        "{timeline_id}, number || '-' || {i}, procedure, state, body_id, org_path, department, region, party_masked,"
        " filed_on - {i} % 400, decided_on - {i} % 400, closed_on - {i} % 400, last_on - {i} % 400, fine_fen,"
        " next_due_on + {i} % 60, worst, worst_rank, event_count, violation_count, doubt_count, near_count,"
        " undetermined_count, open_duty_count, version, confidentiality",
        "1 = 1",
        "timeline_id",
    ),
    (
        "finding",
        "id, timeline_id, code, part, trigger_event, keys, status, severity, marks, detail, found_at, changed_at, ended_at,"
        " ended_by, body_id, org_path",
        "{id}, {timeline_id}, code, part, trigger_event, keys, status, severity, marks, detail,"
        " found_at - {i} % 400 * {day}, changed_at - {i} % 400 * {day}, ended_at, ended_by, body_id, org_path",
        "1 = 1",
        "id",
    ),
    (
        "duty",
        "id, timeline_id, code, part, start_event, keys, state, due_on, due_at, is_provisional, met_on, body_id, org_path",
        "{id}, {timeline_id}, code, part, start_event, keys, state, due_on + {i} % 60, due_at, is_provisional, met_on,"
        " body_id, org_path",
        "state NOT IN ('met', 'undetermined')",
        "id",
    ),
    (
        "case_account",
        "timeline_id, account_id, duty",
        "{timeline_id}, account_id, duty",
        "1 = 1",
        "account_id, duty, timeline_id",
    ),
]
MICROSECONDS_OF_A_DAY = 86_400_000_000


# The days of the trend are shifted as those of the findings are; what meets on a day is added.
TREND = (
    "INSERT INTO trend (on_day, org_path, body_id, code, severity, status, confidentiality, found_count, ended_count) "
    "{numbers} SELECT t.on_day - n.i % 400, t.org_path, t.body_id, t.code, t.severity, t.status, t.confidentiality, "
    "SUM(t.found_count), SUM(t.ended_count) FROM trend t CROSS JOIN n WHERE 1 = 1 "
    "GROUP BY t.on_day - n.i % 400, t.org_path, t.body_id, t.code, t.severity, t.status, t.confidentiality "
    "ON CONFLICT (on_day, org_path, body_id, code, severity, status, confidentiality) DO UPDATE SET "
    "found_count = trend.found_count + excluded.found_count, ended_count = trend.ended_count + excluded.ended_count"
)


def statements(engine, times):
    """Each table copied from what it was before, then the counts."""
    number = {
        "sqlite": "printf('%04x', n.i)",
        "postgres": "lpad(to_hex(n.i::int), 4, '0')",
    }[engine]
    numbers = f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {times - 1})"
    for table, columns, values, condition, ordered in COPIES:
        renamed = {
            name: f"substr({name}, 1, length({name}) - 4) || {number}"
            for name in ("id", "timeline_id")
        }
        chosen = values.format(i="n.i", day=MICROSECONDS_OF_A_DAY, **renamed)
        yield (
            f"INSERT INTO {table} ({columns}) {numbers} "
            f"SELECT {chosen} FROM {table} CROSS JOIN n WHERE {condition} ORDER BY {ordered} "
            # A copy whose number happens to be the end of the original is left out.
            "ON CONFLICT DO NOTHING"
        )
    yield TREND.format(numbers=numbers)
    yield f"UPDATE counter SET n = n * {times}"


def without_indexes(indexes, work):
    """The work between taking the indexes away and making them again."""
    yield from (f"DROP INDEX {name}" for name, _ in indexes)
    yield from work
    yield from (made for _, made in indexes)


def main(database, times):
    tables = ", ".join(f"'{table}'" for table, *_ in COPIES)
    if database.startswith("postgres"):
        asked = (
            "SELECT i.indexname, i.indexdef FROM pg_indexes i WHERE i.schemaname = 'public' "
            f"AND i.tablename IN ({tables}) AND i.indexname NOT IN (SELECT conname FROM pg_constraint)"
        )
        psql = ["psql", "-v", "ON_ERROR_STOP=1", "-q", database]
        lines = subprocess.run(
            [*psql, "-At", "-F", "\t", "-c", asked],
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        ).stdout.splitlines()
        indexes = [line.split("\t") for line in lines]
        script = ";\n".join(without_indexes(indexes, statements("postgres", times)))
        memory = "SET maintenance_work_mem = '512MB';\nSET work_mem = '512MB'"
        subprocess.run(
            psql,
            input=f"BEGIN;\n{memory};\n{script};\nCOMMIT;\nVACUUM ANALYZE;\n",
            text=True,
            check=True,
        )
        return
    connection = sqlite3.connect(database, isolation_level=None)
    connection.execute("PRAGMA cache_size = -1000000")
    asked = f"SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND tbl_name IN ({tables})"
    indexes = connection.execute(asked).fetchall()
    connection.execute("BEGIN")
    for statement in without_indexes(indexes, statements("sqlite", times)):
        connection.execute(statement)
    connection.execute("COMMIT")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(sys.argv[1], int(sys.argv[2]))
