import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Alert, Checkbox } from 'antd';
import { useState } from 'react';
import type { ScoreRow, ScoreSheet } from '@/api/types';
import { t } from '@/messages/text';
import { count } from '@/shared/format';
import { Loaded } from '@/shared/loaded';
import { Panel } from '@/shared/page-shell';
import { StatusTag, type Tone } from '@/shared/status-tag';
import './score.css';
import { scoresQuery } from './queries';

/** 评分：照评查的评分表逐项算分；机器判不了的写明要人看什么。 */
export function ScoreTab({ id }: { id: string }) {
  const query = useQuery(scoresQuery(id));
  return (
    <Loaded query={query} isEmpty={(sheets) => sheets.length === 0} empty={t('score.none')}>
      {(sheets) => sheets.map((sheet) => <Sheet key={sheet.sheet.code} sheet={sheet} />)}
    </Loaded>
  );
}

function Sheet({ sheet }: { sheet: ScoreSheet }) {
  const [isWhole, setWhole] = useState(false);
  const vetoes = sheet.vetoes.filter((row) => isWhole || matters(row));
  const items = sheet.items.filter((row) => isWhole || matters(row));
  const rows = [...sheet.vetoes, ...sheet.items];
  const quiet = rows.filter((row) => !matters(row)).length;
  return (
    <Panel
      title={sheet.sheet.name}
      aside={t('score.as_of', { on: sheet.as_of_on, lawbook: sheet.lawbook })}
      className="score"
    >
      <div className="score-head">
        <Mark sheet={sheet} />
        <dl>
          <dt>{t('score.closed')}</dt>
          <dd>{sheet.closed_text}</dd>
          <dt>{t('score.base')}</dt>
          <dd>{t('score.base_of', { full: sheet.full, not: sheet.not_applicable, base: sheet.base })}</dd>
          <dt>{t('score.left')}</dt>
          <dd>{t('score.left_n', { n: count(sheet.left_to_person.length) })}</dd>
        </dl>
      </div>
      {sheet.is_vetoed && <Alert type="error" showIcon title={t('score.vetoed')} />}
      <Checkbox
        className="score-whole"
        checked={isWhole}
        onChange={(event) => setWhole(event.target.checked)}
      >
        {t('score.whole', { n: count(quiet) })}
      </Checkbox>
      {vetoes.length > 0 && <Rows title={t('score.vetoes')} rows={vetoes} />}
      {items.length > 0 && <Rows title={t('score.items')} rows={items} />}
      <p className="quiet">
        {sheet.citations.join('；')}
        {sheet.note && ` ${sheet.note}`}
      </p>
    </Panel>
  );
}

/** 得分；至少与至多不同的写成一段，照建议的在前。 */
function Mark({ sheet }: { sheet: ScoreSheet }) {
  const score = sheet.score;
  // However many points: a veto decides first.
  if (sheet.is_vetoed) {
    return (
      <div className="score-mark">
        <strong>{sheet.grade}</strong>
        {score && <span className="quiet">{t('score.beside_veto', { n: score.proposed })}</span>}
      </div>
    );
  }
  return (
    <div className="score-mark">
      <strong className="num">
        {score ? t('score.points', { n: score.proposed }) : t('score.no_points')}
      </strong>
      <span>{sheet.grade}</span>
      {score && score.least !== score.most && (
        <span className="quiet">{t('score.between', { least: score.least, most: score.most })}</span>
      )}
    </div>
  );
}

/** 有事可说的：扣了分，或要人看。 */
const matters = (row: ScoreRow) => row.is_open || (row.steps.length > 0 && !row.is_unrelated);

/** 机器已经认定的：否决了，或扣了分。 */
const isSettled = (row: ScoreRow) =>
  row.full == null ? !row.is_open && row.steps.length > 0 : row.steps.some((step) => step.taken !== '0');

function Rows({ title, rows }: { title: string; rows: ScoreRow[] }) {
  return (
    <section className="score-rows" aria-label={title}>
      <h3>{title}</h3>
      {rows.map((row) => (
        <details key={row.code} open={isSettled(row)}>
          <summary>
            <span className="score-code num">{row.code}</span>
            <span className="score-name">{row.name}</span>
            <StatusTag tone={toneOf(row)}>{row.state_name}</StatusTag>
            {row.full != null && <span className="score-taken num">{taken(row)}</span>}
          </summary>
          {row.part && (
            <p className="quiet score-part">{t('score.part', { part: row.part, by: row.decided_by })}</p>
          )}
          {row.steps.length === 0 && <p className="quiet">{t('score.nothing')}</p>}
          {row.steps.map((step) => (
            <div key={step.say} className="score-step">
              <p>
                {step.say}{' '}
                {row.full != null && step.taken === '0' && step.suggested === '0' && (
                  <span className="quiet">{step.state_name}</span>
                )}
                {step.taken !== '0' && <b className="num"> {t('score.minus', { n: step.taken })}</b>}
                {step.suggested !== '0' && (
                  <span className="num"> {t('score.minus_suggested', { n: step.suggested })}</span>
                )}
              </p>
              <ul>
                {step.reasons.map((reason) => (
                  <li key={`${reason.rule ?? ''} ${reason.text}`}>
                    {reason.rule ? (
                      <Link to="/lawbook/rules/$code" params={{ code: reason.rule }}>
                        {reason.text}
                      </Link>
                    ) : (
                      reason.text
                    )}
                    {reason.citations.length > 0 && (
                      <span className="quiet">（{reason.citations.join('、')}）</span>
                    )}
                    {reason.marks.map((mark) => (
                      <StatusTag key={mark}>{mark}</StatusTag>
                    ))}
                    {reason.evidence.map((line) => (
                      <div key={line} className="quiet">
                        {line}
                      </div>
                    ))}
                  </li>
                ))}
              </ul>
            </div>
          ))}
        </details>
      ))}
    </section>
  );
}

function toneOf(row: ScoreRow): Tone {
  if (row.is_unrelated) return 'plain';
  if (row.is_open) return 'warn';
  if (row.full == null) return row.steps.length > 0 ? 'grave' : 'good';
  return row.taken === '0' ? 'good' : 'bad';
}

/** 扣了多少、满分多少；否决项没有分值。 */
function taken(row: ScoreRow): string {
  if (row.full == null || row.is_unrelated) return '';
  return row.worst === row.taken
    ? t('score.of', { taken: row.taken ?? '0', full: row.full })
    : t('score.of_range', { taken: row.taken ?? '0', worst: row.worst ?? '0', full: row.full });
}
