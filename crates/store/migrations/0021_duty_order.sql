-- 义务的列表，没有写状态的，或者写了“按期完成”的：顺着到期的次序走一个索引，不再十种状态各走一段。
-- 了结了而少有的状态（迟了才完成、免除、终止、无法判定）另有一个小的。

DROP INDEX duty_by_due;
CREATE INDEX duty_by_due ON duty (due_on, id, state, org_path, code, body_id, timeline_id);
CREATE INDEX duty_over_by_due ON duty (state, due_on, id, org_path, code, body_id, timeline_id) WHERE state = 'met_late' OR state = 'waived' OR state = 'ended' OR state = 'undetermined';
