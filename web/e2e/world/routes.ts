import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Foreign } from './foreign';

/** 接口文档里的一条：方法、路径、操作、查询的名称。 */
export interface Operation {
  method: string;
  path: string;
  id: string;
  queries: string[];
}

/** 接口文档里的全部。 */
export function operations(): Operation[] {
  const file = fileURLToPath(new URL('../../../docs/openapi.json', import.meta.url));
  const { paths } = JSON.parse(readFileSync(file, 'utf8'));
  return Object.entries<Record<string, Described>>(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, described]) => ({
      method: method.toUpperCase(),
      path,
      id: described.operationId,
      queries: (described.parameters ?? []).filter((it) => it.in === 'query').map((it) => it.name),
    })),
  );
}

interface Described {
  operationId: string;
  parameters?: { name: string; in: string }[];
}

/** 拿别处的东西去问，应当怎样。 */
export type Treatment =
  /** 403 或 404：没有，或不能让来者知道有。 */
  | { kind: 'hidden'; values: (far: Foreign) => Record<string, string>; data?: (far: Foreign) => unknown }
  /** 列得出，别处的一件也没有；每个条件都拿别处的值来试。 */
  | { kind: 'listed' }
  /** 人人都可以查看，但里面没有案件。 */
  | { kind: 'open'; values?: (far: Foreign) => Record<string, string> }
  /** 公示了的：当事人、文号本来就是给人看的，案件与事件的标识不是。 */
  | { kind: 'published' }
  /** 关于来者自己的登录：说不到别人的东西。 */
  | { kind: 'own' }
  /** 新造一件，不指着别处的东西。 */
  | { kind: 'making' };

const ofCase = (far: Foreign) => ({ id: far.case, duty: far.duty, code: far.rule });
const hiddenCase = { kind: 'hidden', values: ofCase } as const;
const hidden = (name: 'import' | 'account' | 'officer' | 'disclosure' | 'finding') =>
  ({ kind: 'hidden', values: (far: Foreign) => ({ id: far[name] }) }) as const;
const listed = { kind: 'listed' } as const;
const open = { kind: 'open' } as const;
const own = { kind: 'own' } as const;
const making = { kind: 'making' } as const;
/** No such thing exists in the world: what matters is that the answer is no different from another's. */
const nowhere = { kind: 'hidden', values: (far: Foreign) => ({ id: far.case }) } as const;

/** A request about a complaint of elsewhere. */
const someRequest = {
  kind: 'hidden',
  values: (far: Foreign) => ({
    id: far.case,
    request: 'informantrequest_0190a6f47b6e7c119d3a1f2e3d4c5b6a',
  }),
} as const;

const farBody = { kind: 'hidden', values: (far: Foreign) => ({ id: far.body }) } as const;
const CLUE = { kind: 'clue_registered', on: '2026-01-05', fields: { source: 'inspection' } };
const CHANGED = { kind: 'body_suspended', on: '2026-01-05' };
const BECAUSE = { reason: '核对' };
const measured = { ...hidden('account'), data: () => BECAUSE } as const;

