import { Alert, Form, Input, Modal } from 'antd';
import { t } from '@/messages/text';

/** 写明理由才做的事：查看个人信息、取案卷包、处置账号、授予与收回角色、更正。理由记入审计。 */
export function ReasonModal(props: {
  isOpen: boolean;
  title: string;
  hint: string;
  okText?: string;
  isBusy: boolean;
  failure: string | null;
  onCancel: () => void;
  onReason: (reason: string) => void;
}) {
  const [form] = Form.useForm<{ reason: string }>();
  return (
    <Modal
      open={props.isOpen}
      title={props.title}
      onCancel={props.onCancel}
      onOk={form.submit}
      {...(props.okText ? { okText: props.okText } : {})}
      confirmLoading={props.isBusy}
      destroyOnHidden
    >
      <p className="quiet">{props.hint}</p>
      {props.failure && <Alert role="alert" type="error" showIcon title={props.failure} />}
      <Form
        form={form}
        layout="vertical"
        onFinish={({ reason }) => props.onReason(reason.trim())}
        preserve={false}
      >
        <Form.Item
          name="reason"
          label={t('reason.label')}
          rules={[
            { required: true, whitespace: true, message: t('form.required', { what: t('reason.label') }) },
          ]}
        >
          <Input.TextArea autoSize={{ minRows: 2 }} maxLength={500} showCount autoFocus />
        </Form.Item>
      </Form>
    </Modal>
  );
}
