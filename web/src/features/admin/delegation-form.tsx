import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, DatePicker, Form, Input, Select } from 'antd';
import dayjs, { type Dayjs } from 'dayjs';
import { useState } from 'react';
import { api } from '@/api/client';
import { asProblem, taken } from '@/api/problem';
import type { Session } from '@/api/types';
import { t } from '@/messages/text';
import { setFaults } from '@/shared/form-faults';
import { orgName, useOrgs } from '@/shared/orgs';

import { delegationsQuery } from './queries';

interface NewValues {
  to: string;
  roles: string[];
  org: string;
  from_on: Dayjs;
  to_on: Dayjs;
  reason: string;
}

/** 作一项委托：只能委托自己此刻所有的业务角色。 */
export function DelegationForm({ own }: { own: Session['grants'] }) {
  const [form] = Form.useForm<NewValues>();
  const orgs = useOrgs();
  const client = useQueryClient();
  const { message } = App.useApp();
  const [failure, setFailure] = useState<string | null>(null);
  const making = useMutation({
    mutationFn: (values: NewValues) =>
      taken(
        api.POST('/api/v1/delegations', {
          body: {
            ...values,
            from_on: values.from_on.format('YYYY-MM-DD'),
            to_on: values.to_on.format('YYYY-MM-DD'),
          },
        }),
      ),
    onSuccess: async () => {
      setFailure(null);
      form.resetFields();
      await client.invalidateQueries({ queryKey: delegationsQuery.queryKey });
      message.success(t('admin.done'));
    },
    onError: (error) => setFailure(setFaults(form, asProblem(error))),
  });
  const required = (what: string) => [{ required: true, message: t('form.required', { what }) }];
  const roles = new Map(own.map((grant) => [grant.role.code, grant.role.name]));
  return (
    <Form<NewValues>
      form={form}
      name="delegation"
      layout="vertical"
      className="admin-grant"
      initialValues={{ org: own[0]?.org, from_on: dayjs() }}
      onFinish={(values) => making.mutate(values)}
    >
      {failure && <Alert role="alert" type="error" showIcon title={failure} className="is-wide" />}
      <Form.Item
        name="to"
        label={t('admin.to_whom')}
        rules={required(t('admin.to_whom'))}
        extra={t('admin.to_hint')}
      >
        <Input autoComplete="off" />
      </Form.Item>
      <Form.Item name="roles" label={t('admin.role')} rules={required(t('admin.role'))}>
        <Select mode="multiple" options={[...roles].map(([value, label]) => ({ value, label }))} />
      </Form.Item>
      <Form.Item name="org" label={t('admin.grant_org')} rules={required(t('admin.grant_org'))}>
        <Select
          options={[...new Set(own.map((grant) => grant.org))].map((org) => ({
            value: org,
            label: orgName(orgs, org),
          }))}
        />
      </Form.Item>
      <Form.Item name="from_on" label={t('admin.from_on')} rules={required(t('admin.from_on'))}>
        <DatePicker style={{ width: '100%' }} />
      </Form.Item>
      <Form.Item
        name="to_on"
        label={t('admin.to_on')}
        rules={required(t('admin.to_on'))}
        tooltip={t('admin.to_on_hint')}
      >
        <DatePicker style={{ width: '100%' }} />
      </Form.Item>
      <Form.Item
        className="is-wide"
        name="reason"
        label={t('admin.reason')}
        rules={required(t('admin.reason'))}
      >
        <Input.TextArea autoSize={{ minRows: 1, maxRows: 4 }} maxLength={500} showCount />
      </Form.Item>
      <div className="admin-grant-end">
        <Button type="primary" htmlType="submit" loading={making.isPending}>
          {t('admin.delegate')}
        </Button>
      </div>
    </Form>
  );
}
