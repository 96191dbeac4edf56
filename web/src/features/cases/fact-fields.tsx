import { Form } from 'antd';
import type { FactScope } from '@/api/types';
import { t } from '@/messages/text';
import { FieldInput } from '@/shared/field-input';
import { written } from '@/shared/form-values';

const FAULTS = { number: 'form.bad_number', money: 'form.bad_money', rate: 'form.bad_rate' } as const;

/** 填报事实：一个范围一组，照法典的声明。 */
export function FactFields({ scopes }: { scopes: FactScope[] }) {
  return scopes.map((scope) => (
    <fieldset className="form-group" key={scope.scope}>
      <legend>{t('create_case.facts', { scope: scope.name })}</legend>
      <div className="form-grid">
        {scope.fields.map((field) => (
          <Form.Item
            key={field.field}
            name={['facts', scope.scope, field.field]}
            label={field.name}
            rules={[
              {
                validator: (_, draft) => {
                  const value = written(field, draft);
                  return value && 'fault' in value
                    ? Promise.reject(new Error(t(FAULTS[value.fault])))
                    : Promise.resolve();
                },
              },
            ]}
          >
            <FieldInput field={field} />
          </Form.Item>
        ))}
      </div>
    </fieldset>
  ));
}
