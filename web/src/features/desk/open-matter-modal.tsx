import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Alert, App, Form, Input, Modal, Select } from 'antd';
import { useState } from 'react';
import { api } from '@/api/client';
import { asProblem, taken } from '@/api/problem';
import type { Finding } from '@/api/types';
import { t } from '@/messages/text';
import { setFaults } from '@/shared/form-faults';
import { SOURCES } from '@/shared/search/matters';
import { useOnce } from '@/shared/use-once';

interface Draft {
  source: (typeof SOURCES)[number];
  number?: string;
  problem: string;
}

/** 立为监督事项：写明线索来源与反映的问题；立好了就到那一件去。 */
export function OpenMatterModal({ finding, onClose }: { finding: Finding; onClose: () => void }) {
  const [form] = Form.useForm<Draft>();
  const navigate = useNavigate();
  const client = useQueryClient();
  const { message } = App.useApp();
  const [told, setTold] = useState<string | null>(null);
  const once = useOnce();
  const open = useMutation({
    mutationFn: (draft: Draft) => {
      const number = draft.number?.trim();
      const body = {
        findings: [finding.id],
        source: draft.source,
        problem: draft.problem.trim(),
        ...(number ? { number } : {}),
      };
      const header = { 'Idempotency-Key': once(body) };
      return taken(api.POST('/api/v1/matters', { params: { header }, body }));
    },
    onMutate: () => setTold(null),
    onSuccess: async ({ matter }) => {
      message.success(t('open_matter.done'));
      await client.invalidateQueries({ queryKey: ['lists'] });
      void navigate({ to: '/matters/$id', params: { id: matter.id } });
    },
    onError: (error) => setTold(setFaults(form, asProblem(error))),
  });
  const required = (what: string) => [
    { required: true, whitespace: true, message: t('form.required', { what }) },
  ];
  return (
    <Modal
      open
      title={t('open_matter.title')}
      okText={t('open_matter.title')}
      onCancel={onClose}
      onOk={form.submit}
      confirmLoading={open.isPending}
    >
      <p className="quiet">{t('open_matter.hint')}</p>
      {told && <Alert role="alert" type="error" showIcon title={told} style={{ marginBottom: 12 }} />}
      <Form<Draft>
        form={form}
        layout="vertical"
        initialValues={{ source: 'engine', problem: finding.text?.headline ?? finding.rule.name }}
        onFinish={(draft) => open.mutate(draft)}
      >
        <Form.Item name="source" label={t('matters.source')} rules={[{ required: true }]}>
          <Select options={SOURCES.map((it) => ({ value: it, label: t(`source.${it}`) }))} />
        </Form.Item>
        <Form.Item name="number" label={t('matters.number')} extra={t('open_matter.number_hint')}>
          <Input maxLength={100} />
        </Form.Item>
        <Form.Item name="problem" label={t('matters.problem')} rules={required(t('matters.problem'))}>
          <Input.TextArea autoSize={{ minRows: 2 }} maxLength={500} showCount />
        </Form.Item>
      </Form>
    </Modal>
  );
}
