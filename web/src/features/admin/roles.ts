/** 角色的归类：业务可以委托；三员互不兼任，也不兼业务；汇入账号只做汇入。 */
export type RoleClass = 'business' | 'admin' | 'service';

/** 可以授予的角色，按权限表的次序；授不授得成由接口说。 */
export const ROLES = [
  ['officer', 'business'],
  ['lead_officer', 'business'],
  ['unit_head', 'business'],
  ['authority_head', 'business'],
  ['legal_reviewer', 'business'],
  ['body_clerk', 'business'],
  ['supervisor', 'business'],
  ['supervisor_lead', 'business'],
  ['line_supervisor', 'business'],
  ['street_assistant', 'business'],
  ['social_supervisor', 'business'],
  ['jurist', 'business'],
  ['system_admin', 'admin'],
  ['security_admin', 'admin'],
  ['audit_admin', 'admin'],
  ['importer', 'service'],
] as const satisfies readonly (readonly [string, RoleClass])[];

export const ROLE_CLASSES: readonly RoleClass[] = ['business', 'admin', 'service'];

export const rolesOf = (wanted: RoleClass) =>
  ROLES.filter(([, kind]) => kind === wanted).map(([role]) => role);
