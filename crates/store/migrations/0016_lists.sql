-- 列表：先顺着次序走一段，走不满一页的再从最小的一个集合里取（见 listing）。各集合的索引带着别的条件所看的列，不必逐行去看。

DROP INDEX case_row_by_org;
DROP INDEX case_row_by_org_last;
DROP INDEX case_row_by_org_due;
DROP INDEX case_row_by_org_worst;
DROP INDEX case_row_by_body;
CREATE INDEX case_row_by_org ON case_row (org_path, worst_rank, state, procedure, last_on, filed_on, next_due_on, confidentiality, department, timeline_id);
CREATE INDEX case_row_by_procedure ON case_row (procedure, state, worst_rank, org_path, last_on, filed_on, next_due_on, confidentiality, timeline_id);
CREATE INDEX case_row_by_worst ON case_row (worst_rank, org_path, state, procedure, last_on, filed_on, next_due_on, confidentiality, timeline_id) WHERE worst_rank > 0;
CREATE INDEX case_row_by_filed ON case_row (filed_on, timeline_id) WHERE filed_on IS NOT NULL;
CREATE INDEX case_row_by_body ON case_row (body_id, last_on, timeline_id);

-- 没有了结的义务：了结了的占绝大多数，不进这两个索引。
CREATE INDEX duty_by_code ON duty (code, due_on, id) WHERE state <> 'met' AND state <> 'met_late' AND state <> 'waived' AND state <> 'ended' AND state <> 'undetermined';
CREATE INDEX duty_by_body ON duty (body_id, due_on, id) WHERE state <> 'met' AND state <> 'met_late' AND state <> 'waived' AND state <> 'ended' AND state <> 'undetermined';

CREATE INDEX finding_by_code_case ON finding (code, timeline_id) WHERE ended_at IS NULL;
CREATE INDEX finding_by_severity ON finding (severity, status, found_at, id);
