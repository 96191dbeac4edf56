-- 投诉举报：也是一条时间线、一案一行；列表与统计所看的几项由事件推出。
-- complaint：open 没有办结、over 办结了；不是投诉举报的没有。

ALTER TABLE case_row ADD COLUMN complaint {text};
ALTER TABLE case_row ADD COLUMN complaint_kind {text};
ALTER TABLE case_row ADD COLUMN complaint_channel {text};
ALTER TABLE case_row ADD COLUMN complaint_against {text};
ALTER TABLE case_row ADD COLUMN complaint_against_name {text};
ALTER TABLE case_row ADD COLUMN complaint_on {day};
ALTER TABLE case_row ADD COLUMN complaint_timely {bool};
ALTER TABLE case_row ADD COLUMN complaint_satisfied {bool};
ALTER TABLE case_row ADD COLUMN complaint_repeats {bool};
CREATE INDEX case_row_by_complaint ON case_row (org_path, complaint, timeline_id) WHERE complaint IS NOT NULL;
CREATE INDEX case_row_by_against ON case_row (complaint_against, complaint_on, timeline_id) WHERE complaint IS NOT NULL;

-- 编号：一个受理机关一年一列，不断号。
CREATE TABLE complaint_number (
    place {text} NOT NULL,
    year {int} NOT NULL,
    last {int} NOT NULL,
    CONSTRAINT complaint_number_pkey PRIMARY KEY (place, year)
);

-- 凭编号与查询码查：只存查询码的摘要；同一份表单再交，凭它的摘要认出来。
CREATE TABLE complaint_receipt (
    timeline_id {text} NOT NULL CONSTRAINT complaint_receipt_pkey PRIMARY KEY
        CONSTRAINT complaint_receipt_timeline_fkey REFERENCES timeline (id),
    number {text} NOT NULL,
    code_digest {blob} NOT NULL,
    form_digest {blob},
    issued_at {instant} NOT NULL
);
CREATE UNIQUE INDEX complaint_receipt_number_key ON complaint_receipt (number);
CREATE UNIQUE INDEX complaint_receipt_form_digest_key ON complaint_receipt (form_digest);

-- 投诉举报人的姓名与联系方式：封存，不在任何事件、任何索引里。
CREATE TABLE informant (
    timeline_id {text} NOT NULL CONSTRAINT informant_pkey PRIMARY KEY
        CONSTRAINT informant_timeline_fkey REFERENCES timeline (id),
    sealed {blob} NOT NULL,
    kept_at {instant} NOT NULL
);

-- 查看投诉举报人身份的申请：一人申请，另一人批准，限时看一次。
CREATE TABLE informant_request (
    id {text} NOT NULL CONSTRAINT informant_request_pkey PRIMARY KEY,
    timeline_id {text} NOT NULL CONSTRAINT informant_request_timeline_fkey REFERENCES timeline (id),
    asked_by {text} NOT NULL,
    reason {text} NOT NULL,
    asked_at {instant} NOT NULL,
    approved_by {text},
    approved_at {instant},
    expires_at {instant},
    opened_at {instant}
);
CREATE INDEX informant_request_by_timeline ON informant_request (timeline_id, asked_at, id);
