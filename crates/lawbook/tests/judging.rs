//! 引擎的判断：更正、约束力、标记、延期、大概的日期、只显示一部分的材料，各在最小法典或随产品交付的法典上。

#[path = "judging/binding.rs"]
mod binding;
#[path = "judging/corrections.rs"]
mod corrections;
#[path = "judging/extensions.rs"]
mod extensions;
#[path = "judging/hours.rs"]
mod hours;
#[path = "judging/marks.rs"]
mod marks;
mod support;
#[path = "judging/vague.rs"]
mod vague;
