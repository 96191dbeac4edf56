import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { t } from '@/messages/text';
import { count } from '@/shared/format';
import { Loaded } from '@/shared/loaded';
import { PageShell, Panel } from '@/shared/page-shell';
import { LawbookNav } from './lawbook-nav';
import { type ProcedureTable, proceduresQuery } from './queries';

/** 法典登记的程序。 */
export function ProceduresPage() {
  const query = useQuery(proceduresQuery);
  return (
    <PageShell title={t('lawbook.procedures')}>
      <LawbookNav />
      <Panel title={t('lawbook.procedures')} aside={t('lawbook.procedures_aside')}>
        <Loaded
          query={query}
          isEmpty={(data) => data.procedures.length === 0}
          empty={t('lawbook.procedures_none')}
        >
          {(data) => (
            <>
              <Kind title={t('lawbook.procedures_main')} list={data.procedures.filter((it) => it.is_main)} />
              <Kind title={t('lawbook.procedures_side')} list={data.procedures.filter((it) => !it.is_main)} />
            </>
          )}
        </Loaded>
      </Panel>
    </PageShell>
  );
}

function Kind({ title, list }: { title: string; list: ProcedureTable[] }) {
  if (list.length === 0) return null;
  return (
    <>
      <h3 className="law-kind">{title}</h3>
      <ul className="law-procedures">
        {list.map((it) => (
          <li key={it.procedure}>
            <Link to="/lawbook/procedures/$procedure" params={{ procedure: it.procedure }}>
              {it.name}
            </Link>
            <span className="quiet">
              {t('lawbook.procedure_size', {
                states: count(it.states.length),
                steps: count(it.transitions.length),
              })}
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}
