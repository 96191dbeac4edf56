import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Alert, Button, Descriptions, Form, Input, Modal, Select } from 'antd';
import { useState } from 'react';
import { api } from '@/api/client';
import { asProblem, taken } from '@/api/problem';
import type { ComplaintRegistered } from '@/api/types';
import { t } from '@/messages/text';
import { setFaults } from '@/shared/form-faults';
import { useOrgs } from '@/shared/orgs';
import { COMPLAINT_CHANNELS, COMPLAINT_KINDS } from '@/shared/search/complaints';
import { useOnce } from '@/shared/use-once';

interface Draft {
  kind: string;
  channel: string;
  against_body?: string;
  against_name?: string;
  receiver?: string;
  region?: string;
  source_no?: string;
  content: string;
  happened?: string;
  place?: string;
  name?: string;
  contact?: string;
}

/** 窗口登记：登记好了给编号与只见一次的查询码，由登记的人交给投诉举报人。 */
export function RegisterModal({ onClose }: { onClose: () => void }) {
  const [made, setMade] = useState<ComplaintRegistered | null>(null);
  return made ? (
    <Receipt made={made} onClose={onClose} />
  ) : (
    <RegisterForm onMade={setMade} onClose={onClose} />
  );
}

function RegisterForm(props: { onMade: (made: ComplaintRegistered) => void; onClose: () => void }) {
  const [form] = Form.useForm<Draft>();
  const client = useQueryClient();
  const orgs = useOrgs();
  const [told, setTold] = useState<string | null>(null);
  const once = useOnce();
  const register = useMutation({
    mutationFn: (draft: Draft) => {
      const given = Object.entries(draft).filter(([, value]) => value?.trim());
      const body = Object.fromEntries(given) as unknown as Draft;
      const header = { 'Idempotency-Key': once(body) };
      return taken(api.POST('/api/v1/complaints', { params: { header }, body }));
    },
    onMutate: () => setTold(null),
    onSuccess: async (answer) => {
      await client.invalidateQueries({ queryKey: ['lists'] });
      props.onMade(answer);
    },
    onError: (error) => setTold(setFaults(form, asProblem(error))),
  });
  const required = (what: string) => [
    { required: true, whitespace: true, message: t('form.required', { what }) },
  ];
  const bodies = orgs.bodies.map((it) => ({ value: it.id, label: it.name }));
  const line = (name: keyof Draft, label: string, extra?: string) => (
    <Form.Item name={name} label={label} {...(extra ? { extra } : {})}>
      <Input maxLength={100} autoComplete="off" />
    </Form.Item>
  );
  const choose = (name: keyof Draft, label: string, options: { value: string; label: string }[]) => (
    <Form.Item name={name} label={label}>
      <Select allowClear showSearch={{ optionFilterProp: 'label' }} options={options} />
    </Form.Item>
  );
  return (
    <Modal
      open
      width="min(760px, 100vw)"
      title={t('complaint_new.open')}
      okText={t('complaint_new.open')}
      onCancel={props.onClose}
      onOk={form.submit}
      confirmLoading={register.isPending}
      mask={{ closable: false }}
    >
      <p className="quiet">{t('complaint_new.hint')}</p>
      {told && <Alert role="alert" type="error" showIcon title={told} style={{ marginBottom: 12 }} />}
      <Form<Draft>
        form={form}
        layout="vertical"
        initialValues={{ kind: 'enforcement', channel: 'visit_or_letter' }}
        onFinish={(draft) => register.mutate(draft)}
      >
        <div className="form-grid">
          <Form.Item name="kind" label={t('complaints.kind')} rules={[{ required: true }]}>
            <Select
              options={COMPLAINT_KINDS.map((it) => ({ value: it, label: t(`complaint_kind.${it}`) }))}
            />
          </Form.Item>
          <Form.Item name="channel" label={t('complaints.channel')} rules={[{ required: true }]}>
            <Select
              options={COMPLAINT_CHANNELS.map((it) => ({ value: it, label: t(`complaint_channel.${it}`) }))}
            />
          </Form.Item>
          {choose('against_body', t('complaints.against'), bodies)}
          {line('against_name', t('complaint_new.against_name'))}
          {choose('receiver', t('complaint_new.receiver'), bodies)}
          {choose(
            'region',
            t('complaint_new.region'),
            orgs.divisions.map((it) => ({ value: it.code, label: it.name })),
          )}
        </div>
        <p className="quiet">{t('complaint_new.content_hint')}</p>
        <Form.Item
          name="content"
          label={t('complaint_new.content')}
          rules={required(t('complaint_new.content'))}
        >
          <Input.TextArea autoSize={{ minRows: 4 }} maxLength={4000} showCount />
        </Form.Item>
        <div className="form-grid">
          {line('happened', t('complaint_new.happened'))}
          {line('place', t('complaint_new.place'))}
          {line('source_no', t('complaint_new.source_no'))}
          {line('name', t('complaint_new.name'), t('complaint_new.name_hint'))}
          {line('contact', t('complaint_new.contact'))}
        </div>
      </Form>
    </Modal>
  );
}

function Receipt({ made, onClose }: { made: ComplaintRegistered; onClose: () => void }) {
  const navigate = useNavigate();
  const { complaint } = made;
  return (
    <Modal
      open
      title={t('complaint_new.done', { number: complaint.number })}
      onCancel={onClose}
      footer={
        <Button
          type="primary"
          onClick={() => void navigate({ to: '/complaints/$id', params: { id: complaint.id } })}
        >
          {t('complaint_new.go')}
        </Button>
      }
    >
      <Descriptions
        size="small"
        column={1}
        items={[
          { key: 'number', label: t('complaints.number'), children: complaint.number },
          {
            key: 'code',
            label: t('complaint_new.code'),
            children: <span className="code">{made.query_code}</span>,
          },
          { key: 'place', label: t('complaint_new.place_of'), children: complaint.place },
        ]}
      />
    </Modal>
  );
}
