"""照接口文档造请求，对着一个运行着的服务试，看有没有 5xx、答复合不合文档。

    python3 fuzz/api.py 地址 登录名 口令 [每个操作几次] [schemathesis 的位置]

先造好一个世界（mingjing demo，或导入一份名单），放开 limits.rate_per_second 与 limits.rate_burst。路径里的标识先向服务
要真的，才走得到里面；会结束所用的会话、或不会自己结束的操作不试。退出码即 schemathesis 的。
"""

import http.cookiejar
import json
import pathlib
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request

CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"
ENDS_THE_SESSION = [
    "stream_changes",
    "delete_current_session",
    "change_password",
    "revoke_session",
    "revoke_account_sessions",
    "reset_password",
    "disable_account",
    "enrol_totp",
    "confirm_totp",
]
# Where an identifier of the path is asked for: the list, and the member that holds the rows.
LISTS = [
    ("/api/v1/accounts", "accounts"),
    ("/api/v1/bodies", "bodies"),
    ("/api/v1/cases", "cases"),
    ("/api/v1/disclosures", "disclosures"),
    ("/api/v1/erasures", "erasures"),
    ("/api/v1/findings", "findings"),
    ("/api/v1/imports", "imports"),
    ("/api/v1/items", "items"),
    ("/api/v1/jobs", "jobs"),
    ("/api/v1/officers", "officers"),
    ("/api/v1/organisations", "organisations"),
    ("/api/v1/public_records", "public_records"),
    ("/api/v1/delegations", "delegations"),
]


class Client:
    def __init__(self, address):
        self.base = f"http://{address}"
        self.jar = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))

    def ask(self, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.base + path, data, {"Content-Type": "application/json"})
        try:
            with self.opener.open(request, timeout=20) as answer:
                return json.load(answer)
        except urllib.error.HTTPError:
            return {}


def first(answer):
    """The identifier of the first row of a list, however the rows are called."""
    for rows in answer.values():
        if isinstance(rows, list) and rows and isinstance(rows[0], dict) and "id" in rows[0]:
            return rows[0]["id"]
    return None


def parameters(client, document):
    known = {path: first(client.ask(path)) for path, _ in LISTS}
    for path, operations in document["paths"].items():
        values = {}
        for listed, identifier in known.items():
            if path.startswith(listed + "/{id}") and identifier:
                values["path.id"] = identifier
        if "{duty}" in path and "path.id" in values:
            duties = client.ask(f"/api/v1/cases/{values['path.id']}/duties").get("duties", [])
            values.update({"path.duty": duties[0]["id"]} if duties else {})
        if "{code}" in path and "rules" in path:
            values["path.code"] = "P-TIME-90D"
        if "path.id" in values and any(
            parameter["name"] == "If-Match" for parameter in operations.get("post", {}).get("parameters", [])
        ):
            values["header.If-Match"] = '"4"'
        if values:
            yield path, values


def main(address, login, password, times="25", program="schemathesis"):
    client = Client(address)
    session = client.ask("/api/v1/sessions", {"login": login, "password": password})
    token = session["csrf_token"]
    cookie = "; ".join(f"{kept.name}={kept.value}" for kept in client.jar)
    document = client.ask("/api/v1/openapi.json")
    lines = []
    for path, values in parameters(client, document):
        written = ", ".join(f"{json.dumps(name)} = {json.dumps(value)}" for name, value in values.items())
        lines.append(f"[[operations]]\ninclude-path = {json.dumps(path)}\nparameters = {{ {written} }}\n")
    with tempfile.TemporaryDirectory() as folder:
        configuration = pathlib.Path(folder) / "schemathesis.toml"
        configuration.write_text("\n".join(lines), encoding="utf-8")
        command = [program, "--config-file", str(configuration), "run", f"http://{address}/api/v1/openapi.json"]
        command += ["-H", f"Cookie: {cookie}", "-H", f"X-CSRF-Token: {token}", "--request-timeout", "20"]
        command += ["--seed", "7", "-n", times, "--checks", CHECKS, "--no-color"]
        for operation in ENDS_THE_SESSION:
            command += ["--exclude-operation-id", operation]
        return subprocess.run(command, check=False).returncode


if __name__ == "__main__":
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
