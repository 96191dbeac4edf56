import { useMutation, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Alert, Button, Form, Select } from 'antd';
import { useState } from 'react';
import { api } from '@/api/client';
import { asProblem, taken } from '@/api/problem';
import { t } from '@/messages/text';
import { DateText, FieldInput } from '@/shared/field-input';
import { setFaults } from '@/shared/form-faults';
import { type Drafts, written } from '@/shared/form-values';
import { useOrgs } from '@/shared/orgs';
import { PageShell, Panel } from '@/shared/page-shell';
import { PageWaiting } from '@/shared/page-waiting';
import { NotADecision, ReckoningView } from '@/shared/reckoning';
import { LawbookNav } from './lawbook-nav';
import { type DiscretionAsk, type DiscretionItem, discretionQuery } from './queries';

interface Draft {
  on?: string;
  department?: string;
  region?: string;
  facts?: Record<string, Drafts>;
}

/** 裁量试算：选违法行为，填知道的事实，看区间与每一项的理由；什么也不存。 */
export function DiscretionPage() {
  const query = useQuery(discretionQuery);
  if (!query.data) return <PageWaiting title={t('discretion.title')} query={query} nav={<LawbookNav />} />;
  return (
    <PageShell title={t('discretion.title')} aside={<span className="quiet">{t('discretion.aside')}</span>}>
      <LawbookNav />
      <Calculator items={query.data.items} shared={query.data.shared} />
    </PageShell>
  );
}

function Calculator({ items, shared }: { items: DiscretionItem[]; shared: DiscretionAsk[] }) {
  const search = useSearch({ from: '/signed-in/lawbook/discretion' });
  const navigate = useNavigate({ from: '/lawbook/discretion' });
  const [form] = Form.useForm<Draft>();
  const [fault, setFault] = useState<string | null>(null);
  const orgs = useOrgs();
  const ofCode = items.filter((it) => it.item === search.item);
  const own = unique(ofCode.flatMap((it) => it.asks));
  const others = shared.filter((ask) => !own.some((it) => keyOf(it) === keyOf(ask)));
  const reckoning = useMutation({
    mutationFn: (draft: Draft) => {
      const body = bodyOf([...own, ...others], draft);
      const params = { path: { code: search.item ?? '' } };
      return taken(api.POST('/api/v1/discretion_items/{code}/reckon', { params, body }));
    },
    onMutate: () => setFault(null),
    onError: (error) => setFault(setFaults(form, asProblem(error))),
  });
  const choose = (item: string) => {
    reckoning.reset();
    void navigate({ search: { item }, replace: true, resetScroll: false });
  };
  const names = new Map(items.map((it) => [it.item, it.name]));
  const departments = new Map(items.flatMap((it) => it.departments).map((it) => [it.code, it.name]));
  return (
    <div className="law-calculator">
      <Form<Draft> form={form} layout="vertical" onFinish={(draft) => reckoning.mutate(draft)}>
        <Panel title={t('discretion.setting')}>
          <div className="form-grid">
            <Form.Item label={t('discretion.item')} className="is-wide" htmlFor="discretion-item">
              <Select
                id="discretion-item"
                showSearch={{ optionFilterProp: 'label' }}
                placeholder={t('form.choose')}
                value={search.item ?? null}
                onChange={(item: string | null) => item && choose(item)}
                options={[...names].map(([value, label]) => ({ value, label }))}
              />
            </Form.Item>
            <Form.Item name="on" label={t('discretion.on')}>
              <DateText />
            </Form.Item>
            <Form.Item name="department" label={t('discretion.department')}>
              <Select
                allowClear
                placeholder={t('form.blank')}
                options={[...departments].map(([value, label]) => ({ value, label }))}
              />
            </Form.Item>
            <Form.Item name="region" label={t('discretion.region')}>
              <Select
                allowClear
                showSearch={{ optionFilterProp: 'label' }}
                placeholder={t('form.blank')}
                options={orgs.divisions.map((it) => ({ value: it.code, label: it.name }))}
              />
            </Form.Item>
          </div>
          {ofCode.map((it) => (
            <About key={`${it.effective_on} ${it.regions.map((r) => r.code).join()}`} item={it} />
          ))}
        </Panel>
        {search.item && (
          <>
            <Panel title={t('discretion.own_facts')} aside={t('discretion.blank_unknown')}>
              {own.length === 0 && <p className="quiet">{t('discretion.no_own_facts')}</p>}
              <Facts asks={own} />
            </Panel>
            <details className="law-more">
              <summary>{t('discretion.shared_facts')}</summary>
              <Facts asks={others} />
            </details>
            {fault && <Alert type="error" showIcon title={fault} />}
            <Button type="primary" htmlType="submit" loading={reckoning.isPending}>
              {t('discretion.reckon')}
            </Button>
          </>
        )}
      </Form>
      <section aria-label={t('discretion.result')} aria-live="polite">
        {reckoning.data ? (
          <ReckoningView told={reckoning.data.reckoning} />
        ) : (
          <>
            <NotADecision />
            <p className="quiet">
              {search.item ? t('discretion.result_waits') : t('discretion.choose_first')}
            </p>
          </>
        )}
      </section>
    </div>
  );
}

/** 一份事项：何时何地施行、依据、条款的幅度。 */
function About({ item }: { item: DiscretionItem }) {
  const term = item.expires_on
    ? t('lawbook.term', { from: item.effective_on, to: item.expires_on })
    : t('lawbook.term_open', { from: item.effective_on });
  const fines = item.ranges.flatMap((range) => range.written ?? []);
  const places = [...item.departments, ...item.regions].map((it) => it.name);
  return <p className="quiet">{[places.join('、'), term, item.citations.join('、'), ...fines].join('　')}</p>;
}

const keyOf = (ask: DiscretionAsk) => `${ask.scope.code}.${ask.field.field}`;

function unique(asks: DiscretionAsk[]): DiscretionAsk[] {
  return [...new Map(asks.map((ask) => [keyOf(ask), ask])).values()];
}

const FAULTS = { number: 'form.bad_number', money: 'form.bad_money', rate: 'form.bad_rate' } as const;

function Facts({ asks }: { asks: DiscretionAsk[] }) {
  return (
    <div className="form-grid">
      {asks.map((ask) => (
        <Form.Item
          key={keyOf(ask)}
          name={['facts', ask.scope.code, ask.field.field]}
          label={ask.field.name}
          rules={[
            {
              validator: (_, draft) => {
                const value = written(ask.field, draft);
                return value && 'fault' in value
                  ? Promise.reject(new Error(t(FAULTS[value.fault])))
                  : Promise.resolve();
              },
            },
          ]}
        >
          <FieldInput field={ask.field} />
        </Form.Item>
      ))}
    </div>
  );
}

/** 填了的写成接口的样子；没有填的不写，是不知道。 */
function bodyOf(asks: DiscretionAsk[], draft: Draft) {
  const facts: Record<string, Record<string, unknown>> = {};
  for (const ask of asks) {
    const value = written(ask.field, draft.facts?.[ask.scope.code]?.[ask.field.field]);
    if (!value || 'fault' in value) continue;
    facts[ask.scope.code] = { ...facts[ask.scope.code], [ask.field.field]: value.value };
  }
  return {
    ...(draft.on ? { on: draft.on } : {}),
    ...(draft.department ? { department: draft.department } : {}),
    ...(draft.region ? { region: draft.region } : {}),
    // The interface document cannot say what a declared fact is: the server checks it against the declaration.
    facts: facts as Record<string, never>,
  };
}
