//! 说明：把编码、日期与数字写成法官、执法人员和公众读得懂的中文；文字按需生成，从不保存。

mod noun;
mod phrase;
mod source;
mod value;
