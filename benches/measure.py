"""量平台的数字，一步一个工作，各在空目录里从头来。机器要空着；数字连同提交写进 docs/performance.md。

    python3 benches/measure.py 程序的目录 空目录 步骤…

程序的目录里有 release 的 mingjing、platform、peer、case、load。步骤（环境变量及缺省在括号里）：

    ready             同行负荷，作机器快慢的标尺（PEER：同行脚本产生的 cases.jsonl 与 rules.json 所在的目录）
    case load         一案全法典；一万条规则的加载
    append            追加，然后入日志的滞后（RATE=300 条一秒，FOR=60 秒）
    import            汇入一份 CSV，同一个文件再来一次（ROWS=10000）
    log start demo    成批写入与入日志；启动与空闲；演示世界
    verify            许多条日志导出、核对、自查（ENTRIES=1000000）
    lists             演示世界抄成许多份，经 HTTP 问各列表与监督台（TIMES=334；MANY：已经抄好的目录）
    portal            门户与 nginx，各在一个核上；要有 nginx、wrk 与 taskset（RECORDS=100000 条公开记录）

有 PG 的，append、import、log、lists 在 PostgreSQL 上做：一个能建库的地址，如 postgres://postgres@127.0.0.1:5432。
"""

import json
import os
import pathlib
import re
import resource
import shutil
import sqlite3
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
LISTEN = "127.0.0.1:8655"
TICKS = os.sysconf("SC_CLK_TCK")
PG = os.environ.get("PG")


def setting(name, default):
    return type(default)(os.environ.get(name, default))


class Kit:
    """程序所在与工作的目录。"""

    def __init__(self, programs, work):
        self.programs = pathlib.Path(programs).resolve()
        self.work = pathlib.Path(work).resolve()

    def program(self, name):
        return str(self.programs / name)

    def fresh(self, name):
        folder = self.work / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        os.chdir(folder)
        return folder

    def run(self, name, *args, quiet=False):
        out = subprocess.PIPE if quiet else None
        return subprocess.run([self.program(name), *map(str, args)], check=True, text=True, stdout=out).stdout

    def timed(self, label, name, *args, ok=(0,)):
        """Wall time, processor time of the child and the most it ever held."""
        with open("out.txt", "w") as out:
            began = time.monotonic()
            child = subprocess.Popen([self.program(name), *map(str, args)], stdout=out, stderr=out)
            _, status, used = os.wait4(child.pid, 0)
        wall = time.monotonic() - began
        code = os.waitstatus_to_exitcode(status)
        print(
            f"{label}：{wall:.2f} 秒，处理器 {used.ru_utime + used.ru_stime:.2f} 秒，峰值 {used.ru_maxrss / 1024:.0f} MB", flush=True
        )
        if code not in ok:
            sys.exit(f"退出码 {code}：{open('out.txt').read()[-2000:]}")


