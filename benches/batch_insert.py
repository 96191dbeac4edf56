"""What the database does by itself: the rows that a bulk import wrote, inserted again by plain batch inserts.

Usage: python3 benches/batch_insert.py sqlite SOURCE.db COPY.db
       python3 benches/batch_insert.py postgres postgres://…/source postgres://…/copy     (psycopg installed, psql on the path)

SOURCE is a database filled by `platform bulk`, COPY one that `platform bulk … 0` has only migrated. Same tables, indexes and
triggers, same durability, one commit for as many events as one part of an import had on average; nothing is computed.
"""
import json
import sqlite3
import subprocess
import sys
import tempfile
import time

TABLES = ["timeline", "event", "event_payload", "pending_entry"]
EVENTS_PER_COMMIT = 500
ROWS_PER_INSERT = 100
FIRST_EVENT = "(SELECT MIN(position) FROM event WHERE timeline_id = timeline.id)"


def tell(events, seconds):
    print(f"数据库自己的成批插入：{events} 个事件，{seconds:.2f} 秒，每秒 {events / seconds:.0f} 个")


def sqlite(source, copy):
    rows = {}
    with sqlite3.connect(source) as db:
        for table in TABLES:
            rows[table] = db.execute(f"SELECT * FROM {table} ORDER BY rowid").fetchall()
    db = sqlite3.connect(copy, isolation_level=None)
    db.execute("PRAGMA synchronous = FULL")
    db.execute("PRAGMA foreign_keys = ON")
    events = len(rows["event"])
    commits = -(-events // EVENTS_PER_COMMIT)
    started = time.perf_counter()
    for part in range(commits):
        db.execute("BEGIN IMMEDIATE")
        for table in TABLES:
            size = -(-len(rows[table]) // commits)
            piece = rows[table][part * size:(part + 1) * size]
            if piece:
                db.executemany(f"INSERT INTO {table} VALUES ({','.join('?' * len(piece[0]))})", piece)
        db.execute("COMMIT")
    tell(events, time.perf_counter() - started)


def postgres(source, copy):
    import psycopg

    rows = {}
    with psycopg.connect(source) as db:
        for table in TABLES:
            key = FIRST_EVENT if table == "timeline" else 1
            rows[table] = db.execute(f"SELECT * FROM {table} ORDER BY {key}").fetchall()
    events = len(rows["event"])
    commits = -(-events // EVENTS_PER_COMMIT)
    script = []
    with psycopg.connect(copy, cursor_factory=psycopg.ClientCursor) as db:
        cursor = db.cursor()
        for part in range(commits):
            script.append("BEGIN")
            for table in TABLES:
                size = -(-len(rows[table]) // commits)
                piece = rows[table][part * size:(part + 1) * size]
                for at in range(0, len(piece), ROWS_PER_INSERT):
                    some = piece[at:at + ROWS_PER_INSERT]
                    row = "(" + ",".join(["%s"] * len(some[0])) + ")"
                    text = f"INSERT INTO {table} OVERRIDING SYSTEM VALUE VALUES " + ",".join([row] * len(some))
                    script.append(cursor.mogrify(text, [adapt(value) for values in some for value in values]))
            script.append("COMMIT")
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
        file.write(";\n".join(script) + ";\n")
        file.flush()
        started = time.perf_counter()
        subprocess.run(["psql", "-q", "-v", "ON_ERROR_STOP=1", "-f", file.name, copy], check=True)
        tell(events, time.perf_counter() - started)


def adapt(value):
    return json.dumps(value) if isinstance(value, (dict, list)) else value


{"sqlite": sqlite, "postgres": postgres}[sys.argv[1]](*sys.argv[2:])
