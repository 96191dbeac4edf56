import { Fragment } from 'react';
import type { components } from '@/api/schema';
import { t } from '@/messages/text';
import { byMonth, type Cell, weekdayNames } from './derivation-months';

type Day = components['schemas']['DerivedDay'];

/** 日历上的推算：每一天计不计入、为什么；调休、放假标出，写明是哪份通知。 */
export function DerivationCalendar(props: { days: Day[]; due: string | null; isCut: boolean }) {
  const months = byMonth(props.days);
  const notices = [
    ...new Set(
      props.days.flatMap((day) =>
        day.holiday
          ? [t('case.notice', { holiday: day.holiday, notice: day.notice ?? t('case.notice_none') })]
          : [],
      ),
    ),
  ];
  return (
    <div className="derived">
      <div className="derived-months">
        {months.map((month) => (
          <table key={month.key} className="derived-month">
            <caption>{t('case.month', { year: month.year, month: month.month })}</caption>
            <thead>
              <tr>
                {weekdayNames().map((name) => (
                  <th key={name} scope="col">
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {month.weeks.map((week) => (
                <tr key={week.key}>
                  {week.cells.map((cell) => (
                    <DayCell key={cell.key} cell={cell} due={props.due} />
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        ))}
      </div>
      {props.isCut && <p className="quiet">{t('case.days_cut')}</p>}
      <ul className="derived-legend" aria-label={t('case.legend')}>
        <li>
          <i className="day-start" />
          {t('case.legend_start')}
        </li>
        <li>
          <i className="day-counted" />
          {t('case.legend_counted')}
        </li>
        <li>
          <i className="day-left" />
          {t('case.legend_left')}
        </li>
        <li>
          <i className="day-due" />
          {t('case.legend_due')}
        </li>
        <li>
          <b>{t('case.mark_off')}</b>
          {t('case.legend_off')}
        </li>
        <li>
          <b>{t('case.mark_work')}</b>
          {t('case.legend_work')}
        </li>
      </ul>
      {notices.length > 0 && (
        <p className="derived-notices quiet">
          {notices.map((notice) => (
            <Fragment key={notice}>
              {notice}
              <br />
            </Fragment>
          ))}
        </p>
      )}
    </div>
  );
}

function DayCell({ cell, due }: { cell: Cell; due: string | null }) {
  const { day } = cell;
  if (!day) return <td className="day-none">{cell.date ?? ''}</td>;
  const isDue = day.on === due;
  const kind = isDue ? 'day-due' : cell.isStart ? 'day-start' : day.is_counted ? 'day-counted' : 'day-left';
  const mark = day.is_make_up ? t('case.mark_work') : day.holiday ? t('case.mark_off') : '';
  const said = isDue ? t('case.day_due', { reason: day.reason }) : day.reason;
  return (
    <td className={kind} title={`${day.on} ${said}`}>
      <span aria-hidden>{cell.date}</span>
      {mark && (
        <b aria-hidden className={day.is_make_up ? 'is-work' : 'is-off'}>
          {mark}
        </b>
      )}
      {day.is_counted && <small aria-hidden>{cell.nth}</small>}
      <span className="only-read">{`${day.on}，${said}`}</span>
    </td>
  );
}
