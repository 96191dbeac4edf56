import { t } from '@/messages/text';
import type { Term } from './queries';

/** 期间：含首日，不含止日。 */
export function termText(term: Term): string {
  return term.to_on
    ? t('registry.term', { from: term.from_on, to: term.to_on })
    : t('registry.term_open', { from: term.from_on });
}
