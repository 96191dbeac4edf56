//! 法典用过的词：事件、字段、代码的名称；一段文字里哪些字连起来是其中的话。

use std::collections::HashMap;

/// 一份词汇里的名称，按头两个字找。
#[derive(Debug, Clone, Default)]
pub struct Words {
    labels: Vec<Vec<char>>,
    /// Where two characters stand next to each other: the label, and the place in it.
    pairs: HashMap<[char; 2], Vec<(u32, u32)>>,
}

impl Words {
    pub(super) fn new<'l>(labels: impl IntoIterator<Item = &'l str>) -> Self {
        let mut words = Words::default();
        for label in labels {
            let label: Vec<char> = label.chars().collect();
            let number = words.labels.len() as u32;
            for (at, pair) in label.array_windows().enumerate() {
                let places = words.pairs.entry(*pair).or_default();
                places.push((number, at as u32));
            }
            words.labels.push(label);
        }
        words
    }

    /// 开头的几个字连着出现在某个名称里；不到两个的为零：一个字哪里都有。
    pub fn longest(&self, text: &[char]) -> usize {
        let places = text.first_chunk().and_then(|pair| self.pairs.get(pair));
        let lengths = places.into_iter().flatten().map(|(label, at)| {
            let label = &self.labels[*label as usize][*at as usize..];
            let same = text.iter().zip(label);
            same.take_while(|(one, other)| one == other).count()
        });
        lengths.max().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::Words;

    #[test]
    fn the_longest_run_of_any_label_counts_and_a_single_character_does_not() {
        let words = Words::new(["询问笔录", "笔录制作", "录"]);
        let longest = |text: &str| words.longest(&text.chars().collect::<Vec<_>>());
        assert_eq!(longest("询问笔录制作"), 4);
        assert_eq!(longest("笔录制作人"), 4);
        assert_eq!(longest("录像"), 0);
        assert_eq!(longest("录"), 0);
        assert_eq!(longest("张三"), 0);
    }
}
