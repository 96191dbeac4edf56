import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { DatePicker, Descriptions, Select } from 'antd';
import dayjs from 'dayjs';
import type { components } from '@/api/schema';
import type { Label } from '@/api/types';
import { t } from '@/messages/text';
import { count } from '@/shared/format';
import { useOrgs } from '@/shared/orgs';
import { PageShell, Panel } from '@/shared/page-shell';
import { PageWaiting } from '@/shared/page-waiting';
import { SeverityTag, StatusTag } from '@/shared/status-tag';
import { LawbookNav } from './lawbook-nav';
import { type RuleDetail, type RuleParameter, ruleQuery } from './queries';
import type { RuleSearch } from './search';
import { settingsShown } from './settings';
import { TrialPanel } from './trial-panel';

type Example = components['schemas']['RuleExample'];

/** 一条规则：检查什么、依据、用话写的要求、参数在各地各部门各时的取值、示例。 */
export function RulePage() {
  const { code } = useParams({ from: '/signed-in/lawbook/rules/$code' });
  const query = useQuery(ruleQuery(code));
  const rule = query.data;
  if (!rule)
    return (
      <PageWaiting
        title={t('lawbook.rule')}
        query={query}
        up={<Link to="/lawbook">{t('lawbook.rules')}</Link>}
        nav={<LawbookNav />}
      />
    );
  return (
    <PageShell
      title={rule.name}
      up={<Link to="/lawbook">{t('lawbook.rules')}</Link>}
      aside={
        <>
          <span className="code">{rule.code}</span> <SeverityTag severity={rule.severity} />{' '}
          <StatusTag tone={rule.status === 'stable' ? 'good' : 'plain'}>
            {t(`rule_status.${rule.status}`)}
          </StatusTag>{' '}
          {rule.marks.map((mark) => (
            <StatusTag key={mark.code} tone="warn">
              {mark.name}
            </StatusTag>
          ))}
        </>
      }
      actions={
        <Link to="/findings" search={{ code: rule.code }}>
          {t('lawbook.to_findings')}
        </Link>
      }
    >
      <LawbookNav />
      {rule.status === 'trial' && <TrialPanel code={rule.code} />}
      <Overview rule={rule} />
      {rule.explanation.sections
        .filter((section) => !SHOWN_ELSEWHERE.has(section.title) && section.lines.length > 0)
        .map((section) => (
          <Panel key={section.title} title={section.title}>
            <ul className="law-lines">
              {section.lines.map((line) => (
                <li key={line}>{line}</li>
              ))}
            </ul>
          </Panel>
        ))}
      <Parameters rule={rule} />
      <Examples examples={rule.examples} />
    </PageShell>
  );
}

/** The explanation repeats these; they have panels of their own here. */
const SHOWN_ELSEWHERE = new Set(t('lawbook.sections_elsewhere').split(','));

const limited = (labels: Label[]) => labels.map((it) => it.name).join('、') || t('lawbook.unlimited');

function Overview({ rule }: { rule: RuleDetail }) {
  return (
    <Panel title={t('lawbook.overview')}>
      <p className="law-what">{rule.what}</p>
      <Descriptions
        size="small"
        column={{ xs: 1, md: 2 }}
        items={[
          { key: 'why', label: t('lawbook.why'), span: 'filled', children: rule.why ?? t('unit.none') },
          {
            key: 'articles',
            label: t('lawbook.articles'),
            span: 'filled',
            children: (
              <ul className="law-plain">
                {rule.articles.map((article) => (
                  <li key={article}>{article}</li>
                ))}
              </ul>
            ),
          },
          { key: 'area', label: t('lawbook.area'), children: rule.area.name },
          { key: 'by', label: t('lawbook.decided_by'), children: t(`decided_by.${rule.decided_by}`) },
          {
            key: 'term',
            label: t('lawbook.effective'),
            children: rule.expires_on
              ? t('lawbook.term', { from: rule.effective_on, to: rule.expires_on })
              : t('lawbook.term_open', { from: rule.effective_on }),
          },
          {
            key: 'forms',
            label: t('lawbook.forms'),
            children: rule.forms.map((form) => form.name).join('、'),
          },
          { key: 'departments', label: t('lawbook.departments'), children: limited(rule.departments) },
          { key: 'regions', label: t('lawbook.only_regions'), children: limited(rule.regions) },
          { key: 'procedures', label: t('lawbook.only_procedures'), children: limited(rule.procedures) },
          {
            key: 'triggers',
            label: t('lawbook.triggers'),
            children:
              [...new Set(rule.parts.flatMap((part) => part.triggers.map((it) => it.name)))].join('、') ||
              t('unit.none'),
          },
          {
            key: 'advice',
            label: t('lawbook.advice'),
            span: 'filled',
            children: rule.advice.map((it) => it.name).join('；') || t('unit.none'),
          },
        ]}
      />
    </Panel>
  );
}

