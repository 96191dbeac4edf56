import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, DatePicker, Form, Input, Select } from 'antd';
import dayjs, { type Dayjs } from 'dayjs';
import { useState } from 'react';
import { api } from '@/api/client';
import { asProblem, taken } from '@/api/problem';
import { t } from '@/messages/text';
import { setFaults } from '@/shared/form-faults';
import { useOrgs } from '@/shared/orgs';
import type { Account } from './queries';
import { useRoles } from './roles';

interface GrantValues {
  role: string;
  org: string;
  from_on: Dayjs;
  to_on?: Dayjs | null;
  line?: string;
  reason: string;
}

/** 授予角色；授不授得成由接口说，说在哪一项就写在哪一项旁边。 */
export function GrantForm({ account }: { account: Account }) {
  const [form] = Form.useForm<GrantValues>();
  const orgs = useOrgs();
  const roles = useRoles();
  const client = useQueryClient();
  const { message } = App.useApp();
  const [failure, setFailure] = useState<string | null>(null);
  const lines = new Map(orgs.bodies.flatMap((node) => node.department ?? []).map((it) => [it.code, it.name]));
  const granting = useMutation({
    mutationFn: (values: GrantValues) =>
      taken(
        api.POST('/api/v1/accounts/{id}/grants', {
          params: { path: { id: account.id } },
          body: {
            role: values.role,
            org: values.org,
            from_on: values.from_on.format('YYYY-MM-DD'),
            ...(values.to_on ? { to_on: values.to_on.format('YYYY-MM-DD') } : {}),
            ...(values.line ? { line: values.line } : {}),
            reason: values.reason.trim(),
          },
        }),
      ),
    onSuccess: async () => {
      setFailure(null);
      form.resetFields();
      await client.invalidateQueries({ queryKey: ['accounts', account.id, 'grants'] });
      message.success(t('admin.done'));
    },
    onError: (error) => setFailure(setFaults(form, asProblem(error))),
  });
  const required = (what: string) => [{ required: true, message: t('form.required', { what }) }];
  return (
    <Form<GrantValues>
      form={form}
      name="grant"
      layout="vertical"
      className="admin-grant"
      initialValues={{ org: account.org, from_on: dayjs() }}
      onFinish={(values) => granting.mutate(values)}
    >
      {failure && <Alert role="alert" type="error" showIcon title={failure} className="is-wide" />}
      <Form.Item name="role" label={t('admin.role')} rules={required(t('admin.role'))}>
        <Select
          showSearch={{ optionFilterProp: 'label' }}
          options={roles.options}
          placeholder={t('form.choose')}
        />
      </Form.Item>
      <Form.Item name="org" label={t('admin.grant_org')} rules={required(t('admin.grant_org'))}>
        <Select
          showSearch={{ optionFilterProp: 'label' }}
          options={[
            { value: '/', label: t('org.whole') },
            ...[...orgs.divisions, ...orgs.bodies].map((node) => ({ value: node.org, label: node.name })),
          ]}
        />
      </Form.Item>
      <Form.Item name="line" label={t('admin.line')} tooltip={t('admin.line_hint')}>
        <Select
          allowClear
          showSearch={{ optionFilterProp: 'label' }}
          placeholder={t('admin.line_none')}
          options={[...lines].map(([value, label]) => ({ value, label }))}
        />
      </Form.Item>
      <Form.Item name="from_on" label={t('admin.from_on')} rules={required(t('admin.from_on'))}>
        <DatePicker style={{ width: '100%' }} />
      </Form.Item>
      <Form.Item name="to_on" label={t('admin.to_on')} tooltip={t('admin.to_on_hint')}>
        <DatePicker style={{ width: '100%' }} />
      </Form.Item>
      <Form.Item
        name="reason"
        label={t('reason.label')}
        rules={[
          { required: true, whitespace: true, message: t('form.required', { what: t('reason.label') }) },
        ]}
      >
        <Input.TextArea autoSize={{ minRows: 1, maxRows: 4 }} maxLength={500} showCount />
      </Form.Item>
      <div className="admin-grant-end">
        <Button type="primary" htmlType="submit" loading={granting.isPending}>
          {t('admin.grant')}
        </Button>
      </div>
    </Form>
  );
}
