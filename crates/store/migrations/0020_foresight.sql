-- 试算：换一部候选的法典，存着的案件会怎样变。一次一行，合计与做到哪里在行里；例子有上限，一处一行。
-- 办事用的：不是发现，旧的由新的顶去，依法清除时有关的例子当即删去。

CREATE TABLE foresight_run (
    id {text} NOT NULL CONSTRAINT foresight_run_pkey PRIMARY KEY,
    candidate {text} NOT NULL,
    version_before {text} NOT NULL,
    version_after {text} NOT NULL,
    reach {json} NOT NULL,
    as_of {day} NOT NULL,
    state {text} NOT NULL,
    total {int} NOT NULL,
    done {int} NOT NULL,
    place {text},
    record {json} NOT NULL,
    failure {text},
    started_by {text},
    started_at {instant} NOT NULL,
    ended_at {instant}
);
-- 一部候选的法典同时只试一次。
CREATE UNIQUE INDEX foresight_run_candidate_key ON foresight_run (candidate) WHERE state = 'running';
CREATE INDEX foresight_run_by_start ON foresight_run (started_at, id);

CREATE TABLE foresight_example (
    run_id {text} NOT NULL,
    n {int} NOT NULL,
    timeline_id {text} NOT NULL,
    told {json} NOT NULL,
    CONSTRAINT foresight_example_pkey PRIMARY KEY (run_id, n)
);
CREATE INDEX foresight_example_by_timeline ON foresight_example (timeline_id);
