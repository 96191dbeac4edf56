import type { Finding } from '@/api/types';
import { t } from '@/messages/text';

/** 一个发现为什么：依据、事实、推算、缺什么、怎么办；终结了的没有文字。 */
export function Reasons({ text }: { text: Finding['text'] }) {
  if (!text) return <p className="quiet">{t('desk.no_text')}</p>;
  return (
    <>
      <Lines title={t('desk.articles')} lines={text.articles} />
      <Lines title={t('desk.remedy')} lines={text.remedy ? [text.remedy] : []} />
      <Lines title={t('desk.why')} lines={text.sentences} />
      <Lines title={t('desk.facts')} lines={text.facts} />
      <Lines title={t('desk.checks')} lines={text.checks} />
      <Lines title={t('desk.derivation')} lines={text.derivation} isOrdered />
      <Lines title={t('desk.parameters')} lines={text.parameters} />
      <Lines title={t('desk.references')} lines={text.references} />
      <Lines title={t('desk.missing')} lines={text.missing} />
      <Lines title={t('desk.advice')} lines={text.advice} />
      <Lines title={t('desk.marks')} lines={text.marks} />
    </>
  );
}

function Lines(props: { title: string; lines: string[]; isOrdered?: boolean }) {
  if (props.lines.length === 0) return null;
  const items = props.lines.map((line) => <li key={line}>{line}</li>);
  return (
    <section>
      <h3>{props.title}</h3>
      {props.isOrdered ? <ol>{items}</ol> : <ul>{items}</ul>}
    </section>
  );
}
