import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router';
import { sessionQuery } from '@/api/session';
import { adminRoutes } from '@/features/admin/routes';
import { deskRoutes } from '@/features/desk/routes';
import { intakeRoutes } from '@/features/intake/routes';
import { lawbookRoutes } from '@/features/lawbook/routes';
import { logRoutes } from '@/features/log/routes';
import { registryRoutes } from '@/features/registry/routes';
import { wallscreenRoutes } from '@/features/wallscreen/routes';
import { AddressMissing, PageCrash, PageWait } from '@/shared/page-states';
import { caseSearch } from '@/shared/search/case';
import { casesSearch } from '@/shared/search/cases';
import { complaintsSearch } from '@/shared/search/complaints';
import { homeSearch } from '@/shared/search/home';
import { mattersSearch } from '@/shared/search/matters';
import { queryClient } from './query-client';
import { Shell } from './shell';

/** 全部页面：一页一行，页面按需加载。 */
const root = createRootRouteWithContext<{ queryClient: typeof queryClient }>()({
  component: Outlet,
  notFoundComponent: AddressMissing,
});

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: (search: Record<string, unknown>): { to?: string } =>
    typeof search.to === 'string' && search.to.startsWith('/') ? { to: search.to } : {},
  component: lazyRouteComponent(() => import('@/features/sign-in/sign-in-page'), 'SignInPage'),
});

/** 登录了的人才看得到的各页；没有登录、登录到一半的转到登录，登录之后回来。 */
const signedIn = createRoute({
  getParentRoute: () => root,
  id: 'signed-in',
  beforeLoad: async ({ context, location }) => {
    const session = await context.queryClient.ensureQueryData(sessionQuery);
    if (session?.stage !== 'full') {
      const to = location.href.replace(/^\/workbench(?=\/)/, '');
      throw redirect({ to: '/sign-in', search: to === '/' ? {} : { to } });
    }
    return { session };
  },
  component: Shell,
});

const home = createRoute({
  getParentRoute: () => signedIn,
  path: '/',
  validateSearch: homeSearch,
  component: lazyRouteComponent(() => import('@/features/todo/home-page'), 'HomePage'),
});

const cases = createRoute({
  getParentRoute: () => signedIn,
  path: '/cases',
  validateSearch: casesSearch,
  component: lazyRouteComponent(() => import('@/features/cases/cases-page'), 'CasesPage'),
});

const oneCase = createRoute({
  getParentRoute: () => signedIn,
  path: '/cases/$id',
  validateSearch: caseSearch,
  component: lazyRouteComponent(() => import('@/features/cases/case-page'), 'CasePage'),
});

const matters = createRoute({
  getParentRoute: () => signedIn,
  path: '/matters',
  validateSearch: mattersSearch,
  component: lazyRouteComponent(() => import('@/features/cases/matters-page'), 'MattersPage'),
});

const oneMatter = createRoute({
  getParentRoute: () => signedIn,
  path: '/matters/$id',
  validateSearch: caseSearch,
  component: lazyRouteComponent(() => import('@/features/cases/matter-page'), 'MatterPage'),
});

const complaints = createRoute({
  getParentRoute: () => signedIn,
  path: '/complaints',
  validateSearch: complaintsSearch,
  component: lazyRouteComponent(() => import('@/features/cases/complaints-page'), 'ComplaintsPage'),
});

const oneComplaint = createRoute({
  getParentRoute: () => signedIn,
  path: '/complaints/$id',
  validateSearch: caseSearch,
  component: lazyRouteComponent(() => import('@/features/cases/complaint-page'), 'ComplaintPage'),
});

const account = createRoute({
  getParentRoute: () => signedIn,
  path: '/account',
  component: lazyRouteComponent(() => import('@/features/account/account-page'), 'AccountPage'),
});

/** 没有登记的地址：外壳还在，可以从菜单走开。 */
const missing = createRoute({
  getParentRoute: () => signedIn,
  path: '/$',
  component: AddressMissing,
});

const routeTree = root.addChildren([
  signIn,
  signedIn.addChildren([
    home,
    cases,
    oneCase,
    matters,
    oneMatter,
    complaints,
    oneComplaint,
    account,
    ...adminRoutes(signedIn),
    ...deskRoutes(signedIn),
    ...intakeRoutes(signedIn),
    ...lawbookRoutes(signedIn),
    ...logRoutes(signedIn),
    ...registryRoutes(signedIn),
    ...wallscreenRoutes(signedIn),
    missing,
  ]),
]);

export const router = createRouter({
  routeTree,
  basepath: '/workbench',
  context: { queryClient },
  defaultPreload: 'intent',
  defaultPendingComponent: PageWait,
  defaultErrorComponent: PageCrash,
  defaultNotFoundComponent: AddressMissing,
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
