import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import { t } from '@/messages/text';
import { PageShell, Panel } from '@/shared/page-shell';
import { PageMissing } from '@/shared/page-states';
import { PageWaiting } from '@/shared/page-waiting';
import { LawbookNav } from './lawbook-nav';
import { allRulesQuery, type ProcedureStep, type ProcedureTable, proceduresQuery } from './queries';
import { StatePicture } from './state-picture';

/** 一个程序：状态图与各步；选一个状态，只看它的出入。 */
export function ProcedurePage() {
  const { procedure } = useParams({ from: '/signed-in/lawbook/procedures/$procedure' });
  const query = useQuery(proceduresQuery);
  if (!query.data) return <PageWaiting title={t('lawbook.procedures')} query={query} />;
  const table = query.data.procedures.find((it) => it.procedure === procedure);
  if (table) return <Procedure table={table} />;
  return (
    <PageShell title={t('lawbook.procedures')}>
      <PageMissing />
    </PageShell>
  );
}

function Procedure({ table }: { table: ProcedureTable }) {
  const search = useSearch({ from: '/signed-in/lawbook/procedures/$procedure' });
  const navigate = useNavigate({ from: '/lawbook/procedures/$procedure' });
  const state = table.states.find((it) => it.code === search.state);
  const choose = (code: string) =>
    void navigate({
      search: code === search.state ? {} : { state: code },
      resetScroll: false,
      replace: true,
    });
  const steps = table.transitions
    .map((step, at) => ({ step, n: at + 1 }))
    .filter(
      ({ step }) => !state || step.from.some((it) => it.code === state.code) || step.to?.code === state.code,
    );
  return (
    <PageShell
      title={table.name}
      up={<Link to="/lawbook/procedures">{t('lawbook.procedures')}</Link>}
      aside={<span className="code">{table.procedure}</span>}
    >
      <LawbookNav />
      <Panel title={t('lawbook.picture')} aside={t('lawbook.picture_aside')}>
        <StatePicture table={table} chosen={state?.code} onChoose={choose} />
      </Panel>
      <Panel
        title={state ? t('lawbook.steps_of', { state: state.name }) : t('lawbook.steps')}
        actions={
          state && (
            <Link from="/lawbook/procedures/$procedure" search={{}} resetScroll={false}>
              {t('lawbook.steps_all')}
            </Link>
          )
        }
      >
        <Steps steps={steps} />
      </Panel>
    </PageShell>
  );
}

function Steps({ steps }: { steps: { step: ProcedureStep; n: number }[] }) {
  const rules = useQuery(allRulesQuery).data;
  const names = useMemo(() => new Map((rules ?? []).map((rule) => [rule.code, rule.name])), [rules]);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <section className="law-scroll" tabIndex={0} aria-label={t('lawbook.steps')}>
      <table className="law-table">
        <thead>
          <tr>
            <th scope="col">{t('lawbook.step_n')}</th>
            <th scope="col">{t('lawbook.step_on')}</th>
            <th scope="col">{t('lawbook.step_from')}</th>
            <th scope="col">{t('lawbook.step_to')}</th>
            <th scope="col">{t('lawbook.step_who')}</th>
            <th scope="col">{t('lawbook.step_needs')}</th>
            <th scope="col">{t('lawbook.step_guards')}</th>
            <th scope="col">{t('lawbook.basis')}</th>
          </tr>
        </thead>
        <tbody>
          {steps.map(({ step, n }) => (
            <tr key={n}>
              <td className="num">{n}</td>
              <th scope="row">{step.on.name}</th>
              <td>{step.from.map((it) => it.name).join('、')}</td>
              <td>{step.to?.name ?? t('lawbook.step_stays')}</td>
              <td>{step.who.map((it) => it.name).join('、') || t('unit.none')}</td>
              <td>
                {[
                  ...(step.condition ? [t('lawbook.step_condition', { text: step.condition })] : []),
                  ...step.requires,
                ].join('；') || t('unit.none')}
              </td>
              <td>
                {step.guards.length === 0
                  ? t('unit.none')
                  : step.guards.map((code, at) => (
                      <span key={code}>
                        {at > 0 && '、'}
                        <Link to="/lawbook/rules/$code" params={{ code }}>
                          {names.get(code) ?? code}
                        </Link>
                      </span>
                    ))}
              </td>
              <td>{step.basis.join('、')}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
