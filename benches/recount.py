"""Independent recount of the peer workload: violations when WD(n) and CD(n) are counted as the law counts them.

Usage: python3 benches/recount.py FOLDER   (cases.jsonl and rules.json of the workload)
Shares no code with the product: plain day-by-day counting over the calendar files of the lawbook.
"""
import datetime as dt
import json
import pathlib
import sys
import tomllib

root = pathlib.Path(__file__).resolve().parent.parent / "lawbook" / "calendars"
off, work = set(), set()
for path in root.glob("*.toml"):
    for holiday in tomllib.loads(path.read_text(encoding="utf-8"))["holiday"]:
        for key, days in (("off", off), ("work", work)):
            for text in holiday.get(key, []):
                first, _, last = text.partition("..")
                day, end = dt.date.fromisoformat(first), dt.date.fromisoformat(last or first)
                while day <= end:
                    days.add(day)
                    day += dt.timedelta(1)


def working(day):
    return day in work or (day not in off and day.weekday() < 5)


def due(kind, start, n):
    day = start
    if kind == "wlimit":
        while n:
            day += dt.timedelta(1)
            n -= working(day)
        return day
    day += dt.timedelta(n)
    while not working(day):
        day += dt.timedelta(1)
    return day


folder = pathlib.Path(sys.argv[1])
rules = json.loads((folder / "rules.json").read_text())
epoch = dt.date(2016, 1, 1)
cache, total = {}, 0
for line in (folder / "cases.jsonl").open():
    case = json.loads(line)
    days = dict(case["events"])
    for rule in rules:
        guard = rule["guard"]
        if guard.get("proc", case["proc"]) != case["proc"] or guard.get("party", case["party"]) != case["party"]:
            continue
        if case["fine"] < guard.get("fine_min", 0) or case["fine"] >= guard.get("fine_max", 1 << 60):
            continue
        a, b, kind = days.get(rule["a"]), days.get(rule["b"]), rule["kind"]
        if a is None:
            continue
        if kind == "must":
            total += b is None
        elif b is not None:
            if kind == "order":
                total += b < a
            else:
                key = (kind, a, rule["n"])
                if key not in cache:
                    cache[key] = (due(kind, epoch + dt.timedelta(a), rule["n"]) - epoch).days
                total += b > cache[key]
print(total)
