import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Drawer, Form, type FormInstance, Input, Select } from 'antd';
import { useRef, useState } from 'react';
import { asProblem } from '@/api/problem';
import type { ActionField, EventKind } from '@/api/types';
import { t } from '@/messages/text';
import { DateText, FieldInput } from '@/shared/field-input';
import { setFaults } from '@/shared/form-faults';
import { type Draft, type Drafts, written } from '@/shared/form-values';
import { Loaded } from '@/shared/loaded';
import { orgTreeQuery, useOrgs } from '@/shared/orgs';
import { CHANGES, FIRST, fieldsOf, type RegisterName } from './kinds';
import { change, type EventInput, kindsQuery, register } from './queries';
import './registry.css';

interface EventValues {
  on?: string;
  fields?: Drafts;
  note?: string;
}

/** 登记一个新的，或给已有的记一条变更：表单由法典的事件声明得出。 */
export function EventDrawer(props: {
  isOpen: boolean;
  name: RegisterName;
  /** 已有的：标识与版本；登记新的没有。 */
  target: { id: string; version: number } | null;
  onClose: () => void;
  onDone: (id: string) => void;
}) {
  const kinds = useQuery({ ...kindsQuery, enabled: props.isOpen });
  return (
    <Drawer
      open={props.isOpen}
      onClose={props.onClose}
      size="min(720px, 96vw)"
      title={props.target ? t('registry.change') : t(`registry_new.${props.name}`)}
      destroyOnHidden
    >
      <Loaded query={kinds}>
        {(all) =>
          props.target ? (
            <Change {...props} kinds={all} target={props.target} />
          ) : (
            <New {...props} kinds={all} />
          )
        }
      </Loaded>
    </Drawer>
  );
}

interface Inner {
  name: RegisterName;
  kinds: EventKind[];
  onDone: (id: string) => void;
}

const find = (kinds: EventKind[], names: readonly string[]) =>
  names.flatMap((name) => kinds.find((it) => it.kind === name) ?? []);

/** 登记之后，树、列表与这一件都要重新取。 */
function useSettled(onDone: (id: string) => void) {
  const client = useQueryClient();
  const { message } = App.useApp();
  return async (id: string) => {
    for (const key of [orgTreeQuery().queryKey[0], 'officers', 'items']) {
      await client.invalidateQueries({ queryKey: [key] });
    }
    message.success(t('registry.done'));
    onDone(id);
  };
}

function New({ name, kinds, onDone }: Inner) {
  const parts = find(kinds, FIRST[name]);
  const forms = useRef(new Map<string, FormInstance<EventValues>>());
  const settled = useSettled(onDone);
  const [failure, setFailure] = useState<string | null>(null);
  const saving = useMutation({
    mutationFn: async () => {
      const events: EventInput[] = [];
      for (const kind of parts) {
        const form = forms.current.get(kind.kind);
        if (form) events.push(eventOf(kind, await form.validateFields()));
      }
      return register(name, events);
    },
    onSuccess: settled,
    onError: (error) => {
      if ('errorFields' in error) return;
      const problem = asProblem(error);
      const told = parts.flatMap((kind, at) => {
        const form = forms.current.get(kind.kind);
        return form ? [setFaults(form, problem, ['events', at])] : [];
      });
      setFailure(told.find((text) => text !== null) ?? null);
    },
  });
  return (
    <>
      {failure && <Alert role="alert" type="error" showIcon title={failure} className="reg-alert" />}
      {parts.map((kind) => (
        <EventForm key={kind.kind} kind={kind} onForm={(form) => forms.current.set(kind.kind, form)} />
      ))}
      <Button type="primary" loading={saving.isPending} onClick={() => saving.mutate()}>
        {t('registry.register')}
      </Button>
    </>
  );
}

