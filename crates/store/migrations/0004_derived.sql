-- 由事件、事实与法典推出的表：可以全部删去重建，rebuild --verify 逐行比对。

CREATE TABLE case_row (
    timeline_id {text} NOT NULL CONSTRAINT case_row_pkey PRIMARY KEY,
    number {text},
    procedure {text},
    state {text},
    body_id {text},
    org_path {text} NOT NULL,
    department {text},
    region {text},
    party_masked {text},
    filed_on {day},
    decided_on {day},
    closed_on {day},
    last_on {day},
    fine_fen {fen},
    next_due_on {day},
    worst {text},
    worst_rank {int} NOT NULL,
    event_count {int} NOT NULL,
    violation_count {int} NOT NULL,
    doubt_count {int} NOT NULL,
    near_count {int} NOT NULL,
    undetermined_count {int} NOT NULL,
    open_duty_count {int} NOT NULL,
    version {int} NOT NULL
);
CREATE INDEX case_row_by_org ON case_row (org_path, timeline_id);
CREATE INDEX case_row_by_org_last ON case_row (org_path, last_on, timeline_id);
CREATE INDEX case_row_by_org_due ON case_row (org_path, next_due_on, timeline_id) WHERE next_due_on IS NOT NULL;
CREATE INDEX case_row_by_org_worst ON case_row (org_path, worst_rank, timeline_id);
CREATE INDEX case_row_by_last ON case_row (last_on, timeline_id);
CREATE INDEX case_row_by_due ON case_row (next_due_on, timeline_id) WHERE next_due_on IS NOT NULL;
CREATE INDEX case_row_by_body ON case_row (body_id, timeline_id);
CREATE INDEX case_row_by_number ON case_row (number);

CREATE TABLE assessment (
    timeline_id {text} NOT NULL CONSTRAINT assessment_pkey PRIMARY KEY,
    version {int} NOT NULL,
    as_of_on {day} NOT NULL,
    facts_digest {blob} NOT NULL,
    lawbook_version {text} NOT NULL,
    assessed_at {instant} NOT NULL,
    not_judged {json} NOT NULL,
    undetermined {json} NOT NULL
);
CREATE INDEX assessment_by_lawbook ON assessment (lawbook_version, timeline_id);

CREATE TABLE duty (
    id {text} NOT NULL CONSTRAINT duty_pkey PRIMARY KEY,
    timeline_id {text} NOT NULL,
    code {text} NOT NULL,
    part {text},
    start_event {text},
    keys {json} NOT NULL,
    state {text} NOT NULL,
    due_on {day},
    due_at {instant},
    is_provisional {bool} NOT NULL,
    met_on {day},
    body_id {text},
    org_path {text} NOT NULL
);
CREATE INDEX duty_by_timeline ON duty (timeline_id, id);
CREATE INDEX duty_by_due ON duty (state, due_on, id);
CREATE INDEX duty_by_org_due ON duty (org_path, state, due_on, id);

CREATE TABLE finding (
    id {text} NOT NULL CONSTRAINT finding_pkey PRIMARY KEY,
    timeline_id {text} NOT NULL,
    code {text} NOT NULL,
    part {text},
    trigger_event {text},
    keys {json} NOT NULL,
    status {text} NOT NULL,
    severity {text} NOT NULL,
    marks {json} NOT NULL,
    detail {json} NOT NULL,
    found_at {instant} NOT NULL,
    changed_at {instant} NOT NULL,
    ended_at {instant},
    ended_by {text},
    body_id {text},
    org_path {text} NOT NULL
);
CREATE INDEX finding_by_timeline ON finding (timeline_id, id);
CREATE INDEX finding_by_found ON finding (found_at, id);
CREATE INDEX finding_by_org_found ON finding (org_path, found_at, id);
CREATE INDEX finding_by_code ON finding (code, found_at, id);
CREATE INDEX finding_by_body ON finding (body_id, found_at, id);

CREATE TABLE next_look (
    timeline_id {text} NOT NULL CONSTRAINT next_look_pkey PRIMARY KEY,
    on_day {day} NOT NULL
);
CREATE INDEX next_look_by_day ON next_look (on_day, timeline_id);

CREATE TABLE fact_use (
    timeline_id {text} NOT NULL,
    subject_id {text} NOT NULL,
    CONSTRAINT fact_use_pkey PRIMARY KEY (timeline_id, subject_id)
);
CREATE INDEX fact_use_by_subject ON fact_use (subject_id, timeline_id);

CREATE TABLE counter (
    body_id {text} NOT NULL,
    org_path {text} NOT NULL,
    code {text} NOT NULL,
    severity {text} NOT NULL,
    status {text} NOT NULL,
    month {int} NOT NULL,
    n {int} NOT NULL,
    CONSTRAINT counter_pkey PRIMARY KEY (body_id, org_path, code, severity, status, month)
);
CREATE INDEX counter_by_org ON counter (org_path, month);
