import { useQuery } from '@tanstack/react-query';
import { Select } from 'antd';
import { t } from '@/messages/text';
import { Loaded } from '@/shared/loaded';
import { NotADecision, ReckoningView, TryElsewhere } from '@/shared/reckoning';
import { discretionQuery } from './queries';

/** 裁量：选违法行为，照本案的事实算出区间，每一项说符合与否与为什么；不是决定。 */
export function DiscretionTab(props: {
  id: string;
  item: string | undefined;
  onChoose: (item: string) => void;
}) {
  const query = useQuery(discretionQuery(props.id, props.item));
  return (
    <Loaded
      query={query}
      isEmpty={(found) => found.discretion_items.length === 0}
      empty={t('discretion.none')}
    >
      {(found) => (
        <>
          <div className="reckoning-ask">
            <label htmlFor="discretion-item">{t('discretion.item_choose')}</label>
            <Select
              id="discretion-item"
              showSearch={{ optionFilterProp: 'label' }}
              placeholder={t('discretion.item')}
              value={props.item ?? null}
              onChange={(item: string | null) => item && props.onChoose(item)}
              options={found.discretion_items.map((it) => ({ value: it.code, label: it.name }))}
            />
            <p className="quiet">
              {t('discretion.item_hint')} {props.item && <TryElsewhere item={props.item} />}
            </p>
          </div>
          {found.reckoning ? (
            <ReckoningView told={found.reckoning} />
          ) : (
            <>
              <NotADecision />
              <p className="quiet">{t('discretion.choose_first')}</p>
            </>
          )}
        </>
      )}
    </Loaded>
  );
}
