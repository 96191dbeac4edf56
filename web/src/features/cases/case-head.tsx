import { Descriptions } from 'antd';
import type { Case } from '@/api/types';
import { t } from '@/messages/text';
import { Due } from '@/shared/due';
import { count, date, fen } from '@/shared/format';
import { SeverityTag, StatusTag } from '@/shared/status-tag';

/** 手机上两列：名称长的占整行，日子两个一行。 */
const WHOLE_LINE = { xs: 2, sm: 1 };

const or = (text: string | null | undefined) => text ?? t('unit.none');

/** 案件的头：当事人、机关、日子、各种数。 */
export function CaseHead({ found }: { found: Case }) {
  const items = [
    { key: 'party', label: t('cases.party'), span: WHOLE_LINE, children: or(found.party) },
    { key: 'body', label: t('cases.body'), span: WHOLE_LINE, children: or(found.body_name) },
    {
      key: 'due',
      label: t('cases.next_due'),
      span: WHOLE_LINE,
      children: <Due on={found.next_due_on} remaining={found.next_due_in_working_days} />,
    },
    {
      key: 'place',
      label: t('case.department_region'),
      span: WHOLE_LINE,
      children: [found.department?.name, found.region?.name].filter(Boolean).join(' · ') || t('unit.none'),
    },
    { key: 'filed', label: t('cases.filed'), children: date(found.filed_on) },
    { key: 'decided', label: t('cases.decided'), children: date(found.decided_on) },
    { key: 'closed', label: t('cases.closed'), children: date(found.closed_on) },
    { key: 'fine', label: t('cases.fine'), children: fen(found.fine_fen) },
    { key: 'as_of', label: t('case.as_of'), children: date(found.assessment.as_of_on) },
  ];
  return (
    <div className="case-head">
      <Descriptions size="small" column={{ xs: 2, sm: 2, lg: 3 }} items={items} />
      <Progress found={found} />
    </div>
  );
}

CaseHead.Tags = function Tags({ found }: { found: Case }) {
  return (
    <span className="case-tags">
      {found.procedure && <span className="quiet">{found.procedure.name}</span>}
      {found.state && <StatusTag tone="info">{found.state.name}</StatusTag>}
      {found.worst && <SeverityTag severity={found.worst} />}
      {found.violation_count > 0 && (
        <span className="quiet">{t('case.count_violations', { n: count(found.violation_count) })}</span>
      )}
      {found.doubt_count > 0 && (
        <span className="quiet">{t('case.count_doubts', { n: count(found.doubt_count) })}</span>
      )}
      {found.undetermined_count > 0 && (
        <span className="quiet">{t('case.count_undetermined', { n: count(found.undetermined_count) })}</span>
      )}
      {found.is_restricted && <StatusTag tone="warn">{t('cases.restricted')}</StatusTag>}
    </span>
  );
};

/** 走到了哪里：主程序与各实例，一行一个。 */
function Progress({ found }: { found: Case }) {
  return (
    <ul className="case-progress">
      {found.instances.map((instance) => (
        <li key={`${instance.procedure.code} ${instance.instance ?? ''}`}>
          <span className="case-progress-name">
            {instance.procedure.name}
            {instance.instance && <span className="code"> {instance.instance}</span>}
          </span>
          <span className="case-steps">
            {instance.steps[0] && <span className="case-step">{instance.steps[0].from.name}</span>}
            {passed(instance.steps).map((step, at, all) => (
              <span key={step.seq} className={at === all.length - 1 ? 'case-step is-now' : 'case-step'}>
                {step.to.name}
              </span>
            ))}
            {instance.steps.length === 0 && <span className="case-step is-now">{instance.state.name}</span>}
            {instance.is_final && <StatusTag tone="good">{t('case.final')}</StatusTag>}
          </span>
        </li>
      ))}
    </ul>
  );
}

/** 只留换了状态的步骤：同一状态里的许多件事在时间线上看。 */
function passed<Step extends { from: { code: string }; to: { code: string } }>(steps: Step[]): Step[] {
  return steps.filter((step) => step.from.code !== step.to.code);
}
