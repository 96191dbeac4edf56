import { type ReactNode, useEffect } from 'react';
import { t } from '@/messages/text';

/** 一页的样子：题名、旁注、操作、正文；题名也是窗口的题名。 */
export function PageShell(props: {
  title: string;
  /** 上一级在哪里：一件东西的页写，列表不写。 */
  up?: ReactNode;
  /** 题名旁的话：状态、编号。 */
  aside?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}) {
  const { title } = props;
  useEffect(() => {
    document.title = t('shell.title', { page: title });
  }, [title]);
  return (
    <section className="page">
      {props.up && (
        <nav className="page-up" aria-label={t('page.up')}>
          {props.up}
        </nav>
      )}
      <div className="page-head">
        <h1>{title}</h1>
        {props.aside && <div className="page-aside">{props.aside}</div>}
        {props.actions && <div className="page-actions">{props.actions}</div>}
      </div>
      {props.children}
    </section>
  );
}

/** 一块内容：小题、旁注、操作。 */
export function Panel(props: {
  title: ReactNode;
  aside?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
  className?: string;
}) {
  return (
    <section className={`panel ${props.className ?? ''}`}>
      <div className="panel-head">
        <h2>{props.title}</h2>
        {props.aside && <div className="panel-aside">{props.aside}</div>}
        {props.actions && <div className="panel-actions">{props.actions}</div>}
      </div>
      <div className="panel-body">{props.children}</div>
    </section>
  );
}
