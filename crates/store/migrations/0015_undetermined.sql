-- 无法判定的：许多案件缺的一样（名单里没有的列），按内容的摘要存一份，评估只写摘要与所说的事件。
-- 此前写下的评估没有摘要，原样留着，下次判断时改写；rebuild 把它们都改写。

CREATE TABLE undetermined_set (
    digest {text} NOT NULL CONSTRAINT undetermined_set_pkey PRIMARY KEY,
    body {json} NOT NULL
);
ALTER TABLE assessment ADD COLUMN undetermined_set {text};
