-- 跨案发现：各次数了全部案件的评估，一次一行；得出的结果，一个一行，没有了的终结而不删去；数了哪些、没有数成哪些，有上限，一案一行。
-- 不由一条时间线推出，所以不在重建之列：下一次评估就是重建。

CREATE TABLE over_cases_run (
    id {text} NOT NULL CONSTRAINT over_cases_run_pkey PRIMARY KEY,
    as_of {day} NOT NULL,
    lawbook_version {text} NOT NULL,
    state {text} NOT NULL,
    attempt {int} NOT NULL,
    total {int} NOT NULL,
    done {int} NOT NULL,
    failure {text},
    started_by {text},
    started_at {instant} NOT NULL,
    ended_at {instant}
);
-- 同时只有一次。
CREATE UNIQUE INDEX over_cases_run_state_key ON over_cases_run (state) WHERE state = 'running';
CREATE INDEX over_cases_run_by_start ON over_cases_run (started_at, id);

CREATE TABLE over_cases_finding (
    id {text} NOT NULL CONSTRAINT over_cases_finding_pkey PRIMARY KEY,
    code {text} NOT NULL,
    part {text} NOT NULL,
    keys {json} NOT NULL,
    period {text},
    status {text} NOT NULL,
    severity {text} NOT NULL,
    weight {int} NOT NULL,
    marks {json} NOT NULL,
    detail {json} NOT NULL,
    org_path {text} NOT NULL,
    department {text},
    as_of {day} NOT NULL,
    lawbook_version {text} NOT NULL,
    counted {int} NOT NULL,
    not_counted {int} NOT NULL,
    digest {text} NOT NULL,
    found_at {instant} NOT NULL,
    changed_at {instant} NOT NULL,
    seen_at {instant} NOT NULL,
    ended_at {instant},
    ended_by {text}
);
CREATE INDEX over_cases_finding_by_weight ON over_cases_finding (weight, found_at, id);
CREATE INDEX over_cases_finding_by_org ON over_cases_finding (org_path, weight, found_at, id);
CREATE INDEX over_cases_finding_by_code ON over_cases_finding (code, weight, found_at, id);

CREATE TABLE over_cases_case (
    finding_id {text} NOT NULL,
    n {int} NOT NULL,
    timeline_id {text} NOT NULL,
    missing {json},
    CONSTRAINT over_cases_case_pkey PRIMARY KEY (finding_id, n)
);
CREATE INDEX over_cases_case_by_timeline ON over_cases_case (timeline_id);
