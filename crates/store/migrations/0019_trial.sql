-- 试行的规则会说的：一案、一条规则、一种状态、一个月一行。只供数数：不是发现，不进任何列表。
-- 已有的案件等下次判断时写下；试行的规则总是随换法典而来，那时全部重评。

CREATE TABLE trial (
    timeline_id {text} NOT NULL,
    code {text} NOT NULL,
    status {text} NOT NULL,
    month {int} NOT NULL,
    n {int} NOT NULL,
    CONSTRAINT trial_pkey PRIMARY KEY (timeline_id, code, status, month)
);
CREATE INDEX trial_by_code ON trial (code, timeline_id);
