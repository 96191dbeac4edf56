import { UploadOutlined } from '@ant-design/icons';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { Alert, Button, Form, Input, Select, Upload, type UploadFile } from 'antd';
import { useMemo } from 'react';
import { asProblem } from '@/api/problem';
import { t } from '@/messages/text';
import { type Column, DataTable } from '@/shared/data-table';
import { problemText } from '@/shared/form-faults';
import { count, instant } from '@/shared/format';
import { may } from '@/shared/may';
import { type Orgs, orgName, useOrgs } from '@/shared/orgs';
import { PageShell, Panel } from '@/shared/page-shell';
import { useSession } from '@/shared/use-session';
import { BatchTag } from './batch-tag';
import './intake.css';
import { adaptersQuery, handIn, type Import, importsQuery } from './queries';
import type { ImportsSearch } from './search';

/** 汇入：交一份名单，先试；各批的列表。 */
export function ImportsPage() {
  const search = useSearch({ from: '/signed-in/intake' });
  const navigate = useNavigate({ from: '/intake' });
  const session = useSession();
  const query = useQuery(importsQuery(search));
  const orgs = useOrgs();
  const columns = useMemo(() => importColumns(orgs), [orgs]);
  return (
    <PageShell title={t('intake.title')}>
      {may(session, 'import.dry_run') && <HandIn />}
      <DataTable
        name={t('intake.batches')}
        columns={columns}
        rowKey={(row) => row.id}
        rows={query.data?.imports}
        meta={query.data?.meta}
        isFetching={query.isFetching}
        error={query.error}
        onRetry={() => void query.refetch()}
        search={search}
        onSearch={(next) => void navigate({ search: next as ImportsSearch })}
        emptyTitle={t('intake.empty')}
        emptyHint={<span className="quiet">{t('intake.empty_hint')}</span>}
      />
    </PageShell>
  );
}

interface HandInForm {
  files?: UploadFile[];
  org: string;
  source: string;
  body?: string;
  adapter?: string;
}

function HandIn() {
  const session = useSession();
  const orgs = useOrgs();
  const client = useQueryClient();
  const navigate = useNavigate();
  const adapters = useQuery(adaptersQuery).data;
  const [form] = Form.useForm<HandInForm>();
  const mine = [...new Set([...session.grants, ...session.delegated].map((grant) => grant.org))];
  const handing = useMutation({
    mutationFn: (values: HandInForm) => {
      const file = values.files?.[0]?.originFileObj as File;
      return handIn({
        file,
        org: values.org,
        source: values.source.trim(),
        body: values.body,
        adapter: values.adapter,
      });
    },
    onSuccess: async (batch) => {
      await client.invalidateQueries({ queryKey: ['imports'] });
      await navigate({ to: '/intake/$id', params: { id: batch.id } });
    },
  });
  const required = (what: string) => [{ required: true, message: t('form.required', { what }) }];
  return (
    <Panel title={t('intake.hand_in')} aside={t('intake.hand_in_aside')}>
      {handing.error && (
        <Alert role="alert" type="error" showIcon title={problemText(asProblem(handing.error))} />
      )}
      <Form<HandInForm>
        form={form}
        name="hand-in"
        layout="vertical"
        className="intake-form"
        initialValues={{ org: mine[0] ?? '/' }}
        onFinish={(values) => handing.mutate(values)}
      >
        <Form.Item
          name="files"
          label={t('intake.file')}
          valuePropName="fileList"
          getValueFromEvent={(event: { fileList: UploadFile[] }) => event.fileList.slice(-1)}
          rules={required(t('intake.file'))}
          extra={t('intake.file_hint')}
        >
          <Upload beforeUpload={() => false} accept=".jsonl,.json,.csv,.xlsx,.xls,.txt" maxCount={1}>
            <Button icon={<UploadOutlined aria-hidden />}>{t('intake.choose')}</Button>
          </Upload>
        </Form.Item>
        <Form.Item
          name="source"
          label={t('intake.source')}
          rules={required(t('intake.source'))}
          extra={t('intake.source_hint')}
        >
          <Input maxLength={100} />
        </Form.Item>
        <Form.Item name="org" label={t('intake.org')} rules={required(t('intake.org'))}>
          <Select
            options={mine.map((org) => ({
              value: org,
              label: orgName(orgs, org),
            }))}
          />
        </Form.Item>
        <Form.Item name="adapter" label={t('intake.adapter')} extra={t('intake.adapter_hint')}>
          <Select
            allowClear
            placeholder={t('intake.adapter_any')}
            options={(adapters ?? []).map((it) => ({ value: it.code, label: it.name }))}
          />
        </Form.Item>
        <Form.Item name="body" label={t('intake.body')} extra={t('intake.body_hint')}>
          <Select
            allowClear
            showSearch={{ optionFilterProp: 'label' }}
            options={orgs.bodies.map((node) => ({ value: node.id, label: node.name }))}
          />
        </Form.Item>
        <Form.Item label={<span className="intake-gap" />} colon={false}>
          <Button type="primary" htmlType="submit" loading={handing.isPending}>
            {t('intake.try')}
          </Button>
        </Form.Item>
      </Form>
    </Panel>
  );
}

const importColumns = (orgs: Orgs): Column<Import>[] => [
  {
    key: 'file',
    title: t('intake.file'),
    width: 190,
    isFixed: true,
    render: (row) => (
      <Link to="/intake/$id" params={{ id: row.id }}>
        {row.file_name}
      </Link>
    ),
  },
  { key: 'state', title: t('intake.state'), width: 130, render: (row) => <BatchTag batch={row} /> },
  { key: 'source', title: t('intake.source'), width: 140, card: 'wide', render: (row) => row.source },
  {
    key: 'org',
    title: t('intake.org'),
    width: 150,
    card: 'wide',
    render: (row) => orgName(orgs, row.org),
  },
  ...(['rows', 'created', 'changed', 'same', 'waiting', 'refused'] as const).map(
    (name): Column<Import> => ({
      key: name,
      title: t(`intake_count.${name}`),
      width: name === 'waiting' ? 96 : 70,
      align: 'right',
      render: (row) => <span className="num">{count(row.counts[name])}</span>,
    }),
  ),
  {
    key: 'started',
    title: t('intake.started_at'),
    width: 140,
    card: 'wide',
    isInstant: true,
    render: (row) => <span className="num">{instant(row.started_at)}</span>,
  },
  {
    key: 'finished',
    title: t('intake.finished_at'),
    width: 140,
    card: 'wide',
    isInstant: true,
    isExtra: true,
    render: (row) => <span className="num">{instant(row.finished_at)}</span>,
  },
];
