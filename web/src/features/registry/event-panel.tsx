import { type ComponentProps, lazy, Suspense } from 'react';
import { useEver } from '@/shared/use-ever';
import type { EventDrawer } from './event-drawer';

/** Filling in needs inputs that reading does not: loaded when something is to be recorded. */
const Drawer = lazy(async () => ({ default: (await import('./event-drawer')).EventDrawer }));

/** 登记与变更的抽屉：打开时才取它的程序。 */
export function EventPanel(props: ComponentProps<typeof EventDrawer>) {
  if (!useEver(props.isOpen)) return null;
  return (
    <Suspense fallback={null}>
      <Drawer {...props} />
    </Suspense>
  );
}
