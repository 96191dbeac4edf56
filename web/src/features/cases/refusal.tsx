import { Button, Checkbox, Input } from 'antd';
import { useEffect, useRef, useState } from 'react';
import type { Problem } from '@/api/problem';
import type { Severity } from '@/api/types';
import { t } from '@/messages/text';
import { problemDetail } from '@/shared/problem-words';
import { SeverityTag } from '@/shared/status-tag';

/** 被法典挡下：理由与条文；可以确认的逐条看过，可以越过的写明理由。 */
export function Refusal(props: {
  problem: Problem;
  mayOverride: boolean;
  isBusy: boolean;
  onAgain: (extra: { confirm?: string[]; override?: { reason: string } }) => void;
}) {
  const { body } = props.problem;
  const [isSeen, setSeen] = useState(false);
  const section = useRef<HTMLElement>(null);
  useEffect(() => {
    // A long form hides what stands at its end.
    section.current?.scrollIntoView({ block: 'center' });
    section.current?.focus({ preventScroll: true });
  }, []);
  const [reason, setReason] = useState('');
  if (!body) return null;
  const findings = body.findings ?? [];
  const reasons = body.refusal?.reasons ?? [];
  const ids = findings.flatMap((finding) => (finding.id ? [finding.id] : []));
  const canConfirm = props.problem.code === 'decision-blocked' && ids.length > 0;
  // What is too grave to be confirmed has no identifier yet: it is overridden with a reason, or not done.
  const isGrave = props.problem.code === 'decision-blocked' && findings.some((finding) => !finding.id);
  const canOverride = isGrave || (body.refusal?.is_overridable ?? false);
  return (
    <section className="refusal" role="alert" tabIndex={-1} ref={section}>
      <h3>{body.title}</h3>
      <p>{problemDetail(props.problem)}</p>
      <ul className="record-list">
        {reasons.map((one) => (
          <li key={`${one.code ?? ''} ${one.message}`}>
            {one.message}
            {one.citations.length > 0 && (
              <div className="quiet">{t('case.basis_of', { articles: one.citations.join('、') })}</div>
            )}
          </li>
        ))}
        {findings.map((finding) => (
          <li key={finding.id ?? finding.headline}>
            <SeverityTag severity={finding.severity as Severity} /> <strong>{finding.headline}</strong>{' '}
            <span className="code">{finding.code}</span>
            <div className="quiet">{t('case.basis_of', { articles: finding.articles.join('、') })}</div>
            {finding.remedy && <div>{finding.remedy}</div>}
          </li>
        ))}
      </ul>
      {canConfirm && <p>{t('record.confirm_what', { n: ids.length })}</p>}
      {canConfirm && (
        <div className="refusal-act">
          <Checkbox checked={isSeen} onChange={(event) => setSeen(event.target.checked)}>
            {t('record.seen')}
          </Checkbox>
          <Button
            danger
            disabled={!isSeen}
            loading={props.isBusy}
            onClick={() => props.onAgain({ confirm: ids })}
          >
            {t('record.confirm')}
          </Button>
        </div>
      )}
      {canOverride && !props.mayOverride && <p className="quiet">{t('record.override_not_you')}</p>}
      {canOverride && props.mayOverride && (
        <div className="refusal-override">
          <label htmlFor="override-reason">{t('record.override')}</label>
          <Input.TextArea
            id="override-reason"
            autoSize={{ minRows: 2 }}
            maxLength={500}
            showCount
            value={reason}
            onChange={(event) => setReason(event.target.value)}
          />
          <Button
            danger
            disabled={reason.trim() === ''}
            loading={props.isBusy}
            onClick={() => props.onAgain({ override: { reason: reason.trim() } })}
          >
            {t('record.override_submit')}
          </Button>
        </div>
      )}
    </section>
  );
}
