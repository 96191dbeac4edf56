-- 防篡改日志（名称与算法套件由第一次打开的节点写定）：待入日志的条目、日志、树的分片、检查点；租约带栅栏号，迟醒的持有者写不进来。

CREATE TABLE pending_entry (
    id {auto},
    type {text} NOT NULL,
    bytes {blob} NOT NULL,
    leaf_hash {blob} NOT NULL,
    event_position {int},
    audit_position {int}
);

CREATE TABLE log_entry (
    log_index {int} NOT NULL CONSTRAINT log_entry_pkey PRIMARY KEY,
    type {text} NOT NULL,
    bytes {blob} NOT NULL,
    leaf_hash {blob} NOT NULL,
    event_position {int},
    audit_position {int},
    integrated_at {instant} NOT NULL
);
CREATE UNIQUE INDEX log_entry_event_position_key ON log_entry (event_position) WHERE event_position IS NOT NULL;
CREATE UNIQUE INDEX log_entry_audit_position_key ON log_entry (audit_position) WHERE audit_position IS NOT NULL;
CREATE INDEX log_entry_publics ON log_entry (leaf_hash) WHERE type = 'public';
CREATE INDEX log_entry_erasures ON log_entry (log_index) WHERE type = 'erasure';
{append_only} log_entry;

CREATE TABLE log_tile (
    level {int} NOT NULL,
    tile {int} NOT NULL,
    hashes {blob} NOT NULL,
    CONSTRAINT log_tile_pkey PRIMARY KEY (level, tile)
);

CREATE TABLE log_state (
    id {int} NOT NULL CONSTRAINT log_state_pkey PRIMARY KEY CONSTRAINT log_state_is_one_row CHECK (id = 1),
    origin {text},
    suite {text},
    size {int} NOT NULL,
    frontier {blob} NOT NULL,
    fence {int} NOT NULL
);
INSERT INTO log_state (id, size, frontier, fence) VALUES (1, 0, {no_bytes}, 0);

CREATE TABLE checkpoint (
    size {int} NOT NULL CONSTRAINT checkpoint_pkey PRIMARY KEY,
    note {text} NOT NULL,
    at {instant} NOT NULL
);
{append_only} checkpoint;

CREATE TABLE lease (
    name {text} NOT NULL CONSTRAINT lease_pkey PRIMARY KEY,
    holder {text} NOT NULL,
    fence {int} NOT NULL,
    expires_at {instant} NOT NULL
);

CREATE TABLE consumer (
    name {text} NOT NULL CONSTRAINT consumer_pkey PRIMARY KEY,
    next_index {int} NOT NULL,
    fence {int} NOT NULL
);
