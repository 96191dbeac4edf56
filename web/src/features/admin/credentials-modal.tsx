import { Alert, Button, Modal, Typography } from 'antd';
import { t } from '@/messages/text';
import type { Credentials } from './queries';

/** 一次性口令：只在这里出现一次，交给本人。 */
export function CredentialsModal(props: { credentials: Credentials | null; onClose: () => void }) {
  const { credentials } = props;
  return (
    <Modal
      open={credentials !== null}
      title={t('admin.credentials')}
      closable={false}
      maskClosable={false}
      keyboard={false}
      footer={
        <Button type="primary" onClick={props.onClose}>
          {t('admin.credentials_kept')}
        </Button>
      }
      destroyOnHidden
    >
      <Alert type="warning" showIcon title={t('admin.credentials_hint')} />
      {credentials && (
        <dl className="admin-credentials">
          <dt>{t('admin.login')}</dt>
          <dd>{credentials.login}</dd>
          <dt>{t('admin.password')}</dt>
          <dd>
            <Typography.Text code copyable={{ tooltips: false }}>
              {credentials.password}
            </Typography.Text>
          </dd>
        </dl>
      )}
    </Modal>
  );
}
