import { useQuery } from '@tanstack/react-query';
import { Checkbox } from 'antd';
import { useState } from 'react';
import type { Duty } from '@/api/types';
import { t } from '@/messages/text';
import { Due } from '@/shared/due';
import { date } from '@/shared/format';
import { Loaded } from '@/shared/loaded';
import type { CaseSearch } from '@/shared/search/case';
import { SmallTable } from '@/shared/small-table';
import { DutyTag } from '@/shared/status-tag';
import { DerivationCalendar } from './derivation-calendar';
import { dutiesQuery, dutyQuery, eventsQuery } from './queries';

/** What has days left is still to be met: it stands first. */
const openFirst = (a: Duty, b: Duty) =>
  Number(a.remaining_working_days == null) - Number(b.remaining_working_days == null);

/** Nothing is left to do or to answer for: folded away, so that these do not bury what is open. */
const OVER = new Set(['met', 'waived', 'ended']);

/** 义务：到期日、还剩几日、依据；打开一项，看到期日怎样推得。 */
export function DutiesTab(props: {
  id: string;
  open: string | undefined;
  onOpen: (search: CaseSearch) => void;
}) {
  const { id, open, onOpen } = props;
  const duties = useQuery(dutiesQuery(id));
  const events = useQuery(eventsQuery(id));
  const [withUnclear, setWithUnclear] = useState(false);
  const [withOver, setWithOver] = useState(false);
  const isUnclear = (duty: Duty) => duty.state === 'undetermined';
  const isOver = (duty: Duty) => OVER.has(duty.state);
  const isShown = (duty: Duty) =>
    duty.id === open || ((withUnclear || !isUnclear(duty)) && (withOver || !isOver(duty)));
  const start = (duty: Duty) => events.data?.find((event) => event.id === duty.start_event);
  return (
    <Loaded query={duties} isEmpty={(list) => list.length === 0} empty={t('case.duties_none')}>
      {(list) => (
        <>
          <SmallTable<Duty>
            aria-label={t('case.tab_duties')}
            rowKey={(duty) => duty.id}
            dataSource={list.filter(isShown).sort(openFirst)}
            locale={{ emptyText: <div className="page-wait">{t('case.duties_no_open')}</div> }}
            width={820}
            expandable={{
              expandedRowKeys: open ? [open] : [],
              onExpand: (isOpen, duty) => onOpen({ tab: 'duties', ...(isOpen ? { duty: duty.id } : {}) }),
              expandedRowRender: (duty) => <Derivation id={id} duty={duty} />,
              expandRowByClick: true,
            }}
            columns={[
              {
                key: 'rule',
                title: t('case.duty'),
                card: 'title',
                render: (duty) => (
                  <>
                    {duty.rule.name} <span className="code">{duty.rule.code}</span>
                    <div className="duty-basis quiet" title={duty.citations.join('、')}>
                      {duty.citations.join('、')}
                    </div>
                  </>
                ),
              },
              {
                key: 'state',
                title: t('case.duty_state'),
                width: 110,
                render: (duty) => <DutyTag state={duty.state} name={duty.state_name} />,
              },
              {
                key: 'due',
                title: t('case.due'),
                width: 148,
                card: 'wide',
                render: (duty) => (
                  <Due
                    on={duty.due_on}
                    at={duty.due_at}
                    remaining={duty.remaining_working_days}
                    isProvisional={duty.is_provisional}
                  />
                ),
              },
              {
                key: 'met',
                title: t('case.met_on'),
                width: 108,
                render: (duty) => <span className="num">{date(duty.met_on)}</span>,
              },
              {
                key: 'start',
                title: t('case.duty_start'),
                width: 190,
                card: 'wide',
                render: (duty) => {
                  const event = start(duty);
                  return event ? t('case.event_on', { on: event.on, name: event.name }) : t('unit.none');
                },
              },
            ]}
          />
          <div className="duties-more">
            {list.some(isOver) && (
              <Checkbox checked={withOver} onChange={(event) => setWithOver(event.target.checked)}>
                {t('case.duties_over', { n: list.filter(isOver).length })}
              </Checkbox>
            )}
            {list.some(isUnclear) && (
              <Checkbox checked={withUnclear} onChange={(event) => setWithUnclear(event.target.checked)}>
                {t('case.duties_unclear', { n: list.filter(isUnclear).length })}
              </Checkbox>
            )}
          </div>
        </>
      )}
    </Loaded>
  );
}

function Derivation({ id, duty }: { id: string; duty: Duty }) {
  const query = useQuery(dutyQuery(id, duty.id));
  return (
    <Loaded query={query}>
      {({ derivation }) => (
        <div className="derivation">
          <div className="derivation-words">
            {derivation.requirement.map((line) => (
              <p key={line}>{line}</p>
            ))}
            <h3>{t('case.how_derived')}</h3>
            {derivation.sentences.length > 0 ? (
              <ol>
                {derivation.sentences.map((line) => (
                  <li key={line}>{line}</li>
                ))}
              </ol>
            ) : (
              <p className="quiet">{t('case.not_derived')}</p>
            )}
            <h3>{t('case.basis')}</h3>
            <ul>
              {derivation.articles.map((line) => (
                <li key={line}>{line}</li>
              ))}
              {derivation.references.map((line) => (
                <li key={line} className="quiet">
                  {t('case.reference', { article: line })}
                </li>
              ))}
            </ul>
          </div>
          {derivation.days.length > 0 && (
            <DerivationCalendar days={derivation.days} isCut={derivation.is_cut} due={duty.due_on ?? null} />
          )}
        </div>
      )}
    </Loaded>
  );
}
