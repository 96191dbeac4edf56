import { useQuery } from '@tanstack/react-query';
import { Alert, Descriptions } from 'antd';
import { t } from '@/messages/text';
import { count, instantWithZone } from '@/shared/format';
import { Loaded } from '@/shared/loaded';
import { PageShell, Panel } from '@/shared/page-shell';
import { SmallTable } from '@/shared/small-table';
import { LawbookNav } from './lawbook-nav';
import { type LawbookState, lawbookStateQuery } from './queries';

/** 施行中的法典：改动用上没有，没有用上的为什么；换上之后重评到哪里、发现变了多少。 */
export function LawbookStatePage() {
  const query = useQuery(lawbookStateQuery);
  return (
    <PageShell
      title={t('lawbook_state.title')}
      aside={<span className="quiet">{t('lawbook_state.aside')}</span>}
    >
      <LawbookNav />
      <Loaded query={query}>{(held) => <State held={held} />}</Loaded>
    </PageShell>
  );
}

function State({ held }: { held: LawbookState }) {
  return (
    <>
      {held.refused && (
        <Alert
          type="error"
          showIcon
          title={t('lawbook_state.refused', { at: instantWithZone(held.refused.refused_at) })}
          description={
            <ul className="law-faults">
              {held.refused.faults.map((fault) => (
                <li key={fault}>{fault}</li>
              ))}
            </ul>
          }
        />
      )}
      <Panel title={t('lawbook_state.in_force')}>
        <Descriptions
          size="small"
          column={{ xs: 1, md: 2 }}
          items={[
            {
              key: 'version',
              label: t('lawbook_state.version'),
              children: <b className="num">{held.version}</b>,
            },
            { key: 'since', label: t('lawbook_state.since'), children: instantWithZone(held.in_force_at) },
            {
              key: 'overlay',
              label: t('lawbook_state.overlay'),
              span: 'filled',
              children: held.overlay.join('、') || t('lawbook_state.overlay_none'),
            },
            {
              key: 'state',
              label: t('lawbook_state.cases'),
              span: 'filled',
              children: held.is_reassessing ? t('lawbook_state.reassessing') : t('lawbook_state.reassessed'),
            },
          ]}
        />
      </Panel>
      {held.differences.length > 0 && (
        <Panel title={t('lawbook_state.differences')} aside={t('lawbook_state.differences_aside')}>
          <SmallTable<LawbookState['differences'][number]>
            width={560}
            rowKey={(row) => row.rule.code}
            dataSource={held.differences}
            columns={[
              {
                key: 'rule',
                title: t('lawbook_state.rule'),
                card: 'title',
                render: (row) => (
                  <>
                    {row.rule.name} <span className="code">{row.rule.code}</span>
                  </>
                ),
              },
              {
                key: 'appeared',
                title: t('lawbook_state.appeared'),
                width: 100,
                align: 'right',
                render: (row) => <span className="num">{count(row.appeared_count)}</span>,
              },
              {
                key: 'ended',
                title: t('lawbook_state.ended'),
                width: 100,
                align: 'right',
                render: (row) => <span className="num">{count(row.ended_count)}</span>,
              },
              {
                key: 'changed',
                title: t('lawbook_state.changed'),
                width: 100,
                align: 'right',
                render: (row) => <span className="num">{count(row.changed_count)}</span>,
              },
            ]}
          />
        </Panel>
      )}
    </>
  );
}