function Parameters({ rule }: { rule: RuleDetail }) {
  const search = useSearch({ from: '/signed-in/lawbook/rules/$code' });
  const navigate = useNavigate({ from: '/lawbook/rules/$code' });
  const orgs = useOrgs();
  if (rule.parameters.length === 0) return null;
  const go = (next: { [K in keyof RuleSearch]: string | undefined }) => {
    const { department, region, on } = { ...search, ...next };
    const wanted: RuleSearch = {
      ...(department ? { department } : {}),
      ...(region ? { region } : {}),
      ...(on ? { on } : {}),
    };
    void navigate({ search: wanted, resetScroll: false, replace: true });
  };
  const departments = new Map(
    rule.parameters
      .flatMap((it) => it.settings.flatMap((setting) => setting.department ?? []))
      .map((it) => [it.code, it.name]),
  );
  return (
    <Panel title={t('lawbook.parameters')} aside={t('lawbook.parameters_aside')}>
      <div className="law-filter">
        <Select
          allowClear
          showSearch={{ optionFilterProp: 'label' }}
          aria-label={t('lawbook.department')}
          placeholder={t('lawbook.department')}
          value={search.department ?? null}
          options={[...departments].map(([value, label]) => ({ value, label }))}
          onChange={(department) => go({ department })}
        />
        <Select
          allowClear
          showSearch={{ optionFilterProp: 'label' }}
          aria-label={t('lawbook.region')}
          placeholder={t('lawbook.region')}
          value={search.region ?? null}
          options={orgs.divisions.map((it) => ({ value: it.code, label: it.name }))}
          onChange={(region) => go({ region })}
        />
        <DatePicker
          aria-label={t('lawbook.on')}
          placeholder={t('lawbook.on')}
          value={search.on ? dayjs(search.on) : null}
          onChange={(day) => go({ on: day ? day.format('YYYY-MM-DD') : undefined })}
        />
      </div>
      {rule.parameters.map((one) => (
        <Parameter key={one.parameter.code} one={one} search={search} />
      ))}
    </Panel>
  );
}

function Parameter({ one, search }: { one: RuleParameter; search: RuleSearch }) {
  const shown = settingsShown(one.settings, search);
  const hidden = one.settings.length - shown.length;
  return (
    <section className="law-parameter">
      <h3>
        {one.parameter.name} <span className="code">{one.parameter.code}</span>
      </h3>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <section className="law-scroll" tabIndex={0} aria-label={one.parameter.name}>
        <table className="law-table">
          <thead>
            <tr>
              <th scope="col">{t('lawbook.value')}</th>
              <th scope="col">{t('lawbook.department')}</th>
              <th scope="col">{t('lawbook.region')}</th>
              <th scope="col">{t('lawbook.from')}</th>
              <th scope="col">{t('lawbook.to')}</th>
              <th scope="col">{t('lawbook.basis')}</th>
            </tr>
          </thead>
          <tbody>
            {shown.map((setting) => (
              <tr key={`${setting.scope_text} ${setting.value}`}>
                <th scope="row">
                  {setting.value_text} {/* A value that is itself unknown says so once. */}
                  {setting.marks
                    .filter((mark) => mark !== setting.value_text)
                    .map((mark) => (
                      <StatusTag key={mark} tone="warn">
                        {mark}
                      </StatusTag>
                    ))}
                </th>
                <td>{setting.department?.name ?? t('lawbook.general')}</td>
                <td>{setting.region?.name ?? t('lawbook.unlimited')}</td>
                <td className="num">{setting.effective_on}</td>
                <td className="num">{setting.expires_on ?? t('unit.none')}</td>
                <td>{setting.citations.join('、')}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {hidden > 0 && <p className="quiet">{t('lawbook.hidden', { n: count(hidden) })}</p>}
    </section>
  );
}

const EXPECT_TONES: Record<string, 'good' | 'bad' | 'warn' | 'plain'> = {
  pass: 'good',
  violation: 'bad',
  undetermined: 'warn',
};

/** 示例：经过与期望的结果；每次构建都照此核对过。 */
function Examples({ examples }: { examples: Example[] }) {
  if (examples.length === 0) return null;
  return (
    <Panel title={t('lawbook.examples')} aside={t('lawbook.examples_aside', { n: count(examples.length) })}>
      <div className="law-examples">
        {examples.map((example) => (
          <article key={example.name} className="law-example">
            <h3>
              {example.name}　
              <StatusTag tone={EXPECT_TONES[example.expect] ?? 'plain'}>{example.expect_text}</StatusTag>
            </h3>
            <ol>
              {example.events.map((event) => (
                <li key={event}>{event}</li>
              ))}
            </ol>
          </article>
        ))}
      </div>
    </Panel>
  );
}
