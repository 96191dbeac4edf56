import { useQuery } from '@tanstack/react-query';
import { Button, Checkbox } from 'antd';
import { useMemo, useState } from 'react';
import type { Case, CaseEvent, Finding } from '@/api/types';
import { t, tOf } from '@/messages/text';
import { date, instant, instantWithZone } from '@/shared/format';
import { Loaded } from '@/shared/loaded';
import { may, type Permission } from '@/shared/may';
import type { CaseSearch } from '@/shared/search/case';
import { SeverityTag, StatusTag } from '@/shared/status-tag';
import { useSession } from '@/shared/use-session';
import { eventsQuery, findingsQuery } from './queries';

/** 一件事先显示几项。 */
const FIELDS_SHOWN = 6;
/** 字多于此的一项独占一行：挤在半行里，项名会断成一竖列。 */
const WIDE_FROM = 26;

/** 标识没有称呼的不给人看：案件、发现在别处有链接。 */
const IDENTIFIER = /^[a-z]+_[0-9a-f]{32}$/;

interface TimelineProps {
  found: Pick<Case, 'id' | 'instances'>;
  /** 监督事项的：这里不更正。 */
  isMatter?: boolean;
  /** 更正要有的许可；案件的不写。 */
  correcting?: Permission;
  /** 看得到发现；被监督机关看不到事项上的。 */
  hasFindings?: boolean;
  onOpen: (search: CaseSearch) => void;
}

/** 经过：一件事一条，按发生的先后；更正、状态的改变、由它触发的发现都在旁边。 */
export function TimelineTab(props: TimelineProps) {
  const { found, isMatter, correcting = 'case.correct', hasFindings = true, onOpen } = props;
  const events = useQuery(eventsQuery(found.id));
  const findings = useQuery({ ...findingsQuery(found.id), enabled: hasFindings });
  const [isNewestFirst, setNewestFirst] = useState(false);
  const steps = useMemo(() => stepsBySeq(found), [found]);
  const session = useSession();
  const mayCorrect = !isMatter && may(session, correcting);
  const byEvent = useMemo(() => byTrigger(findings.data ?? []), [findings.data]);
  return (
    <Loaded query={events} isEmpty={(list) => list.length === 0} empty={t('case.timeline_none')}>
      {(list) => (
        <>
          <div className="timeline-top">
            <Checkbox checked={isNewestFirst} onChange={(event) => setNewestFirst(event.target.checked)}>
              {t('case.newest_first')}
            </Checkbox>
          </div>
          <ol className="timeline">
            {inOrder(list, isNewestFirst).map((event) => (
              <Entry
                key={event.seq}
                event={event}
                steps={steps.get(event.seq) ?? []}
                findings={byEvent.get(event.id) ?? []}
                correctedBy={list.find((it) => it.corrects === event.id && it.seq > event.seq)?.seq ?? null}
                mayCorrect={mayCorrect}
                onOpen={onOpen}
              />
            ))}
          </ol>
        </>
      )}
    </Loaded>
  );
}

type Step = Case['instances'][number]['steps'][number];

