import { useQuery } from '@tanstack/react-query';
import { t } from '@/messages/text';
import { count } from '@/shared/format';
import { Loaded } from '@/shared/loaded';
import { may } from '@/shared/may';
import { Panel } from '@/shared/page-shell';
import { SmallTable } from '@/shared/small-table';
import { FindingStatusTag } from '@/shared/status-tag';
import { useSession } from '@/shared/use-session';
import { type TrialCount, trialQuery } from './queries';

/** 试行的规则：若正式施行，会说到多少案，按机关与月份。 */
export function TrialPanel({ code }: { code: string }) {
  const mayCount = may(useSession(), 'finding.list');
  return (
    <Panel title={t('trial.title')} aside={t('trial.aside')}>
      {mayCount ? <Counts code={code} /> : <p className="quiet">{t('trial.not_permitted')}</p>}
    </Panel>
  );
}

function Counts({ code }: { code: string }) {
  const query = useQuery(trialQuery(code));
  return (
    <Loaded query={query}>
      {(trial) => (
        <>
          <p className="quiet">
            {t('trial.term', { from: trial.from_on, until: trial.until_on, reason: trial.reason })}
          </p>
          <p className="law-what">
            {trial.counts.length === 0
              ? t('trial.none')
              : t('trial.would', {
                  violated: count(trial.violated_case_count),
                  doubt: count(trial.doubt_case_count),
                })}
          </p>
          {trial.counts.length > 0 && (
            <SmallTable<TrialCount>
              width={560}
              rowKey={(row) => `${row.body} ${row.month} ${row.status}`}
              dataSource={trial.counts}
              columns={[
                {
                  key: 'body',
                  title: t('trial.body'),
                  card: 'title',
                  render: (row) => row.body_name ?? row.body ?? t('unit.none'),
                },
                {
                  key: 'month',
                  title: t('trial.month'),
                  width: 100,
                  render: (row) => <span className="num">{row.month}</span>,
                },
                {
                  key: 'status',
                  title: t('trial.status'),
                  width: 90,
                  render: (row) => <FindingStatusTag status={row.status} />,
                },
                {
                  key: 'cases',
                  title: t('trial.cases'),
                  width: 90,
                  align: 'right',
                  render: (row) => <span className="num">{count(row.case_count)}</span>,
                },
                {
                  key: 'places',
                  title: t('trial.places'),
                  width: 90,
                  align: 'right',
                  render: (row) => <span className="num">{count(row.count)}</span>,
                },
              ]}
            />
          )}
        </>
      )}
    </Loaded>
  );
}