class Server:
    """一个开着的服务，量完就停。"""

    def __init__(self, kit, *args, **environment):
        limits = {"MINGJING_LIMITS_RATE_PER_SECOND": "100000", "MINGJING_LIMITS_RATE_BURST": "1000000"}
        environment = os.environ | limits | environment
        with open("serve.log", "w") as log:
            self.child = subprocess.Popen(
                [kit.program("mingjing"), *args], env=environment, stdout=subprocess.PIPE, stderr=log, text=True
            )
        self.said = ""
        for line in self.child.stdout:
            self.said += line
            if line.startswith("明镜已启动"):
                return
        sys.exit(f"没有启动起来：{self.said}{open('serve.log').read()[-2000:]}")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.child.terminate()
        self.child.wait()

    def processor(self):
        fields = pathlib.Path(f"/proc/{self.child.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def memory(self):
        status = pathlib.Path(f"/proc/{self.child.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) // 1024


def database(name):
    """A database of its own on PostgreSQL."""
    subprocess.run(
        ["psql", "-q", f"{PG}/postgres", "-c", f"DROP DATABASE IF EXISTS {name}", "-c", f"CREATE DATABASE {name}"],
        check=True,
    )
    return f"{PG}/{name}"


def rows_of(query, url):
    """Of the database of this folder: SQLite's file, or PostgreSQL at the address."""
    if url:
        told = subprocess.run(["psql", "-qAtX", url, "-c", query], check=True, text=True, capture_output=True).stdout
        return [line.split("|") for line in told.splitlines()]
    path = next(pathlib.Path(".").rglob("*.db"))
    return sqlite3.connect(f"file:{path}?mode=ro", uri=True).execute(query).fetchall()


def percentiles(values):
    values = sorted(values)
    at = lambda share: values[min(len(values) - 1, int(len(values) * share))]
    return f"中位 {at(0.5):.2f}，p90 {at(0.9):.2f}，p99 {at(0.99):.2f}，最久 {values[-1]:.2f}"


def register(kit):
    pathlib.Path("divisions.csv").write_text("code,name,parent\n950000,云川省,\n950100,云安市,950000\n")
    pathlib.Path("bodies.csv").write_text("name,region,department\n云安市市场监督管理局,950100,market_regulation\n")
    kit.run("mingjing", "migrate", quiet=True)
    for what in ("divisions", "bodies"):
        kit.run("mingjing", "import", what, f"{what}.csv", "--on", "2020-01-01", "--apply", quiet=True)


def passwords(value):
    """Every login with its password, wherever it stands in the answer."""
    if isinstance(value, dict):
        if "password" in value:
            yield value["login"], value["password"]
        for inner in value.values():
            yield from passwords(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from passwords(inner)


def append(kit):
    kit.fresh("append")
    url = database("measure_append") if PG else ""
    if url:
        pathlib.Path("mingjing.toml").write_text(f'[store]\ndatabase = "{url}"\n')
    register(kit)
    found = dict(passwords(json.loads(kit.run("mingjing", "user", "init", "--format", "json", quiet=True))))
    rate, seconds = setting("RATE", 300), setting("FOR", 60)
    with Server(kit, "serve", MINGJING_SERVER_LISTEN=LISTEN) as server:
        made = kit.run("platform", "hire", LISTEN, found["system"], found["security"], quiet=True)
        who = made.split()
        kit.run("platform", "append", LISTEN, *who, 50, 5, quiet=True)
        before = server.processor()
        kit.run("platform", "append", LISTEN, *who, rate, seconds)
        spent = (server.processor() - before) * 1_000 / (rate * seconds)
        print(f"服务每条处理器 {spent:.2f} 毫秒，驻留内存 {server.memory()} MB", flush=True)
        time.sleep(3)
    query = "SELECT l.integrated_at - e.recorded_at FROM log_entry l JOIN event e ON e.position = l.event_position"
    lags = [int(lag) / 1_000_000 for (lag,) in rows_of(query, url)]
    print(f"入日志的滞后，秒，{len(lags)} 条：{percentiles(lags)}", flush=True)


def bring_in(kit):
    folder = kit.fresh("import")
    more = [database("measure_import")] if PG else []
    kit.run("platform", "import", kit.program("mingjing"), folder, setting("ROWS", 10_000), "csv", *more)
    kit.timed("同一个文件再来一次", "mingjing", "import", "cases", "list.csv", "--apply", ok=(0, 1))


def log(kit):
    kit.fresh("log")
    kit.run("platform", "log", database("measure_log") if PG else "log.db")


def verify(kit):
    kit.fresh("verify")
    kit.run("platform", "log", "data.db", setting("ENTRIES", 1_000_000))
    pathlib.Path("mingjing.toml").write_text('[store]\ndatabase = "data.db"\n')
    kit.timed("导出日志", "mingjing", "export-log", "exported")
    kit.timed("核对", "mingjing", "verify", "exported")
    kit.timed("自查", "mingjing", "fsck")


def demo(kit):
    kit.fresh("demo")
    kit.timed("演示世界", "mingjing", "demo", "--data", "world", "--once")


LISTS = {
    "county": [
        "/api/v1/cases?limit=50",
        "/api/v1/cases?limit=50&state=archived",
        "/api/v1/duties?limit=50",
        "/api/v1/findings?limit=50",
    ],
    "province": [
        "/api/v1/cases?limit=50",
        "/api/v1/cases?limit=50&severity=grave",
        "/api/v1/duties?limit=50",
        "/api/v1/findings?limit=50",
        "/api/v1/findings/places",
        "/api/v1/findings/summary?by=body",
        "/api/v1/findings/summary?by=code",
        "/api/v1/findings/trend",
    ],
    "head": ["/api/v1/cases?limit=50", "/api/v1/duties?limit=50"],
}


def lists(kit):
    many = os.environ.get("MANY")
    url = f"{PG}/measure_lists" if PG else ""
    environment = {"MINGJING_STORE_DATABASE": url} if url else {}
    if many:
        os.chdir(many)
    else:
        kit.fresh("lists")
        kit.timed("演示世界", "mingjing", "demo", "--data", "world", "--once")
        path = next(pathlib.Path(".").rglob("*.db"))
        if url:
            database("measure_lists")
            os.environ |= environment
            kit.run("mingjing", "migrate", "--config", "world/mingjing.toml", quiet=True)
            subprocess.run([sys.executable, HERE / "to_postgres.py", path, url], check=True)
        subprocess.run([sys.executable, HERE / "multiply.py", url or path, str(setting("TIMES", 334))], check=True)
    accounts = dict(passwords(json.loads(pathlib.Path("world/demo-accounts.json").read_text())))
    environment["MINGJING_SERVER_LISTEN"] = LISTEN
    with Server(kit, "serve", "--config", "world/mingjing.toml", **environment):
        for login, paths in LISTS.items():
            print(login, flush=True)
            kit.run("platform", "read", LISTEN, login, accounts[login], *paths)


def strike(path, address, seconds=15):
    """wrk on the second core; requests a second and p99."""
    told = subprocess.run(
        ["taskset", "-c", "1", "wrk", "-t1", "-c32", f"-d{seconds}s", "--latency", f"http://{address}{path}"],
        check=True,
        text=True,
        capture_output=True,
    ).stdout
    if "Non-2xx" in told or "Socket errors" in told:
        print(told)
    return float(re.search(r"Requests/sec:\s+([\d.]+)", told)[1]), re.search(r"99%\s+(\S+)", told)[1]


NGINX = """
daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 1024; }}
http {{ access_log off; sendfile on; open_file_cache max=100; keepalive_requests 1000000;
  server {{ listen 127.0.0.1:8657; root {folder}; default_type text/html; }} }}
"""


def portal(kit):
    folder = kit.fresh("portal")
    (folder / "mingjing-data").mkdir()
    kit.run("platform", "publish", "mingjing-data/mingjing.db", setting("RECORDS", 100_000))
    (folder / "mingjing.toml").write_text('[log]\nkey = "file:log-key.pem"\n')
    (folder / "log-key.pem").chmod(0o600)
    searches = ["/decisions?q=" + word for word in ("%E9%A3%9F%E5%93%81", "%E6%97%A0%E7%85%A7%E7%BB%8F%E8%90%A5")]
    for path in ["/", "/decisions", *searches]:
        # A server for each: one visitor may ask a million times at most before he is told to wait.
        with Server(kit, "serve", MINGJING_SERVER_LISTEN=LISTEN) as server:
            subprocess.run(["taskset", "-acp", "0", str(server.child.pid)], check=True, stdout=subprocess.DEVNULL)
            page = subprocess.run(["curl", "-s", f"http://{LISTEN}{path}"], check=True, capture_output=True).stdout
            (folder / "page.html").write_bytes(page)
            with Nginx(folder):
                told = beside(path)
        print(f"门户 {path}，{len(page)} 字节：{told}", flush=True)


class Nginx:
    """nginx 给同样大小的静态文件，一个进程，同一个核。"""

    def __init__(self, folder):
        (folder / "nginx.conf").write_text(NGINX.format(folder=folder))
        os.chmod(folder, 0o755)
        self.command = ["taskset", "-c", "0", "nginx", "-c", str(folder / "nginx.conf"), "-p", str(folder)]

    def __enter__(self):
        self.child = subprocess.Popen(self.command)
        time.sleep(1)

    def __exit__(self, *_):
        self.child.terminate()
        self.child.wait()


def beside(path, rounds=5, seconds=3):
    """Ours and nginx by turns, so that both meet the same moods of the machine; the medians."""
    pairs = []
    for _ in range(rounds):
        ours, theirs = strike(path, LISTEN, seconds), strike("/page.html", "127.0.0.1:8657", seconds)
        pairs.append((ours[0], ours[1], theirs[0], ours[0] / theirs[0]))
    ours, _, theirs, share = (sorted(column)[rounds // 2] for column in zip(*pairs))
    p99 = "、".join(pair[1] for pair in pairs)
    shares = "、".join(f"{pair[3]:.0%}" for pair in pairs)
    return f"每秒 {ours:.0f} 次，nginx {theirs:.0f} 次；各轮 {shares}，中位 {share:.0%}；p99 {p99}"


def main():
    kit = Kit(sys.argv[1], sys.argv[2])
    steps = {
        "ready": lambda kit: kit.run("peer", os.environ["PEER"], "ready"),
        "case": lambda kit: kit.run("case", HERE.parent / "demo/cases.jsonl"),
        "load": lambda kit: (kit.fresh("load"), os.chdir(HERE.parent), kit.run("load")),
        "append": append,
        "import": bring_in,
        "log": log,
        "start": lambda kit: kit.run("platform", "start", kit.program("mingjing"), kit.fresh("start")),
        "demo": demo,
        "verify": verify,
        "lists": lists,
        "portal": portal,
    }
    for name in sys.argv[3:]:
        load = pathlib.Path("/proc/loadavg").read_text().split()[0]
        print(f"== {name}，{'PostgreSQL' if PG else 'SQLite'}，{time.strftime('%H:%M:%S')}，负载 {load}", flush=True)
        steps[name](kit)


if __name__ == "__main__":
    main()
