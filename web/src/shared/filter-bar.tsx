import { DeleteOutlined } from '@ant-design/icons';
import { Button, Form, Input, Popover, Select } from 'antd';
import dayjs, { type Dayjs } from 'dayjs';
import { lazy, Suspense, useEffect, useState } from 'react';
import { t } from '@/messages/text';
import { useIsNarrow } from './narrow';
import { fromStart, type ListSearch } from './search/list-search';
import { useStored } from './stored';
import { useSession } from './use-session';

const DateField = lazy(() => import('./date-field'));

/** 一个条件。 */
export interface Filter<F extends string> {
  name: F;
  label: string;
  kind: 'text' | 'choice' | 'date';
  options?: { value: string; label: string }[];
  placeholder?: string;
}

type Search<F extends string> = ListSearch & Partial<Record<F, string>>;
type Draft = Record<string, string | Dayjs | undefined>;

interface FilterBarProps<F extends string> {
  /** 存视图时用的表名。 */
  table: string;
  filters: Filter<F>[];
  search: Search<F>;
  onSearch: (search: Search<F>) => void;
}

/** 条件栏：窄的屏上先收起。 */
export function FilterBar<F extends string>(props: FilterBarProps<F>) {
  const isNarrow = useIsNarrow();
  if (!isNarrow) return <FilterForm {...props} />;
  const active = props.filters.filter((filter) => props.search[filter.name] !== undefined).length;
  return (
    <details className="filter-fold">
      <summary>
        {t('filter.open')}
        {active > 0 && <span className="quiet">{t('filter.active', { count: active })}</span>}
      </summary>
      <FilterForm {...props} />
    </details>
  );
}

/** 条件在地址里；常用的条件、次序与列可以存成视图，存在本机，各账号分开。 */
function FilterForm<F extends string>({ table, filters, search, onSearch }: FilterBarProps<F>) {
  const [form] = Form.useForm<Draft>();
  useEffect(() => {
    const draft: Draft = {};
    for (const filter of filters) {
      const value = search[filter.name];
      draft[filter.name] = filter.kind === 'date' && value ? dayjs(value) : value;
    }
    form.setFieldsValue(draft);
  }, [form, filters, search]);
  const submit = (draft: Draft) => {
    const next: Record<string, unknown> = { ...fromStart(search) };
    for (const filter of filters) {
      const value = draft[filter.name];
      const text = dayjs.isDayjs(value) ? value.format('YYYY-MM-DD') : value?.trim();
      if (text) next[filter.name] = text;
      else delete next[filter.name];
    }
    onSearch(next as Search<F>);
  };
  const clear = () => {
    const next: Record<string, unknown> = { ...fromStart(search) };
    for (const filter of filters) delete next[filter.name];
    form.resetFields();
    onSearch(next as Search<F>);
  };
  const active = filters.filter((filter) => search[filter.name] !== undefined).length;
  return (
    <Form<Draft>
      form={form}
      className="filter-bar"
      layout="vertical"
      size="small"
      role="search"
      onFinish={submit}
      onValuesChange={(changed, all) => {
        // A choice is made at once; what is typed waits for the key or the button.
        const names = Object.keys(changed);
        if (filters.some((filter) => filter.kind !== 'text' && names.includes(filter.name))) submit(all);
      }}
    >
      <div className="filter-grid">
        {filters.map((filter) => (
          <Form.Item key={filter.name} name={filter.name as string} label={filter.label}>
            <FilterInput filter={filter} />
          </Form.Item>
        ))}
      </div>
      <div className="filter-end">
        <Button type="primary" htmlType="submit">
          {t('filter.apply')}
        </Button>
        <Button onClick={clear} disabled={active === 0}>
          {t('filter.clear')}
        </Button>
        {active > 0 && <span className="quiet">{t('filter.active', { count: active })}</span>}
        <span className="grow" />
        <Views table={table} search={search} onSearch={(next) => onSearch(next as Search<F>)} />
      </div>
    </Form>
  );
}

function FilterInput<F extends string>({ filter, ...given }: { filter: Filter<F> }) {
  const placeholder = filter.placeholder ?? (filter.kind === 'date' ? t('filter.any_day') : '');
  switch (filter.kind) {
    case 'text':
      return <Input allowClear placeholder={placeholder} {...given} />;
    case 'choice':
      return (
        <Select
          allowClear
          showSearch={{ optionFilterProp: 'label' }}
          placeholder={placeholder}
          options={filter.options ?? []}
          {...given}
        />
      );
    case 'date':
      return (
        <Suspense fallback={<Input disabled placeholder={placeholder} />}>
          <DateField style={{ width: '100%' }} placeholder={placeholder} {...given} />
        </Suspense>
      );
  }
}

interface View {
  name: string;
  search: ListSearch;
}

function Views(props: { table: string; search: ListSearch; onSearch: (search: ListSearch) => void }) {
  const session = useSession();
  const [views, write] = useStored<View[]>(`mingjing.views.${session.account}.${props.table}`);
  const [name, setName] = useState('');
  const kept = views ?? [];
  const now = JSON.stringify(sorted(fromStart(props.search)));
  const current = kept.find((view) => JSON.stringify(sorted(view.search)) === now);
  const save = () => {
    const named = name.trim();
    if (!named) return;
    write([...kept.filter((view) => view.name !== named), { name: named, search: fromStart(props.search) }]);
    setName('');
  };
  return (
    <>
      <Select
        aria-label={t('filter.view')}
        style={{ minWidth: 130 }}
        popupMatchSelectWidth={false}
        value={current?.name ?? ''}
        options={[
          { value: '', label: t('filter.view_none') },
          ...kept.map((view) => ({ value: view.name, label: view.name })),
        ]}
        onChange={(chosen) => props.onSearch(kept.find((view) => view.name === chosen)?.search ?? {})}
      />
      <Popover
        trigger="click"
        placement="bottomRight"
        title={t('filter.view_save')}
        content={
          <div style={{ width: 260 }}>
            <div className="quiet">{t('filter.view_hint')}</div>
            <Input.Search
              style={{ margin: '8px 0' }}
              aria-label={t('filter.view_name')}
              placeholder={t('filter.view_name')}
              enterButton={t('filter.view_save')}
              maxLength={20}
              value={name}
              onChange={(event) => setName(event.target.value)}
              onSearch={save}
            />
            {kept.map((view) => (
              <div key={view.name} style={{ display: 'flex', alignItems: 'center' }}>
                <span style={{ flex: 1 }}>{view.name}</span>
                <Button
                  size="small"
                  type="text"
                  icon={<DeleteOutlined />}
                  aria-label={t('filter.view_delete', { name: view.name })}
                  onClick={() => write(kept.filter((it) => it !== view))}
                />
              </div>
            ))}
          </div>
        }
      >
        <Button>{t('filter.view_save')}</Button>
      </Popover>
    </>
  );
}

function sorted(search: object): [string, unknown][] {
  return Object.entries(search).sort(([a], [b]) => a.localeCompare(b));
}
