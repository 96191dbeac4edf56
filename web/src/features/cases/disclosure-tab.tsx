import { LinkOutlined } from '@ant-design/icons';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, DatePicker, Popconfirm } from 'antd';
import type { Dayjs } from 'dayjs';
import { useState } from 'react';
import { api, ifMatch } from '@/api/client';
import { asProblem, type Problem, taken } from '@/api/problem';
import type { CasePublicRecord, Disclosure, DisclosureDraft, PublishableDecision } from '@/api/types';
import { t } from '@/messages/text';
import { problemText } from '@/shared/form-faults';
import { date, instantWithZone } from '@/shared/format';
import { Loaded } from '@/shared/loaded';
import { may } from '@/shared/may';
import { Panel } from '@/shared/page-shell';
import { type SmallColumn, SmallTable } from '@/shared/small-table';
import { StatusTag } from '@/shared/status-tag';
import { useOnce } from '@/shared/use-once';
import { useSession } from '@/shared/use-session';
import { actionsQuery, disclosureDraftQuery, publicationsQuery } from './queries';
import { Refusal } from './refusal';
import { WithdrawModal } from './withdraw-modal';
import './disclosure.css';

/** 公示：照法典画出公开稿，一人拟、另一人批准，再公布；公布过的各版，看公众看到的，撤下。 */
export function DisclosureTab({ id }: { id: string }) {
  const query = useQuery(publicationsQuery(id));
  return (
    <Loaded
      query={query}
      isEmpty={(found) => found.decisions.length + found.public_records.length === 0}
      empty={t('disclose.none')}
    >
      {(found) => (
        <>
          {found.decisions.map((decision) => (
            <Decision
              key={decision.decision}
              id={id}
              decision={decision}
              open={found.disclosures.find((it) => it.decision === decision.decision)}
              shown={found.public_records.find(
                (it) => it.decision === decision.decision && !it.withdrawn_at && !it.erased_at,
              )}
            />
          ))}
          {found.public_records.length > 0 && <Records id={id} records={found.public_records} />}
        </>
      )}
    </Loaded>
  );
}

function Decision(props: {
  id: string;
  decision: PublishableDecision;
  open: Disclosure | undefined;
  shown: CasePublicRecord | undefined;
}) {
  const { id, decision, open, shown } = props;
  const [isAgain, setAgain] = useState(false);
  return (
    <Panel
      title={t('disclose.decision', { on: date(decision.on), seq: decision.seq })}
      aside={decision.title}
      actions={
        shown ? (
          <StatusTag tone="good">{t('disclose.shown', { n: shown.version })}</StatusTag>
        ) : (
          <StatusTag tone="warn">{t('disclose.not_shown')}</StatusTag>
        )
      }
    >
      {open ? (
        <Open id={id} open={open} />
      ) : shown && !isAgain ? (
        <Button type="link" className="disclosure-again" onClick={() => setAgain(true)}>
          {t('disclose.preview_again')}
        </Button>
      ) : (
        <Preview id={id} decision={decision.decision} />
      )}
    </Panel>
  );
}

/** What changes a case: with its version; the same request sent again is done once. */
function useCaseChange(id: string) {
  const client = useQueryClient();
  const { message } = App.useApp();
  const actions = useQuery(actionsQuery(id));
  const once = useOnce();
  const version = actions.data?.version;
  const refresh = async () => {
    await client.invalidateQueries({ queryKey: ['case', id] });
    await client.invalidateQueries({ queryKey: ['lists'] });
  };
  return {
    version,
    header: (request: unknown) => ({
      'If-Match': ifMatch(version ?? 0),
      'Idempotency-Key': once([version, request]),
    }),
    done: async (said: string) => {
      message.success(said);
      await refresh();
    },
    /** 法典挡下的，给出去让人看过再来；案件先被别人改了的，取最新的。 */
    refusal: (error: Error): Problem | null => {
      const failed = asProblem(error);
      if (failed.code === 'stale-version') void refresh();
      return failed.code === 'decision-blocked' || failed.code === 'act-refused' ? failed : null;
    },
  };
}

export type CaseChange = ReturnType<typeof useCaseChange>;

