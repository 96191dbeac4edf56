-- 监督事项：也是一条时间线、一案一行；是不是监督事项、送达了被监督机关没有、线索从哪里来，由事件推出，列表据此分开。

ALTER TABLE case_row ADD COLUMN supervision {text};
ALTER TABLE case_row ADD COLUMN lead_source {text};
CREATE INDEX case_row_by_supervision ON case_row (org_path, last_on, timeline_id) WHERE supervision IS NOT NULL;
CREATE INDEX case_row_by_supervised ON case_row (body_id, supervision, timeline_id) WHERE supervision IS NOT NULL;