/** 每条路由一行；接口文档里有而这里没有的，测试就红。 */
export const TREATMENTS: Record<string, Treatment> = {
  list_cases: listed,
  get_case: hiddenCase,
  bundle_case: { ...hiddenCase, data: () => BECAUSE },
  correct_event: {
    ...hiddenCase,
    data: (far) => ({ corrects: far.event, event: CLUE, reason: '核对' }),
  },
  get_case_disclosure_draft: hiddenCase,
  get_case_duties: hiddenCase,
  get_case_duty: hiddenCase,
  list_case_events: hiddenCase,
  record_event: { ...hiddenCase, data: () => CLUE },
  get_case_findings: hiddenCase,
  get_case_links: hiddenCase,
  list_case_log_proofs: hiddenCase,
  get_next_actions: hiddenCase,
  get_case_public_records: hiddenCase,
  reveal_personal_data: { ...hiddenCase, data: () => BECAUSE },
  explain_case_rule: hiddenCase,
  score_case: hiddenCase,
  get_case_discretion: hiddenCase,
  create_case: {
    kind: 'hidden',
    values: () => ({}),
    data: (far) => ({ procedure: 'ordinary_penalty', body: far.body }),
  },
  list_matters: listed,
  get_matter_summary: listed,
  // A matter of elsewhere and a case of elsewhere are alike nothing that is there.
  get_matter: nowhere,
  open_matter: {
    kind: 'hidden',
    values: () => ({}),
    data: (far) => ({ body: far.body, source: 'media', problem: '核对' }),
  },
  export_matters: listed,
  export_over_cases: listed,
  list_complaints: listed,
  get_complaint_summary: listed,
  get_complaint: nowhere,
  register_complaint: {
    kind: 'hidden',
    values: () => ({}),
    data: (far) => ({ kind: 'violation_tip', channel: 'telephone', receiver: far.body, content: '核对' }),
  },
  create_informant_request: { ...nowhere, data: () => BECAUSE },
  approve_informant_request: someRequest,
  open_informant: someRequest,
  export_complaints: listed,
  list_findings: listed,
  get_finding_summary: listed,
  get_finding_places: listed,
  get_finding_trend: listed,
  get_finding: hidden('finding'),
  list_over_cases_findings: listed,
  get_over_cases_summary: listed,
  get_over_cases_finding: hidden('finding'),
  get_over_cases_state: open,
  create_over_cases_run: making,
  list_duties: listed,
  list_disclosures: listed,
  get_disclosure: hidden('disclosure'),
  prepare_disclosure: {
    kind: 'hidden',
    values: () => ({}),
    data: (far) => ({ case: far.case, decision: far.event }),
  },
  approve_disclosure: hidden('disclosure'),
  cancel_disclosure: hidden('disclosure'),
  publish_disclosure: { ...hidden('disclosure'), data: () => ({}) },
  list_public_records: { kind: 'published' },
  get_public_record: { kind: 'published' },
  get_public_record_file: { kind: 'published' },
  withdraw_public_record: { ...nowhere, data: () => ({ ground: 'mistaken', reason: '核对' }) },
  export_cases: listed,
  export_findings: listed,
  list_imports: listed,
  create_import: making,
  get_import: hidden('import'),
  get_import_receipt: hidden('import'),
  list_import_rows: hidden('import'),
  get_unknown_bodies: hidden('import'),
  map_bodies: {
    ...hidden('import'),
    data: (far) => ({ body_mappings: [{ name: '某局', body: far.body }] }),
  },
  dry_run_import: hidden('import'),
  run_import: hidden('import'),
  list_erasures: listed,
  request_erasure: {
    kind: 'hidden',
    values: () => ({}),
    data: (far) => ({
      case: far.case,
      events: [far.event],
      extent: 'personal_data',
      basis: 'personal_information_protection_law/47',
      reason: '核对',
    }),
  },
  approve_erasure: nowhere,
  list_accounts: listed,
  create_account: making,
  get_account: hidden('account'),
  get_account_grants: hidden('account'),
  disable_account: measured,
  enable_account: measured,
  grant_role: {
    ...hidden('account'),
    data: (far) => ({ role: 'officer', org: far.org, from_on: '2026-01-05', ...BECAUSE }),
  },
  reset_password: measured,
  reset_totp: measured,
  revoke_account_sessions: measured,
  unlock_account: measured,
  revoke_grant: { ...nowhere, data: () => BECAUSE },
  list_sessions: listed,
  revoke_session: { ...nowhere, data: () => BECAUSE },
  get_delegations: listed,
  create_delegation: making,
  end_delegation: nowhere,
  list_audit_entries: listed,
  list_jobs: listed,
  get_lawbook_state: nowhere,
  get_lawbook_candidates: nowhere,
  get_lawbook_candidate: { kind: 'hidden', values: () => ({ name: '候选' }) },
  get_foresight_runs: nowhere,
  create_foresight_run: { ...nowhere, data: () => ({ candidate: '候选' }) },
  get_foresight_run: nowhere,
  cancel_foresight_run: nowhere,
  export_foresight_run: nowhere,
  retry_job: nowhere,
  list_officers: listed,
  get_officer: hidden('officer'),
  reveal_officer: { ...hidden('officer'), data: () => BECAUSE },
  record_officer_event: {
    ...hidden('officer'),
    data: () => ({ event: { kind: 'officer_left', on: '2026-01-05' } }),
  },
  create_officer: making,
  list_bodies: listed,
  get_body: { kind: 'open', values: (far) => ({ id: far.body }) },
  create_body: making,
  record_body_event: { ...farBody, data: () => ({ event: CHANGED }) },
  set_body_opening: { ...farBody, data: () => ({ is_open_to_unit: true }) },
  list_organisations: listed,
  get_organisation: { kind: 'open', values: (far) => ({ id: far.body }) },
  create_organisation: making,
  record_organisation_event: { ...farBody, data: () => ({ event: CHANGED }) },
  list_items: listed,
  get_item: { kind: 'open', values: (far) => ({ id: far.case }) },
  create_item: making,
  record_item_event: { ...nowhere, data: () => ({ event: CHANGED }) },
  stream_changes: listed,
  get_checkpoint: open,
  get_log_key: open,
  list_checkpoints: listed,
  get_log_entry: { kind: 'open', values: () => ({ index: '0' }) },
  get_inclusion_proof: open,
  get_consistency_proof: open,
  get_log_tile: { kind: 'open', values: () => ({ level: '0', tile: '0' }) },
  list_rules: listed,
  get_fact_scopes: open,
  get_adapters: open,
  get_roles: open,
  get_rule_trial: { kind: 'hidden', values: (far) => ({ code: far.rule }) },
  get_rule: { kind: 'open', values: (far) => ({ code: far.rule }) },
  list_event_kinds: listed,
  list_procedures: listed,
  list_discretion_items: listed,
  reckon_stated_facts: making,
  get_problem: { kind: 'open', values: () => ({ code: 'not-found' }) },
  get_document: open,
  create_session: own,
  get_current_session: own,
  delete_current_session: own,
  change_password: own,
  verify_totp: own,
  verify_recovery_code: own,
  enrol_totp: own,
  confirm_totp: own,
  disable_totp: own,
  renew_recovery_codes: own,
};
