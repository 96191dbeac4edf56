import { t } from '@/messages/text';
import { todayInShanghai } from '@/shared/format';
import type { Term } from './queries';

/** 期间：含首日，不含止日。 */
export function termText(term: Term, today = todayInShanghai(new Date())): string {
  // What is known beforehand (a card that will run out) has not begun.
  if (term.from_on > today) return t('registry.term_future', { from: term.from_on });
  return term.to_on
    ? t('registry.term', { from: term.from_on, to: term.to_on })
    : t('registry.term_open', { from: term.from_on });
}
