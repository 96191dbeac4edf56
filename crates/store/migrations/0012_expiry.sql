-- 导入各行的细节期满抹去，记在批上。

ALTER TABLE import_batch ADD COLUMN details_removed_at {instant};
