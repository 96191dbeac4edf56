//! 格式文档里的例子由这里算出：`UPDATE_EXPECT=1` 重写，平时只比较。

use std::fmt::Write as _;
use std::path::Path;

use mingjing_ledger::canonical::Canonical;
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

/// A log of three leaves: an event, its public record, and an erasure.
struct Example {
    content: Canonical,
    salt: Salt,
    masked: Canonical,
    log: Log,
}

impl Example {
    fn new() -> Self {
        let content = json(r#"{"party":"某某商贸有限公司","fine_fen":500000}"#);
        let salt = Salt::new([0xa5; 32]);
        let masked = json(r#"{"decision":"罚款","fine_fen":500000}"#);
        let decided = event(1, SM.commit(&salt, &content).unwrap());
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
        log.append([decided, public, erasure]);
        Self {
            content,
            salt,
            masked,
            log,
        }
    }

    fn entries(&self, o: &mut String) {
        let [decided, public, erasure] = &self.log.entries[..] else {
            panic!("three entries were appended");
        };
        let leaf = |entry: &Entry| entry.leaf_hash(SM).to_hex();
        let with_leaf = |entry: &Entry| format!("{}\n{}", text(&entry.to_bytes()), leaf(entry));
        let bytes = |value: &Canonical| text(&value.to_bytes().unwrap());
        let payload = decided.content().unwrap().to_hex();
        section(o, "**内容**的规范字节：", &bytes(&self.content));
        section(o, "**盐**：", &self.salt.to_hex());
        section(o, "**承诺** H(`02` ‖ 盐 ‖ 内容)：", &payload);
        section(
            o,
            "**事件条目**（叶号 0）的规范字节：",
            &text(&decided.to_bytes()),
        );
        section(o, "同上，十六进制：", &hex(&decided.to_bytes()));
        section(o, "**叶散列**（叶号 0）：", &leaf(decided));
        section(o, "**公开内容**的规范字节：", &bytes(&self.masked));
        section(
            o,
            "**公开记录条目**（叶号 1）及其叶散列：",
            &with_leaf(public),
        );
        section(o, "**清除条目**（叶号 2）及其叶散列：", &with_leaf(erasure));
    }

    fn tree(&self, o: &mut String) {
        let entries = &self.log.entries;
        let left = SM.node_hash(&entries[0].leaf_hash(SM), &entries[1].leaf_hash(SM));
        let proof = self.log.compute(&ProofPlan::inclusion(0, 3).unwrap());
        let proof: Vec<String> = proof.iter().map(|hash| hash.to_hex()).collect();
        let root = self.log.frontier.root(SM).to_hex();
        section(o, "叶 0、1 之上的**节点散列**：", &left.to_hex());
        section(o, "三叶的**根** H(`01` ‖ 节点 ‖ 叶 2)：", &root);
        section(o, "叶 0 的**包含证明**：", &proof.join("\n"));
        o.push_str("导出里的 `tile/0/000.p/3` 就是三个叶散列相连。\n\n");
    }

    fn checkpoint(&self, o: &mut String) {
        let key = key(SM).verifying_key();
        let signed = self.log.checkpoint();
        let line = &signed.signatures()[0];
        let parts = format!("{}\n{}", hex(&line.key_id), hex(&line.signature));
        section(o, "节点的**公钥**：", &key.to_pem().unwrap());
        section(
            o,
            "公钥的**指纹**：",
            &key.fingerprint().unwrap().to_string(),
        );
        section(o, "**检查点**全文：", &signed.to_text());
        section(o, "其中的**密钥号**与**签名**（DER），十六进制：", &parts);
    }
}

fn example() -> String {
    let mut out = String::from("\n套件 `sm2-sm3`。各段末尾没有换行，检查点除外。\n\n");
    let example = Example::new();
    example.entries(&mut out);
    example.tree(&mut out);
    example.checkpoint(&mut out);
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
