import { DownloadOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Button, Form, InputNumber } from 'antd';
import { t } from '@/messages/text';
import { type Column, DataTable } from '@/shared/data-table';
import { download } from '@/shared/download';
import { count, instantWithZone } from '@/shared/format';
import { Loaded } from '@/shared/loaded';
import { originText, suiteText } from '@/shared/log-words';
import { PageShell, Panel } from '@/shared/page-shell';
import './log.css';
import {
  type Checkpoint,
  checkpointQuery,
  checkpointsQuery,
  type KeyHandover,
  leafQuery,
  logKeyQuery,
} from './queries';
import type { LogSearch } from './search';

/** 防篡改日志：最新的检查点，查一叶与它的包含证明，历次检查点，怎样离线核对。 */
export function LogPage() {
  const search = useSearch({ from: '/signed-in/log' });
  const navigate = useNavigate({ from: '/log' });
  const go = (next: LogSearch) => void navigate({ search: next, resetScroll: false });
  return (
    <PageShell title={t('log.title')} aside={<span className="quiet">{t('log.aside')}</span>}>
      <div className="log-two">
        <Latest />
        <HowTo />
      </div>
      <Key />
      <Lookup search={search} go={go} />
      <Checkpoints search={search} go={go} />
    </PageShell>
  );
}

const json = (value: unknown, name: string) =>
  download(new Blob([`${JSON.stringify(value, null, 2)}\n`], { type: 'application/json' }), name);

function Latest() {
  const query = useQuery(checkpointQuery);
  return (
    <Panel
      title={t('log.latest')}
      actions={
        query.data && (
          <Button
            size="small"
            icon={<DownloadOutlined aria-hidden />}
            onClick={() =>
              query.data &&
              download(new Blob([query.data.note]), t('log.note_name', { size: query.data.size }))
            }
          >
            {t('log.note')}
          </Button>
        )
      }
    >
      <Loaded query={query}>
        {(checkpoint) => (
          <dl className="log-facts">
            <dt>{t('log.origin')}</dt>
            <dd>{originText(checkpoint.origin)}</dd>
            <dt>{t('log.size')}</dt>
            <dd className="num">{t('log.leaves', { n: count(checkpoint.size) })}</dd>
            <dt>{t('log.root')}</dt>
            <dd className="log-hash">{checkpoint.root}</dd>
            <dt>{t('log.at')}</dt>
            <dd className="num">{instantWithZone(checkpoint.at)}</dd>
            <dt>{t('log.suite')}</dt>
            <dd>{suiteText(checkpoint.suite)}</dd>
          </dl>
        )}
      </Loaded>
    </Panel>
  );
}

/** 公钥与指纹、换钥的经过；信谁由看的人定：以公布的指纹为准。 */
function Key() {
  const query = useQuery(logKeyQuery);
  return (
    <Panel
      title={t('log.key')}
      aside={t('log.key_aside')}
      actions={
        query.data && (
          <Button
            size="small"
            icon={<DownloadOutlined aria-hidden />}
            onClick={() => query.data && download(new Blob([query.data.public_key]), KEY_FILE)}
          >
            {t('log.key_download')}
          </Button>
        )
      }
    >
      <Loaded query={query}>
        {(key) => (
          <>
            <dl className="log-facts">
              <dt>{t('log.fingerprint')}</dt>
              <dd className="log-hash">{key.fingerprint}</dd>
              <dt>{t('log.suite')}</dt>
              <dd>{suiteText(key.suite)}</dd>
              <dt>{t('log.key_trust')}</dt>
              <dd>{t('log.key_hint')}</dd>
              <dt>{t('log.handovers')}</dt>
              <dd>
                {key.handovers.length === 0 ? (
                  t('log.handovers_none')
                ) : (
                  <ol className="log-path">
                    {key.handovers.map((one) => (
                      <Handover key={one.number} one={one} />
                    ))}
                  </ol>
                )}
              </dd>
            </dl>
          </>
        )}
      </Loaded>
    </Panel>
  );
}

function Handover({ one }: { one: KeyHandover }) {
  const name = t('log.handover_name', { n: one.number });
  return (
    <li>
      <div>{t('log.handover', { at: instantWithZone(one.at), n: count(one.size) })}</div>
      <div className="log-hash">{t('log.handover_keys', { from: one.from, to: one.to })}</div>
      <Button type="link" size="small" onClick={() => download(new Blob([one.note]), name)}>
        {t('log.handover_note')}
      </Button>
    </li>
  );
}

