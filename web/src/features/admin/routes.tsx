import { HistoryOutlined, SwapOutlined, TeamOutlined, ToolOutlined } from '@ant-design/icons';
import { type AnyRoute, createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { accountsSearch, auditSearch, jobsSearch } from './search';

/** 账号、委托、审计、任务各页；上级路由由总表给出。 */
export const adminRoutes = <P extends AnyRoute>(parent: P) =>
  [
    createRoute({
      getParentRoute: () => parent,
      path: '/admin/accounts',
      validateSearch: accountsSearch,
      component: lazyRouteComponent(() => import('./accounts-page'), 'AccountsPage'),
    }),
    createRoute({
      getParentRoute: () => parent,
      path: '/admin/accounts/$id',
      component: lazyRouteComponent(() => import('./account-page'), 'AccountPage'),
    }),
    createRoute({
      getParentRoute: () => parent,
      path: '/admin/delegations',
      component: lazyRouteComponent(() => import('./delegations-page'), 'DelegationsPage'),
    }),
    createRoute({
      getParentRoute: () => parent,
      path: '/admin/audit',
      validateSearch: auditSearch,
      component: lazyRouteComponent(() => import('./audit-page'), 'AuditPage'),
    }),
    createRoute({
      getParentRoute: () => parent,
      path: '/admin/jobs',
      validateSearch: jobsSearch,
      component: lazyRouteComponent(() => import('./jobs-page'), 'JobsPage'),
    }),
  ] as const;

export const adminMenu = [
  // Everyone may list their own account; those who look after others are the three officers.
  {
    to: '/admin/accounts',
    label: 'admin.accounts',
    icon: <TeamOutlined aria-hidden />,
    needs: ['account.create', 'account.grant_role', 'audit_trail.read'],
  },
  {
    to: '/admin/audit',
    label: 'admin.audit',
    icon: <HistoryOutlined aria-hidden />,
    needs: 'audit_trail.read',
  },
  { to: '/admin/jobs', label: 'admin.jobs', icon: <ToolOutlined aria-hidden />, needs: 'job.list' },
  { to: '/admin/delegations', label: 'admin.delegations', icon: <SwapOutlined aria-hidden /> },
] as const;
