-- 列表：走一段与取集合只看索引，条件所看的列都在里面；看不到的才回到表里去查（见 listing）。

DROP INDEX case_row_by_last;
DROP INDEX case_row_by_filed;
DROP INDEX case_row_by_due;
DROP INDEX case_row_by_body;
DROP INDEX case_row_by_procedure;
DROP INDEX case_row_by_worst;
CREATE INDEX case_row_by_last ON case_row (last_on, timeline_id, org_path, worst_rank, state, procedure, department, confidentiality, filed_on, next_due_on);
CREATE INDEX case_row_by_filed ON case_row (filed_on, timeline_id, org_path, worst_rank, state, procedure, department, confidentiality, last_on, next_due_on) WHERE filed_on IS NOT NULL;
CREATE INDEX case_row_by_due ON case_row (next_due_on, timeline_id, org_path, worst_rank, state, procedure, department, confidentiality, last_on, filed_on) WHERE next_due_on IS NOT NULL;
CREATE INDEX case_row_by_body ON case_row (body_id, last_on, timeline_id, org_path, worst_rank, state, procedure, department, confidentiality, filed_on, next_due_on);
CREATE INDEX case_row_by_procedure ON case_row (procedure, state, worst_rank, org_path, last_on, filed_on, next_due_on, confidentiality, department, timeline_id);
CREATE INDEX case_row_by_worst ON case_row (worst_rank, org_path, state, procedure, last_on, filed_on, next_due_on, confidentiality, department, timeline_id) WHERE worst_rank > 0;

-- 没有了结的义务只占百分之几，这几个索引宽一些也不大。
DROP INDEX duty_by_code;
DROP INDEX duty_by_body;
CREATE INDEX duty_by_code ON duty (code, due_on, id, state, org_path, body_id, timeline_id) WHERE state <> 'met' AND state <> 'met_late' AND state <> 'waived' AND state <> 'ended' AND state <> 'undetermined';
CREATE INDEX duty_by_body ON duty (body_id, due_on, id, state, org_path, code, timeline_id) WHERE state <> 'met' AND state <> 'met_late' AND state <> 'waived' AND state <> 'ended' AND state <> 'undetermined';
CREATE INDEX duty_open_by_due ON duty (state, due_on, id, org_path, code, body_id, timeline_id) WHERE state <> 'met' AND state <> 'met_late' AND state <> 'waived' AND state <> 'ended' AND state <> 'undetermined';
CREATE INDEX duty_open_by_org ON duty (org_path, due_on, id, state, code, body_id, timeline_id) WHERE state <> 'met' AND state <> 'met_late' AND state <> 'waived' AND state <> 'ended' AND state <> 'undetermined';

DROP INDEX finding_by_found;
DROP INDEX finding_by_org_found;
DROP INDEX finding_by_code;
DROP INDEX finding_by_body;
DROP INDEX finding_by_severity;
CREATE INDEX finding_by_found ON finding (found_at, id, ended_at, org_path, severity, status, code, body_id, timeline_id);
CREATE INDEX finding_by_org_found ON finding (org_path, found_at, id, ended_at, severity, status, code, body_id, timeline_id);
CREATE INDEX finding_by_code ON finding (code, found_at, id, ended_at, org_path, severity, status, body_id, timeline_id);
CREATE INDEX finding_by_body ON finding (body_id, found_at, id, ended_at, org_path, severity, status, code, timeline_id);
CREATE INDEX finding_by_severity ON finding (severity, status, found_at, id, ended_at, org_path, code, body_id, timeline_id);
