//! 格式文档里的例子由这里算出：`UPDATE_EXPECT=1` 重写，平时只比较。

use std::fmt::Write as _;
use std::path::Path;

use mingjing_ledger::digest::Salt;
use mingjing_ledger::entry::{Entry, ErasureEntry, PublicEntry};
use mingjing_ledger::suite::Suite;
use mingjing_ledger::tree::proof::ProofPlan;

use crate::support::{Log, event, json, key, moment, token};

const BEGIN: &str = "<!-- generated: example -->\n";
const END: &str = "<!-- /generated: example -->";
const SM: Suite = Suite::Sm;

fn hex(bytes: &[u8]) -> String {
    let digits: String = bytes.iter().map(|b| format!("{b:02x}")).collect();
    let lines = digits
        .as_bytes()
        .chunks(96)
        .map(|line| String::from_utf8_lossy(line).into_owned());
    lines.collect::<Vec<_>>().join("\n")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn section(out: &mut String, title: &str, block: &str) {
    write!(out, "{title}\n\n```text\n{}\n```\n\n", block.trim_end()).unwrap();
}

fn example() -> String {
    let content = json(r#"{"party":"某某商贸有限公司","fine_fen":500000}"#);
    let salt = Salt::new([0xa5; 32]);
    let payload = SM.commit(&salt, &content).unwrap();
    let decided = event(1, payload);
    let masked = json(r#"{"decision":"罚款","fine_fen":500000}"#);
    let public = Entry::Public(PublicEntry {
        node: token("demo.mingjing/county"),
        id: token("pub:0001"),
        recorded_at: moment(2),
        of: decided.leaf_hash(SM),
        content: SM.public_digest(&masked).unwrap(),
    });
    let erasure = Entry::Erasure(ErasureEntry {
        node: token("demo.mingjing/county"),
        id: token("era:0001"),
        recorded_at: moment(3),
        of: decided.leaf_hash(SM),
        basis: token("personal_information_protection_law/47"),
    });
    let mut log = Log::new(SM);
    log.append([decided.clone(), public.clone(), erasure.clone()]);
    let proof = log.compute(&ProofPlan::inclusion(0, 3).unwrap());
    let proof: Vec<String> = proof.iter().map(|hash| hash.to_hex()).collect();
    let signed = log.checkpoint();
    let line = &signed.signatures()[0];
    let public_key = key(SM).verifying_key();
    let leaf = |entry: &Entry| entry.leaf_hash(SM).to_hex();

    let mut out = String::from("\n套件 `sm2-sm3`。各段末尾没有换行，检查点除外。\n\n");
    let o = &mut out;
    section(
        o,
        "**内容**的规范字节：",
        &text(&content.to_bytes().unwrap()),
    );
    section(o, "**盐**：", &salt.to_hex());
    section(o, "**承诺** H(`02` ‖ 盐 ‖ 内容)：", &payload.to_hex());
    section(
        o,
        "**事件条目**（叶号 0）的规范字节：",
        &text(&decided.to_bytes()),
    );
    section(o, "同上，十六进制：", &hex(&decided.to_bytes()));
    section(o, "**叶散列**（叶号 0）：", &leaf(&decided));
    section(
        o,
        "**公开内容**的规范字节：",
        &text(&masked.to_bytes().unwrap()),
    );
    section(
        o,
        "**公开记录条目**（叶号 1）及其叶散列：",
        &format!("{}\n{}", text(&public.to_bytes()), leaf(&public)),
    );
    section(
        o,
        "**清除条目**（叶号 2）及其叶散列：",
        &format!("{}\n{}", text(&erasure.to_bytes()), leaf(&erasure)),
    );
    let left = SM.node_hash(&decided.leaf_hash(SM), &public.leaf_hash(SM));
    section(o, "叶 0、1 之上的**节点散列**：", &left.to_hex());
    section(
        o,
        "三叶的**根** H(`01` ‖ 节点 ‖ 叶 2)：",
        &log.frontier.root(SM).to_hex(),
    );
    section(o, "叶 0 的**包含证明**：", &proof.join("\n"));
    section(
        o,
        "导出里的 `tile/0/000.p/3` 就是三个叶散列相连。节点的**公钥**：",
        &public_key.to_pem().unwrap(),
    );
    section(
        o,
        "公钥的**指纹**：",
        &public_key.fingerprint().unwrap().to_string(),
    );
    section(o, "**检查点**全文：", &signed.to_text());
    section(
        o,
        "其中的**密钥号**与**签名**（DER），十六进制：",
        &format!("{}\n{}", hex(&line.key_id), hex(&line.signature)),
    );
    out
}

#[test]
fn the_example_of_the_format_document_is_what_the_program_makes() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/log-format.md");
    let document = std::fs::read_to_string(&path).unwrap();
    let (before, rest) = document.split_once(BEGIN).unwrap();
    let (written, after) = rest.split_once(END).unwrap();
    let expected = example();
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(&path, [before, BEGIN, &expected, END, after].concat()).unwrap();
    } else {
        assert_eq!(
            written, expected,
            "UPDATE_EXPECT=1 重写 docs/log-format.md 的例子"
        );
    }
}
