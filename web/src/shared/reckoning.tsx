import { Link } from '@tanstack/react-router';
import { Alert } from 'antd';
import type { ReactNode } from 'react';
import type { components } from '@/api/schema';
import { t } from '@/messages/text';
import { count } from './format';
import { Panel } from './page-shell';
import './reckoning.css';
import { StatusTag, type Tone } from './status-tag';

type Schemas = components['schemas'];
export type Reckoning = Schemas['Reckoning'];
type Circumstance = Schemas['Circumstance'];
type FineRange = Schemas['FineRange'];
type FactRead = Schemas['FactRead'];
type State = Circumstance['state'];

const TONES: Record<State, Tone> = { met: 'good', not_met: 'plain', unknown: 'warn' };

function StateTag({ state }: { state: State }) {
  return <StatusTag tone={TONES[state]}>{t(`discretion_state.${state}`)}</StatusTag>;
}

/** 一次裁量计算：先说不是决定，再说区间，再逐项说符合与否、看的什么事实、依据哪一条。 */
export function ReckoningView({ told }: { told: Reckoning }) {
  const of = (state: State) => told.factors.filter((it) => it.state === state);
  const [met, unknown, not] = [of('met'), of('unknown'), of('not_met')];
  return (
    <div className="reckoning">
      <Alert type="info" showIcon title={t('discretion.not_a_decision')} />
      <Panel
        title={t('discretion.conclusion')}
        aside={t('discretion.head', { on: told.law_on, lawbook: told.lawbook })}
      >
        {told.verdict !== 'penalize' && (
          <Alert type="warning" showIcon title={t(`discretion_verdict.${told.verdict}`)} />
        )}
        <Lines lines={told.conclusion.length > 0 ? told.conclusion : [t('discretion.no_range')]} isStrong />
        <p className="quiet">
          {t('discretion.basis')} {told.citations.join('；')}（{told.force_text}）
          {[...told.regions, ...told.marks, told.note ?? ''].filter(Boolean).map((text) => ` ${text}`)}
        </p>
      </Panel>
      {told.missing.length > 0 && (
        <Panel title={t('discretion.missing')} aside={t('discretion.missing_hint')}>
          <Lines lines={told.missing.map((it) => it.text)} />
        </Panel>
      )}
      <Panel title={t('discretion.ranges')}>
        {told.ranges.map((range) => (
          <Range key={range.range} range={range} />
        ))}
      </Panel>
      {told.tiers.length > 0 && (
        <Panel title={t('discretion.tiers')}>
          {told.tiers.map((tier) => (
            <One key={tier.name} one={tier} isOpen={tier.is_candidate} amounts={amountsOf(told, tier.name)} />
          ))}
        </Panel>
      )}
      <Panel title={t('discretion.factors')}>
        <Group title={t('discretion.factors_met')} all={met} isOpen />
        <Group title={t('discretion.factors_unknown')} all={unknown} isOpen={false} />
        {not.length > 0 && (
          <details className="reckoning-more">
            <summary>{t('discretion.factors_not_met', { n: count(not.length) })}</summary>
            {not.map((one) => (
              <One key={one.name} one={one} isOpen={false} />
            ))}
          </details>
        )}
      </Panel>
      {told.needs.length > 0 && (
        <Panel title={t('discretion.needs')}>
          {told.needs.map((one) => (
            <One key={one.name} one={one} isOpen={one.state !== 'met'} />
          ))}
        </Panel>
      )}
    </div>
  );
}

/** 没有算的时候也说一遍；算了的在最上面。 */
export function NotADecision() {
  return <p className="quiet">{t('discretion.not_a_decision')}</p>;
}

/** 去试算页，事项已经选好。 */
export function TryElsewhere({ item }: { item: string }) {
  return (
    <Link to="/lawbook/discretion" search={{ item }}>
      {t('discretion.try_elsewhere')}
    </Link>
  );
}

/** 一档在各种罚款里的数额。 */
function amountsOf(told: Reckoning, tier: string): string[] {
  return told.ranges
    .filter((range) => range.state === 'met')
    .flatMap((range) => range.tiers)
    .filter((it) => it.name === tier)
    .flatMap((it) => it.amount?.text ?? []);
}

function Lines({ lines, isStrong = false }: { lines: string[]; isStrong?: boolean }) {
  return (
    <ul className={isStrong ? 'reckoning-lines is-strong' : 'reckoning-lines'}>
      {lines.map((line) => (
        <li key={line}>{line}</li>
      ))}
    </ul>
  );
}

function Group({ title, all, isOpen }: { title: string; all: Circumstance[]; isOpen: boolean }) {
  if (all.length === 0) return null;
  return (
    <section aria-label={title}>
      <h3>{title}</h3>
      {all.map((one) => (
        <One key={one.name} one={one} isOpen={isOpen} />
      ))}
    </section>
  );
}

function Range({ range }: { range: FineRange }) {
  const kind = range.is_optional ? t('discretion.optional', { kind: range.kind }) : range.kind;
  return (
    <div className="reckoning-one">
      <p>
        <b>{kind}</b> {range.written}
        {range.name && ` ${t('discretion.when', { name: range.name })}`} <StateTag state={range.state} />
        {range.state === 'met' && range.statutory && (
          <strong className="num"> {t('discretion.in_this_case', { text: range.statutory.text })}</strong>
        )}
      </p>
      <Reads reads={[...range.reads, ...range.measures]} />
    </div>
  );
}

/** 一档、一个情节、一道程序；打开看每一种情形。 */
function One(props: { one: Circumstance; isOpen: boolean; amounts?: string[] }) {
  const { one, amounts = [] } = props;
  const head: ReactNode = (
    <>
      <span className="reckoning-name">{one.name}</span>
      <StateTag state={one.state} />
      {one.is_candidate && <StatusTag tone="info">{t('discretion.candidate')}</StatusTag>}
      {one.effect && <span>{one.effect}</span>}
      {amounts.length > 0 && <strong className="num">{amounts.join('；')}</strong>}
      {one.marks.map((mark) => (
        <StatusTag key={mark} tone="warn">
          {mark}
        </StatusTag>
      ))}
    </>
  );
  if (one.tests.length === 0) return <div className="reckoning-one reckoning-head">{head}</div>;
  return (
    <details className="reckoning-one" open={props.isOpen}>
      <summary className="reckoning-head">{head}</summary>
      <p className="quiet">
        {one.how_text}
        {one.citations.length > 0 && `　${one.citations.join('、')}`}
        {one.note && `　${one.note}`}
      </p>
      <ul className="reckoning-tests">
        {one.tests.map((test) => (
          <li key={test.say}>
            {test.say} <StateTag state={test.state} />
            <Reads reads={test.reads} />
          </li>
        ))}
      </ul>
    </details>
  );
}

/** 看的事实与它的值；不知道的写明不知道。 */
function Reads({ reads }: { reads: FactRead[] }) {
  if (reads.length === 0) return null;
  return (
    <dl className="reckoning-reads">
      {reads.map((read) => (
        <div key={read.path}>
          <dt>{read.name}</dt>
          <dd>{read.text ?? <span className="quiet">{t('discretion.unknown_value')}</span>}</dd>
        </div>
      ))}
    </dl>
  );
}
