-- 公示：公示稿（一人拟、另一人批）、公开记录、公开记录的检索词。以前的公开记录表从未有用例写过，直接换掉。

DROP TABLE public_record;

-- 公开记录：对外公布的那一版决定（已遮盖），自己是日志里的一片叶子。撤下、抹去只改这里标明的几列。
CREATE TABLE public_record (
    position {auto},
    id {text} NOT NULL,
    timeline_id {text} NOT NULL CONSTRAINT public_record_timeline_fkey REFERENCES timeline (id),
    decision {text} NOT NULL,
    decision_seq {int} NOT NULL,
    version {int} NOT NULL,
    event_id {text} NOT NULL,
    event_seq {int} NOT NULL,
    org_path {text} NOT NULL,
    style {text} NOT NULL,
    body {json},
    search_text {text},
    content_digest {blob} NOT NULL,
    leaf_hash {blob} NOT NULL,
    published_at {instant} NOT NULL,
    published_on {day} NOT NULL,
    shown_until {day},
    withdrawn_at {instant},
    ground {text},
    notice {text},
    has_notice {bool} NOT NULL,
    superseded_by {text},
    erased_at {instant}
);
CREATE UNIQUE INDEX public_record_id_key ON public_record (id);
CREATE UNIQUE INDEX public_record_timeline_id_decision_version_key ON public_record (timeline_id, decision, version);
CREATE INDEX public_record_by_published ON public_record (published_on, position);
CREATE INDEX public_record_by_leaf ON public_record (leaf_hash);
CREATE INDEX public_record_by_end ON public_record (shown_until, position) WHERE withdrawn_at IS NULL AND shown_until IS NOT NULL;

-- 检索词：公开着的每一条有哪些词（机关、区划、领域、事项、文字的相邻两字）。由公开记录推出。
CREATE TABLE public_term (
    term {text} NOT NULL,
    position {int} NOT NULL CONSTRAINT public_term_record_fkey REFERENCES public_record (position),
    CONSTRAINT public_term_pkey PRIMARY KEY (term, position)
);
CREATE INDEX public_term_by_record ON public_term (position);

-- 公示的代次：公布、撤下、抹去各加一，页面的缓存凭它知道该不该换。
CREATE TABLE public_state (
    id {int} NOT NULL CONSTRAINT public_state_pkey PRIMARY KEY CONSTRAINT public_state_is_one_row CHECK (id = 1),
    generation {int} NOT NULL,
    live_count {int} NOT NULL
);
INSERT INTO public_state (id, generation, live_count) VALUES (1, 0, 0);

-- 公示稿：一份决定同时至多一份没有了结的。
CREATE TABLE disclosure (
    id {text} NOT NULL CONSTRAINT disclosure_pkey PRIMARY KEY,
    timeline_id {text} NOT NULL CONSTRAINT disclosure_timeline_fkey REFERENCES timeline (id),
    decision {text} NOT NULL,
    org_path {text} NOT NULL,
    style {text} NOT NULL,
    body {json},
    shown_until {day},
    prepared_by {text},
    prepared_at {instant} NOT NULL,
    approved_by {text},
    approved_at {instant},
    ended_by {text},
    ended_at {instant},
    outcome {text},
    record_id {text}
);
CREATE UNIQUE INDEX disclosure_timeline_id_decision_key ON disclosure (timeline_id, decision) WHERE ended_at IS NULL;
CREATE INDEX disclosure_by_org ON disclosure (org_path, id);
CREATE INDEX disclosure_by_timeline ON disclosure (timeline_id, id);
