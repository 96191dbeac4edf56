import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { type ReactNode, useMemo } from 'react';
import { t } from '@/messages/text';
import { useIsNarrow } from '@/shared/narrow';
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
  if (!query.data)
    return (
      <PageWaiting
        title={t('lawbook.procedures')}
        query={query}
        up={<Link to="/lawbook/procedures">{t('lawbook.procedures')}</Link>}
        nav={<LawbookNav />}
      />
    );
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
      <Picture>
        <StatePicture table={table} chosen={state?.code} onChoose={choose} />
      </Picture>
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

/** 手机放不下整幅图：先收起，各步在下面的表里都有。 */
function Picture({ children }: { children: ReactNode }) {
  const isNarrow = useIsNarrow();
  if (!isNarrow) {
    return (
      <Panel title={t('lawbook.picture')} aside={t('lawbook.picture_aside')}>
        {children}
      </Panel>
    );
  }
  return (
    <details className="panel law-fold">
      <summary>
        {t('lawbook.picture')}
        <span className="quiet">{t('lawbook.picture_wide')}</span>
      </summary>
      <div className="panel-body">{children}</div>
    </details>
  );
}

function Steps({ steps }: { steps: { step: ProcedureStep; n: number }[] }) {
  const rules = useQuery(allRulesQuery).data;
  const names = useMemo(() => new Map((rules ?? []).map((rule) => [rule.code, rule.name])), [rules]);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <section className="law-scroll" tabIndex={0} aria-label={t('lawbook.steps')}>
      <table className="law-table written-cards">
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
              <td className="num" data-label={t('lawbook.step_n')}>
                {n}
              </td>
              <th scope="row">{step.on.name}</th>
              <td data-label={t('lawbook.step_from')}>{step.from.map((it) => it.name).join('、')}</td>
              <td data-label={t('lawbook.step_to')}>{step.to?.name ?? t('lawbook.step_stays')}</td>
              <td data-label={t('lawbook.step_who')}>
                {step.who.map((it) => it.name).join('、') || t('unit.none')}
              </td>
              <td data-label={t('lawbook.step_needs')}>
                {[
                  ...(step.condition ? [t('lawbook.step_condition', { text: step.condition })] : []),
                  ...step.requires,
                ].join('；') || t('unit.none')}
              </td>
              <td data-label={t('lawbook.step_guards')}>
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
              <td data-label={t('lawbook.basis')}>{step.basis.join('、') || t('unit.none')}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
