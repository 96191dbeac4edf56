import type { ActionField, EventKind } from '@/api/types';
import type { OrgNode } from '@/shared/orgs';

export type RegisterName = 'division' | 'body' | 'officer' | 'item';

/** 登记时记的事，按先后；人员登记连同到岗，才知道归哪个机关管。 */
export const FIRST: Record<RegisterName, readonly string[]> = {
  division: ['division_established'],
  body: ['body_registered'],
  officer: ['officer_registered', 'officer_assigned'],
  item: ['item_listed'],
};

/** 登记之后可以记的变更；别的种类接口不收。 */
export const CHANGES: Record<RegisterName, readonly string[]> = {
  division: ['division_renamed', 'division_merged', 'division_abolished'],
  body: ['body_changed', 'body_suspended', 'body_resumed', 'body_abolished'],
  officer: [
    'officer_assigned',
    'officer_left',
    'post_changed',
    'apply',
    'train_exam',
    'cert_issued',
    'cert_reviewed',
    'cert_suspended',
    'cert_restored',
    'cert_revoked',
    'training_logged',
    'lost',
  ],
  item: ['item_revised', 'item_withdrawn'],
};

/** The officer of an officer's own timeline is known: the server fills it in. */
const FILLED_IN = new Set(['officer']);
const REGION_FIELDS = new Set(['region', 'into']);

/**
 * 一种事件要填的各项：本人由接口填；指别的登记对象的、写区划代码与领域的，给出可选的，不让人抄标识。
 */
export function fieldsOf(kind: EventKind, tree: { divisions: OrgNode[]; bodies: OrgNode[] }): ActionField[] {
  const departments = new Map(
    tree.bodies.flatMap((node) => node.department ?? []).map((it) => [it.code, it]),
  );
  const divisions = tree.divisions.map((node) => ({ code: node.code, name: node.name }));
  return kind.fields
    .filter((field) => !FILLED_IN.has(field.field))
    .map((field) => {
      if (field.type === 'id:body') {
        return { ...field, choices: tree.bodies.map((node) => ({ code: node.id, name: node.name })) };
      }
      const isDivision =
        field.type === 'text' &&
        (REGION_FIELDS.has(field.field) || (field.field === 'parent' && kind.kind.startsWith('division_')));
      if (isDivision) return { ...field, choices: divisions };
      if (field.type === 'text' && field.field === 'department') {
        return { ...field, choices: [...departments.values()] };
      }
      return field;
    });
}

/** 字段的名称与取值的名称；事件里叫 `body_kind` 的，事实里叫 `kind`。 */
const ALIASES: Record<string, string> = { kind: 'body_kind' };

/** 事实的一项写成给人看的；没有声明的字段名为 null，由页面注明。 */
export function factText(
  field: string,
  value: unknown,
  kinds: EventKind[],
  yesNo: { yes: string; no: string },
): { name: string | null; text: string } {
  const wanted = ALIASES[field] ?? field;
  const declared = kinds.flatMap((kind) => kind.fields).filter((it) => it.field === wanted);
  const choices = new Map(declared.flatMap((it) => it.choices).map((it) => [it.code, it.name]));
  const one = (item: unknown): string => {
    if (item === true) return yesNo.yes;
    if (item === false) return yesNo.no;
    if (typeof item === 'string') return choices.get(item) ?? item;
    return typeof item === 'object' && item !== null ? JSON.stringify(item) : String(item);
  };
  // The first declaration is the registration, which says the plain name; later ones say "new …".
  const first = declared[0];
  return { name: first?.name ?? null, text: Array.isArray(value) ? value.map(one).join('、') : one(value) };
}

/** 一个登记簿的全部种类，登记的在前：名称以它为准。 */
export function kindsFor(name: RegisterName, kinds: EventKind[]): EventKind[] {
  return [...FIRST[name], ...CHANGES[name]].flatMap((kind) => kinds.find((it) => it.kind === kind) ?? []);
}
