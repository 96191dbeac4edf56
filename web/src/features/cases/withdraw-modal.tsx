import { useMutation } from '@tanstack/react-query';
import { Alert, Form, Input, Modal, Select } from 'antd';
import { useState } from 'react';
import { api } from '@/api/client';
import { asProblem, type Problem, taken } from '@/api/problem';
import type { CasePublicRecord } from '@/api/types';
import { t } from '@/messages/text';
import { problemText } from '@/shared/form-faults';
import type { CaseChange } from './disclosure-tab';
import { Refusal } from './refusal';

interface Draft {
  ground: string;
  reason: string;
}

/** 撤下一版：选事由、写理由；会带来发现的，看过之后仍要撤下的再来一次。 */
export function WithdrawModal(props: { record: CasePublicRecord; change: CaseChange; onClose: () => void }) {
  const { record, change } = props;
  const [form] = Form.useForm<Draft>();
  const ground = Form.useWatch('ground', form);
  const [refusal, setRefusal] = useState<Problem | null>(null);
  const withdraw = useMutation({
    mutationFn: (confirm: string[]) => {
      const { ground, reason } = form.getFieldsValue(true) as Draft;
      const body = { ground, reason: reason.trim(), confirm };
      const params = { path: { id: record.id }, header: change.header([record.id, body]) };
      return taken(api.POST('/api/v1/public_records/{id}/withdraw', { params, body }));
    },
    onMutate: () => setRefusal(null),
    onSuccess: async () => {
      props.onClose();
      await change.done(t('disclose.withdraw_done'));
    },
    onError: (error) => setRefusal(change.refusal(error)),
  });
  const chosen = record.grounds.find((it) => it.code === ground);
  return (
    <Modal
      open
      title={t('disclose.withdraw_title', { n: record.version })}
      onCancel={props.onClose}
      onOk={form.submit}
      okText={t('disclose.withdraw')}
      okButtonProps={{ danger: true, disabled: refusal !== null }}
      confirmLoading={withdraw.isPending}
    >
      <p className="quiet">{t('disclose.withdraw_hint')}</p>
      {withdraw.error && !refusal && (
        <Alert role="alert" type="error" showIcon title={problemText(asProblem(withdraw.error))} />
      )}
      <Form form={form} layout="vertical" onFinish={() => withdraw.mutate([])}>
        <Form.Item
          name="ground"
          label={t('disclose.withdraw_ground')}
          rules={[{ required: true, message: t('form.required', { what: t('disclose.withdraw_ground') }) }]}
          extra={
            chosen && (chosen.leaves_notice ? t('disclose.withdraw_notice') : t('disclose.withdraw_silent'))
          }
        >
          <Select options={record.grounds.map((it) => ({ value: it.code, label: it.name }))} />
        </Form.Item>
        <Form.Item
          name="reason"
          label={t('reason.label')}
          rules={[
            { required: true, whitespace: true, message: t('form.required', { what: t('reason.label') }) },
          ]}
        >
          <Input.TextArea autoSize={{ minRows: 2 }} maxLength={500} showCount />
        </Form.Item>
      </Form>
      {refusal && (
        <Refusal
          problem={refusal}
          mayOverride={false}
          isBusy={withdraw.isPending}
          onAgain={({ confirm }) => withdraw.mutate(confirm ?? [])}
        />
      )}
    </Modal>
  );
}
