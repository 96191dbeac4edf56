-- 谁在一案里担什么职责，由事件推出：范围查询与办、审、定分离据此。保密程度随案件行，列表不必再查时间线。
CREATE TABLE case_account (
    timeline_id {text} NOT NULL,
    account_id {text} NOT NULL,
    duty {text} NOT NULL,
    CONSTRAINT case_account_pkey PRIMARY KEY (account_id, duty, timeline_id)
);
CREATE INDEX case_account_by_timeline ON case_account (timeline_id);

ALTER TABLE case_row ADD COLUMN confidentiality {text} NOT NULL DEFAULT 'ordinary';

-- 换了法典之后，同一案的发现有什么不同：逐条，供人核对。
CREATE TABLE law_difference (
    lawbook_version {text} NOT NULL,
    finding_id {text} NOT NULL,
    timeline_id {text} NOT NULL,
    org_path {text} NOT NULL,
    code {text} NOT NULL,
    before_status {text},
    before_severity {text},
    after_status {text},
    after_severity {text},
    at {instant} NOT NULL,
    CONSTRAINT law_difference_pkey PRIMARY KEY (lawbook_version, finding_id)
);
CREATE INDEX law_difference_by_org ON law_difference (lawbook_version, org_path, finding_id);
