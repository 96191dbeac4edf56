import { QuestionCircleOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Button, Collapse, Drawer, Select } from 'antd';
import { useEffect, useRef, useState } from 'react';
import type { Case, Finding } from '@/api/types';
import { t, tOf } from '@/messages/text';
import { FindingDetails, Lines } from '@/shared/finding-text';
import { instant } from '@/shared/format';
import { Loaded } from '@/shared/loaded';
import type { CaseSearch } from '@/shared/search/case';
import { FindingStatusTag, SeverityTag, StatusTag } from '@/shared/status-tag';
import { eventsQuery, explanationQuery, findingsQuery, rulesQuery } from './queries';

interface FindingsProps {
  found: Case;
  open: string | undefined;
  onOpen: (search: CaseSearch) => void;
}

const RANK: Record<string, number> = { grave: 0, breach: 1, warning: 2, notice: 3 };

/** 发现：重的在前；每条带依据、事实与推算，可以问为什么；没有发现的规则也可以问。 */
export function FindingsTab({ found, open, onOpen }: FindingsProps) {
  const findings = useQuery(findingsQuery(found.id));
  const events = useQuery(eventsQuery(found.id));
  const [asked, setAsked] = useState<string | null>(null);
  const about = (finding: Finding) => {
    const event = events.data?.find((it) => it.id === finding.trigger_event);
    return event ? t('case.event_on', { on: event.on, name: event.name }) : null;
  };
  return (
    <>
      <AskWhy onAsk={setAsked} />
      <Loaded query={findings}>
        {(list) => {
          const live = list.filter((finding) => !finding.ended_at).sort(byWeight);
          const ended = list.filter((finding) => finding.ended_at);
          return (
            <>
              {live.length === 0 && <div className="page-wait">{t('case.findings_none')}</div>}
              {live.map((finding) => (
                <FindingCard
                  key={finding.id}
                  finding={finding}
                  about={about(finding)}
                  isOpen={finding.id === open}
                  onToggle={(isOpen) =>
                    onOpen({ tab: 'findings', ...(isOpen ? { finding: finding.id } : {}) })
                  }
                  onAsk={setAsked}
                />
              ))}
              <Undetermined found={found} onAsk={setAsked} />
              <Ended findings={ended} />
            </>
          );
        }}
      </Loaded>
      <Why id={found.id} code={asked} onClose={() => setAsked(null)} />
    </>
  );
}

const byWeight = (a: Finding, b: Finding) =>
  (RANK[a.severity] ?? 9) - (RANK[b.severity] ?? 9) || b.found_at.localeCompare(a.found_at);

function AskWhy({ onAsk }: { onAsk: (code: string) => void }) {
  const rules = useQuery(rulesQuery);
  return (
    <div className="ask-why">
      <label htmlFor="ask-why">{t('case.ask_why')}</label>
      <Select
        id="ask-why"
        className="ask-why-choice"
        value={null}
        placeholder={t('case.ask_why_hint')}
        loading={rules.isPending}
        showSearch={{ optionFilterProp: 'label' }}
        options={(rules.data ?? []).map((rule) => ({
          value: rule.code,
          label: `${rule.name}（${rule.code}）`,
        }))}
        onChange={(code: string | null) => code && onAsk(code)}
      />
    </div>
  );
}