function Change({ name, kinds, target, onDone }: Inner & { target: { id: string; version: number } }) {
  const choices = find(kinds, CHANGES[name]);
  const [chosen, setChosen] = useState<string | null>(null);
  const kind = choices.find((it) => it.kind === chosen);
  const form = useRef<FormInstance<EventValues> | null>(null);
  const settled = useSettled(onDone);
  const [failure, setFailure] = useState<string | null>(null);
  const saving = useMutation({
    mutationFn: async () => {
      if (!kind || !form.current) return target.id;
      const values = await form.current.validateFields();
      await change(name, target.id, target.version, eventOf(kind, values), values.note?.trim());
      return target.id;
    },
    onSuccess: settled,
    onError: (error) => {
      if ('errorFields' in error || !form.current) return;
      setFailure(setFaults(form.current, asProblem(error), ['event']));
    },
  });
  return (
    <>
      <p className="quiet">{t('registry.change_hint')}</p>
      <div className="reg-kind">
        <span aria-hidden>{t('registry.what')}</span>
        <Select
          aria-label={t('registry.what')}
          placeholder={t('form.choose')}
          value={chosen}
          onChange={setChosen}
          options={choices.map((it) => ({ value: it.kind, label: it.name }))}
        />
      </div>
      {failure && <Alert role="alert" type="error" showIcon title={failure} className="reg-alert" />}
      {kind && (
        <>
          <EventForm
            key={kind.kind}
            kind={kind}
            hasNote
            onForm={(made) => {
              form.current = made;
            }}
          />
          <Button type="primary" loading={saving.isPending} onClick={() => saving.mutate()}>
            {t('registry.record')}
          </Button>
        </>
      )}
    </>
  );
}

function EventForm(props: {
  kind: EventKind;
  hasNote?: boolean;
  onForm: (form: FormInstance<EventValues>) => void;
}) {
  const [form] = Form.useForm<EventValues>();
  const orgs = useOrgs();
  const fields = fieldsOf(props.kind, orgs);
  props.onForm(form);
  return (
    <Form form={form} name={props.kind.kind} layout="vertical" className="reg-form">
      <fieldset className="form-group">
        <legend>{props.kind.name}</legend>
        <div className="reg-grid">
          <Form.Item
            name="on"
            label={t('registry.on')}
            rules={[{ required: true, message: t('form.required', { what: t('registry.on') }) }]}
          >
            <DateText />
          </Form.Item>
          {fields.map((field) => (
            <Form.Item
              key={field.field}
              name={['fields', field.field]}
              label={field.name}
              required={field.is_required}
              rules={[{ validator: (_, draft: Draft) => checked(field, draft) }]}
            >
              <FieldInput field={field} />
            </Form.Item>
          ))}
          {props.hasNote && (
            <Form.Item name="note" label={t('form.note')} tooltip={t('form.note_hint')}>
              <Input.TextArea autoSize={{ minRows: 1, maxRows: 4 }} maxLength={500} showCount />
            </Form.Item>
          )}
        </div>
      </fieldset>
    </Form>
  );
}

const FAULTS = { number: 'form.bad_number', money: 'form.bad_money', rate: 'form.bad_rate' } as const;

function checked(field: ActionField, draft: Draft): Promise<void> {
  const value = written(field, draft);
  if (value === null) {
    return field.is_required
      ? Promise.reject(new Error(t('form.required', { what: field.name })))
      : Promise.resolve();
  }
  return 'fault' in value ? Promise.reject(new Error(t(FAULTS[value.fault]))) : Promise.resolve();
}

/** 填好的写成接口的事件；空的不写。 */
export function eventOf(kind: EventKind, values: EventValues): EventInput {
  const fields: Record<string, unknown> = {};
  for (const field of kind.fields) {
    const value = written(field, values.fields?.[field.field]);
    if (value && 'value' in value) fields[field.field] = value.value;
  }
  return {
    kind: kind.kind,
    ...(values.on ? { on: values.on } : {}),
    // The interface document cannot say what a declared field is: the server checks it against the declaration.
    fields: fields as NonNullable<EventInput['fields']>,
  };
}
