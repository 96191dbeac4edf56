-- 走势：每天新发现几个、消除几个，由发现推出，与计数同样折叠。已有的发现在这里数出，日子按北京时间。

CREATE TABLE trend (
    on_day {day} NOT NULL,
    org_path {text} NOT NULL,
    body_id {text} NOT NULL,
    code {text} NOT NULL,
    severity {text} NOT NULL,
    status {text} NOT NULL,
    found_count {int} NOT NULL,
    ended_count {int} NOT NULL,
    CONSTRAINT trend_pkey PRIMARY KEY (on_day, org_path, body_id, code, severity, status)
);
CREATE INDEX trend_by_day ON trend (on_day, status, org_path, severity, found_count, ended_count);
CREATE INDEX finding_by_ended ON finding (ended_at, id) WHERE ended_at IS NOT NULL;

INSERT INTO trend (on_day, org_path, body_id, code, severity, status, found_count, ended_count)
SELECT t.on_day, t.org_path, COALESCE(t.body_id, ''), t.code, t.severity, t.status, SUM(t.found_count), SUM(t.ended_count)
FROM (
    SELECT (found_at / 1000000 + 28800) / 86400 AS on_day, org_path, body_id, code, severity, status,
        1 AS found_count, 0 AS ended_count
    FROM finding
    UNION ALL
    SELECT (ended_at / 1000000 + 28800) / 86400, org_path, body_id, code, severity, status, 0, 1
    FROM finding WHERE ended_at IS NOT NULL
) t
GROUP BY t.on_day, t.org_path, COALESCE(t.body_id, ''), t.code, t.severity, t.status;
