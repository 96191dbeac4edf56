import { t } from '@/messages/text';
import { StatusTag } from '@/shared/status-tag';
import type { Account } from './queries';

/** 一个账号的状态：停用、锁着、要改口令。 */
export function AccountTags({ account }: { account: Account }) {
  return (
    <>
      {account.disabled_at ? (
        <StatusTag tone="bad">{t('admin.disabled')}</StatusTag>
      ) : (
        <StatusTag tone="good">{t('admin.enabled')}</StatusTag>
      )}{' '}
      {account.is_locked && <StatusTag tone="warn">{t('admin.locked')}</StatusTag>}{' '}
      {account.must_change_password && <StatusTag tone="info">{t('admin.must_change')}</StatusTag>}
    </>
  );
}
