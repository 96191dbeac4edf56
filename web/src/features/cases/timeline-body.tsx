import { Tabs } from 'antd';
import { lazy, type ReactNode, Suspense } from 'react';
import { PageWait } from '@/shared/page-states';
import type { CaseSearch, CaseTab } from '@/shared/search/case';
import { NextActions } from './next-actions';

/** Filling in needs inputs that reading does not: loaded when something is to be recorded. */
const RecordDrawer = lazy(async () => ({ default: (await import('./record-drawer')).RecordDrawer }));
const CorrectDrawer = lazy(async () => ({ default: (await import('./correct-drawer')).CorrectDrawer }));

/** 一面：一个页签。 */
export interface Face {
  key: CaseTab;
  label: ReactNode;
  children: ReactNode;
}

/** 一条时间线的页身：头与各面、接下来，记录与更正的抽屉；案件、监督事项、投诉举报都是它。 */
export function TimelineBody(props: {
  id: string;
  procedure?: string | undefined;
  search: CaseSearch;
  onSearch: (next: CaseSearch) => void;
  head: ReactNode;
  faces: Face[];
  side?: ReactNode;
}) {
  const { id, search, onSearch } = props;
  const isShown = props.faces.some((face) => face.key === search.tab);
  return (
    <>
      <div className="case">
        <div className="case-main">
          {props.head}
          <Tabs
            className="case-tabs"
            activeKey={isShown && search.tab ? search.tab : 'timeline'}
            onChange={(tab) => onSearch({ tab: tab as CaseTab })}
            destroyOnHidden
            items={props.faces.map((face) => ({
              ...face,
              children: <Suspense fallback={<PageWait />}>{face.children}</Suspense>,
            }))}
          />
        </div>
        <aside className="case-side">
          <NextActions
            id={id}
            procedure={props.procedure}
            onRecord={(record, instance) =>
              onSearch({ ...search, record, ...(instance ? { instance } : {}) })
            }
          />
          {props.side}
        </aside>
      </div>
      {search.record && (
        <Suspense fallback={null}>
          <RecordDrawer
            id={id}
            kind={search.record}
            instance={search.instance}
            onClose={() => {
              const { record: _record, instance: _instance, ...rest } = search;
              onSearch(rest);
            }}
          />
        </Suspense>
      )}
      {search.correct && (
        <Suspense fallback={null}>
          <CorrectDrawer
            id={id}
            event={search.correct}
            onClose={() => {
              const { correct: _correct, ...rest } = search;
              onSearch(rest);
            }}
          />
        </Suspense>
      )}
    </>
  );
}
