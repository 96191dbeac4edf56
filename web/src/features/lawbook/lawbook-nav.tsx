import { Link, useRouterState } from '@tanstack/react-router';
import { t } from '@/messages/text';
import { may } from '@/shared/may';
import { useSession } from '@/shared/use-session';
import '@/shared/sub-nav.css';
import './lawbook.css';

/** 法典的各面：规则、程序、事件种类、裁量。 */
export function LawbookNav() {
  const session = useSession();
  const isRule = useRouterState({ select: (state) => state.location.pathname.includes('/lawbook/rules/') });
  return (
    <nav className="sub-nav" aria-label={t('lawbook.parts')}>
      <Link
        to="/lawbook"
        activeOptions={{ exact: true, includeSearch: false }}
        {...(isRule ? { className: 'active' } : {})}
      >
        {t('lawbook.rules')}
      </Link>
      <Link to="/lawbook/procedures">{t('lawbook.procedures')}</Link>
      <Link to="/lawbook/event-kinds" activeOptions={{ includeSearch: false }}>
        {t('lawbook.event_kinds')}
      </Link>
      <Link to="/lawbook/discretion" activeOptions={{ includeSearch: false }}>
        {t('lawbook.discretion')}
      </Link>
      {may(session, 'lawbook.simulate') && <Link to="/lawbook/foresight">{t('foresight.title')}</Link>}
      {may(session, 'lawbook.read') && <Link to="/lawbook/state">{t('lawbook.state')}</Link>}
    </nav>
  );
}
