import { SafetyCertificateOutlined } from '@ant-design/icons';
import { type AnyRoute, createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { logSearch } from './search';

/** 日志页；上级路由由总表给出。 */
export const logRoutes = <P extends AnyRoute>(parent: P) =>
  [
    createRoute({
      getParentRoute: () => parent,
      path: '/log',
      validateSearch: logSearch,
      component: lazyRouteComponent(() => import('./log-page'), 'LogPage'),
    }),
  ] as const;

export const logMenu = [
  { to: '/log', label: 'log.title', icon: <SafetyCertificateOutlined aria-hidden /> },
] as const;
