import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Descriptions, Form, Input } from 'antd';
import { useState } from 'react';
import { api } from '@/api/client';
import { asProblem, taken } from '@/api/problem';
import type { ComplaintAnswer, InformantAnswer, InformantRequest } from '@/api/types';
import { t } from '@/messages/text';
import { problemText, setFaults } from '@/shared/form-faults';
import { instant } from '@/shared/format';
import { Panel } from '@/shared/page-shell';
import { useOnce } from '@/shared/use-once';

/** 投诉举报人的身份：封存着；申请、批准、看一次。看到的只在这一屏上，不存。 */
export function InformantPanel({ found }: { found: ComplaintAnswer }) {
  const [shown, setShown] = useState<InformantAnswer | null>(null);
  const id = found.complaint.id;
  return (
    <Panel title={t('informant.title')}>
      <p className="quiet">{t(found.has_informant ? 'informant.sealed' : 'informant.none')}</p>
      {shown && (
        <Descriptions
          size="small"
          column={1}
          items={[
            { key: 'name', label: t('informant.name'), children: shown.name ?? t('unit.none') },
            { key: 'contact', label: t('informant.contact'), children: shown.contact ?? t('unit.none') },
          ]}
        />
      )}
      <ul className="case-links">
        {found.informant_requests.map((request) => (
          <li key={request.id}>
            <Request id={id} request={request} onShown={setShown} />
          </li>
        ))}
      </ul>
      {found.may_ask && <Ask id={id} />}
    </Panel>
  );
}

function Request(props: {
  id: string;
  request: InformantRequest;
  onShown: (shown: InformantAnswer) => void;
}) {
  const { id, request } = props;
  const client = useQueryClient();
  const { message } = App.useApp();
  const path = { id, request: request.id };
  const told = (error: unknown) => message.error(problemText(asProblem(error)));
  const again = () => client.invalidateQueries({ queryKey: ['case', id] });
  const approve = useMutation({
    mutationFn: () =>
      taken(api.POST('/api/v1/complaints/{id}/informant_requests/{request}/approve', { params: { path } })),
    onSuccess: async () => {
      message.success(t('informant.approved'));
      await again();
    },
    onError: told,
  });
  const open = useMutation({
    mutationFn: () =>
      taken(api.POST('/api/v1/complaints/{id}/informant_requests/{request}/open', { params: { path } })),
    onSuccess: async (shown) => {
      props.onShown(shown);
      await again();
    },
    onError: told,
  });
  return (
    <>
      {request.reason} <span className="quiet">{stateOf(request)}</span>{' '}
      {request.may_approve && (
        <Button size="small" onClick={() => approve.mutate()} loading={approve.isPending}>
          {t('informant.approve')}
        </Button>
      )}
      {request.may_open && (
        <Button size="small" onClick={() => open.mutate()} loading={open.isPending}>
          {t('informant.open')}
        </Button>
      )}
    </>
  );
}

function stateOf(request: InformantRequest): string {
  if (request.opened_at) return t('informant.seen', { at: instant(request.opened_at) });
  if (request.expires_at) return t('informant.until', { at: instant(request.expires_at) });
  return t('informant.waiting');
}

function Ask({ id }: { id: string }) {
  const [form] = Form.useForm<{ reason: string }>();
  const client = useQueryClient();
  const { message } = App.useApp();
  const [told, setTold] = useState<string | null>(null);
  const once = useOnce();
  const ask = useMutation({
    mutationFn: (body: { reason: string }) => {
      const header = { 'Idempotency-Key': once(body) };
      const params = { path: { id }, header };
      return taken(api.POST('/api/v1/complaints/{id}/informant_requests', { params, body }));
    },
    onMutate: () => setTold(null),
    onSuccess: async () => {
      form.resetFields();
      message.success(t('informant.asked'));
      await client.invalidateQueries({ queryKey: ['case', id] });
    },
    onError: (error) => setTold(setFaults(form, asProblem(error))),
  });
  return (
    <Form<{ reason: string }> form={form} layout="vertical" onFinish={(body) => ask.mutate(body)}>
      {told && <Alert role="alert" type="error" showIcon title={told} style={{ marginBottom: 12 }} />}
      <Form.Item
        name="reason"
        label={t('informant.reason')}
        rules={[
          { required: true, whitespace: true, message: t('form.required', { what: t('informant.reason') }) },
        ]}
      >
        <Input maxLength={500} />
      </Form.Item>
      <Button htmlType="submit" size="small" loading={ask.isPending}>
        {t('informant.ask')}
      </Button>
    </Form>
  );
}
