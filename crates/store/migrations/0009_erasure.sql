-- 内容清除：一人申请、另一人批准，批准与清除同一事务。

CREATE TABLE erasure_request (
    id {text} NOT NULL CONSTRAINT erasure_request_pkey PRIMARY KEY,
    timeline_id {text} NOT NULL CONSTRAINT erasure_request_timeline_fkey REFERENCES timeline (id),
    targets {json} NOT NULL,
    extent {text} NOT NULL,
    basis {text} NOT NULL,
    reason {text} NOT NULL,
    org_path {text} NOT NULL,
    requested_by {text},
    requested_at {instant} NOT NULL,
    approved_by {text},
    approved_at {instant},
    erased_count {int} NOT NULL
);
CREATE INDEX erasure_request_by_timeline ON erasure_request (timeline_id, id);
CREATE INDEX erasure_request_by_org ON erasure_request (org_path, id);

-- 案卷包要附上清除条目，按它所指的叶去找：清除条目很少，只给它们建索引。
CREATE INDEX log_entry_by_erasure ON log_entry (log_index) WHERE type = 'erasure';
