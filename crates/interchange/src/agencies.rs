//! 机关：由名称、代码能够确知的部门与地区；不能确知的不填。

/// 省级行政区划：名称开头与两位代码。名称以它开头的机关必在该省。
const PROVINCES: [(&str, &str); 34] = [
    ("北京", "11"),
    ("天津", "12"),
    ("河北", "13"),
    ("山西", "14"),
    ("内蒙古", "15"),
    ("辽宁", "21"),
    ("吉林省", "22"),
    ("黑龙江", "23"),
    ("上海", "31"),
    ("江苏", "32"),
    ("浙江", "33"),
    ("安徽", "34"),
    ("福建", "35"),
    ("江西", "36"),
    ("山东", "37"),
    ("河南省", "41"),
    ("湖北", "42"),
    ("湖南", "43"),
    ("广东", "44"),
    ("广西", "45"),
    ("海南省", "46"),
    ("重庆", "50"),
    ("四川", "51"),
    ("贵州", "52"),
    ("云南", "53"),
    ("西藏", "54"),
    ("陕西", "61"),
    ("甘肃", "62"),
    ("青海省", "63"),
    ("宁夏", "64"),
    ("新疆", "65"),
    ("台湾", "71"),
    ("香港", "81"),
    ("澳门", "82"),
];

/// 案号、文号里的省份简称与两位代码（法院案号“（2025）川…”）。
const SHORT_NAMES: [(char, &str); 31] = [
    ('京', "11"),
    ('津', "12"),
    ('冀', "13"),
    ('晋', "14"),
    ('内', "15"),
    ('辽', "21"),
    ('吉', "22"),
    ('黑', "23"),
    ('沪', "31"),
    ('苏', "32"),
    ('浙', "33"),
    ('皖', "34"),
    ('闽', "35"),
    ('赣', "36"),
    ('鲁', "37"),
    ('豫', "41"),
    ('鄂', "42"),
    ('湘', "43"),
    ('粤', "44"),
    ('桂', "45"),
    ('琼', "46"),
    ('渝', "50"),
    ('川', "51"),
    ('黔', "52"),
    ('云', "53"),
    ('藏', "54"),
    ('陕', "61"),
    ('甘', "62"),
    ('青', "63"),
    ('宁', "64"),
    ('新', "65"),
];

/// 机关名称里表明领域的字样；每一种只归一个领域，两可的不列。
const DEPARTMENTS: [(&str, &str); 22] = [
    ("市场监督管理", "market_regulation"),
    ("市场监管局", "market_regulation"),
    ("工商行政管理", "market_regulation"),
    ("药品监督管理", "market_regulation"),
    ("住房和城乡建设", "housing"),
    ("住房城乡建设", "housing"),
    ("农业农村局", "agriculture"),
    ("农业农村厅", "agriculture"),
    ("交通运输", "transport"),
    ("医疗保障", "medical_insurance"),
    ("海关", "customs"),
    ("商务局", "commerce"),
    ("商务厅", "commerce"),
    ("民政局", "civil_affairs"),
    ("民政厅", "civil_affairs"),
    ("税务局稽查局", "tax_inspection"),
    ("自然资源", "natural_resources"),
    ("通信管理局", "telecom"),
    ("卫生健康", "health"),
    ("生态环境", "ecology"),
    ("公安局", "public_security"),
    ("公安分局", "public_security"),
];

/// 由机关名称确知的领域（法典 `departments` 的代码）。
///
/// A 综合行政执法 body works under the rules of many fields and is left unknown, as is a name that fits two fields.
pub fn department_of(name: &str) -> Option<&'static str> {
    if name.contains("综合") {
        return None;
    }
    let mut found = DEPARTMENTS
        .iter()
        .filter(|(word, _)| name.contains(word))
        .map(|(_, code)| *code);
    let first = found.next()?;
    found.all(|code| code == first).then_some(first)
}

/// 由机关名称开头的省名确知的地区（两位区划代码）。
pub fn region_of(name: &str) -> Option<&'static str> {
    PROVINCES
        .iter()
        .find(|(province, _)| name.starts_with(province))
        .map(|(_, code)| *code)
}

/// 由法院案号确知的地区（两位区划代码），如“（2025）川1322行审9号”。
pub fn region_of_court_no(number: &str) -> Option<&'static str> {
    let rest = number.trim_start_matches(['(', '（']);
    let rest = rest.trim_start_matches(|c: char| c.is_ascii_digit());
    let mut chars = rest.trim_start_matches([')', '）']).chars();
    let (province, next) = (chars.next()?, chars.next()?);
    let is_court = next.is_ascii_digit() || matches!(next, '行' | '民' | '刑' | '执');
    let code = SHORT_NAMES
        .iter()
        .find(|(short, _)| *short == province)
        .map(|(_, code)| *code);
    code.filter(|_| is_court)
}

/// 由机关的统一社会信用代码确知的地区：机关代码（“11”开头）第三至八位是区划代码。
pub fn region_of_credit_code(code: &str) -> Option<String> {
    let code = code.trim();
    let digits = code.get(2..8)?;
    let is_organ =
        code.len() == 18 && code.starts_with("11") && digits.bytes().all(|b| b.is_ascii_digit());
    let is_province = SHORT_NAMES
        .iter()
        .any(|(_, province)| digits.starts_with(province));
    (is_organ && is_province).then(|| digits.to_owned())
}

/// 以行政区划代码开头的编号（十二位以上数字）所在的省：只取两位，市县代码会撤并。
pub fn province_of_code(code: &str) -> Option<&'static str> {
    let is_code = code.len() >= 12 && code.bytes().all(|b| b.is_ascii_digit());
    is_code
        .then(|| {
            SHORT_NAMES
                .iter()
                .find(|(_, p)| code.starts_with(p))
                .map(|(_, p)| *p)
        })
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_sure_is_said() {
        assert_eq!(
            department_of("甲市乙区市场监督管理局"),
            Some("market_regulation")
        );
        assert_eq!(
            department_of("甲市工商行政管理局乙分局"),
            Some("market_regulation")
        );
        assert_eq!(department_of("中国证监会"), None);
        assert_eq!(department_of("甲县综合行政执法局（交通运输局）"), None);
        assert_eq!(region_of("浙江省市场监督管理局"), Some("33"));
        assert_eq!(region_of("吉林市公安局"), None);
        assert_eq!(region_of("甲市乙区市场监督管理局"), None);
        assert_eq!(region_of_court_no("(2025)新0203行审17号"), Some("65"));
        assert_eq!(region_of_court_no("新案2号"), None);
        assert_eq!(
            region_of_credit_code("113310030000000000").as_deref(),
            Some("331003")
        );
        assert_eq!(region_of_credit_code("913310030000000000"), None);
    }
}
