import { FundProjectionScreenOutlined } from '@ant-design/icons';
import { type AnyRoute, createRoute, lazyRouteComponent } from '@tanstack/react-router';

/** 大屏；上级路由由总表给出。 */
export const wallscreenRoutes = <P extends AnyRoute>(parent: P) =>
  [
    createRoute({
      getParentRoute: () => parent,
      path: '/wall',
      component: lazyRouteComponent(() => import('./wall-page'), 'WallPage'),
    }),
  ] as const;

export const wallscreenMenu = [
  {
    to: '/wall',
    label: 'wall.title',
    icon: <FundProjectionScreenOutlined aria-hidden />,
    needs: 'finding.list',
  },
] as const;
