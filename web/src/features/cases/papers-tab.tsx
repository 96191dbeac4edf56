import { useQuery } from '@tanstack/react-query';
import type { CaseEvent } from '@/api/types';
import { t } from '@/messages/text';
import { Loaded } from '@/shared/loaded';
import { SmallTable } from '@/shared/small-table';
import { StatusTag } from '@/shared/status-tag';
import { eventsQuery } from './queries';

interface Paper {
  key: string;
  name: string;
  isMedia: boolean;
  event: CaseEvent;
}

/** 文书与证据：各事所带的文书、音像，一件一行。 */
export function PapersTab({ id }: { id: string }) {
  const query = useQuery(eventsQuery(id));
  return (
    <Loaded query={query}>
      {(events) => (
        <SmallTable<Paper>
          aria-label={t('case.tab_papers')}
          rowKey={(paper) => paper.key}
          dataSource={papers(events)}
          pagination={{ pageSize: 50, hideOnSinglePage: true, showSizeChanger: false }}
          width={620}
          locale={{ emptyText: <div className="page-wait">{t('case.papers_none')}</div> }}
          columns={[
            {
              key: 'kind',
              title: t('case.paper_kind'),
              width: 90,
              render: (paper) => (
                <StatusTag tone={paper.isMedia ? 'info' : 'plain'}>
                  {paper.isMedia ? t('case.paper_media') : t('case.paper_doc')}
                </StatusTag>
              ),
            },
            { key: 'name', title: t('case.paper'), card: 'title', render: (paper) => paper.name },
            { key: 'event', title: t('case.paper_event'), render: (paper) => paper.event.name },
            { key: 'on', title: t('form.on'), width: 110, render: (paper) => paper.event.on },
            {
              key: 'who',
              title: t('form.actors'),
              card: 'wide',
              render: (paper) =>
                paper.event.actors
                  .map((it) => t('case.actor', { who: it.who, role: it.role_name }))
                  .join('、'),
            },
          ]}
        />
      )}
    </Loaded>
  );
}

function papers(events: CaseEvent[]): Paper[] {
  return events.flatMap((event) => [
    ...event.docs.map((name, at) => ({ key: `${event.seq} d${at}`, name, isMedia: false, event })),
    ...event.media.map((name, at) => ({ key: `${event.seq} m${at}`, name, isMedia: true, event })),
  ]);
}
