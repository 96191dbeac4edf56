-- 导入：一批、它的分段、每一行的结果。段是提交与续传的单位。

CREATE TABLE import_batch (
    id {text} NOT NULL CONSTRAINT import_batch_pkey PRIMARY KEY,
    source {text} NOT NULL,
    kind {text} NOT NULL,
    file_name {text} NOT NULL,
    file_digest {blob} NOT NULL,
    mapping {json} NOT NULL,
    state {text} NOT NULL,
    is_dry_run {bool} NOT NULL,
    account_id {text},
    org_path {text} NOT NULL,
    row_count {int} NOT NULL,
    created_count {int} NOT NULL,
    changed_count {int} NOT NULL,
    same_count {int} NOT NULL,
    refused_count {int} NOT NULL,
    started_at {instant} NOT NULL,
    finished_at {instant},
    error {text}
);
CREATE INDEX import_batch_by_started ON import_batch (started_at, id);
CREATE INDEX import_batch_by_file ON import_batch (source, file_digest);

CREATE TABLE import_chunk (
    batch_id {text} NOT NULL CONSTRAINT import_chunk_batch_fkey REFERENCES import_batch (id),
    number {int} NOT NULL,
    first_row {int} NOT NULL,
    row_count {int} NOT NULL,
    done_at {instant},
    CONSTRAINT import_chunk_pkey PRIMARY KEY (batch_id, number)
);

CREATE TABLE import_row (
    batch_id {text} NOT NULL CONSTRAINT import_row_batch_fkey REFERENCES import_batch (id),
    row_number {int} NOT NULL,
    source_id {text},
    outcome {text} NOT NULL,
    timeline_id {text},
    detail {json} NOT NULL,
    CONSTRAINT import_row_pkey PRIMARY KEY (batch_id, row_number)
);
CREATE INDEX import_row_by_outcome ON import_row (batch_id, outcome, row_number);
