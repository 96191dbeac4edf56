import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import { t } from '@/messages/text';
import { type Column, DataTable } from '@/shared/data-table';
import { type Filter, FilterBar } from '@/shared/filter-bar';
import { useOrgs } from '@/shared/orgs';
import { PageShell } from '@/shared/page-shell';
import type { ListSearch } from '@/shared/search/list-search';
import { SeverityTag, StatusTag } from '@/shared/status-tag';
import { LawbookNav } from './lawbook-nav';
import { allRulesQuery, type RuleSummary, rulesQuery } from './queries';
import type { RuleFilterName, RulesSearch } from './search';

const SEVERITIES = ['grave', 'breach', 'warning', 'notice'] as const;
const STATUSES = ['stable', 'trial', 'deprecated', 'removed'] as const;

/** 法典的规则列表。 */
export function RulesPage() {
  const search = useSearch({ from: '/signed-in/lawbook' });
  const navigate = useNavigate({ from: '/lawbook' });
  const query = useQuery(rulesQuery(search));
  const filters = useFilters();
  const onSearch = (next: ListSearch) => void navigate({ search: next as RulesSearch });
  return (
    <PageShell title={t('lawbook.title')} aside={<span className="quiet">{t('lawbook.aside')}</span>}>
      <LawbookNav />
      <FilterBar<RuleFilterName> table="rules" filters={filters} search={search} onSearch={onSearch} />
      <DataTable
        name={t('lawbook.rules')}
        columns={columns}
        rowKey={(row) => row.code}
        rows={query.data?.rules}
        meta={query.data?.meta}
        isFetching={query.isFetching}
        error={query.error}
        onRetry={() => void query.refetch()}
        search={search}
        onSearch={onSearch}
        emptyHint={<span className="quiet">{t('lawbook.empty_hint')}</span>}
      />
    </PageShell>
  );
}

/** 可选的值取自规则自己：有的才列。 */
function useFilters(): Filter<RuleFilterName>[] {
  const rules = useQuery(allRulesQuery).data;
  const orgs = useOrgs();
  return useMemo(() => {
    const areas = new Map((rules ?? []).map((rule) => [rule.area.code, rule.area.name]));
    const marks = new Map((rules ?? []).flatMap((rule) => rule.marks).map((it) => [it.code, it.name]));
    const departments = new Map(
      [
        ...(rules ?? []).flatMap((rule) => rule.departments),
        ...orgs.bodies.flatMap((body) => body.department ?? []),
      ].map((it) => [it.code, it.name]),
    );
    const filters: Filter<RuleFilterName>[] = [
      { name: 'q', label: t('lawbook.q'), kind: 'text', placeholder: t('lawbook.q_hint') },
      {
        name: 'area',
        label: t('lawbook.area'),
        kind: 'choice',
        placeholder: t('lawbook.any'),
        options: [...areas].map(([value, label]) => ({ value, label })),
      },
      {
        name: 'severity',
        label: t('lawbook.severity'),
        kind: 'choice',
        placeholder: t('lawbook.any'),
        options: SEVERITIES.map((it) => ({ value: it, label: t(`severity.${it}`) })),
      },
      {
        name: 'status',
        label: t('lawbook.status'),
        kind: 'choice',
        placeholder: t('lawbook.any'),
        options: STATUSES.map((it) => ({ value: it, label: t(`rule_status.${it}`) })),
      },
      {
        name: 'mark',
        label: t('lawbook.mark'),
        kind: 'choice',
        placeholder: t('lawbook.any'),
        options: [...marks].map(([value, label]) => ({ value, label })),
      },
      {
        name: 'department',
        label: t('lawbook.department'),
        kind: 'choice',
        placeholder: t('lawbook.any'),
        options: [...departments].map(([value, label]) => ({ value, label })),
      },
      {
        name: 'region',
        label: t('lawbook.region'),
        kind: 'choice',
        placeholder: t('lawbook.any'),
        options: orgs.divisions.map((it) => ({ value: it.code, label: it.name })),
      },
    ];
    return filters;
  }, [rules, orgs]);
}

const names = (labels: { name: string }[]) => labels.map((it) => it.name).join('、');

const columns: Column<RuleSummary>[] = [
  {
    key: 'name',
    title: t('lawbook.rule'),
    width: 214,
    isFixed: true,
    render: (row) => (
      <>
        <Link to="/lawbook/rules/$code" params={{ code: row.code }}>
          {row.name}
        </Link>{' '}
        <span className="code">{row.code}</span>
      </>
    ),
  },
  {
    key: 'severity',
    title: t('lawbook.severity'),
    width: 90,
    render: (row) => <SeverityTag severity={row.severity} />,
  },
  {
    key: 'area',
    title: t('lawbook.area'),
    width: 88,
    render: (row) => row.area.name,
  },
  { key: 'what', title: t('lawbook.what'), width: 300, card: 'wide', render: (row) => row.what },
  {
    key: 'citations',
    title: t('lawbook.citations'),
    width: 170,
    card: 'wide',
    render: (row) => row.citations.join('、'),
  },
  {
    key: 'decided_by',
    title: t('lawbook.decided_by'),
    width: 116,
    render: (row) => t(`decided_by.${row.decided_by}`),
  },
  {
    key: 'marks',
    title: t('lawbook.mark'),
    width: 70,
    render: (row) =>
      row.marks.length === 0
        ? t('unit.none')
        : row.marks.map((mark) => (
            <StatusTag key={mark.code} tone="warn">
              {mark.name}
            </StatusTag>
          )),
  },
  {
    key: 'status',
    title: t('lawbook.status'),
    width: 70,
    render: (row) => (
      <StatusTag tone={row.status === 'stable' ? 'good' : 'plain'}>
        {t(`rule_status.${row.status}`)}
      </StatusTag>
    ),
  },
  {
    key: 'effective',
    title: t('lawbook.effective'),
    width: 104,
    render: (row) => <span className="num">{row.effective_on}</span>,
  },
  {
    key: 'forms',
    title: t('lawbook.forms'),
    width: 150,
    isExtra: true,
    render: (row) => names(row.forms),
  },
  {
    key: 'departments',
    title: t('lawbook.departments'),
    width: 140,
    isExtra: true,
    render: (row) => names(row.departments) || t('lawbook.unlimited'),
  },
  {
    key: 'procedures',
    title: t('lawbook.only_procedures'),
    width: 160,
    isExtra: true,
    render: (row) => names(row.procedures) || t('lawbook.unlimited'),
  },
];
