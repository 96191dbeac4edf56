-- 审计、后台任务、幂等键：与它们所说的事在同一个事务里提交。

CREATE TABLE audit (
    position {auto},
    id {text} NOT NULL,
    at {instant} NOT NULL,
    account_id {text},
    action {text} NOT NULL,
    resource_kind {text} NOT NULL,
    resource_id {text},
    org_path {text} NOT NULL,
    allowed {bool} NOT NULL,
    detail {json} NOT NULL,
    trace_id {text} NOT NULL,
    salt {blob} NOT NULL
);
CREATE UNIQUE INDEX audit_id_key ON audit (id);
CREATE INDEX audit_by_at ON audit (at, position);
CREATE INDEX audit_by_account ON audit (account_id, position);
CREATE INDEX audit_by_resource ON audit (resource_kind, resource_id, position);
{append_only} audit;

CREATE TABLE job (
    id {text} NOT NULL CONSTRAINT job_pkey PRIMARY KEY,
    queue {text} NOT NULL,
    kind {text} NOT NULL,
    payload {json} NOT NULL,
    dedupe_key {text},
    run_at {instant} NOT NULL,
    attempts {int} NOT NULL,
    max_attempts {int} NOT NULL,
    lease_until {instant},
    holder {text},
    error {text},
    enqueued_at {instant} NOT NULL,
    trace_id {text} NOT NULL,
    failed_at {instant},
    done_at {instant}
);
-- 同一件事只排一次：没做完、没失败也没被领走的任务里，去重键唯一。
CREATE UNIQUE INDEX job_dedupe_key_key ON job (dedupe_key) WHERE done_at IS NULL AND failed_at IS NULL AND holder IS NULL;
CREATE INDEX job_by_run ON job (queue, run_at, id) WHERE done_at IS NULL AND failed_at IS NULL;
CREATE INDEX job_by_failed ON job (failed_at, id) WHERE failed_at IS NOT NULL;
CREATE INDEX job_by_done ON job (done_at, id) WHERE done_at IS NOT NULL;

CREATE TABLE idempotency (
    account_id {text} NOT NULL,
    key {text} NOT NULL,
    request_digest {blob} NOT NULL,
    status {int} NOT NULL,
    body {blob} NOT NULL,
    created_at {instant} NOT NULL,
    CONSTRAINT idempotency_pkey PRIMARY KEY (account_id, key)
);
CREATE INDEX idempotency_by_created ON idempotency (created_at);
