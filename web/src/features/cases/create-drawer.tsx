import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Alert, App, Button, Checkbox, Drawer, Form, Input, Select } from 'antd';
import { useEffect, useState } from 'react';
import { api } from '@/api/client';
import { asProblem, taken } from '@/api/problem';
import type { FactScope } from '@/api/types';
import { t } from '@/messages/text';
import { draftKey, readDraft, useDraft } from '@/shared/drafts';
import { setFaults } from '@/shared/form-faults';
import type { Drafts } from '@/shared/form-values';
import { Loaded } from '@/shared/loaded';
import { type Orgs, useOrgs } from '@/shared/orgs';
import { useOnce } from '@/shared/use-once';
import { useSession } from '@/shared/use-session';
import './case.css';
import { FactFields } from './fact-fields';
import { factsOf } from './facts';
import { onlyByButton } from './only-by-button';
import { factScopesQuery, proceduresQuery } from './queries';

interface CaseDraft {
  procedure?: string;
  body?: string;
  number?: string;
  is_restricted?: boolean;
  facts?: Record<string, Drafts>;
}

/** 建立案件：程序由法典给出，填报的事实照法典的声明；登记簿里有的不再填。 */
export function CreateDrawer({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const scopes = useQuery({ ...factScopesQuery, enabled: isOpen });
  return (
    <Drawer
      open={isOpen}
      onClose={onClose}
      size="min(760px, 100vw)"
      title={t('create_case.title')}
      destroyOnHidden
      mask={{ closable: false }}
    >
      <Loaded query={scopes}>
        {(all) => <CreateForm scopes={all.filter((scope) => !scope.is_registered)} />}
      </Loaded>
    </Drawer>
  );
}

function CreateForm({ scopes }: { scopes: FactScope[] }) {
  const [form] = Form.useForm<CaseDraft>();
  const procedures = useQuery(proceduresQuery).data?.procedures ?? [];
  const bodies = useBodies(useOrgs());
  const only = bodies.length === 1 ? bodies[0]?.id : undefined;
  useEffect(() => {
    // Whoever works for one body need not choose it.
    if (only && !form.getFieldValue('body')) form.setFieldValue('body', only);
  }, [form, only]);
  const navigate = useNavigate();
  const client = useQueryClient();
  const { message } = App.useApp();
  const [told, setTold] = useState<string | null>(null);
  const key = draftKey(useSession().account, 'new', 'case');
  const { save, drop } = useDraft<CaseDraft>(key);
  const [kept, setKept] = useState(() => readDraft<CaseDraft>(key));
  const once = useOnce();
  const submit = useMutation({
    mutationFn: (draft: CaseDraft) => {
      const body = {
        procedure: draft.procedure ?? '',
        body: draft.body ?? '',
        ...(draft.number?.trim() ? { number: draft.number.trim() } : {}),
        is_restricted: draft.is_restricted ?? false,
        // The interface document cannot say what a declared fact is: the server checks it against the declaration.
        facts: factsOf(scopes, draft.facts ?? {}) as unknown as Record<string, undefined>,
      };
      const header = { 'Idempotency-Key': once(body) };
      return taken(api.POST('/api/v1/cases', { params: { header }, body }));
    },
    onMutate: () => setTold(null),
    onSuccess: async ({ case: made }) => {
      drop();
      message.success(t('create_case.done'));
      await client.invalidateQueries({ queryKey: ['lists'] });
      void navigate({ to: '/cases/$id', params: { id: made.id } });
    },
    onError: (error) => setTold(setFaults(form, asProblem(error))),
  });
  const required = (what: string) => [{ required: true, message: t('form.required', { what }) }];
  return (
    <Form<CaseDraft>
      form={form}
      name="create-case"
      layout="vertical"
      className="record-form"
      onKeyDown={onlyByButton}
      initialValues={kept ?? {}}
      onValuesChange={() => save(withoutSensitive(scopes, form.getFieldsValue(true) as CaseDraft))}
      onFinish={() => submit.mutate(form.getFieldsValue(true) as CaseDraft)}
    >
      <Alert type="warning" showIcon title={t('create_case.secret')} style={{ marginBottom: 12 }} />
      {kept && (
        <Alert
          type="info"
          showIcon
          title={t('create_case.draft')}
          action={
            <Button
              size="small"
              onClick={() => {
                drop();
                setKept(null);
                form.setFieldsValue({ ...BLANK, facts: blankFacts(scopes), ...(only ? { body: only } : {}) });
              }}
            >
              {t('record.draft_drop')}
            </Button>
          }
          style={{ marginBottom: 12 }}
        />
      )}
      <fieldset className="form-group">
        <legend>{t('create_case.head')}</legend>
        <div className="form-grid">
          <Form.Item name="procedure" label={t('cases.procedure')} rules={required(t('cases.procedure'))}>
            <Select
              showSearch={{ optionFilterProp: 'label' }}
              placeholder={t('form.choose')}
              options={procedures
                .filter((it) => it.is_main && !it.is_supervision && !it.is_complaint)
                .map((it) => ({ value: it.procedure, label: it.name }))}
            />
          </Form.Item>
          <Form.Item name="body" label={t('cases.body')} rules={required(t('cases.body'))}>
            <Select
              showSearch={{ optionFilterProp: 'label' }}
              placeholder={t('form.choose')}
              options={bodies.map((it) => ({ value: it.id, label: it.name }))}
            />
          </Form.Item>
          <Form.Item name="number" label={t('cases.number')} tooltip={t('create_case.number_hint')}>
            <Input maxLength={100} />
          </Form.Item>
          <Form.Item name="is_restricted" valuePropName="checked" label={t('cases.restricted')}>
            <Checkbox>{t('create_case.restricted')}</Checkbox>
          </Form.Item>
        </div>
      </fieldset>
      <FactFields scopes={scopes} />
      {told && <Alert role="alert" type="error" showIcon title={told} style={{ marginBottom: 12 }} />}
      <div className="record-end">
        <Button type="primary" htmlType="submit" loading={submit.isPending}>
          {t('create_case.submit')}
        </Button>
        <span className="quiet">{t('create_case.hint')}</span>
      </div>
    </Form>
  );
}

/** What a form was opened with comes back on a reset: a dropped draft is emptied field by field. */
const BLANK = { procedure: undefined, body: undefined, number: undefined, is_restricted: false };

const blankFacts = (scopes: FactScope[]): Record<string, Drafts> =>
  Object.fromEntries(
    scopes.map((scope) => [
      scope.scope,
      Object.fromEntries(scope.fields.map((field) => [field.field, undefined])),
    ]),
  );

/** 草稿里不存敏感的事实。 */
function withoutSensitive(scopes: FactScope[], draft: CaseDraft): CaseDraft {
  const facts: Record<string, Drafts> = {};
  for (const scope of scopes) {
    const mine = draft.facts?.[scope.scope] ?? {};
    const plain = scope.fields.filter((field) => !field.is_sensitive && mine[field.field] !== undefined);
    facts[scope.scope] = Object.fromEntries(plain.map((field) => [field.field, mine[field.field]]));
  }
  return { ...draft, facts };
}

/** 自己的授权够得着的主体；能不能在那里建案由接口说。 */
function useBodies(orgs: Orgs) {
  const session = useSession();
  const within = session.grants.map((grant) => grant.org);
  return orgs.bodies.filter((body) =>
    within.some((org) => body.org.startsWith(org) || org.startsWith(body.org)),
  );
}
