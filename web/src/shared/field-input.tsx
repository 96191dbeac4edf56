import { DatePicker, Input, InputNumber, Radio, Select, Space } from 'antd';
import dayjs from 'dayjs';
import type { ActionField } from '@/api/types';
import { t } from '@/messages/text';
import './form.css';
import type { Draft } from './form-values';

/** Form.Item 给的：值与改动。 */
interface Given<V = Draft> {
  id?: string;
  value?: V;
  onChange?: (value: V) => void;
  'aria-required'?: boolean | 'true' | 'false';
}

const PERIOD_UNITS = ['WD', 'CD', 'HR', 'MO', 'YR'] as const;

/** 照声明的类型给出填写的样子；值都是文字。 */
export function FieldInput({ field, ...given }: Given & { field: ActionField }) {
  const list = /^list<(.+)>$/.exec(field.type)?.[1];
  if (list !== undefined) return <ListInput field={field} {...(given as Given<string[]>)} />;
  const one = given as Given<string>;
  if (field.choices.length > 0) return <ChoiceInput field={field} {...one} />;
  switch (field.type) {
    case 'bool':
      return <YesNo {...one} />;
    case 'date':
      return <DateText {...one} />;
    case 'instant':
      return <InstantText {...one} />;
    case 'period':
      return <PeriodText {...one} />;
    case 'int':
      return <PlainText {...one} inputMode="numeric" suffix={field.unit ?? ''} />;
    case 'fen':
      return <PlainText {...one} inputMode="decimal" suffix={t('unit.fen')} />;
    case 'rate':
      return <PlainText {...one} inputMode="decimal" suffix="%" />;
    case 'longtext':
      return <LongText {...one} />;
    default:
      return <PlainText {...one} suffix={field.unit ?? ''} />;
  }
}

function PlainText(props: Given<string> & { inputMode?: 'numeric' | 'decimal'; suffix?: string }) {
  const { onChange, value, suffix, ...rest } = props;
  return (
    <Input
      {...rest}
      value={value ?? ''}
      suffix={suffix || undefined}
      onChange={(event) => onChange?.(event.target.value)}
    />
  );
}

function LongText({ onChange, value, ...rest }: Given<string>) {
  return (
    <Input.TextArea
      {...rest}
      value={value ?? ''}
      autoSize={{ minRows: 2, maxRows: 8 }}
      onChange={(event) => onChange?.(event.target.value)}
    />
  );
}

/** 是、否，或不填：不填是不知道，与“否”不同。 */
function YesNo({ onChange, value, id }: Given<string>) {
  return (
    <Radio.Group
      {...(id ? { id } : {})}
      className={value ? 'yes-no' : 'yes-no is-blank'}
      optionType="button"
      value={value ?? ''}
      onChange={(event) => onChange?.(event.target.value)}
      options={[
        { value: 'true', label: t('form.yes') },
        { value: 'false', label: t('form.no') },
        { value: '', label: t('form.blank') },
      ]}
    />
  );
}

function ChoiceInput({ field, onChange, value, ...rest }: Given<string> & { field: ActionField }) {
  return (
    <Select
      {...rest}
      allowClear
      showSearch={{ optionFilterProp: 'label' }}
      placeholder={t('form.choose')}
      value={value || undefined}
      onChange={(chosen: string | undefined) => onChange?.(chosen ?? '')}
      options={field.choices.map((choice) => ({ value: choice.code, label: choice.name }))}
    />
  );
}

function ListInput({ field, onChange, value, ...rest }: Given<string[]> & { field: ActionField }) {
  const isCoded = field.choices.length > 0;
  return (
    <Select
      {...rest}
      mode={isCoded ? 'multiple' : 'tags'}
      allowClear
      placeholder={isCoded ? t('form.choose_many') : t('form.list_hint')}
      tokenSeparators={isCoded ? [] : ['、', '；', ';', '\n']}
      value={value ?? []}
      onChange={(chosen: string[]) => onChange?.(chosen)}
      options={field.choices.map((choice) => ({ value: choice.code, label: choice.name }))}
      {...(isCoded ? { showSearch: { optionFilterProp: 'label' } } : { open: false, suffixIcon: null })}
    />
  );
}

/** 日期，写成 2025-06-30。 */
export function DateText({ onChange, value, ...rest }: Given<string>) {
  return (
    <DatePicker
      {...rest}
      style={{ width: '100%' }}
      value={value ? dayjs(value) : null}
      onChange={(day) => onChange?.(day ? day.format('YYYY-MM-DD') : '')}
    />
  );
}

function InstantText({ onChange, value, ...rest }: Given<string>) {
  return (
    <DatePicker
      {...rest}
      style={{ width: '100%' }}
      showTime={{ format: 'HH:mm' }}
      format="YYYY-MM-DD HH:mm"
      value={value ? dayjs(value) : null}
      onChange={(at) => onChange?.(at ? at.format('YYYY-MM-DDTHH:mm') : '')}
    />
  );
}

/** 期限：个数与单位，写成 CD(30) 的样子。 */
function PeriodText({ onChange, value, id }: Given<string>) {
  const match = /^([A-Z]+)\((\d*)\)$/.exec(value ?? '');
  const unit = match?.[1] ?? 'CD';
  const n = match?.[2] ?? '';
  const write = (nextUnit: string, nextN: string) => onChange?.(nextN === '' ? '' : `${nextUnit}(${nextN})`);
  return (
    <Space.Compact block>
      <InputNumber
        {...(id ? { id } : {})}
        min={1}
        max={9999}
        precision={0}
        value={n === '' ? null : Number(n)}
        onChange={(next) => write(unit, next === null ? '' : String(next))}
        style={{ width: '60%' }}
      />
      <Select
        aria-label={t('form.period_unit')}
        value={unit}
        onChange={(next) => write(next, n)}
        options={PERIOD_UNITS.map((it) => ({ value: it, label: t(`period.${it}`) }))}
        style={{ width: '40%' }}
      />
    </Space.Compact>
  );
}
