import { useQuery } from '@tanstack/react-query';
import { Drawer } from 'antd';
import { t } from '@/messages/text';
import { Loaded } from '@/shared/loaded';
import { actionsQuery, eventKindsQuery } from './queries';
import { RecordForm, type Recording } from './record-form';

/** 记一件事：从地址里打开，填写的样子由声明得出。 */
export function RecordDrawer(props: {
  id: string;
  kind: string | undefined;
  instance: string | undefined;
  onClose: () => void;
}) {
  const { id, kind, instance, onClose } = props;
  return (
    <Drawer
      open={kind !== undefined}
      onClose={onClose}
      size="min(760px, 100vw)"
      title={t('record.title')}
      destroyOnHidden
      mask={{ closable: false }}
    >
      {kind && (
        <Open key={`${kind} ${instance ?? ''}`} id={id} kind={kind} instance={instance} onClose={onClose} />
      )}
    </Drawer>
  );
}

function Open(props: { id: string; kind: string; instance: string | undefined; onClose: () => void }) {
  const actions = useQuery(actionsQuery(props.id));
  const kinds = useQuery(eventKindsQuery);
  return (
    <Loaded query={kinds}>
      {(declared) => (
        <Loaded query={actions}>
          {(possible) => {
            const action = possible.next_actions.find(
              (it) => it.kind.code === props.kind && (it.instance ?? undefined) === props.instance,
            );
            const other = possible.recordable.find((it) => it.kind.code === props.kind);
            const kind = declared.find((it) => it.kind === props.kind);
            const known = action ?? other;
            if (!known || !kind) return <div className="page-wait">{t('record.not_now')}</div>;
            const recording: Recording = {
              kind: known.kind,
              nature: known.nature,
              action: action ?? null,
              instance: props.instance ?? null,
              declared: {
                fields: known.fields,
                keys: kind.keys,
                documents: action?.documents ?? [],
                records: action?.records ?? [],
              },
            };
            return (
              <RecordForm
                id={props.id}
                version={possible.version}
                recording={recording}
                roles={possible.roles}
                onDone={props.onClose}
              />
            );
          }}
        </Loaded>
      )}
    </Loaded>
  );
}
