import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, Form, Input, Modal, Select } from 'antd';
import { useState } from 'react';
import { api } from '@/api/client';
import { asProblem, taken } from '@/api/problem';
import { t } from '@/messages/text';
import { setFaults } from '@/shared/form-faults';
import { useOrgs } from '@/shared/orgs';
import type { Credentials } from './queries';

interface NewAccount {
  login: string;
  name: string;
  org: string;
}

/** 新建账号；没有任何角色，口令由接口给出一次。 */
export function CreateModal(props: {
  isOpen: boolean;
  onClose: () => void;
  onMade: (made: Credentials) => void;
}) {
  const [form] = Form.useForm<NewAccount>();
  const orgs = useOrgs();
  const client = useQueryClient();
  const [failure, setFailure] = useState<string | null>(null);
  const making = useMutation({
    mutationFn: async (values: NewAccount) =>
      (await taken(api.POST('/api/v1/accounts', { body: values }))).credentials,
    onSuccess: async (credentials) => {
      setFailure(null);
      await client.invalidateQueries({ queryKey: ['accounts'] });
      props.onMade(credentials);
    },
    onError: (error) => setFailure(setFaults(form, asProblem(error))),
  });
  const required = (what: string) => [{ required: true, message: t('form.required', { what }) }];
  return (
    <Modal
      open={props.isOpen}
      title={t('admin.create')}
      okText={t('admin.create')}
      onCancel={props.onClose}
      onOk={form.submit}
      confirmLoading={making.isPending}
      destroyOnHidden
    >
      <p className="quiet">{t('admin.create_hint')}</p>
      {failure && <Alert role="alert" type="error" showIcon title={failure} />}
      <Form<NewAccount>
        form={form}
        name="new-account"
        layout="vertical"
        preserve={false}
        onFinish={(values) => making.mutate(values)}
      >
        <Form.Item
          name="login"
          label={t('admin.login')}
          rules={required(t('admin.login'))}
          extra={t('admin.login_rule')}
        >
          <Input maxLength={32} autoComplete="off" />
        </Form.Item>
        <Form.Item name="name" label={t('admin.name')} rules={required(t('admin.name'))}>
          <Input maxLength={50} autoComplete="off" />
        </Form.Item>
        <Form.Item name="org" label={t('admin.org')} rules={required(t('admin.org'))}>
          <Select
            showSearch={{ optionFilterProp: 'label' }}
            options={[
              { value: '/', label: t('org.whole') },
              ...[...orgs.divisions, ...orgs.bodies].map((node) => ({ value: node.org, label: node.name })),
            ]}
          />
        </Form.Item>
      </Form>
    </Modal>
  );
}
