import { t, tOf } from '@/messages/text';
import { StatusTag, type Tone } from '@/shared/status-tag';
import type { Import } from './queries';

const STATE_TONES: Record<string, Tone> = {
  accepted: 'plain',
  running: 'info',
  finished: 'good',
  failed: 'bad',
};

/** 一批的状态：试的与真的分开说。 */
export function BatchTag({ batch }: { batch: Import }) {
  return (
    <>
      <StatusTag tone={STATE_TONES[batch.state] ?? 'plain'}>
        {tOf('intake_state', batch.state) ?? batch.state}
      </StatusTag>{' '}
      {batch.state !== 'accepted' && (
        <StatusTag tone={batch.is_dry_run ? 'warn' : 'info'}>
          {batch.is_dry_run ? t('intake.dry') : t('intake.real')}
        </StatusTag>
      )}
    </>
  );
}
