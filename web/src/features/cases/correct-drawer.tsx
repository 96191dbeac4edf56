import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Drawer, Form } from 'antd';
import { useState } from 'react';
import { api, ifMatch } from '@/api/client';
import { asProblem, taken } from '@/api/problem';
import type { CaseEvent, FactScope, Label } from '@/api/types';
import { t } from '@/messages/text';
import { problemText, setFaults } from '@/shared/form-faults';
import {
  correctedBody,
  type Declaration,
  draftOf,
  type EventDraft,
  FormFromDeclaration,
} from '@/shared/form-from-declaration';
import type { Drafts } from '@/shared/form-values';
import { Loaded } from '@/shared/loaded';
import { ReasonModal } from '@/shared/reason-modal';
import { useOnce } from '@/shared/use-once';
import { FactFields } from './fact-fields';
import { changed, draftsOf, type Facts } from './facts';
import { onlyByButton } from './only-by-button';
import { actionsQuery, eventKindsQuery, eventsQuery, factScopesQuery } from './queries';

interface Started {
  reason: string;
  /** 原文：遮盖着的先按查看个人信息的手续取来，不然更正会把遮盖的写进去。 */
  original: CaseEvent;
}

/** What people cannot fill in: identifiers and paths stay as they are. */
const isForPeople = (field: Declaration['fields'][number]) =>
  !field.type.startsWith('id:') && !['org_path', 'accounts', 'unit', FACTS].includes(field.field);

/** The field that holds stated facts, as a text of its own; it is shown by the declarations of facts instead. */
const FACTS = 'facts';

/** 更正一件事：先写明原因，再改内容；原来的一条仍在。 */
export function CorrectDrawer(props: { id: string; event: string; onClose: () => void }) {
  const events = useQuery(eventsQuery(props.id));
  const kinds = useQuery(eventKindsQuery);
  const actions = useQuery(actionsQuery(props.id));
  const scopes = useQuery(factScopesQuery);
  const [started, setStarted] = useState<Started | null>(null);
  // The last one under this id is the one that holds.
  const event = events.data?.filter((it) => it.id === props.event || it.corrects === props.event).at(-1);
  const kind = kinds.data?.find((it) => it.kind === event?.kind);
  const starting = useMutation({
    mutationFn: async (reason: string): Promise<Started> => {
      if (!event) throw new Error('no event');
      if (!kind || !isMasked(event, kind.fields)) return { reason, original: event };
      const params = { path: { id: props.id } };
      const revealed = await taken(api.POST('/api/v1/cases/{id}/reveal', { params, body: { reason } }));
      return { reason, original: revealed.events.find((it) => it.seq === event.seq) ?? event };
    },
    onSuccess: setStarted,
  });
  if (!started) {
    return (
      <ReasonModal
        isOpen
        title={t('correct.title', { name: event?.name ?? '' })}
        hint={t('correct.reason_hint')}
        isBusy={starting.isPending || !event || !kind || !scopes.data}
        failure={starting.error ? problemText(asProblem(starting.error)) : null}
        onCancel={props.onClose}
        onReason={(reason) => starting.mutate(reason)}
      />
    );
  }
  return (
    <Drawer
      open
      onClose={props.onClose}
      size="min(760px, 100vw)"
      title={t('correct.title', { name: started.original.name })}
      mask={{ closable: false }}
    >
      <Loaded query={actions}>
        {(possible) => (
          <CorrectForm
            id={props.id}
            target={props.event}
            version={possible.version}
            roles={possible.roles}
            started={started}
            scopes={(scopes.data ?? []).filter((scope) => !scope.is_registered)}
            declared={{
              fields: (kind?.fields ?? []).filter(isForPeople),
              keys: kind?.keys ?? [],
              documents: [],
              records: [],
            }}
            onDone={props.onClose}
          />
        )}
      </Loaded>
    </Drawer>
  );
}

/** Keys are masked where they hold a name; fields where they are declared sensitive. */
function isMasked(event: CaseEvent, fields: Declaration['fields']): boolean {
  const words = [...Object.values(event.keys), event.instance ?? ''];
  return (
    words.some((text) => text.includes('*')) ||
    fields.some((field) => field.is_sensitive && field.field in event.fields)
  );
}

type CorrectDraft = EventDraft & { facts?: Record<string, Drafts> };

/** 填报的事实；这一件不是填报事实的为 null。 */
function statedIn(event: CaseEvent): Facts | null {
  const text = (event.fields as Record<string, unknown>)[FACTS];
  if (typeof text !== 'string') return null;
  try {
    return JSON.parse(text) as Facts;
  } catch {
    return null;
  }
}

function CorrectForm(props: {
  id: string;
  target: string;
  version: number;
  roles: Label[];
  started: Started;
  declared: Declaration;
  scopes: FactScope[];
  onDone: () => void;
}) {
  const { id, version, started, declared, scopes } = props;
  const stated = statedIn(started.original);
  const client = useQueryClient();
  const { message } = App.useApp();
  const [form] = Form.useForm<CorrectDraft>();
  const [told, setTold] = useState<string | null>(null);
  const once = useOnce();
  const submit = useMutation({
    mutationFn: (draft: CorrectDraft) => {
      const event = correctedBody(declared, started.original, draft);
      if (stated) {
        const facts = JSON.stringify(changed(scopes, stated, draft.facts ?? {}));
        event.fields = { ...event.fields, [FACTS]: facts as unknown as undefined };
      }
      const body = { corrects: props.target, event, reason: started.reason };
      const header = { 'If-Match': ifMatch(version), 'Idempotency-Key': once([version, body]) };
      return taken(api.POST('/api/v1/cases/{id}/corrections', { params: { path: { id }, header }, body }));
    },
    onMutate: () => setTold(null),
    onSuccess: async () => {
      message.success(t('correct.done', { name: started.original.name }));
      props.onDone();
      await client.invalidateQueries({ queryKey: ['case', id] });
      await client.invalidateQueries({ queryKey: ['lists'] });
    },
    onError: async (error) => {
      const problem = asProblem(error);
      if (problem.code === 'stale-version') {
        setTold(t('record.stale'));
        await client.invalidateQueries({ queryKey: ['case', id] });
        return;
      }
      setTold(problem.status === 422 ? setFaults(form, problem, ['event']) : problemText(problem));
    },
  });
  return (
    <Form<CorrectDraft>
      form={form}
      name="correct"
      layout="vertical"
      className="record-form"
      onKeyDown={onlyByButton}
      initialValues={{
        ...draftOf(declared, started.original),
        ...(stated ? { facts: draftsOf(scopes, stated) } : {}),
      }}
      onFinish={() => submit.mutate(form.getFieldsValue(true) as CorrectDraft)}
    >
      <Alert
        type="info"
        showIcon
        title={t('correct.kept')}
        description={t('correct.because', { reason: started.reason })}
        style={{ marginBottom: 12 }}
      />
      <FormFromDeclaration declared={declared} roles={props.roles} hasNote={false} />
      {stated && <FactFields scopes={scopes} />}
      {told && <Alert role="alert" type="error" showIcon title={told} style={{ marginBottom: 12 }} />}
      <div className="record-end">
        <Button type="primary" htmlType="submit" loading={submit.isPending}>
          {t('correct.submit')}
        </Button>
      </div>
    </Form>
  );
}
