import type { Finding } from '@/api/types';
import { t } from '@/messages/text';

type Text = NonNullable<Finding['text']>;

/** 一个发现的细处：说明、事实、推算、缺什么、建议。 */
export function FindingDetails({ text }: { text: Text }) {
  return (
    <>
      <Lines title={t('case.sentences')} lines={text.sentences} />
      <Lines title={t('case.facts')} lines={text.facts} />
      <Lines title={t('case.checks')} lines={text.checks} />
      <Lines title={t('case.how_derived')} lines={text.derivation} isOrdered />
      <Lines title={t('case.parameters')} lines={text.parameters} />
      <Lines title={t('case.references')} lines={text.references} />
      <Lines title={t('case.missing')} lines={text.missing} />
      <Lines title={t('case.advice')} lines={text.advice} />
      <Lines title={t('case.marks')} lines={text.marks} />
    </>
  );
}

/** 一个发现的全部文字，依据在前；终结了的没有文字。 */
export function FindingText({ text }: { text: Finding['text'] }) {
  if (!text) return <p className="quiet">{t('desk.no_text')}</p>;
  return (
    <>
      <Lines title={t('desk.articles')} lines={text.articles} />
      <Lines title={t('desk.remedy')} lines={text.remedy ? [text.remedy] : []} />
      <FindingDetails text={text} />
    </>
  );
}

/** 一组文字，有题目；没有的不占地方。 */
export function Lines(props: { title: string; lines: string[]; isOrdered?: boolean }) {
  if (props.lines.length === 0) return null;
  const items = props.lines.map((line) => <li key={line}>{line}</li>);
  return (
    <section>
      <h3>{props.title}</h3>
      {props.isOrdered ? <ol>{items}</ol> : <ul>{items}</ul>}
    </section>
  );
}