/** 公开稿：公众会看到什么，遮盖了什么、凭什么，还差什么；可以拟的由此拟。 */
function Preview({ id, decision }: { id: string; decision: string }) {
  const session = useSession();
  const query = useQuery(disclosureDraftQuery(id, decision));
  const change = useCaseChange(id);
  const [until, setUntil] = useState<Dayjs | null>(null);
  const prepare = useMutation({
    mutationFn: () => {
      const body = { case: id, decision, ...(until ? { shown_until: until.format('YYYY-MM-DD') } : {}) };
      return taken(api.POST('/api/v1/disclosures', { params: { header: change.header(body) }, body }));
    },
    onSuccess: () => change.done(t('disclose.prepared')),
    onError: change.refusal,
  });
  return (
    <Loaded query={query}>
      {(draft) => (
        <>
          <p className="quiet">{t('disclose.article', { articles: draft.articles.join('、') })}</p>
          {draft.obstacles.length > 0 && (
            <Alert
              type="warning"
              showIcon
              title={t('disclose.obstacles')}
              description={
                <ul className="record-list">
                  {draft.obstacles.map((one) => (
                    <li key={`${one.code ?? ''}${one.text}`}>
                      {one.text} {one.code && <span className="code">{one.code}</span>}
                    </li>
                  ))}
                </ul>
              }
            />
          )}
          <Fields draft={draft} />
          {draft.left_out.length > 0 && (
            <details className="quiet">
              <summary>{t('disclose.left_out', { n: draft.left_out.length })}</summary>
              {draft.left_out.join('、')}
            </details>
          )}
          {prepare.error && <Failure error={prepare.error} />}
          {may(session, 'disclosure.request') && draft.obstacles.length === 0 && (
            <div className="disclosure-act">
              <label htmlFor={`until-${decision}`}>{t('disclose.until')}</label>
              <DatePicker id={`until-${decision}`} value={until} onChange={setUntil} />
              <Button
                type="primary"
                loading={prepare.isPending}
                disabled={change.version === undefined}
                onClick={() => prepare.mutate()}
              >
                {t('disclose.prepare')}
              </Button>
            </div>
          )}
        </>
      )}
    </Loaded>
  );
}

type Field = DisclosureDraft['fields'][number];

/** 只在有遮盖的时候有这一列。 */
const WHY: SmallColumn<Field> = {
  key: 'why',
  title: t('disclose.why'),
  width: 260,
  card: 'wide',
  render: (field) =>
    field.is_masked ? (
      <>
        <StatusTag tone="info">{t('disclose.masked')}</StatusTag> {field.why}
        <div className="quiet">{field.articles.join('、')}</div>
      </>
    ) : (
      t('unit.none')
    ),
};

function Fields({ draft }: { draft: DisclosureDraft }) {
  const isAnyMasked = draft.fields.some((field) => field.is_masked);
  return (
    <SmallTable<Field>
      aria-label={t('disclose.preview')}
      rowKey={(field) => field.name}
      dataSource={draft.fields}
      width={720}
      columns={[
        {
          key: 'label',
          title: t('disclose.item'),
          width: 170,
          card: 'title',
          render: (field) => field.label,
        },
        {
          key: 'text',
          title: t('disclose.public_text'),
          card: 'wide',
          render: (field) => field.text ?? <span className="quiet">{t('disclose.nothing_shown')}</span>,
        },
        ...(isAnyMasked ? [WHY] : []),
      ]}
    />
  );
}

/** The content of a draft as it was laid down: what the approver approves and nothing else. */
function contentOf(open: Disclosure): { name: string; label: string; text: string }[] {
  const content = open.content as { fields?: { name: string; label: string; text: string }[] } | null;
  return content?.fields ?? [];
}

