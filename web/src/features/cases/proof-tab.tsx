import { DownloadOutlined } from '@ant-design/icons';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import { api } from '@/api/client';
import { asProblem, taken } from '@/api/problem';
import type { Case, CaseEvent, EventProof } from '@/api/types';
import { t } from '@/messages/text';
import { download } from '@/shared/download';
import { problemText } from '@/shared/form-faults';
import { count, instantWithZone } from '@/shared/format';
import { Loaded } from '@/shared/loaded';
import { originText, suiteText } from '@/shared/log-words';
import { may } from '@/shared/may';
import { Panel } from '@/shared/page-shell';
import { ReasonModal } from '@/shared/reason-modal';
import { SmallTable } from '@/shared/small-table';
import { StatusTag } from '@/shared/status-tag';
import { useSession } from '@/shared/use-session';
import { eventsQuery, proofsQuery } from './queries';

/** 一件事一行：叫什么、何时记下、日志里的第几条。 */
function Proofs({ proofs, events }: { proofs: EventProof[]; events: CaseEvent[] }) {
  const event = (seq: number) => events.find((it) => it.seq === seq);
  return (
    <SmallTable<EventProof>
      aria-label={t('case.tab_proof')}
      rowKey={(proof) => proof.seq}
      dataSource={proofs}
      width={760}
      expandable={{
        rowExpandable: (proof) => Boolean(proof.proof),
        expandedRowRender: (proof) => <Path proof={proof} />,
      }}
      columns={[
        { key: 'seq', title: t('case.seq'), width: 60, render: (proof) => proof.seq },
        {
          key: 'event',
          title: t('case.paper_event'),
          card: 'title',
          render: (proof) => event(proof.seq)?.name ?? t('unit.none'),
        },
        {
          key: 'recorded',
          title: t('case.recorded_at'),
          width: 220,
          card: 'wide',
          render: (proof) => instantWithZone(event(proof.seq)?.recorded_at),
        },
        {
          key: 'index',
          title: t('case.log_index'),
          width: 110,
          align: 'right',
          render: (proof) => (
            <span className="num">{proof.proof ? count(proof.proof.log_index) : t('unit.none')}</span>
          ),
        },
        {
          key: 'state',
          title: t('case.inclusion'),
          width: 180,
          card: 'wide',
          render: (proof) =>
            proof.proof ? (
              <StatusTag tone="good">{t('case.included')}</StatusTag>
            ) : (
              <StatusTag tone="warn">{t('case.not_included')}</StatusTag>
            ),
        },
      ]}
    />
  );
}

/** 存证：每件事在日志里的叶号、入日志的检查点与包含证明；整案的案卷包可以离线核对。 */
export function ProofTab({ found }: { found: Case }) {
  const session = useSession();
  const proofs = useQuery(proofsQuery(found.id));
  const events = useQuery(eventsQuery(found.id));
  const [isAsking, setAsking] = useState(false);
  const bundle = useMutation({
    mutationFn: async (reason: string) => {
      const params = { path: { id: found.id } };
      const got = await taken(
        api.POST('/api/v1/cases/{id}/bundle', { params, body: { reason }, parseAs: 'blob' }),
      );
      download(got as unknown as Blob, t('case.bundle_name', { number: found.number ?? found.id }));
    },
    onSuccess: () => setAsking(false),
  });
  return (
    <>
      <div className="timeline-top">
        <span className="quiet">{t('case.proof_hint')}</span>
        <span className="grow" />
        {may(session, 'case.bundle') && (
          <Button size="small" icon={<DownloadOutlined aria-hidden />} onClick={() => setAsking(true)}>
            {t('case.bundle')}
          </Button>
        )}
      </div>
      <Loaded query={proofs} isEmpty={(list) => list.length === 0} empty={t('case.proof_none')}>
        {(list) => (
          <Loaded query={events}>
            {(told) => (
              <>
                <Proofs proofs={list} events={told} />
                <Checkpoint proofs={list} />
              </>
            )}
          </Loaded>
        )}
      </Loaded>
      <ReasonModal
        isOpen={isAsking}
        title={t('case.bundle')}
        hint={t('case.bundle_hint')}
        isBusy={bundle.isPending}
        failure={bundle.error ? problemText(asProblem(bundle.error)) : null}
        onCancel={() => setAsking(false)}
        onReason={(reason) => bundle.mutate(reason)}
      />
    </>
  );
}

function Path({ proof }: { proof: EventProof }) {
  return (
    <dl className="hashes">
      <dt>{t('case.leaf')}</dt>
      <dd>{proof.leaf}</dd>
      <dt>{t('case.path')}</dt>
      <dd>
        {proof.proof?.hashes.map((hash) => (
          <div key={hash}>{hash}</div>
        ))}
      </dd>
    </dl>
  );
}

function Checkpoint({ proofs }: { proofs: EventProof[] }) {
  const checkpoint = proofs.find((it) => it.proof)?.proof?.checkpoint;
  if (!checkpoint) return null;
  return (
    <Panel title={t('case.checkpoint')} className="checkpoint">
      <dl className="hashes">
        <dt>{t('case.origin')}</dt>
        <dd>{originText(checkpoint.origin)}</dd>
        <dt>{t('case.size')}</dt>
        <dd>{count(checkpoint.size)}</dd>
        <dt>{t('case.root')}</dt>
        <dd>{checkpoint.root}</dd>
        <dt>{t('case.checkpoint_at')}</dt>
        <dd>{instantWithZone(checkpoint.at)}</dd>
        <dt>{t('case.suite')}</dt>
        <dd>{suiteText(checkpoint.suite)}</dd>
      </dl>
    </Panel>
  );
}
