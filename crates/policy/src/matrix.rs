//! 权限表的打印页：给法制部门看、签的那一份。

use crate::permission::ResourceKind;
use crate::role::{Role, RoleClass};
use crate::table::{Reach, Row, TABLE};

const HEAD: &str = "# 权限表

由 `crates/policy/src/table.rs` 生成，改表时运行 `UPDATE_EXPECT=1 cargo test -p mingjing-policy --test permission_matrix`，差别由法制部门看过再提交。

程序只按这张表判断：格里写的是范围，写“—”的与没有列出的，一律不许。

## 总则

1. **默认不许。** 表上没有的，谁都不可以；授权到期当日即无效，不成立的授权（角色与机构不相合、期间为空）什么也不给。
2. **不泄露有无。** 不在范围之内的案件、人员、账号，答“没有这一件”，不答“无权”。
3. **三员分立。** 系统管理员、安全保密管理员、安全审计员互不兼任，也不兼业务；一个账号同时有了，授权全部不算。三员看不到案件内容，谁也不能改审计记录。汇入账号只做汇入。
4. **办、审、定分离。** 同一人在同一案件只有承办、审核、决定之中的一种职责，受托代办也一样，委托人与受托人并算。
5. **委托。** 只能委托自己此刻所有的业务角色，可以缩小范围，不能扩大；受托人须是本单位的、做同一类事（执法、监督、社会监督、法规）的人，不得再委托；授权终止，委托随之终止；须逐件批准才能看的，不随委托；三员与汇入账号不能委托，也不能受托。
6. **密级件与举报人身份。** 标为密级的案件，本机关之外的人在列表、搜索、导出、动态里都见不到；拿着标识来的，只知道有这一件，看内容须逐件批准（批准尚无处登记，因此一律看不到）；合计数里也没有它的发现，每个数点开正好是那些行。换法典之前的试算也不试它；试算给法规人员的是授权范围里的个数，哪一案要另有查看发现的许可。举报人身份一律须逐件批准，任何角色都不凭角色看到。国家秘密不进本系统。
7. **监督的范围。** 监督人员看本级各执法机关与下级，看不到同级的另一地区，也看不到上级；上级业务主管部门人员只看本级及下级之中同一条线的。司法所协助人员只附材料，不作结论，不签发文书。监督事项属于办理它的监督机构所在的区划；被监督机关在送达之前不知道有这一件，送达之后也只答复，不看监督机构内部的。说一个机关的投诉属于监督它的那一级的区划，被投诉的机关的角色够不到；交给别的机关办理的，属于那个机关。
8. **留痕。** 看个人信息、看举报人身份、导出、取案卷包与一切改动都记入审计，连同凭哪一项授权或委托。

## 范围

| 写法 | 含义 |
|---|---|
";

const SIGNATURES: &str = "
## 签署

| 审核单位 | 审核人 | 日期 | 意见 |
|---|---|---|---|
| | | | |
";

/// 整页，Markdown。
pub fn render() -> String {
    let mut page = String::from(HEAD);
    for reach in Reach::ALL {
        let line = format!("| {} | {} |\n", reach.in_chinese(), meaning(reach));
        page.push_str(&line);
    }
    page.push_str(
        "| — | 不许 |\n\n## 角色\n\n| 角色 | 代码 | 授在 | 可否委托 |\n|---|---|---|---|\n",
    );
    for role in Role::ALL {
        page.push_str(&role_line(role));
    }
    page.push_str(
        "\n登记簿里还没有内设机构：写“或其内设机构”的，眼下只能授在执法主体；授到内设机构的一律拒绝。\n",
    );
    page.push_str("\n## 按对象看\n\n没有列出的角色，对该对象一律不许。\n");
    for kind in ResourceKind::ALL {
        page.push_str(&kind_table(kind));
    }
    page.push_str(
        "\n## 按角色看\n\n各人另有“公众”与“登录账号”两行所列的。\n\n| 角色 | 可以 |\n|---|---|\n",
    );
    for role in Role::ALL {
        page.push_str(&format!("| {role} | {} |\n", everything_of(role)));
    }
    page.push_str(SIGNATURES);
    page
}

const fn meaning(reach: Reach) -> &'static str {
    match reach {
        Reach::Published => "已经向社会公开的；不用登录",
        Reach::Own => "在本机关之内由本人承办的，或属于本人账号的",
        Reach::OwnOrUnit => "本人的；本机关规定开放的，连同本机构的",
        Reach::Unit => "授权所在的主体或内设机构，及其下",
        Reach::Body => "授权所在的执法主体，及其下",
        Reach::Supervised => {
            "送达了本机关的监督事项：自通知书、督办函、意见书或者决定书送达起；只见送达的与自己答复的，不见监督机构内部的"
        }
        Reach::Division => "授权所在机构的区划，及其下：本级各机关与下级；不含上级与同级的另一地区",
        Reach::Line => "本级及下级之中，与授权同一条线的",
        Reach::Town => "授权所在的乡镇、街道，及其下",
        Reach::Granted => "授权写明的机构，及其下；全平台的事（配置、备份、法典等）须授在全平台",
        Reach::All => "不限",
    }
}

fn role_line(role: Role) -> String {
    let delegable = match role.class() {
        RoleClass::Implicit => "—",
        RoleClass::Business => "可以",
        RoleClass::Service | RoleClass::Admin => "不可以",
    };
    let placement = match role.class() {
        RoleClass::Implicit => "不用授予",
        RoleClass::Business | RoleClass::Service | RoleClass::Admin => {
            role.placement().in_chinese()
        }
    };
    format!(
        "| {role} | `{}` | {placement} | {delegable} |\n",
        role.code()
    )
}

fn rows_of(kind: ResourceKind) -> impl Iterator<Item = &'static Row> {
    TABLE.iter().filter(move |row| row.kind == kind)
}

fn kind_table(kind: ResourceKind) -> String {
    let holders: Vec<Role> = Role::ALL
        .into_iter()
        .filter(|role| rows_of(kind).any(|row| row.reach_of(*role).is_some()))
        .collect();
    let names: Vec<&str> = holders.iter().map(|role| role.in_chinese()).collect();
    let mut table = format!(
        "\n### {}\n\n| 动作 | {} | 附加条件 |\n|---|{}---|\n",
        kind.in_chinese(),
        names.join(" | "),
        "---|".repeat(names.len())
    );
    for row in rows_of(kind) {
        let cells: Vec<&str> = holders
            .iter()
            .map(|role| row.reach_of(*role).map_or("—", Reach::in_chinese))
            .collect();
        table.push_str(&format!(
            "| {} | {} | {} |\n",
            row.action.in_chinese(),
            cells.join(" | "),
            row.guard.in_chinese()
        ));
    }
    table
}

/// All that a role may do, in a sentence per kind of object.
fn everything_of(role: Role) -> String {
    let mut parts = Vec::new();
    for kind in ResourceKind::ALL {
        let actions: Vec<String> = rows_of(kind)
            .filter_map(|row| {
                let reach = row.reach_of(role)?;
                Some(format!(
                    "{}（{}）",
                    row.action.in_chinese(),
                    reach.in_chinese()
                ))
            })
            .collect();
        if !actions.is_empty() {
            parts.push(format!("{}：{}", kind.in_chinese(), actions.join("、")));
        }
    }
    if parts.is_empty() {
        "没有另外的许可".to_owned()
    } else {
        parts.join("；")
    }
}
