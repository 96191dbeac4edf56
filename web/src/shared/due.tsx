import { Tooltip } from 'antd';
import { t } from '@/messages/text';
import { dateWithWeekday, instant } from './format';
import { StatusTag } from './status-tag';

/** 还剩几个工作日时算近：只管颜色，临期与否由法典说。 */
const NEAR = 3;

/** 到期：日子与还剩的工作日（由接口算出）；以小时计的写到分。 */
export function Due(props: {
  on: string | null | undefined;
  at?: string | null | undefined;
  remaining: number | null | undefined;
  isProvisional?: boolean | undefined;
}) {
  const { on, at, remaining } = props;
  if (!on) return <>{t('unit.none')}</>;
  const tone = remaining == null ? '' : remaining < 0 ? 'due-late' : remaining <= NEAR ? 'due-near' : 'quiet';
  return (
    <span className="due">
      <span className="num">{at ? instant(at) : dateWithWeekday(on)}</span>
      {remaining != null && <span className={`num ${tone}`}>{remainingText(remaining)}</span>}
      {props.isProvisional && (
        <Tooltip title={t('unit.provisional_hint')}>
          <span>
            <StatusTag tone="warn">{t('unit.provisional')}</StatusTag>
          </span>
        </Tooltip>
      )}
    </span>
  );
}

export function remainingText(days: number): string {
  if (days < 0) return t('unit.overdue', { days: -days });
  return days === 0 ? t('unit.due_today') : t('unit.remaining', { days });
}
