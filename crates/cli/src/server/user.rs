//! `mingjing user`：最初的三员，与在本机上重置、列出、停用账号。

use anyhow::Context as _;
use mingjing_services::admin::account::NewCredentials;
use mingjing_services::admin::local::{self, Listed};
use mingjing_services::admin::set_up::{Administrator, SetUp, set_up};
use mingjing_services::context::Services;
use serde_json::{Value, json};

use crate::Answer;
use crate::args::Format;
use crate::server::open::{Common, of_service, runtime, services};
use crate::server::report;
use crate::server_args::{UserCommand, UserInitArgs, UserNameArgs};
use crate::table::{Column, output_width, render};

pub(crate) fn run(command: &UserCommand, common: &Common<'_>) -> anyhow::Result<Answer> {
    let config = common.load()?;
    runtime(2)?.block_on(async {
        let services = services(common, &config).await?;
        let done = perform(command, &services).await;
        services.store.close().await;
        done
    })?;
    Ok(Answer::Clean)
}

async fn perform(command: &UserCommand, services: &Services) -> anyhow::Result<()> {
    match command {
        UserCommand::Init(args) => init(args, services).await,
        UserCommand::List(args) => list(args.format, services).await,
        UserCommand::Reset(args) => reset(args, services).await,
        UserCommand::ResetTotp(args) => {
            local::reset_second_factor(services, &services.system("cli"), &args.login)
                .await
                .map_err(of_service)
                .with_context(|| format!("账号“{}”", args.login))?;
            let text = format!("已去掉 {} 的动态口令与恢复码", args.login);
            report::print(args.format, &text, &json!({ "login": args.login }))
        }
        UserCommand::Disable(args) => {
            local::disable(services, &services.system("cli"), &args.login)
                .await
                .map_err(of_service)
                .with_context(|| format!("账号“{}”", args.login))?;
            let text = format!("已停用 {}", args.login);
            report::print(args.format, &text, &json!({ "login": args.login }))
        }
    }
}

async fn init(args: &UserInitArgs, services: &Services) -> anyhow::Result<()> {
    let administrator = |text: &str| {
        let (login, name) = text.split_once(':').unwrap_or((text, text));
        Administrator {
            login: login.to_owned(),
            name: name.to_owned(),
        }
    };
    let command = SetUp {
        system: administrator(&args.system),
        security: administrator(&args.security),
        audit: administrator(&args.audit),
    };
    let made = set_up(services, &services.system("cli"), command)
        .await
        .map_err(of_service)?;
    let roles = ["系统管理员", "安全保密管理员", "安全审计员"];
    let rows = roles.iter().zip(&made).map(|(role, made)| {
        vec![
            (*role).to_owned(),
            made.login.clone(),
            password(made).to_owned(),
        ]
    });
    let columns = [title("角色"), title("登录名"), title("一次性口令")];
    let table = render(&columns, &rows.collect::<Vec<_>>(), output_width());
    let text =
        format!("{table}\n口令只在这里出现一次，哪里都没有存；请分别交给三个人，首次登录须改。",);
    let lines: Vec<Value> = made.iter().map(credentials).collect();
    report::print(args.format, &text, &json!({ "accounts": lines }))
}

async fn reset(args: &UserNameArgs, services: &Services) -> anyhow::Result<()> {
    let made = local::reset_password(services, &services.system("cli"), &args.login)
        .await
        .map_err(of_service)
        .with_context(|| format!("账号“{}”", args.login))?;
    let text = format!(
        "{} 的一次性口令：{}\n只在这里出现一次；首次登录须改，原来的会话都已下线。",
        made.login,
        password(&made)
    );
    report::print(args.format, &text, &credentials(&made))
}

async fn list(format: Format, services: &Services) -> anyhow::Result<()> {
    let today = services.system("cli").today();
    let listed = local::list_all(services, today).await.map_err(of_service)?;
    let rows = listed.iter().map(|it| {
        vec![
            it.account.login.clone(),
            it.account.name.clone(),
            it.account.org.to_string(),
            roles(it).join("、"),
            state(it).to_owned(),
        ]
    });
    let columns = [
        title("登录名"),
        title("姓名"),
        title("机构"),
        title("角色"),
        title("状态"),
    ];
    let table = render(&columns, &rows.collect::<Vec<_>>(), output_width());
    let lines = listed.iter().map(|it| {
        json!({
            "id": it.account.id.to_string(),
            "login": it.account.login,
            "name": it.account.name,
            "org": it.account.org.to_string(),
            "roles": it.grants.iter().map(|grant| grant.role.code()).collect::<Vec<_>>(),
            "is_disabled": it.account.disabled_at.is_some(),
            "must_change_password": it.account.must_change_password,
        })
    });
    let json = json!({ "accounts": lines.collect::<Vec<_>>() });
    report::print(format, table.trim_end(), &json)
}

fn roles(listed: &Listed) -> Vec<String> {
    listed.grants.iter().map(|it| it.role.to_string()).collect()
}

fn state(listed: &Listed) -> &'static str {
    if listed.account.disabled_at.is_some() {
        "已停用"
    } else if listed.account.must_change_password {
        "须改口令"
    } else {
        "正常"
    }
}

const fn title(title: &'static str) -> Column {
    Column {
        title,
        min: 6,
        max: Some(40),
    }
}

fn password(made: &NewCredentials) -> &str {
    made.password.reveal("printed once, for its owner")
}

fn credentials(made: &NewCredentials) -> Value {
    json!({
        "id": made.account.to_string(),
        "login": made.login,
        "password": password(made),
    })
}
