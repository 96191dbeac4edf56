import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Button } from 'antd';
import { useState } from 'react';
import { t } from '@/messages/text';
import { count } from '@/shared/format';
import { Panel } from '@/shared/page-shell';
import { type CaseLink, linksQuery, proceduresQuery } from './queries';

/** More than these would push the case itself off the screen. */
const SHOWN = 5;

/** 与别的案件的关联：由谁引起、移送到哪里、由哪一件监督；没有的不占地方，多的收起。 */
export function LinksPanel({ id }: { id: string }) {
  const query = useQuery(linksQuery(id));
  const [isWhole, setWhole] = useState(false);
  const links = query.data ?? [];
  const shown = isWhole ? links : links.slice(0, SHOWN);
  if (links.length === 0) return null;
  return (
    <Panel title={t('case.links')}>
      <ul className="case-links">
        {shown.map((link) => (
          <li key={`${link.link.code} ${link.is_incoming} ${link.case?.id ?? link.since}`}>
            <span className="quiet">
              {link.is_incoming ? t('case.link_incoming', { how: link.link.name }) : link.link.name}
            </span>{' '}
            <Other link={link} /> <span className="quiet">{t('case.link_since', { day: link.since })}</span>
          </li>
        ))}
      </ul>
      {links.length > SHOWN && (
        <Button type="link" size="small" aria-expanded={isWhole} onClick={() => setWhole(!isWhole)}>
          {isWhole ? t('case.links_fewer') : t('case.links_more', { n: count(links.length - SHOWN) })}
        </Button>
      )}
    </Panel>
  );
}

function Other({ link }: { link: CaseLink }) {
  const procedures = useQuery(proceduresQuery);
  const other = link.case;
  if (!other) return <span>{t('case.link_unseen')}</span>;
  const name = [other.number ?? t('cases.unnumbered'), other.procedure?.name, other.body_name]
    .filter(Boolean)
    .join(' · ');
  if (procedures.data?.procedures.some((it) => it.is_supervision && it.procedure === other.procedure?.code)) {
    return (
      <Link to="/matters/$id" params={{ id: other.id }}>
        {name}
      </Link>
    );
  }
  if (procedures.data?.procedures.some((it) => it.is_complaint && it.procedure === other.procedure?.code)) {
    return (
      <Link to="/complaints/$id" params={{ id: other.id }}>
        {name}
      </Link>
    );
  }
  return (
    <Link to="/cases/$id" params={{ id: other.id }}>
      {name}
    </Link>
  );
}
