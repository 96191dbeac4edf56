import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Button, Drawer } from 'antd';
import { lazy, Suspense, useState } from 'react';
import type { Finding } from '@/api/types';
import { t, tOf } from '@/messages/text';
import { FindingText } from '@/shared/finding-text';
import { instantWithZone } from '@/shared/format';
import { Loaded } from '@/shared/loaded';
import { may } from '@/shared/may';
import { FindingStatusTag, SeverityTag, StatusTag } from '@/shared/status-tag';
import { useSession } from '@/shared/use-session';
import { findingQuery } from './queries';

/** Looking needs no form: loaded when a matter is to be opened. */
const OpenMatterModal = lazy(async () => ({
  default: (await import('./open-matter-modal')).OpenMatterModal,
}));

/** 一个发现：规则、依据、看到的事实、为什么。 */
export function FindingDrawer({ id, onClose }: { id: string | undefined; onClose: () => void }) {
  return (
    <Drawer
      open={id !== undefined}
      onClose={onClose}
      size="min(720px, 96vw)"
      title={t('desk.finding')}
      destroyOnHidden
    >
      {id && <Content id={id} />}
    </Drawer>
  );
}

function Content({ id }: { id: string }) {
  const query = useQuery(findingQuery(id));
  return <Loaded query={query}>{(finding) => <Told finding={finding} />}</Loaded>;
}

function Told({ finding }: { finding: Finding }) {
  const text = finding.text;
  const session = useSession();
  const [isOpening, setOpening] = useState(false);
  return (
    <article className="finding-panel">
      <SeverityTag severity={finding.severity} /> <FindingStatusTag status={finding.status} />{' '}
      {finding.marks.map((mark) => (
        <StatusTag key={mark} tone="warn">
          {tOf('mark', mark) ?? mark}
        </StatusTag>
      ))}
      <p className="finding-panel-head">{text?.headline ?? finding.rule.name}</p>
      <div className="finding-panel-line quiet">
        <span>
          {finding.rule.name} <span className="code">{finding.rule.code}</span>
        </span>
        <span>{t('desk.found', { at: instantWithZone(finding.found_at) })}</span>
        {finding.ended_at && (
          <span>
            {t('desk.ended_by', {
              at: instantWithZone(finding.ended_at),
              why: tOf('finding_end', finding.ended_by ?? '') ?? '',
            })}
          </span>
        )}
      </div>
      <div className="finding-panel-line">
        <Link to="/cases/$id" params={{ id: finding.case }} search={{ tab: 'findings', finding: finding.id }}>
          {t('desk.to_case', { number: finding.case_number ?? '' })}
        </Link>
        <Link to="/lawbook/rules/$code" params={{ code: finding.rule.code }}>
          {t('desk.to_rule')}
        </Link>
      </div>
      {!finding.ended_at && may(session, 'supervision.create') && (
        <div className="finding-panel-line">
          <Button type="primary" ghost size="small" onClick={() => setOpening(true)}>
            {t('open_matter.title')}
          </Button>
        </div>
      )}
      {isOpening && (
        <Suspense fallback={null}>
          <OpenMatterModal finding={finding} onClose={() => setOpening(false)} />
        </Suspense>
      )}
      <FindingText text={text} />
    </article>
  );
}
