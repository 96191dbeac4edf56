import { Form, type FormInstance, Input } from 'antd';
import { fieldFaults, type Problem } from '@/api/problem';
import { t } from '@/messages/text';
import { problemDetail } from './problem-words';

/** 没有办成的一句话。 */
export function problemText(problem: Problem): string {
  if (problem.status === 0) return `${t('page.unreachable')}。${t('page.unreachable_hint')}`;
  const title = problem.body?.title ?? t('page.failed');
  const detail = problemDetail(problem);
  return detail && detail !== title ? `${title}：${detail}` : title;
}

/**
 * 把问题答复里的各处写到表单的各项旁边；表单里没有的项合成一句返回。
 */
export function setFaults<T>(
  form: FormInstance<T>,
  problem: Problem,
  prefix: (string | number)[] = [],
): string | null {
  const { fields, rest } = fieldFaults(problem);
  const known = new Set(Object.keys(flat(form.getFieldsValue(true) as object)));
  const homeless: string[] = [...rest];
  const perField = new Map<string, { name: (string | number)[]; errors: string[] }>();
  for (const fault of fields) {
    const name = fault.path.slice(prefix.length);
    const key = name.join('/');
    const isOurs =
      prefix.every((part, at) => fault.path[at] === part) && (known.has(key) || hasField(form, name));
    if (!isOurs) {
      homeless.push(fault.message);
      continue;
    }
    const held = perField.get(key) ?? { name, errors: [] };
    held.errors.push(fault.message);
    perField.set(key, held);
  }
  if (perField.size > 0) {
    form.setFields([...perField.values()] as unknown as Parameters<typeof form.setFields>[0]);
    const [first] = perField.values();
    if (first) form.scrollToField(first.name as never, { block: 'center', focus: true });
  }
  if (homeless.length > 0) return homeless.join('；');
  return perField.size > 0 ? null : problemText(problem);
}

function hasField<T>(form: FormInstance<T>, name: (string | number)[]): boolean {
  return form.getFieldInstance(name as never) !== undefined;
}

function flat(value: object, at = ''): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  for (const [key, inner] of Object.entries(value)) {
    const path = at ? `${at}/${key}` : key;
    found[path] = inner;
    const isPlain =
      typeof inner === 'object' && inner !== null && Object.getPrototypeOf(inner) === Object.prototype;
    if (isPlain) Object.assign(found, flat(inner, path));
  }
  return found;
}

/** 改口令的三项；要求由接口说，不在这里再写一遍。 */
export function NewPasswordItems() {
  const required = (what: string) => [{ required: true, message: t('sign_in.required', { what }) }];
  return (
    <>
      <Form.Item name="current" label={t('sign_in.current')} rules={required(t('sign_in.current'))}>
        <Input.Password autoComplete="current-password" />
      </Form.Item>
      <Form.Item name="new" label={t('sign_in.new')} rules={required(t('sign_in.new'))}>
        <Input.Password autoComplete="new-password" />
      </Form.Item>
      <Form.Item
        name="again"
        label={t('sign_in.again')}
        dependencies={['new']}
        rules={[
          ...required(t('sign_in.again')),
          ({ getFieldValue }) => ({
            validator: (_, value) =>
              !value || value === getFieldValue('new')
                ? Promise.resolve()
                : Promise.reject(new Error(t('sign_in.again_differs'))),
          }),
        ]}
      >
        <Input.Password autoComplete="new-password" />
      </Form.Item>
    </>
  );
}
