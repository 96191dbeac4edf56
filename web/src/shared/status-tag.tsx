import type { ReactNode } from 'react';
import type { Severity } from '@/api/types';
import { t, tOf } from '@/messages/text';

/** 语气：颜色只是帮衬，意思都写在字里。 */
export type Tone = 'plain' | 'info' | 'good' | 'warn' | 'bad' | 'grave';

/** 状态的小签：浅底深字，对比足够。 */
export function StatusTag({ tone = 'plain', children }: { tone?: Tone; children: ReactNode }) {
  return <span className={`tag tag-${tone}`}>{children}</span>;
}

const SEVERITY_TONES: Record<Severity, Tone> = {
  notice: 'info',
  warning: 'warn',
  breach: 'bad',
  grave: 'grave',
};

export function SeverityTag({ severity }: { severity: Severity }) {
  return <StatusTag tone={SEVERITY_TONES[severity]}>{t(`severity.${severity}`)}</StatusTag>;
}

// How grave it is has the colour; the status stays quiet, save where something is left to do.
const FINDING_TONES: Record<string, Tone> = { doubt: 'warn', near: 'info' };

export function FindingStatusTag({ status }: { status: string }) {
  return (
    <StatusTag tone={FINDING_TONES[status] ?? 'plain'}>{tOf('finding_status', status) ?? status}</StatusTag>
  );
}

const DUTY_TONES: Record<string, Tone> = {
  open: 'info',
  near: 'warn',
  met: 'good',
  met_late: 'warn',
  breached: 'bad',
};

/** 义务的状态：名称由接口给出。 */
export function DutyTag({ state, name }: { state: string; name: string }) {
  return <StatusTag tone={DUTY_TONES[state] ?? 'plain'}>{name}</StatusTag>;
}
