import { ApartmentOutlined } from '@ant-design/icons';
import { type AnyRoute, createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { registerSearch, registrySearch } from './search';

/** 登记簿各页；上级路由由总表给出。 */
export const registryRoutes = <P extends AnyRoute>(parent: P) =>
  [
    createRoute({
      getParentRoute: () => parent,
      path: '/registry',
      validateSearch: registrySearch,
      component: lazyRouteComponent(() => import('./registry-page'), 'RegistryPage'),
    }),
    createRoute({
      getParentRoute: () => parent,
      path: '/registry/officers',
      validateSearch: registerSearch,
      component: lazyRouteComponent(() => import('./officers-page'), 'OfficersPage'),
    }),
    createRoute({
      getParentRoute: () => parent,
      path: '/registry/officers/$id',
      component: lazyRouteComponent(() => import('./officer-page'), 'OfficerPage'),
    }),
    createRoute({
      getParentRoute: () => parent,
      path: '/registry/items',
      validateSearch: registerSearch,
      component: lazyRouteComponent(() => import('./items-page'), 'ItemsPage'),
    }),
    createRoute({
      getParentRoute: () => parent,
      path: '/registry/items/$id',
      component: lazyRouteComponent(() => import('./item-page'), 'ItemPage'),
    }),
  ] as const;

export const registryMenu = [
  {
    to: '/registry',
    label: 'registry.title',
    icon: <ApartmentOutlined aria-hidden />,
    needs: 'organisation.list',
  },
] as const;
