/** 接口里程序自己的枚举的中文名（法典登记的代码由接口连同名称给出）。 */
export const states = {
  'severity.notice': '提示',
  'severity.warning': '预警',
  'severity.breach': '违规',
  'severity.grave': '重大违法',

  'finding_status.violated': '违反',
  'finding_status.doubt': '疑点',
  'finding_status.near': '临期',
  'finding_status.undetermined': '无法判定',

  'finding_end.met': '后来的事使之消除',
  'finding_end.corrected': '由更正消除',
  'finding_end.law_changed': '法典变更后不再成立',
  'finding_end.facts_changed': '登记的事实变更后不再成立',
  'finding_end.time_passed': '随时间过去',

  'mark.unverified': '待核',
  'mark.second_hand': '二手',
  'mark.convention': '口径',
  'mark.local': '地方',

  'event_source.first_hand': '本机记录',
  'event_source.file': '文件导入',
  'event_source.system': '其他系统送来',

  'event_nature.act': '在平台里作出',
  'event_nature.fact': '发生的事实',
  'event_nature.system': '系统产生',
  'event_nature.irregular': '程序表之外的步骤',

  'problem.act_refused': '请看下面各条，和案件旁的“接下来”：现在可以做哪些、还缺什么。',
  'problem.decision_blocked':
    '下面各条有一条没有消除，就不能这样办。请逐条处理；有权的人可以写明理由，仍然办理。',
  'problem.invalid_request':
    '请改正标出来的地方。没有标出来的，是地址里的条件或者翻到的一页已经用不上了：清除条件，或者从菜单重新打开这一页。',
  'problem.stale_version': '请重新打开这一页，核对之后再办；填了的在草稿里。',
  'problem.sign_in_unfinished': '请退出，重新登录，照提示输入动态口令或者修改口令。',
  'problem.body_too_large': '请缩小文件或者减少内容；成批的数据从“汇入”交。',
  'problem.limit_exceeded': '请减少数量，或者等已有的办完再试。',
  'problem.csrf_token_mismatch': '登录的凭据换过了。请重新打开这一页再试；填了的在草稿里。',
  'problem.idempotency_key_reused': '这一次提交与先前的一次混了。请重新打开这一页再试；填了的在草稿里。',
  'problem.rate_limited': '操作太快了，请过一会儿再试。',
  'problem.overloaded': '用的人正多，请过一会儿再试。',
  'problem.unavailable': '请过一会儿再试；已经答复办成的不会丢失。',
  'problem.request_timeout': '请过一会儿再试；同一次提交不会办两遍。',
  'problem.internal_error': '故障已经记下。请过一会儿再试；仍不行的，把追踪号告诉管理员。',

  'guard.pass': '合规',
  'guard.not_applicable': '无关',
  'guard.standing': '已有的问题',
  'guard.would_violate': '这一步会带来',
  'guard.undetermined': '说不清',
} as const;
