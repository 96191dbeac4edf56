import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Form } from 'antd';
import { useState } from 'react';
import { api, ifMatch } from '@/api/client';
import { asProblem, type Problem, taken } from '@/api/problem';
import type { Label, NextAction } from '@/api/types';
import { t, tOf } from '@/messages/text';
import { draftKey, readDraft, useDraft } from '@/shared/drafts';
import { problemText, setFaults } from '@/shared/form-faults';
import {
  type Declaration,
  type EventDraft,
  eventBody,
  FormFromDeclaration,
  withoutSensitive,
} from '@/shared/form-from-declaration';
import { may } from '@/shared/may';
import { StatusTag } from '@/shared/status-tag';
import { useOnce } from '@/shared/use-once';
import { useSession } from '@/shared/use-session';
import { onlyByButton } from './only-by-button';
import { Refusal } from './refusal';

/** 正要记的一件事。 */
export interface Recording {
  kind: Label;
  nature: string;
  /** 状态表里的哪一步；不是的为 null。 */
  action: NextAction | null;
  instance: string | null;
  declared: Declaration;
}

interface RecordFormProps {
  id: string;
  version: number;
  recording: Recording;
  roles: Label[];
  onDone: () => void;
}

/** 填写、提交；法典挡下的，连同条文列出，看过之后确认或写明理由仍然办理。 */
export function RecordForm({ id, version, recording, roles, onDone }: RecordFormProps) {
  const session = useSession();
  const client = useQueryClient();
  const { message } = App.useApp();
  const [form] = Form.useForm<EventDraft>();
  const key = draftKey(session.account, id, recording.kind.code, recording.instance);
  const { save, drop } = useDraft<EventDraft>(key);
  const [kept] = useState(() => readDraft<EventDraft>(key));
  const [problem, setProblem] = useState<Problem | null>(null);
  const [told, setTold] = useState<string | null>(null);
  const once = useOnce();
  const { declared } = recording;

  const submit = useMutation({
    mutationFn: (extra: { confirm?: string[]; override?: { reason: string } }) => {
      const draft = form.getFieldsValue(true) as EventDraft;
      const body = {
        kind: recording.kind.code,
        ...eventBody(declared, draft),
        ...(recording.instance ? { instance: recording.instance } : {}),
        ...extra,
      };
      const header = { 'If-Match': ifMatch(version), 'Idempotency-Key': once([version, body]) };
      return taken(api.POST('/api/v1/cases/{id}/events', { params: { path: { id }, header }, body }));
    },
    onMutate: () => setTold(null),
    onSuccess: async (answer) => {
      drop();
      message.success(
        answer.found.length > 0
          ? t('record.done_found', { name: recording.kind.name, n: answer.found.length })
          : t('record.done', { name: recording.kind.name }),
      );
      onDone();
      await client.invalidateQueries({ queryKey: ['case', id] });
      await client.invalidateQueries({ queryKey: ['lists'] });
    },
    onError: async (error) => {
      const failed = asProblem(error);
      const isRefusal = failed.code === 'act-refused' || failed.code === 'decision-blocked';
      setProblem(isRefusal ? failed : null);
      if (isRefusal) return;
      if (failed.code === 'stale-version') {
        setTold(t('record.stale'));
        await client.invalidateQueries({ queryKey: ['case', id] });
        return;
      }
      setTold(failed.status === 422 ? setFaults(form, failed) : problemText(failed));
    },
  });

  return (
    <>
      <div className="record-head">
        <h2>{recording.kind.name}</h2>
        <StatusTag>{tOf('event_nature', recording.nature) ?? recording.nature}</StatusTag>
      </div>
      <Before action={recording.action} />
      {kept && (
        <Alert
          type="info"
          showIcon
          title={t('record.draft')}
          action={
            <Button
              size="small"
              onClick={() => {
                drop();
                form.resetFields();
                form.setFieldsValue({
                  on: undefined,
                  time: undefined,
                  fields: {},
                  actors: [],
                  docs: [],
                  media: [],
                } as EventDraft);
              }}
            >
              {t('record.draft_drop')}
            </Button>
          }
          style={{ marginBottom: 12 }}
        />
      )}
      <Form<EventDraft>
        form={form}
        layout="vertical"
        className="record-form"
        onKeyDown={onlyByButton}
        initialValues={kept ?? {}}
        onValuesChange={(_, all) => save(withoutSensitive(declared, all))}
        onFinish={() => submit.mutate({})}
      >
        <FormFromDeclaration declared={declared} roles={roles} />
        {told && <Alert role="alert" type="error" showIcon title={told} style={{ marginBottom: 12 }} />}
        {problem && (
          <Refusal
            key={problem.traceId ?? ''}
            problem={problem}
            mayOverride={may(session, ['case.override', 'supervision.override'])}
            isBusy={submit.isPending}
            onAgain={(extra) => submit.mutate(extra)}
          />
        )}
        <div className="record-end">
          <Button type="primary" htmlType="submit" loading={submit.isPending}>
            {t('record.submit')}
          </Button>
          <span className="quiet">{t('record.hint')}</span>
        </div>
      </Form>
    </>
  );
}

/** 提交之前就说：这一步还缺什么、规则怎么看。 */
function Before({ action }: { action: NextAction | null }) {
  if (!action) return null;
  const broken = action.guards.filter((guard) => guard.state === 'would_violate');
  if (action.unmet.length === 0 && broken.length === 0) return null;
  return (
    <Alert
      type="warning"
      showIcon
      title={t('record.before')}
      description={
        <ul className="record-list">
          {action.unmet.map((unmet) => (
            <li key={unmet.text}>{t('case.unmet', { text: unmet.text })}</li>
          ))}
          {broken.map((guard) => (
            <li key={guard.rule.code}>{t('record.would_violate', { rule: guard.rule.name })}</li>
          ))}
        </ul>
      }
      style={{ marginBottom: 12 }}
    />
  );
}
