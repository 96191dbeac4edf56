import { AlertOutlined, AuditOutlined, ClusterOutlined } from '@ant-design/icons';
import { type AnyRoute, createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { deskSearch, findingsSearch, overCasesSearch } from './search';

/** 监督台各页；上级路由由总表给出。 */
export const deskRoutes = <P extends AnyRoute>(parent: P) =>
  [
    createRoute({
      getParentRoute: () => parent,
      path: '/desk',
      validateSearch: deskSearch,
      component: lazyRouteComponent(() => import('./desk-page'), 'DeskPage'),
    }),
    createRoute({
      getParentRoute: () => parent,
      path: '/findings',
      validateSearch: findingsSearch,
      component: lazyRouteComponent(() => import('./findings-page'), 'FindingsPage'),
    }),
    createRoute({
      getParentRoute: () => parent,
      path: '/over_cases',
      validateSearch: overCasesSearch,
      component: lazyRouteComponent(() => import('./over-cases-page'), 'OverCasesPage'),
    }),
  ] as const;

export const deskMenu = [
  { to: '/desk', label: 'desk.title', icon: <AuditOutlined aria-hidden />, needs: 'finding.list' },
  { to: '/findings', label: 'desk.findings', icon: <AlertOutlined aria-hidden />, needs: 'finding.list' },
  {
    to: '/over_cases',
    label: 'over_cases.title',
    icon: <ClusterOutlined aria-hidden />,
    needs: 'finding.list',
  },
] as const;
