-- 导入：一批、它的分段、每一行的结果。段是提交与续传的单位。

-- 算外来标识与内容摘要的密钥，第一次导入时生成，一库一把。
CREATE TABLE intake_secret (
    id {int} NOT NULL CONSTRAINT intake_secret_pkey PRIMARY KEY CONSTRAINT intake_secret_is_one_row CHECK (id = 1),
    secret {blob} NOT NULL
);

CREATE TABLE import_batch (
    id {text} NOT NULL CONSTRAINT import_batch_pkey PRIMARY KEY,
    source {text} NOT NULL,
    is_pushed {bool} NOT NULL,
    adapter {text},
    mapping {text},
    file_name {text} NOT NULL,
    file_digest {blob} NOT NULL,
    file_bytes {int} NOT NULL,
    request_digest {blob} NOT NULL,
    body_id {text},
    state {text} NOT NULL,
    is_dry_run {bool} NOT NULL,
    account_id {text},
    org_path {text} NOT NULL,
    row_count {int} NOT NULL,
    created_count {int} NOT NULL,
    changed_count {int} NOT NULL,
    same_count {int} NOT NULL,
    refused_count {int} NOT NULL,
    waiting_count {int} NOT NULL,
    repeated_count {int} NOT NULL,
    started_at {instant} NOT NULL,
    finished_at {instant},
    file_removed_at {instant},
    error {text}
);
CREATE INDEX import_batch_by_started ON import_batch (started_at, id);
CREATE INDEX import_batch_by_request ON import_batch (request_digest, started_at);
CREATE INDEX import_batch_by_file ON import_batch (file_digest);

CREATE TABLE import_chunk (
    batch_id {text} NOT NULL CONSTRAINT import_chunk_batch_fkey REFERENCES import_batch (id),
    number {int} NOT NULL,
    first_row {int} NOT NULL,
    row_count {int} NOT NULL,
    done_at {instant} NOT NULL,
    CONSTRAINT import_chunk_pkey PRIMARY KEY (batch_id, number)
);

-- 行序是读出的次序，从零起；文件里的位置在 detail 里。
CREATE TABLE import_row (
    batch_id {text} NOT NULL CONSTRAINT import_row_batch_fkey REFERENCES import_batch (id),
    row_number {int} NOT NULL,
    source_id {text},
    outcome {text} NOT NULL,
    timeline_id {text},
    body_name {text},
    detail {json} NOT NULL,
    CONSTRAINT import_row_pkey PRIMARY KEY (batch_id, row_number)
);
CREATE INDEX import_row_by_outcome ON import_row (batch_id, outcome, row_number);
CREATE INDEX import_row_by_source_id ON import_row (source_id) WHERE source_id IS NOT NULL;

-- 认定：某个来源里的机关名称是哪个登记的主体，下一次导入照用。
CREATE TABLE body_mapping (
    source {text} NOT NULL,
    name {text} NOT NULL,
    body_id {text} NOT NULL,
    account_id {text},
    mapped_at {instant} NOT NULL,
    CONSTRAINT body_mapping_pkey PRIMARY KEY (source, name)
);