/** 没有了结的公示稿：另一人批准，再公布；不要的作废。 */
function Open({ id, open }: { id: string; open: Disclosure }) {
  const session = useSession();
  const change = useCaseChange(id);
  const [refusal, setRefusal] = useState<Problem | null>(null);
  const path = { id: open.id };
  const approve = useMutation({
    mutationFn: () => taken(api.POST('/api/v1/disclosures/{id}/approve', { params: { path } })),
    onSuccess: () => change.done(t('disclose.approve_done')),
  });
  const cancel = useMutation({
    mutationFn: () => taken(api.POST('/api/v1/disclosures/{id}/cancel', { params: { path } })),
    onSuccess: () => change.done(t('disclose.cancel_done')),
  });
  const publish = useMutation({
    mutationFn: (confirm: string[]) => {
      const params = { path, header: change.header([open.id, confirm]) };
      return taken(api.POST('/api/v1/disclosures/{id}/publish', { params, body: { confirm } }));
    },
    onMutate: () => setRefusal(null),
    onSuccess: () => change.done(t('disclose.publish_done')),
    onError: (error) => setRefusal(change.refusal(error)),
  });
  const failure = approve.error ?? cancel.error ?? (refusal ? null : publish.error);
  const isMine = open.prepared_by === session.account;
  const isApproved = Boolean(open.approved_at);
  return (
    <>
      <p>
        <StatusTag tone={isApproved ? 'good' : 'warn'}>
          {isApproved ? t('disclose.approved') : t('disclose.awaits')}
        </StatusTag>{' '}
        <span className="quiet">
          {t(isMine && !isApproved ? 'disclose.drawn_at_you' : 'disclose.drawn_at', {
            at: instantWithZone(open.prepared_at),
          })}
          {isApproved && `，${t('disclose.approved_at', { at: instantWithZone(open.approved_at) })}`}
          {open.shown_until && `，${t('disclose.until_on', { on: date(open.shown_until) })}`}
        </span>
      </p>
      <dl className="disclosure-content" aria-label={t('disclose.draft')}>
        {contentOf(open).map((field) => (
          <div key={field.name}>
            <dt>{field.label}</dt>
            <dd>{field.text}</dd>
          </div>
        ))}
      </dl>
      {failure && <Failure error={failure} />}
      {refusal && (
        <Refusal
          problem={refusal}
          mayOverride={false}
          isBusy={publish.isPending}
          onAgain={({ confirm }) => publish.mutate(confirm ?? [])}
        />
      )}
      <div className="disclosure-act">
        {!isApproved && !isMine && may(session, 'disclosure.approve') && (
          <Button type="primary" loading={approve.isPending} onClick={() => approve.mutate()}>
            {t('disclose.approve')}
          </Button>
        )}
        {isApproved && !refusal && may(session, 'disclosure.publish') && (
          <Button
            type="primary"
            loading={publish.isPending}
            disabled={change.version === undefined}
            onClick={() => publish.mutate([])}
          >
            {t('disclose.publish')}
          </Button>
        )}
        {(may(session, 'disclosure.request') || may(session, 'disclosure.approve')) && (
          <Popconfirm title={t('disclose.cancel_ask')} onConfirm={() => cancel.mutate()}>
            <Button danger loading={cancel.isPending}>
              {t('disclose.cancel')}
            </Button>
          </Popconfirm>
        )}
      </div>
    </>
  );
}

function Failure({ error }: { error: Error }) {
  return <Alert role="alert" type="error" showIcon title={problemText(asProblem(error))} />;
}

function Records({ id, records }: { id: string; records: CasePublicRecord[] }) {
  const session = useSession();
  const change = useCaseChange(id);
  const [withdrawing, setWithdrawing] = useState<CasePublicRecord | null>(null);
  return (
    <Panel title={t('disclose.records')}>
      <SmallTable<CasePublicRecord>
        aria-label={t('disclose.records')}
        rowKey={(record) => record.id}
        dataSource={records}
        width={720}
        columns={[
          { key: 'version', title: t('disclose.version'), width: 60, render: (record) => record.version },
          {
            key: 'at',
            title: t('disclose.published_at'),
            width: 220,
            card: 'title',
            render: (record) => instantWithZone(record.published_at),
          },
          {
            key: 'until',
            title: t('disclose.shown_until'),
            width: 120,
            render: (record) => (record.shown_until ? date(record.shown_until) : t('disclose.no_end')),
          },
          { key: 'state', title: t('disclose.state'), card: 'wide', render: stateOf },
          {
            key: 'act',
            title: '',
            width: 190,
            card: 'wide',
            render: (record) =>
              !record.withdrawn_at && (
                <>
                  <a href={`/decisions/${record.id}`} target="_blank" rel="noreferrer">
                    <LinkOutlined aria-hidden /> {t('disclose.open_public')}
                  </a>{' '}
                  {may(session, 'disclosure.withdraw') && record.grounds.length > 0 && (
                    <Button size="small" danger onClick={() => setWithdrawing(record)}>
                      {t('disclose.withdraw')}
                    </Button>
                  )}
                </>
              ),
          },
        ]}
      />
      {withdrawing && (
        <WithdrawModal record={withdrawing} change={change} onClose={() => setWithdrawing(null)} />
      )}
    </Panel>
  );
}

function stateOf(record: CasePublicRecord) {
  if (record.erased_at) return t('disclose.state_erased', { at: instantWithZone(record.erased_at) });
  if (!record.withdrawn_at) return <StatusTag tone="good">{t('disclose.state_shown')}</StatusTag>;
  return t('disclose.state_withdrawn', {
    at: instantWithZone(record.withdrawn_at),
    ground: record.ground?.name ?? t('unit.none'),
  });
}
