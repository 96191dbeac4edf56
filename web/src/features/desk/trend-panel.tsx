import { useQuery } from '@tanstack/react-query';
import type { CSSProperties } from 'react';
import { t } from '@/messages/text';
import { count, date } from '@/shared/format';
import { Loaded } from '@/shared/loaded';
import { Panel } from '@/shared/page-shell';
import { trendQuery } from './queries';
import type { DeskSearch } from './search';

/** 一季以来每周新发现、消除的个数：一周两根条，数写在条上；读屏器读到的是一张表。 */
export function TrendPanel({ scope }: { scope: DeskSearch }) {
  const query = useQuery(trendQuery(scope));
  return (
    <Panel
      title={t('desk.trend')}
      aside={
        <span>
          <i className="desk-key desk-bar-found" /> {t('desk.trend_found')}
          <i className="desk-key desk-bar-ended" /> {t('desk.trend_ended')}
        </span>
      }
    >
      <Loaded query={query} isEmpty={(data) => data.trend.length === 0} empty={t('desk.trend_none')}>
        {({ trend }) => {
          const most = Math.max(1, ...trend.flatMap((point) => [point.found, point.ended]));
          return (
            // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
            <section className="desk-scroll" tabIndex={0} aria-label={t('desk.trend')}>
              <table className="desk-trend" aria-label={t('desk.trend')}>
                <thead className="desk-trend-head">
                  <tr>
                    <th scope="col">{t('desk.trend_week')}</th>
                    <th scope="col">{t('desk.trend_found')}</th>
                    <th scope="col">{t('desk.trend_ended')}</th>
                  </tr>
                </thead>
                <tbody className="desk-weeks">
                  {trend.map((point) => (
                    <tr key={point.on} className="desk-week">
                      <th scope="row" className="desk-week-name">
                        <span className="num">{date(point.on).slice(5)}</span>
                      </th>
                      <Bar n={point.found} most={most} kind="found" />
                      <Bar n={point.ended} most={most} kind="ended" />
                    </tr>
                  ))}
                </tbody>
              </table>
            </section>
          );
        }}
      </Loaded>
    </Panel>
  );
}

/** 一根条：占最长的几分之几；宽的屏上竖着，手机上横着。 */
function Bar({ n, most, kind }: { n: number; most: number; kind: 'found' | 'ended' }) {
  const share = { '--share': n / most } as CSSProperties;
  return (
    <td className="desk-week-n" style={share}>
      <span className="num">{count(n)}</span>
      <i className={`desk-bar desk-bar-${kind}`} />
    </td>
  );
}
