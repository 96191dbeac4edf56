-- 计数与走势按案件的密级分开折叠：看不到密级件的人，列表里没有，数里也没有。已有的发现在这里重数，日子与月份按北京时间。

DROP TABLE counter;
CREATE TABLE counter (
    body_id {text} NOT NULL,
    org_path {text} NOT NULL,
    code {text} NOT NULL,
    severity {text} NOT NULL,
    status {text} NOT NULL,
    month {int} NOT NULL,
    confidentiality {text} NOT NULL,
    n {int} NOT NULL,
    CONSTRAINT counter_pkey PRIMARY KEY (body_id, org_path, code, severity, status, month, confidentiality)
);
CREATE INDEX counter_by_org ON counter (org_path, month);

-- 月份由日数推出，两种库的日期函数不同，这里只用整数：从公元 0 年 3 月 1 日数起，四百年一轮，一年从 3 月起。
INSERT INTO counter (body_id, org_path, code, severity, status, month, confidentiality, n)
SELECT m.body_id, m.org_path, m.code, m.severity, m.status, m.month, m.confidentiality, COUNT(*)
FROM (
    SELECT y.body_id, y.org_path, y.code, y.severity, y.status, y.confidentiality,
        (y.era * 400 + y.year_of_era) * 12
        + (5 * (y.day_of_era - (365 * y.year_of_era + y.year_of_era / 4 - y.year_of_era / 100)) + 2) / 153 + 2 AS month
    FROM (
        SELECT e.body_id, e.org_path, e.code, e.severity, e.status, e.confidentiality, e.era, e.day_of_era,
            (e.day_of_era - e.day_of_era / 1460 + e.day_of_era / 36524 - e.day_of_era / 146096) / 365 AS year_of_era
        FROM (
            SELECT d.body_id, d.org_path, d.code, d.severity, d.status, d.confidentiality, d.on_day / 146097 AS era,
                d.on_day - d.on_day / 146097 * 146097 AS day_of_era
            FROM (
                SELECT COALESCE(f.body_id, '') AS body_id, f.org_path, f.code, f.severity,
                    CASE WHEN f.ended_by IS NULL THEN f.status ELSE 'ended_' || f.ended_by END AS status,
                    t.confidentiality, (f.found_at / 1000000 + 28800) / 86400 + 719468 AS on_day
                FROM finding f JOIN timeline t ON t.id = f.timeline_id
            ) d
        ) e
    ) y
) m
GROUP BY m.body_id, m.org_path, m.code, m.severity, m.status, m.month, m.confidentiality;

DROP TABLE trend;
CREATE TABLE trend (
    on_day {day} NOT NULL,
    org_path {text} NOT NULL,
    body_id {text} NOT NULL,
    code {text} NOT NULL,
    severity {text} NOT NULL,
    status {text} NOT NULL,
    confidentiality {text} NOT NULL,
    found_count {int} NOT NULL,
    ended_count {int} NOT NULL,
    CONSTRAINT trend_pkey PRIMARY KEY (on_day, org_path, body_id, code, severity, status, confidentiality)
);
CREATE INDEX trend_by_day ON trend (on_day, status, org_path, severity, confidentiality, found_count, ended_count);

INSERT INTO trend (on_day, org_path, body_id, code, severity, status, confidentiality, found_count, ended_count)
SELECT d.on_day, d.org_path, COALESCE(d.body_id, ''), d.code, d.severity, d.status, t.confidentiality,
    SUM(d.found_count), SUM(d.ended_count)
FROM (
    SELECT timeline_id, (found_at / 1000000 + 28800) / 86400 AS on_day, org_path, body_id, code, severity, status,
        1 AS found_count, 0 AS ended_count
    FROM finding
    UNION ALL
    SELECT timeline_id, (ended_at / 1000000 + 28800) / 86400, org_path, body_id, code, severity, status, 0, 1
    FROM finding WHERE ended_at IS NOT NULL
) d
JOIN timeline t ON t.id = d.timeline_id
GROUP BY d.on_day, d.org_path, COALESCE(d.body_id, ''), d.code, d.severity, d.status, t.confidentiality;
