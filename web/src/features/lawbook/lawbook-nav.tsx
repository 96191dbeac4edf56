import { Link, useRouterState } from '@tanstack/react-router';
import { t } from '@/messages/text';
import '@/shared/sub-nav.css';
import './lawbook.css';

/** 法典的三面：规则、程序、事件种类。 */
export function LawbookNav() {
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
    </nav>
  );
}
