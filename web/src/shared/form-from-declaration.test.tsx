// @vitest-environment jsdom
import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import { Form } from 'antd';
import { afterEach, expect, test } from 'vitest';
import type { ActionField } from '@/api/types';
import { type EventDraft, eventBody, FormFromDeclaration, withoutSensitive } from './form-from-declaration';

const field = (name: string, type: string, more: Partial<ActionField> = {}): ActionField => ({
  field: name,
  name: `项 ${name}`,
  type,
  is_required: false,
  is_sensitive: false,
  choices: [],
  ...more,
});

const declared = {
  fields: [
    field('fine', 'fen', { is_required: true }),
    field('party_name', 'text', { is_sensitive: true }),
    field('outcome', 'code:outcome', { choices: [{ code: 'penalty', name: '处罚' }] }),
  ],
  keys: ['party', 'instance'],
  documents: [{ code: 'decision', name: '处罚决定书' }],
  records: [],
};

const roles = [{ code: 'handler', name: '承办人' }];

afterEach(cleanup);

function open(onFinish: (draft: EventDraft) => void, initial: EventDraft = {}) {
  render(
    <Form<EventDraft> onFinish={onFinish} initialValues={initial}>
      <FormFromDeclaration declared={declared} roles={roles} />
    </Form>,
  );
}

const submit = () =>
  act(async () => void fireEvent.submit(document.querySelector('form') as HTMLFormElement));

test('what the declaration requires is asked for, with its name', async () => {
  const sent: EventDraft[] = [];
  open((draft) => sent.push(draft));
  await submit();
  expect(await screen.findByText('请填写项 fine')).toBeTruthy();
  expect(screen.getByText('请填写发生日')).toBeTruthy();
  expect(screen.getByText('这一步应有：处罚决定书')).toBeTruthy();
  expect(sent).toEqual([]);
});

test('what is filled in is sent as the interface takes it', async () => {
  const sent: EventDraft[] = [];
  open((draft) => sent.push(draft), { on: '2025-06-30', time: '09:05' });
  fireEvent.change(screen.getByLabelText('项 fine'), { target: { value: '1,200.5' } });
  fireEvent.change(screen.getByLabelText('当事人'), { target: { value: 'p1' } });
  await submit();
  const [draft] = sent;
  expect(draft && eventBody(declared, draft)).toEqual({
    on: '2025-06-30',
    at: '2025-06-30T09:05',
    keys: { party: 'p1' },
    fields: { fine: 120_050 },
  });
});

test('a draft leaves out what is sensitive', () => {
  const draft = withoutSensitive(declared, { on: '2025-06-30', fields: { fine: '1', party_name: '某甲' } });
  expect(draft).toEqual({ on: '2025-06-30', fields: { fine: '1' } });
});
