-- 换钥：旧钥签新钥的声明，全文照存，只增不改。

CREATE TABLE key_handover (
    number {int} NOT NULL CONSTRAINT key_handover_pkey PRIMARY KEY,
    note {text} NOT NULL,
    at {instant} NOT NULL
);
{append_only} key_handover;
