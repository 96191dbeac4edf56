import { LogoutOutlined, MenuOutlined, UserOutlined } from '@ant-design/icons';
import { useQueryClient } from '@tanstack/react-query';
import { Link, Outlet, useNavigate, useRouterState } from '@tanstack/react-router';
import { Button, Drawer, Dropdown, Menu } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { api, holdCsrfToken } from '@/api/client';
import { LiveChanges, useIsLive } from '@/api/live';
import { sessionQuery } from '@/api/session';
import type { Session } from '@/api/types';
import { t } from '@/messages/text';
import { may } from '@/shared/may';
import { useSession } from '@/shared/use-session';
import { MENU } from './menu';

/** 外壳：跳转链接、页头、菜单、正文。 */
export function Shell() {
  const session = useSession();
  const [isMenuOpen, setMenuOpen] = useState(false);
  const path = useRouterState({ select: (state) => state.location.pathname });
  const main = useRef<HTMLElement>(null);
  const shown = useRef(path);
  useEffect(() => {
    // A new page: the reader starts at its heading, not where the last page was left.
    if (shown.current === path) return;
    shown.current = path;
    setMenuOpen(false);
    main.current?.focus({ preventScroll: true });
  }, [path]);
  return (
    <div className="shell">
      <a className="skip-link" href="#main">
        {t('shell.skip')}
      </a>
      <header className="shell-bar">
        <Button
          className="shell-menu-button"
          type="text"
          icon={<MenuOutlined />}
          aria-label={t('shell.menu_open')}
          onClick={() => setMenuOpen(true)}
        />
        <Link to="/" className="shell-brand">
          <strong>{t('shell.product')}</strong>
          <span>{t('shell.product_full')}</span>
        </Link>
        <div className="shell-space" />
        <LiveMark />
        <UserMenu session={session} />
      </header>
      <div className="shell-body">
        <nav className="shell-menu" aria-label={t('shell.menu')}>
          <MainMenu session={session} path={path} />
        </nav>
        <main id="main" className="shell-main" tabIndex={-1} ref={main}>
          <Outlet />
        </main>
      </div>
      <Drawer
        open={isMenuOpen}
        onClose={() => setMenuOpen(false)}
        placement="left"
        size={240}
        title={t('shell.menu')}
        styles={{ body: { padding: 8 } }}
      >
        <MainMenu session={session} path={path} />
      </Drawer>
      {may(session, 'finding.list') && <LiveChanges />}
    </div>
  );
}

function MainMenu({ session, path }: { session: Session; path: string }) {
  const groups = MENU.map((group) => group.filter((entry) => may(session, entry.needs))).filter(
    (group) => group.length > 0,
  );
  const current = groups
    .flat()
    .filter((entry) =>
      entry.to === '/' ? path === '/' : path === entry.to || path.startsWith(`${entry.to}/`),
    );
  return (
    <Menu
      mode="inline"
      selectedKeys={current.map((entry) => entry.to)}
      items={groups.flatMap((group, at) => [
        ...(at > 0 ? [{ key: `line ${at}`, type: 'divider' as const }] : []),
        ...group.map((entry) => ({
          key: entry.to,
          icon: entry.icon,
          label: <Link to={entry.to}>{t(entry.label)}</Link>,
        })),
      ])}
    />
  );
}

function LiveMark() {
  const isLive = useIsLive();
  if (isLive === null) return null;
  const text = isLive ? t('shell.live_on') : t('shell.live_off');
  return (
    <output className={isLive ? 'shell-live' : 'shell-live is-off'} title={text} aria-label={text}>
      <i aria-hidden />
      <span>{text}</span>
    </output>
  );
}

function UserMenu({ session }: { session: Session }) {
  const navigate = useNavigate();
  const client = useQueryClient();
  const roles = [...new Set(session.grants.map((grant) => grant.role.name))];
  const signOut = async () => {
    await api.DELETE('/api/v1/sessions/current').catch(() => undefined);
    holdCsrfToken(null);
    client.clear();
    client.setQueryData(sessionQuery.queryKey, null);
    await navigate({ to: '/sign-in' });
  };
  return (
    <Dropdown
      trigger={['click']}
      menu={{
        items: [
          {
            key: 'who',
            disabled: true,
            label: `${session.login} · ${roles.join('、') || t('shell.roles_none')}`,
          },
          { type: 'divider' },
          { key: 'account', icon: <UserOutlined />, label: t('shell.account') },
          { key: 'out', icon: <LogoutOutlined />, label: t('shell.sign_out') },
        ],
        onClick: ({ key }) => void (key === 'out' ? signOut() : navigate({ to: '/account' })),
      }}
    >
      <Button
        type="text"
        className="shell-user"
        icon={<UserOutlined />}
        aria-label={t('shell.user_menu', { name: session.name, role: roles[0] ?? t('shell.roles_none') })}
      >
        <span className="shell-who">
          {session.name}
          {/* Names such as “安全审计员” say the role already. */}
          {!session.name.includes(roles[0] ?? '') && <small>{roles[0]}</small>}
          {roles.length === 0 && <small>{t('shell.roles_none')}</small>}
        </span>
      </Button>
    </Dropdown>
  );
}
