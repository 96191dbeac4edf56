import type { Severity } from '@/api/types';
import { t } from '@/messages/text';
import type { Column } from '@/shared/data-table';
import type { Filter } from '@/shared/filter-bar';
import { FindingStatusTag, SeverityTag, StatusTag } from '@/shared/status-tag';
import { SEVERITIES } from './grouping';

interface Graded {
  severity: Severity;
  status: string;
  ended_at?: string | null | undefined;
}

/** 程度与状态两列：一案的与跨案的发现同一个样子。 */
export const gradeColumns = <Row extends Graded>(): Column<Row>[] => [
  {
    key: 'severity',
    title: t('desk.severity'),
    width: 96,
    render: (row) => <SeverityTag severity={row.severity} />,
  },
  {
    key: 'status',
    title: t('desk.status'),
    width: 96,
    render: (row) =>
      row.ended_at ? <StatusTag>{t('desk.is_ended')}</StatusTag> : <FindingStatusTag status={row.status} />,
  },
];

/** 按程度、状态、规则筛选。 */
export const gradeFilters = (
  statuses: readonly ('violated' | 'doubt' | 'near' | 'undetermined')[],
  rules: { code: string; name: string }[] | undefined,
): Filter<'severity' | 'status' | 'code'>[] => [
  {
    name: 'severity',
    label: t('desk.severity'),
    kind: 'choice',
    placeholder: t('desk.any'),
    options: SEVERITIES.map((it) => ({ value: it, label: t(`severity.${it}`) })),
  },
  {
    name: 'status',
    label: t('desk.status'),
    kind: 'choice',
    placeholder: t('desk.any'),
    options: statuses.map((it) => ({ value: it, label: t(`finding_status.${it}`) })),
  },
  {
    name: 'code',
    label: t('desk.rule'),
    kind: 'choice',
    placeholder: t('desk.any'),
    options: (rules ?? []).map((it) => ({ value: it.code, label: `${it.name} ${it.code}` })),
  },
];