function FindingCard(props: {
  finding: Finding;
  about: string | null;
  isOpen: boolean;
  onToggle: (isOpen: boolean) => void;
  onAsk: (code: string) => void;
}) {
  const { finding, isOpen } = props;
  const { text } = finding;
  const card = useRef<HTMLElement>(null);
  useEffect(() => {
    if (isOpen) card.current?.scrollIntoView({ block: 'nearest' });
  }, [isOpen]);
  return (
    <article className={`finding finding-${finding.severity}`} ref={card}>
      <div className="finding-head">
        <SeverityTag severity={finding.severity} />
        <FindingStatusTag status={finding.status} />
        <strong className="finding-name">{finding.rule.name}</strong>
        <span className="code">{finding.rule.code}</span>
        {finding.marks.map((mark) => (
          <StatusTag key={mark} tone="warn">
            {tOf('mark', mark) ?? mark}
          </StatusTag>
        ))}
        {props.about && <span className="finding-about">{props.about}</span>}
        <span className="grow" />
        <span className="quiet">{t('case.found_at', { at: instant(finding.found_at) })}</span>
      </div>
      {text && (
        <>
          <p className="finding-headline">{text.headline}</p>
          <p className="finding-basis">
            <span className="quiet">{t('case.basis')}</span> {text.articles.join('；') || t('unit.none')}
          </p>
          {text.remedy && (
            <p className="finding-remedy">
              <span className="quiet">{t('case.remedy')}</span> {text.remedy}
            </p>
          )}
        </>
      )}
      <div className="finding-actions">
        <Button size="small" onClick={() => props.onToggle(!isOpen)} aria-expanded={isOpen}>
          {isOpen ? t('case.fold') : t('case.finding_more')}
        </Button>
        <Button
          size="small"
          icon={<QuestionCircleOutlined aria-hidden />}
          onClick={() => props.onAsk(finding.rule.code)}
        >
          {t('case.why')}
        </Button>
      </div>
      {isOpen && text && (
        <div className="finding-more">
          <FindingDetails text={text} />
        </div>
      )}
    </article>
  );
}

/** 无法判定的：缺什么，照样列出，不当作通过。 */
function Undetermined({ found, onAsk }: { found: Case; onAsk: (code: string) => void }) {
  const list = found.assessment.undetermined;
  if (list.length === 0) return null;
  return (
    <Collapse
      className="finding-rest"
      items={[
        {
          key: 'undetermined',
          label: t('case.undetermined', { n: list.length }),
          children: (
            <ul className="undetermined">
              {list.map((one, at) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: several may be of one rule and one event
                <li key={at}>
                  <button type="button" className="as-link" onClick={() => onAsk(one.rule.code)}>
                    {one.rule.name}
                  </button>{' '}
                  <span className="code">{one.rule.code}</span>
                  <ul className="quiet">
                    {one.missing.map((it) => (
                      <li key={it.what}>
                        {t('case.missing_one', { what: it.what, why: it.why, supply: it.supply })}
                      </li>
                    ))}
                  </ul>
                </li>
              ))}
            </ul>
          ),
        },
      ]}
    />
  );
}

function Ended({ findings }: { findings: Finding[] }) {
  if (findings.length === 0) return null;
  return (
    <Collapse
      className="finding-rest"
      items={[
        {
          key: 'ended',
          label: t('case.ended', { n: findings.length }),
          children: (
            <ul className="undetermined">
              {findings.map((finding) => (
                <li key={finding.id}>
                  <SeverityTag severity={finding.severity} /> {finding.rule.name}{' '}
                  <span className="code">{finding.rule.code}</span>
                  <span className="quiet">
                    　{instant(finding.ended_at)}　{tOf('finding_end', finding.ended_by ?? '') ?? ''}
                  </span>
                </li>
              ))}
            </ul>
          ),
        },
      ]}
    />
  );
}

/** 为什么：一条规则对本案违反、合规、不适用、判不了的缘由。 */
function Why({ id, code, onClose }: { id: string; code: string | null; onClose: () => void }) {
  return (
    <Drawer
      open={code !== null}
      onClose={onClose}
      size="min(720px, 96vw)"
      title={t('case.why_title')}
      destroyOnHidden
    >
      {code && <WhyText id={id} code={code} />}
    </Drawer>
  );
}

function WhyText({ id, code }: { id: string; code: string }) {
  const query = useQuery(explanationQuery(id, code));
  return (
    <Loaded query={query}>
      {(why) => (
        <div className="why">
          <h2>
            {why.rule.name} <span className="code">{why.rule.code}</span>
          </h2>
          <p className="why-answer">{why.answer}</p>
          {why.sections.map((section) => (
            <Lines key={section.title} title={section.title} lines={section.lines} />
          ))}
        </div>
      )}
    </Loaded>
  );
}
