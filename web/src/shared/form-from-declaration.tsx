import { DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { Button, Form, Input, Select, TimePicker } from 'antd';
import dayjs from 'dayjs';
import { Fragment } from 'react';
import type { ActionField, CaseEvent, Label } from '@/api/types';
import { t } from '@/messages/text';
import { DateText, FieldInput } from './field-input';
import { type Draft, type Drafts, unwritten, written } from './form-values';
import { instant } from './format';

/** 一件事的填写：信封与各字段，都是文字。 */
export interface EventDraft {
  on?: string;
  time?: string;
  place?: string;
  actors?: { who?: string; role?: string }[];
  keys?: Record<string, string>;
  docs?: string[];
  media?: string[];
  fields?: Drafts;
  note?: string;
}

/** 声明：这件事有哪些字段、哪些键。 */
export interface Declaration {
  fields: ActionField[];
  /** 要写的键：party、decision、goods（instance 由这一步自己带）。 */
  keys: string[];
  /** 这一步应有的文书、音像，作提示。 */
  documents: Label[];
  records: Label[];
}

const WIDE = new Set(['longtext']);
const KEYS: Record<string, 'form.key_party' | 'form.key_decision' | 'form.key_goods'> = {
  party: 'form.key_party',
  decision: 'form.key_decision',
  goods: 'form.key_goods',
};

/** 由声明得出的表单：类型、单位、必填都照声明；不另写一份。 */
export function FormFromDeclaration(props: { declared: Declaration; roles: Label[]; hasNote?: boolean }) {
  const { declared, roles, hasNote = true } = props;
  const names = (labels: Label[]) => labels.map((label) => label.name).join('、');
  return (
    <>
      <fieldset className="form-group">
        <legend>{t('form.when')}</legend>
        <div className="form-grid">
          <Form.Item
            name="on"
            label={t('form.on')}
            rules={[{ required: true, message: t('form.required', { what: t('form.on') }) }]}
          >
            <DateText />
          </Form.Item>
          <Form.Item name="time" label={t('form.time')} tooltip={t('form.time_hint')}>
            <TimeText />
          </Form.Item>
          <Form.Item name="place" label={t('form.place')}>
            <Input maxLength={500} />
          </Form.Item>
          {declared.keys
            .filter((key) => key in KEYS)
            .map((key) => (
              <Form.Item
                key={key}
                name={['keys', key]}
                label={t(KEYS[key] ?? 'form.key_party')}
                tooltip={t('form.key_hint')}
              >
                <Input maxLength={100} />
              </Form.Item>
            ))}
        </div>
        <Actors roles={roles} />
      </fieldset>
      {declared.fields.length > 0 && (
        <fieldset className="form-group">
          <legend>{t('form.content')}</legend>
          <div className="form-grid">
            {declared.fields.map((field) => (
              <DeclaredItem key={field.field} field={field} />
            ))}
          </div>
        </fieldset>
      )}
      <fieldset className="form-group">
        <legend>{t('form.papers')}</legend>
        <div className="form-grid">
          <Form.Item
            name="docs"
            label={t('form.docs')}
            extra={
              declared.documents.length > 0 && t('form.docs_wanted', { names: names(declared.documents) })
            }
          >
            <Select mode="tags" open={false} suffixIcon={null} placeholder={t('form.list_hint')} />
          </Form.Item>
          <Form.Item
            name="media"
            label={t('form.media')}
            extra={declared.records.length > 0 && t('form.media_wanted', { names: names(declared.records) })}
          >
            <Select mode="tags" open={false} suffixIcon={null} placeholder={t('form.list_hint')} />
          </Form.Item>
          {hasNote && (
            <Form.Item name="note" label={t('form.note')} className="is-wide" tooltip={t('form.note_hint')}>
              <Input.TextArea autoSize={{ minRows: 1, maxRows: 4 }} maxLength={500} showCount />
            </Form.Item>
          )}
        </div>
      </fieldset>
    </>
  );
}

function DeclaredItem({ field }: { field: ActionField }) {
  const faults = { number: 'form.bad_number', money: 'form.bad_money', rate: 'form.bad_rate' } as const;
  return (
    <Form.Item
      name={['fields', field.field]}
      label={field.is_sensitive ? `${field.name}${t('form.sensitive')}` : field.name}
      className={WIDE.has(field.type) ? 'is-wide' : ''}
      required={field.is_required}
      rules={[
        {
          validator: (_, draft: Draft) => {
            const value = written(field, draft);
            if (value === null) {
              return field.is_required
                ? Promise.reject(new Error(t('form.required', { what: field.name })))
                : Promise.resolve();
            }
            return 'fault' in value ? Promise.reject(new Error(t(faults[value.fault]))) : Promise.resolve();
          },
        },
      ]}
    >
      <FieldInput field={field} />
    </Form.Item>
  );
}

function Actors({ roles }: { roles: Label[] }) {
  const options = roles.map((role) => ({ value: role.code, label: role.name }));
  return (
    <Form.List name="actors">
      {(items, { add, remove }) => (
        <div className="form-actors">
          <div className="form-label">{t('form.actors')}</div>
          {items.map((item, at) => (
            <Fragment key={item.key}>
              <Form.Item
                name={[item.name, 'who']}
                rules={[{ required: true, message: t('form.required', { what: t('form.who') }) }]}
              >
                <Input
                  placeholder={t('form.who')}
                  aria-label={t('form.who_nth', { n: at + 1 })}
                  maxLength={100}
                />
              </Form.Item>
              <Form.Item
                name={[item.name, 'role']}
                rules={[{ required: true, message: t('form.required', { what: t('form.role') }) }]}
              >
                <Select
                  showSearch={{ optionFilterProp: 'label' }}
                  placeholder={t('form.role')}
                  aria-label={t('form.role_nth', { n: at + 1 })}
                  options={options}
                />
              </Form.Item>
              <Button
                type="text"
                icon={<DeleteOutlined />}
                aria-label={t('form.actor_remove', { n: at + 1 })}
                onClick={() => remove(item.name)}
              />
            </Fragment>
          ))}
          <Button size="small" icon={<PlusOutlined />} onClick={() => add({})}>
            {t('form.actor_add')}
          </Button>
        </div>
      )}
    </Form.List>
  );
}

function TimeText(props: { id?: string; value?: string; onChange?: (value: string) => void }) {
  const { value, onChange, ...rest } = props;
  return (
    <TimePicker
      {...rest}
      format="HH:mm"
      needConfirm={false}
      style={{ width: '100%' }}
      value={value ? dayjs(value, 'HH:mm') : null}
      onChange={(at) => onChange?.(at ? at.format('HH:mm') : '')}
    />
  );
}

/** 填好的一件事写成接口的样子；空的不写。 */
export function eventBody(declared: Declaration, draft: EventDraft) {
  const fields: Record<string, unknown> = {};
  for (const field of declared.fields) {
    const value = written(field, draft.fields?.[field.field]);
    if (value && 'value' in value) fields[field.field] = value.value;
  }
  const keys = Object.entries(draft.keys ?? {}).filter(([, value]) => value);
  const actors = (draft.actors ?? []).flatMap((it) =>
    it?.who && it.role ? [{ who: it.who, role: it.role }] : [],
  );
  return {
    ...(draft.on ? { on: draft.on } : {}),
    ...(draft.on && draft.time ? { at: `${draft.on}T${draft.time}` } : {}),
    ...(draft.place ? { place: draft.place } : {}),
    ...(actors.length > 0 ? { actors } : {}),
    ...(keys.length > 0 ? { keys: Object.fromEntries(keys) as Record<string, string> } : {}),
    ...(draft.docs?.length ? { docs: draft.docs } : {}),
    ...(draft.media?.length ? { media: draft.media } : {}),
    ...(draft.note ? { note: draft.note } : {}),
    // The interface document cannot say what a declared field is: the server checks it against the declaration.
    fields: fields as Record<string, undefined>,
  };
}

/** 记下的一件事写回表单，好更正：写不进表单的键与字段不在内，提交时照旧。 */
export function draftOf(declared: Declaration, event: CaseEvent): EventDraft {
  const fields: Drafts = {};
  for (const field of declared.fields) {
    const value = unwritten(field, event.fields[field.field as keyof typeof event.fields]);
    if (value !== null) fields[field.field] = value;
  }
  return {
    on: event.on,
    ...(event.at ? { time: instant(event.at).slice(11) } : {}),
    ...(event.place ? { place: event.place } : {}),
    actors: event.actors.map(({ who, role }) => ({ who, role })),
    keys: Object.fromEntries(Object.entries(event.keys).filter(([key]) => key in KEYS)),
    docs: event.docs,
    media: event.media,
    fields,
  };
}

/** 更正之后的全部内容：表单里的以表单为准，表单写不下的照原来的。 */
export function correctedBody(declared: Declaration, event: CaseEvent, draft: EventDraft) {
  const { note: _note, ...body } = eventBody(declared, draft);
  const shown = draftOf(declared, event);
  const inForm = new Set(Object.keys(shown.fields ?? {}));
  const kept = Object.entries(event.fields as Record<string, undefined>).filter(
    ([name]) => !inForm.has(name) && !(name in body.fields),
  );
  const keys = Object.entries(event.keys).filter(([key]) => !(key in KEYS));
  const isSameTime = draft.on === shown.on && draft.time === shown.time;
  return {
    ...body,
    kind: event.kind,
    // The form knows minutes; what is not changed keeps its seconds, and the last day it may have happened on.
    ...(isSameTime && event.at ? { at: event.at } : {}),
    ...(draft.on === event.on && event.until ? { until: event.until } : {}),
    ...(event.instance ? { instance: event.instance } : {}),
    keys: { ...Object.fromEntries(keys), ...body.keys },
    fields: { ...Object.fromEntries(kept), ...body.fields } as Record<string, undefined>,
  };
}

/** 草稿里不留敏感的项：本机的存储不是放个人信息的地方。 */
export function withoutSensitive(declared: Declaration, draft: EventDraft): EventDraft {
  const sensitive = new Set(
    declared.fields.filter((field) => field.is_sensitive).map((field) => field.field),
  );
  const fields = Object.entries(draft.fields ?? {}).filter(([name]) => !sensitive.has(name));
  return { ...draft, fields: Object.fromEntries(fields) };
}
