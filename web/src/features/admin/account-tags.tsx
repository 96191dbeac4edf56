import { t } from '@/messages/text';
import type { Orgs } from '@/shared/orgs';
import { StatusTag } from '@/shared/status-tag';
import type { Account } from './queries';

/** 路径写成机构的名称。 */
export const orgName = (orgs: Orgs, path: string) =>
  path === '/' ? t('admin.whole') : (orgs.ofPath(path)?.name ?? path);

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
