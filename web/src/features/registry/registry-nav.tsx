import { Link } from '@tanstack/react-router';
import { t } from '@/messages/text';
import { may } from '@/shared/may';
import { useSession } from '@/shared/use-session';
import '@/shared/sub-nav.css';
import './registry.css';

/** 登记簿的三面：机构与主体、人员与证件、事项。 */
export function RegistryNav() {
  const session = useSession();
  return (
    <nav className="sub-nav" aria-label={t('registry.parts')}>
      <Link to="/registry" activeOptions={{ exact: true, includeSearch: false }}>
        {t('registry.orgs')}
      </Link>
      {may(session, 'personnel.list') && (
        <Link to="/registry/officers" activeOptions={{ includeSearch: false }}>
          {t('registry.officers')}
        </Link>
      )}
      <Link to="/registry/items" activeOptions={{ includeSearch: false }}>
        {t('registry.items')}
      </Link>
    </nav>
  );
}