/** 给命令看的原样，不翻译。 */
const KEY_FILE = 'log-key.pub.pem';

const COMMANDS = [
  ['log.how_bundle', 'log.command_bundle'],
  ['log.how_export', 'log.command_export'],
  ['log.how_log', 'log.command_log'],
] as const;

function HowTo() {
  return (
    <Panel title={t('log.how')}>
      <p>{t('log.how_lead')}</p>
      <ol className="log-how">
        {COMMANDS.map(([key, command]) => (
          <li key={key}>
            {t(key)}
            <pre>{t(command)}</pre>
          </li>
        ))}
      </ol>
      <p className="quiet">{t('log.how_end')}</p>
    </Panel>
  );
}

interface Inner {
  search: LogSearch;
  go: (search: LogSearch) => void;
}

function Lookup({ search, go }: Inner) {
  const { index } = search;
  return (
    <Panel title={t('log.lookup')} aside={t('log.lookup_aside')}>
      <Form<{ index: number | null }>
        name="lookup"
        layout="inline"
        initialValues={{ index: index ?? null }}
        key={index ?? ''}
        onFinish={(values) => {
          const { index: _index, ...rest } = search;
          go(typeof values.index === 'number' ? { ...rest, index: values.index } : rest);
        }}
      >
        <Form.Item name="index" label={t('log.index')}>
          <InputNumber min={0} precision={0} style={{ width: 160 }} />
        </Form.Item>
        <Button type="primary" htmlType="submit">
          {t('log.find')}
        </Button>
      </Form>
      {index !== undefined && <Leaf index={index} />}
    </Panel>
  );
}

function Leaf({ index }: { index: number }) {
  const query = useQuery(leafQuery(index));
  return (
    <Loaded query={query}>
      {(found) => (
        <>
          <dl className="log-facts">
            <dt>{t('log.entry')}</dt>
            <dd>
              <pre className="log-entry">{pretty(found.log_entry.entry)}</pre>
            </dd>
            <dt>{t('log.integrated_at')}</dt>
            <dd className="num">{instantWithZone(found.log_entry.integrated_at)}</dd>
            <dt>{t('log.leaf')}</dt>
            <dd className="log-hash">{found.log_entry.leaf}</dd>
            <dt>{t('log.path')}</dt>
            <dd>
              <ol className="log-path" start={0}>
                {found.proof.hashes.map((hash) => (
                  <li key={hash} className="log-hash">
                    {hash}
                  </li>
                ))}
              </ol>
            </dd>
            <dt>{t('log.against')}</dt>
            <dd className="log-against">
              {t('log.against_what', {
                n: count(found.proof.checkpoint.size),
                root: found.proof.checkpoint.root,
              })}
            </dd>
          </dl>
          <Button
            icon={<DownloadOutlined aria-hidden />}
            onClick={() => json(found, t('log.proof_name', { index }))}
          >
            {t('log.proof')}
          </Button>
        </>
      )}
    </Loaded>
  );
}

/** The entry is hashed as it stands; for reading it is set out in lines. */
function pretty(entry: string): string {
  try {
    return JSON.stringify(JSON.parse(entry), null, 2);
  } catch {
    return entry;
  }
}

function Checkpoints({ search, go }: Inner) {
  const query = useQuery(checkpointsQuery(search));
  return (
    <DataTable
      name={t('log.checkpoints')}
      columns={columns}
      rowKey={(row) => String(row.size)}
      rows={query.data?.checkpoints}
      meta={query.data?.meta}
      isFetching={query.isFetching}
      error={query.error}
      onRetry={() => void query.refetch()}
      search={search}
      onSearch={(next) => go({ ...next, ...(search.index === undefined ? {} : { index: search.index }) })}
    />
  );
}

const columns: Column<Checkpoint>[] = [
  {
    key: 'size',
    title: t('log.size'),
    width: 110,
    align: 'right',
    isFixed: true,
    card: 'wide',
    render: (row) => <span className="num">{count(row.size)}</span>,
  },
  {
    key: 'at',
    title: t('log.at'),
    width: 230,
    card: 'wide',
    render: (row) => <span className="num">{instantWithZone(row.at)}</span>,
  },
  {
    key: 'root',
    title: t('log.root'),
    width: 560,
    card: 'wide',
    render: (row) => <span className="log-hash">{row.root}</span>,
  },
  { key: 'suite', title: t('log.suite'), width: 130, isExtra: true, render: (row) => suiteText(row.suite) },
];
