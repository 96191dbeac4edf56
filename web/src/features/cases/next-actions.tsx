import { EditOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Button, Select } from 'antd';
import type { NextAction, NextActionsAnswer } from '@/api/types';
import { t, tOf } from '@/messages/text';
import { Due } from '@/shared/due';
import { count } from '@/shared/format';
import { Loaded } from '@/shared/loaded';
import { useIsStacked } from '@/shared/narrow';
import { Panel } from '@/shared/page-shell';
import { StatusTag, type Tone } from '@/shared/status-tag';
import { actionsQuery } from './queries';

type OnRecord = (kind: string, instance?: string | null) => void;

const GUARD_TONES: Record<string, Tone> = { would_violate: 'bad', undetermined: 'warn', standing: 'warn' };

/** 接下来可以做的：由接口按状态表、守卫与权限给出，这里不另判断；做不了的写明为什么。 */
export function NextActions(props: {
  id: string;
  /** 只列这一个程序的步骤：监督事项上开不了案件的程序。 */
  procedure?: string | undefined;
  onRecord: OnRecord;
}) {
  const { id, procedure, onRecord } = props;
  const query = useQuery({ ...actionsQuery(id), select: (given) => within(given, procedure) });
  const isStacked = useIsStacked();
  const steps = <Loaded query={query}>{(given) => <Steps given={given} onRecord={onRecord} />}</Loaded>;
  if (!isStacked) {
    return (
      <Panel title={t('case.next')} className="next">
        {steps}
      </Panel>
    );
  }
  // Above the case itself, a long list would hide what the case is about.
  return (
    <details className="panel next next-fold">
      <summary className="next-fold-head">
        {t('case.next')}
        <span className="quiet">
          {query.data ? foldedText(query.data.next_actions) : t(query.error ? 'page.failed' : 'page.loading')}
        </span>
      </summary>
      <div className="panel-body">{steps}</div>
    </details>
  );
}

function within(given: NextActionsAnswer, procedure: string | undefined): NextActionsAnswer {
  if (!procedure) return given;
  return { ...given, next_actions: given.next_actions.filter((it) => it.procedure.code === procedure) };
}

function foldedText(actions: NextAction[]): string {
  const permitted = actions.filter((action) => action.is_permitted);
  const names = [...new Set(permitted.sort(byUrgency).map((action) => action.kind.name))].join('、');
  if (permitted.length > 0) return t('case.next_steps', { n: count(permitted.length), names });
  return actions.length > 0 ? t('case.next_not_you') : t('case.next_none');
}

function Steps({ given, onRecord }: { given: NextActionsAnswer; onRecord: OnRecord }) {
  const { next_actions, recordable } = given;
  return (
    <>
      {next_actions.length === 0 && <p className="quiet">{t('case.next_none')}</p>}
      <ul className="next-list">
        {next_actions
          .filter((action) => action.is_permitted)
          .sort(byUrgency)
          .map((action) => (
            <Action key={keyOf(action)} action={action} onRecord={onRecord} />
          ))}
      </ul>
      {barredBy(next_actions).map(([because, barred]) => (
        <details key={because} className="next-barred">
          <summary>
            {t('case.next_barred', {
              n: barred.length,
              names: [...new Set(barred.map((action) => action.kind.name))].join('、'),
            })}
          </summary>
          <p className="next-why">{t('case.not_permitted', { because })}</p>
          <ul className="next-list">
            {barred.map((action) => (
              <Action key={keyOf(action)} action={action} onRecord={onRecord} />
            ))}
          </ul>
        </details>
      ))}
      {recordable.length > 0 && (
        <div className="next-other">
          <label htmlFor="record-other">{t('case.record_other')}</label>
          <Select
            id="record-other"
            style={{ width: '100%' }}
            value={null}
            placeholder={t('case.record_other_hint')}
            showSearch={{ optionFilterProp: 'label' }}
            options={recordable.map((it) => ({ value: it.kind.code, label: it.kind.name }))}
            onChange={(kind: string | null) => kind && onRecord(kind)}
          />
        </div>
      )}
    </>
  );
}

const keyOf = (action: NextAction) =>
  [action.kind.code, action.procedure.code, action.instance ?? '', action.from.code, action.to.code].join(
    ' ',
  );

/** 有期限等着的在前，其次是使程序往前走的；同样的照接口的次序。 */
const byUrgency = (a: NextAction, b: NextAction) => urgency(a) - urgency(b);

function urgency(action: NextAction): number {
  if (action.duties.length > 0) return 0;
  return !action.opens && action.from.code !== action.to.code ? 1 : 2;
}

/** 办不了的，按缘由归在一起：缘由说一遍，不挡住能办的。 */
function barredBy(actions: NextAction[]): [string, NextAction[]][] {
  const groups = new Map<string, NextAction[]>();
  for (const action of actions.filter((it) => !it.is_permitted)) {
    groups.set(action.because, [...(groups.get(action.because) ?? []), action]);
  }
  return [...groups];
}

function Action({ action, onRecord }: { action: NextAction; onRecord: OnRecord }) {
  const guards = action.guards.filter((guard) => guard.state in GUARD_TONES);
  const unclear = guards.filter((guard) => guard.state === 'undetermined');
  const [due] = action.duties;
  return (
    <li className={action.is_permitted ? 'next-action' : 'next-action is-barred'}>
      <div className="next-action-head">
        <strong>{action.kind.name}</strong>
        <span className="grow" />
        {action.is_permitted && (
          <Button
            type="primary"
            ghost
            size="small"
            icon={<EditOutlined aria-hidden />}
            aria-label={t('case.record_this', { name: action.kind.name })}
            onClick={() => onRecord(action.kind.code, action.instance)}
          >
            {t('case.record')}
          </Button>
        )}
      </div>
      <div className="quiet">
        {action.from.code === action.to.code
          ? t('case.action_stays', { procedure: action.procedure.name, state: action.from.name })
          : t('case.action_step', {
              procedure: action.procedure.name,
              from: action.from.name,
              to: action.to.name,
            })}
        {action.instance && <span className="code">　{action.instance}</span>}
      </div>
      {due && (
        <div>
          <span className="quiet">{due.rule.name}　</span>
          <Due on={due.due_on} at={due.due_at} remaining={due.remaining_working_days} />
        </div>
      )}
      {action.condition && <div className="quiet">{t('case.condition', { text: action.condition })}</div>}
      {action.unmet.map((unmet) => (
        <div key={unmet.text} className="next-unmet">
          {t('case.unmet', { text: unmet.text })}
        </div>
      ))}
      <Guards guards={guards.filter((guard) => guard.state !== 'undetermined')} />
      {unclear.length > 0 && (
        <details className="next-unclear">
          <summary>{t('case.guards_unclear', { n: unclear.length })}</summary>
          <Guards guards={unclear} />
        </details>
      )}
      {action.basis.length > 0 && (
        <div className="quiet">{t('case.basis_of', { articles: action.basis.join('、') })}</div>
      )}
    </li>
  );
}

function Guards({ guards }: { guards: NextAction['guards'] }) {
  if (guards.length === 0) return null;
  return (
    <ul className="next-guards">
      {guards.map((guard) => (
        <li key={guard.rule.code}>
          <StatusTag tone={GUARD_TONES[guard.state] ?? 'plain'}>
            {tOf('guard', guard.state) ?? guard.state}
          </StatusTag>{' '}
          {guard.rule.name}
          {guard.missing.length > 0 && (
            <div className="quiet">{t('case.lacks', { what: guard.missing.join('、') })}</div>
          )}
        </li>
      ))}
    </ul>
  );
}
