import { CloudUploadOutlined } from '@ant-design/icons';
import { type AnyRoute, createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { batchSearch, importsSearch } from './search';

/** 汇入各页；上级路由由总表给出。 */
export const intakeRoutes = <P extends AnyRoute>(parent: P) =>
  [
    createRoute({
      getParentRoute: () => parent,
      path: '/intake',
      validateSearch: importsSearch,
      component: lazyRouteComponent(() => import('./imports-page'), 'ImportsPage'),
    }),
    createRoute({
      getParentRoute: () => parent,
      path: '/intake/$id',
      validateSearch: batchSearch,
      component: lazyRouteComponent(() => import('./batch-page'), 'BatchPage'),
    }),
  ] as const;

export const intakeMenu = [
  { to: '/intake', label: 'intake.title', icon: <CloudUploadOutlined aria-hidden />, needs: 'import.list' },
] as const;