function Entry(props: {
  event: CaseEvent;
  steps: Step[];
  findings: Finding[];
  /** 由第几件更正了；没有更正过的没有。 */
  correctedBy: number | null;
  mayCorrect: boolean;
  onOpen: TimelineProps['onOpen'];
}) {
  const { event, steps, findings, correctedBy } = props;
  const [isWhole, setWhole] = useState(false);
  const shown = event.shown.filter((field) => field.text !== '' && !IDENTIFIER.test(field.text));
  const fields = isWhole ? shown : shown.slice(0, FIELDS_SHOWN);
  const more = shown.length - fields.length;
  return (
    <li className={event.corrects ? 'timeline-entry is-correction' : 'timeline-entry'}>
      <div className="timeline-when num">
        <div>{date(event.on)}</div>
        <div className="quiet">
          {event.until ? t('case.until', { on: event.until }) : event.at ? instant(event.at).slice(11) : ''}
        </div>
      </div>
      <div className="timeline-what">
        <div className="timeline-name">
          <strong className={correctedBy ? 'is-struck' : ''}>{event.name}</strong>
          {event.corrects && <StatusTag tone="warn">{t('case.correction')}</StatusTag>}
          {correctedBy && <StatusTag>{t('case.corrected_by', { seq: correctedBy })}</StatusTag>}
          {event.nature === 'irregular' && <StatusTag tone="warn">{t('event_nature.irregular')}</StatusTag>}
          {event.source !== 'first_hand' && (
            <StatusTag>{tOf('event_source', event.source) ?? t('event_source.system')}</StatusTag>
          )}
          {event.erased_at && (
            <StatusTag tone="warn">{t('case.erased', { at: instant(event.erased_at) })}</StatusTag>
          )}
          {steps
            .filter((step) => step.from.code !== step.to.code)
            .map((step) => (
              <span key={`${step.from.code} ${step.to.code}`} className="timeline-step">
                {t('case.step', { from: step.from.name, to: step.to.name })}
              </span>
            ))}
        </div>
        {event.actors.length > 0 && (
          <div className="timeline-actors quiet">
            {event.actors.map((actor) => (
              <span key={`${actor.who} ${actor.role_name}`}>
                {t('case.actor', { who: actor.who, role: actor.role_name })}
              </span>
            ))}
          </div>
        )}
        {fields.length > 0 && (
          <dl className={correctedBy ? 'timeline-fields is-struck' : 'timeline-fields'}>
            {fields.map((field) => (
              <div key={field.field} className={isWide(field) ? 'is-wide' : ''}>
                <dt>{field.name}</dt>
                <dd>{field.text}</dd>
              </div>
            ))}
            {event.place && (
              <div>
                <dt>{t('form.place')}</dt>
                <dd>{event.place}</dd>
              </div>
            )}
          </dl>
        )}
        {(more > 0 || isWhole) && shown.length > FIELDS_SHOWN && (
          <Button type="link" size="small" onClick={() => setWhole(!isWhole)} aria-expanded={isWhole}>
            {isWhole ? t('case.fold') : t('case.unfold', { n: more })}
          </Button>
        )}
        <div className="timeline-foot">
          {[...event.docs, ...event.media].map((paper) => (
            <StatusTag key={paper}>{paper}</StatusTag>
          ))}
          {findings.map((finding) => (
            <button
              key={finding.id}
              type="button"
              className="timeline-finding"
              onClick={() => props.onOpen({ tab: 'findings', finding: finding.id })}
            >
              <SeverityTag severity={finding.severity} /> {finding.rule.name}
            </button>
          ))}
          <span className="quiet timeline-recorded">
            {t('case.recorded', { seq: event.seq, at: instantWithZone(event.recorded_at) })}
          </span>
          {props.mayCorrect && isCorrectable(event) && !correctedBy && (
            <Button
              type="link"
              size="small"
              className="timeline-correct"
              onClick={() => props.onOpen({ correct: event.id })}
            >
              {t('case.correct')}
            </Button>
          )}
        </div>
      </div>
    </li>
  );
}

const isWide = (field: { name: string; text: string }) => field.name.length + field.text.length > WIDE_FROM;

/** 更正本身、系统自己记的、内容抹去了的不更正。 */
const isCorrectable = (event: CaseEvent) =>
  event.kind !== 'correction' && event.nature !== 'system' && !event.erased_at;

function stepsBySeq(found: Pick<Case, 'instances'>): Map<number, Step[]> {
  const steps = new Map<number, Step[]>();
  for (const instance of found.instances) {
    for (const step of instance.steps) steps.set(step.seq, [...(steps.get(step.seq) ?? []), step]);
  }
  return steps;
}

function byTrigger(findings: Finding[]): Map<string, Finding[]> {
  const grouped = new Map<string, Finding[]>();
  for (const finding of findings) {
    if (finding.ended_at || !finding.trigger_event) continue;
    const key = finding.trigger_event;
    grouped.set(key, [...(grouped.get(key) ?? []), finding]);
  }
  return grouped;
}

/** 按发生的先后；同一刻的按记录的先后。 */
function inOrder(events: CaseEvent[], isNewestFirst: boolean): CaseEvent[] {
  const sorted = [...events].sort(
    (a, b) => a.on.localeCompare(b.on) || (a.at ?? '').localeCompare(b.at ?? '') || a.seq - b.seq,
  );
  return isNewestFirst ? sorted.reverse() : sorted;
}
