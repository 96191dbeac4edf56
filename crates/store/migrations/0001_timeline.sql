-- 时间线、事件与其内容。事件头只增；内容与盐另放一表，依法可以抹去，抹去不改事件头。

CREATE TABLE timeline (
    id {text} NOT NULL CONSTRAINT timeline_pkey PRIMARY KEY,
    kind {text} NOT NULL,
    procedure {text},
    version {int} NOT NULL,
    coverage {json} NOT NULL,
    confidentiality {text} NOT NULL,
    created_at {instant} NOT NULL
);
CREATE INDEX timeline_by_kind ON timeline (kind, id);

CREATE TABLE event (
    position {auto},
    timeline_id {text} NOT NULL CONSTRAINT event_timeline_fkey REFERENCES timeline (id),
    seq {int} NOT NULL,
    id {text} NOT NULL,
    kind {text} NOT NULL,
    occurred_on {day} NOT NULL,
    occurred_until {day},
    occurred_at {instant},
    recorded_at {instant} NOT NULL,
    source {text} NOT NULL,
    source_system {text},
    source_recorded_at {instant},
    instance {text},
    corrects {text},
    account_id {text},
    payload_digest {blob} NOT NULL,
    nature {text} NOT NULL
);
CREATE UNIQUE INDEX event_timeline_id_seq_key ON event (timeline_id, seq);
CREATE INDEX event_by_id ON event (id);
{append_only} event;

CREATE TABLE event_payload (
    position {int} NOT NULL CONSTRAINT event_payload_pkey PRIMARY KEY CONSTRAINT event_payload_event_fkey REFERENCES event (position),
    salt {blob},
    body {blob},
    erased_at {instant}
);
{erase_only} event_payload;

-- 事实快照按内容的摘要存一份，判断时引用它，以便照原样重来。
CREATE TABLE facts_snapshot (
    digest {blob} NOT NULL CONSTRAINT facts_snapshot_pkey PRIMARY KEY,
    body {json} NOT NULL,
    created_at {instant} NOT NULL
);

-- 外来记录与时间线的对应：同一来源的同一条再来，认得出是同一件事、内容变没变。
-- 外来标识里常有姓名，摘要不加密钥就猜得出：source_id 与各摘要都用 intake_secret 的密钥算。
CREATE TABLE source_key (
    source {text} NOT NULL,
    source_id {text} NOT NULL,
    timeline_id {text} NOT NULL CONSTRAINT source_key_timeline_fkey REFERENCES timeline (id),
    row_digest {blob},
    parts {json} NOT NULL,
    updated_at {instant} NOT NULL,
    CONSTRAINT source_key_pkey PRIMARY KEY (source, source_id)
);
CREATE INDEX source_key_by_timeline ON source_key (timeline_id);

-- 公开记录：对外公布的那一版决定（已遮盖），自己是日志里的一片叶子。
CREATE TABLE public_record (
    id {text} NOT NULL CONSTRAINT public_record_pkey PRIMARY KEY,
    timeline_id {text} NOT NULL CONSTRAINT public_record_timeline_fkey REFERENCES timeline (id),
    decision {text} NOT NULL,
    version {int} NOT NULL,
    body {json} NOT NULL,
    content_digest {blob} NOT NULL,
    leaf_hash {blob} NOT NULL,
    published_at {instant} NOT NULL,
    withdrawn_at {instant}
);
CREATE UNIQUE INDEX public_record_timeline_id_decision_version_key ON public_record (timeline_id, decision, version);
CREATE INDEX public_record_by_published ON public_record (published_at, id);
