import { useQuery } from '@tanstack/react-query';
import { t, tOf } from '@/messages/text';
import { todayInShanghai } from '@/shared/format';
import { type Orgs, useOrgs } from '@/shared/orgs';
import { StatusTag } from '@/shared/status-tag';
import { factText, kindsFor, type RegisterName } from './kinds';
import { type DatedFacts, kindsQuery, type Term } from './queries';
import { termText } from './term';

/** 历次样子的表：一段一行，最近的在上。 */
export function Spans<Row extends { term: Term }>(props: {
  name: string;
  spans: Row[];
  columns: { title: string; render: (row: Row) => React.ReactNode }[];
}) {
  if (props.spans.length === 0) return <p className="quiet">{t('registry.no_spans')}</p>;
  const rows = [...props.spans].reverse();
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <section className="reg-scroll" tabIndex={0} aria-label={props.name}>
      <table className="reg-table written-cards">
        <thead>
          <tr>
            <th scope="col">{t('registry.when')}</th>
            {props.columns.map((column) => (
              <th scope="col" key={column.title}>
                {column.title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: spans have no identity but their order
            <tr key={at}>
              <th scope="row" className="num">
                {termText(row.term)}{' '}
                {isNow(row.term) && <StatusTag tone="info">{t('registry.now')}</StatusTag>}
              </th>
              {props.columns.map((column) => (
                <td key={column.title} data-label={column.title}>
                  {column.render(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function isNow({ from_on, to_on }: Term): boolean {
  const today = todayInShanghai(new Date());
  return from_on <= today && (!to_on || today < to_on);
}

/** 历次事实，用话写。 */
export function Facts({ register, facts }: { register: RegisterName; facts: DatedFacts[] }) {
  return (
    <Spans
      name={t('registry.facts')}
      spans={facts}
      columns={[
        {
          title: t('registry.facts'),
          render: (row) => <FactList register={register} facts={row.facts as Record<string, unknown>} />,
        },
      ]}
    />
  );
}

export function FactList(props: { register: RegisterName; facts: Record<string, unknown> }) {
  const kinds = useQuery(kindsQuery).data ?? [];
  const own = kindsFor(props.register, kinds);
  const orgs = useOrgs();
  const words = { yes: t('form.yes'), no: t('form.no') };
  const entries = Object.entries(props.facts);
  if (entries.length === 0) return <>{t('unit.none')}</>;
  return (
    <dl className="reg-facts">
      {entries.map(([field, value]) => {
        const told = factText(field, value, own, words);
        const text = typeof value === 'string' ? (named(field, value, orgs) ?? told.text) : told.text;
        return (
          <div key={field}>
            <dt>{told.name ?? tOf('registry_fact', field) ?? t('registry.undeclared', { field })}</dt>
            <dd>{text}</dd>
          </div>
        );
      })}
    </dl>
  );
}

/** 事实里写代码、标识的几项，名称在登记簿里。 */
function named(field: string, value: string, orgs: Orgs): string | null {
  if (field === 'region') return orgs.divisions.find((node) => node.code === value)?.name ?? null;
  if (field === 'department') {
    return orgs.bodies.find((node) => node.department?.code === value)?.department?.name ?? null;
  }
  if (field === 'status') return tOf('body_status', value);
  return orgs.ofId(value)?.name ?? null;
}
