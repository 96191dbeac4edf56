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

  'guard.pass': '合规',
  'guard.not_applicable': '无关',
  'guard.standing': '已有的问题',
  'guard.would_violate': '这一步会带来',
  'guard.undetermined': '说不清',
} as const;
