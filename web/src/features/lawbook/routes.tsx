import { BookOutlined } from '@ant-design/icons';
import { type AnyRoute, createRoute, lazyRouteComponent } from '@tanstack/react-router';
import {
  discretionSearch,
  eventKindsSearch,
  foresightSearch,
  procedureSearch,
  ruleSearch,
  rulesSearch,
} from './search';

/** 法典各页；上级路由由总表给出。 */
export const lawbookRoutes = <P extends AnyRoute>(parent: P) =>
  [
    createRoute({
      getParentRoute: () => parent,
      path: '/lawbook',
      validateSearch: rulesSearch,
      component: lazyRouteComponent(() => import('./rules-page'), 'RulesPage'),
    }),
    createRoute({
      getParentRoute: () => parent,
      path: '/lawbook/rules/$code',
      validateSearch: ruleSearch,
      component: lazyRouteComponent(() => import('./rule-page'), 'RulePage'),
    }),
    createRoute({
      getParentRoute: () => parent,
      path: '/lawbook/procedures',
      component: lazyRouteComponent(() => import('./procedures-page'), 'ProceduresPage'),
    }),
    createRoute({
      getParentRoute: () => parent,
      path: '/lawbook/procedures/$procedure',
      validateSearch: procedureSearch,
      component: lazyRouteComponent(() => import('./procedure-page'), 'ProcedurePage'),
    }),
    createRoute({
      getParentRoute: () => parent,
      path: '/lawbook/event-kinds',
      validateSearch: eventKindsSearch,
      component: lazyRouteComponent(() => import('./event-kinds-page'), 'EventKindsPage'),
    }),
    createRoute({
      getParentRoute: () => parent,
      path: '/lawbook/state',
      component: lazyRouteComponent(() => import('./state-page'), 'LawbookStatePage'),
    }),
    createRoute({
      getParentRoute: () => parent,
      path: '/lawbook/foresight',
      validateSearch: foresightSearch,
      component: lazyRouteComponent(() => import('./foresight-page'), 'ForesightPage'),
    }),
    createRoute({
      getParentRoute: () => parent,
      path: '/lawbook/discretion',
      validateSearch: discretionSearch,
      component: lazyRouteComponent(() => import('./discretion-page'), 'DiscretionPage'),
    }),
  ] as const;

export const lawbookMenu = [
  { to: '/lawbook', label: 'lawbook.title', icon: <BookOutlined aria-hidden /> },
] as const;
