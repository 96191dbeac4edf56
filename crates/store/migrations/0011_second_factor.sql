-- 动态口令的密钥封存之后才落库（is_sealed）；恢复码只存摘要，一码一次。

ALTER TABLE totp ADD COLUMN is_sealed {bool} NOT NULL DEFAULT FALSE;

CREATE TABLE recovery_code (
    account_id {text} NOT NULL CONSTRAINT recovery_code_account_fkey REFERENCES account (id),
    digest {blob} NOT NULL,
    created_at {instant} NOT NULL,
    used_at {instant},
    CONSTRAINT recovery_code_pkey PRIMARY KEY (account_id, digest)
);
