-- 机构、人员、证件、事项：各是一条时间线，这里是推出来的、按日期有效的行。

CREATE TABLE org_node (
    id {text} NOT NULL,
    kind {text} NOT NULL,
    code {text} NOT NULL,
    name {text} NOT NULL,
    level {text} NOT NULL DEFAULT '',
    parent_id {text},
    successor_id {text},
    path {text} NOT NULL,
    from_on {day} NOT NULL,
    to_on {day},
    department {text},
    CONSTRAINT org_node_pkey PRIMARY KEY (id, from_on)
);
CREATE INDEX org_node_by_path ON org_node (path, from_on);
CREATE INDEX org_node_by_code ON org_node (code, from_on);
CREATE INDEX org_node_by_parent ON org_node (parent_id, from_on);
CREATE INDEX org_node_by_successor ON org_node (successor_id) WHERE successor_id IS NOT NULL;
CREATE INDEX org_node_by_name ON org_node (name);

CREATE TABLE body (
    id {text} NOT NULL,
    from_on {day} NOT NULL,
    to_on {day},
    facts {json} NOT NULL,
    CONSTRAINT body_pkey PRIMARY KEY (id, from_on)
);

-- 平台里的设定，不是法律上的事实：本机关的案件是否向同一机构的人员开放。
CREATE TABLE body_setting (
    body_id {text} NOT NULL CONSTRAINT body_setting_pkey PRIMARY KEY,
    opens_cases {bool} NOT NULL,
    changed_at {instant} NOT NULL
);

CREATE TABLE officer (
    id {text} NOT NULL,
    from_on {day} NOT NULL,
    to_on {day},
    body_id {text},
    org_path {text} NOT NULL,
    department {text},
    name_masked {text} NOT NULL,
    state {text} NOT NULL,
    facts {json} NOT NULL,
    CONSTRAINT officer_pkey PRIMARY KEY (id, from_on)
);
CREATE INDEX officer_by_org ON officer (org_path, id);
CREATE INDEX officer_by_body ON officer (body_id, id);

CREATE TABLE card (
    number {text} NOT NULL,
    officer_id {text} NOT NULL,
    from_on {day} NOT NULL,
    to_on {day},
    state {text} NOT NULL,
    facts {json} NOT NULL,
    CONSTRAINT card_pkey PRIMARY KEY (number, from_on)
);
CREATE INDEX card_by_officer ON card (officer_id, from_on);

CREATE TABLE item (
    id {text} NOT NULL,
    from_on {day} NOT NULL,
    to_on {day},
    code {text} NOT NULL,
    name {text} NOT NULL,
    body_id {text},
    org_path {text} NOT NULL,
    department {text},
    state {text} NOT NULL,
    facts {json} NOT NULL,
    CONSTRAINT item_pkey PRIMARY KEY (id, from_on)
);
CREATE INDEX item_by_code ON item (code, from_on);
CREATE INDEX item_by_org ON item (org_path, id);
