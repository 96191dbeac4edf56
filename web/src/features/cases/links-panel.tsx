import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { t } from '@/messages/text';
import { count, date } from '@/shared/format';
import { Loaded } from '@/shared/loaded';
import { Panel } from '@/shared/page-shell';
import { type CaseLink, linksQuery, proceduresQuery } from './queries';

/** So many stand open; the case itself is what one came for. */
const SHOWN = 5;

/** 与别的案件的关联：由谁引起、移送到哪里、由哪一件监督；没有的不占地方。 */
export function LinksPanel({ id }: { id: string }) {
  const query = useQuery(linksQuery(id));
  // None, or not known yet, takes no room; not fetched is said, lest it be taken for none.
  if (!query.error && (query.data ?? []).length === 0) return null;
  return (
    <Panel title={t('case.links')}>
      <Loaded query={query}>
        {(links) => (
          <>
            <Links links={links.slice(0, SHOWN)} />
            {links.length > SHOWN && (
              <details>
                <summary>{t('case.links_more', { n: count(links.length - SHOWN) })}</summary>
                <Links links={links.slice(SHOWN)} />
              </details>
            )}
          </>
        )}
      </Loaded>
    </Panel>
  );
}

function Links({ links }: { links: CaseLink[] }) {
  return (
    <ul className="case-links">
      {links.map((link) => (
        <li key={`${link.link.code} ${link.is_incoming} ${link.case?.id ?? link.since}`}>
          <span className="quiet">
            {link.is_incoming ? t('case.link_incoming', { how: link.link.name }) : link.link.name}
          </span>{' '}
          <Other link={link} />{' '}
          <span className="quiet nowrap">{t('case.link_since', { day: date(link.since) })}</span>
        </li>
      ))}
    </ul>
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
