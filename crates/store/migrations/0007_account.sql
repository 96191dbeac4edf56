-- 账号、授权、委托、会话：系统管理的数据，不是时间线。口令与令牌只存摘要。
-- reach_path 是账号所能及的一切的共同上级：能管这个账号的，须在它之上。

CREATE TABLE account (
    id {text} NOT NULL CONSTRAINT account_pkey PRIMARY KEY,
    login {text} NOT NULL,
    name {text} NOT NULL,
    officer_id {text},
    org_path {text} NOT NULL,
    reach_path {text} NOT NULL,
    password_hash {text} NOT NULL,
    password_changed_at {instant} NOT NULL,
    must_change_password {bool} NOT NULL,
    lockout {json} NOT NULL,
    locked_until {instant},
    disabled_at {instant},
    created_at {instant} NOT NULL,
    version {int} NOT NULL
);
CREATE UNIQUE INDEX account_login_key ON account (login);
CREATE INDEX account_by_reach ON account (reach_path, id);
CREATE INDEX account_by_org ON account (org_path, id);
CREATE INDEX account_by_officer ON account (officer_id);

-- 旧口令的摘要，防止轮换使用。
CREATE TABLE account_password (
    account_id {text} NOT NULL CONSTRAINT account_password_account_fkey REFERENCES account (id),
    changed_at {instant} NOT NULL,
    password_hash {text} NOT NULL,
    CONSTRAINT account_password_pkey PRIMARY KEY (account_id, changed_at)
);

CREATE TABLE account_grant (
    id {text} NOT NULL CONSTRAINT account_grant_pkey PRIMARY KEY,
    account_id {text} NOT NULL CONSTRAINT account_grant_account_fkey REFERENCES account (id),
    role {text} NOT NULL,
    org_path {text} NOT NULL,
    line {text},
    from_on {day} NOT NULL,
    to_on {day},
    granted_by {text},
    granted_at {instant} NOT NULL,
    revoked_by {text},
    revoked_at {instant}
);
CREATE INDEX account_grant_by_account ON account_grant (account_id, id);
CREATE INDEX account_grant_by_org ON account_grant (org_path, role);

CREATE TABLE delegation (
    id {text} NOT NULL CONSTRAINT delegation_pkey PRIMARY KEY,
    from_account_id {text} NOT NULL CONSTRAINT delegation_from_fkey REFERENCES account (id),
    to_account_id {text} NOT NULL CONSTRAINT delegation_to_fkey REFERENCES account (id),
    roles {json} NOT NULL,
    org_path {text} NOT NULL,
    reason {text} NOT NULL,
    from_on {day} NOT NULL,
    to_on {day} NOT NULL,
    created_at {instant} NOT NULL,
    ended_by {text},
    ended_at {instant}
);
CREATE INDEX delegation_by_to ON delegation (to_account_id, to_on);
CREATE INDEX delegation_by_from ON delegation (from_account_id, to_on);

CREATE TABLE session (
    id {text} NOT NULL CONSTRAINT session_pkey PRIMARY KEY,
    token_digest {blob} NOT NULL,
    account_id {text} NOT NULL CONSTRAINT session_account_fkey REFERENCES account (id),
    client {text} NOT NULL,
    stage {text} NOT NULL,
    created_at {instant} NOT NULL,
    last_used_at {instant} NOT NULL,
    expires_at {instant} NOT NULL,
    ended_at {instant}
);
CREATE UNIQUE INDEX session_token_digest_key ON session (token_digest);
CREATE INDEX session_by_account ON session (account_id, id);
CREATE INDEX session_by_expiry ON session (expires_at);

CREATE TABLE totp (
    account_id {text} NOT NULL CONSTRAINT totp_pkey PRIMARY KEY CONSTRAINT totp_account_fkey REFERENCES account (id),
    secret {blob} NOT NULL,
    confirmed_at {instant},
    last_step {int} NOT NULL
);
