import { t, tOf } from '@/messages/text';
import { StatusTag, type Tone } from '@/shared/status-tag';

const TONES: Record<string, Tone> = { active: 'good', registered: 'info', left: 'plain' };

/** 人员的状态。 */
export function OfficerState({ state }: { state: string }) {
  return <StatusTag tone={TONES[state] ?? 'plain'}>{tOf('officer_state', state) ?? state}</StatusTag>;
}

/** 事项在不在清单上。 */
export function Listed({ isListed }: { isListed: boolean }) {
  return (
    <StatusTag tone={isListed ? 'good' : 'plain'}>
      {isListed ? t('registry.listed') : t('registry.withdrawn')}
    </StatusTag>
  );
}
