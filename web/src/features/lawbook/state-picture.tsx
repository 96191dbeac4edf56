import { t } from '@/messages/text';
import type { ProcedureTable, StateBox, StateLine } from './queries';

/** 状态图：位置与走线由接口给出，这里只画；线旁的数是表里的序号。选一个状态，它的出入突出。 */
export function StatePicture(props: {
  table: ProcedureTable;
  chosen: string | undefined;
  onChoose: (code: string) => void;
}) {
  const { table, chosen } = props;
  const { width, height, boxes, lines } = table.picture;
  const isNear = (line: StateLine) => line.from === chosen || line.to === chosen;
  const kind = (line: StateLine) => (isNear(line) ? 'near' : 'far');
  // What is chosen is drawn last, above the others.
  const ordered = [...lines].sort((a, b) => Number(isNear(a)) - Number(isNear(b)));
  return (
    <div className="law-picture">
      {/* biome-ignore lint/a11y/useSemanticElements: a drawing is no fieldset */}
      <svg
        width={width}
        height={height}
        viewBox={`0 0 ${width} ${height}`}
        role="group"
        aria-label={t('lawbook.picture_of', { name: table.name })}
      >
        <defs>
          {['far', 'near'].map((kind) => (
            <marker
              key={kind}
              id={`arrow-${kind}`}
              viewBox="0 0 8 8"
              refX="7"
              refY="4"
              markerWidth="7"
              markerHeight="7"
              orient="auto"
            >
              <path d="M0 0 8 4 0 8z" className={`law-arrow-${kind}`} />
            </marker>
          ))}
        </defs>
        {ordered.map((line) => (
          <g key={key(line)} className={`law-line law-line-${kind(line)}`} aria-hidden>
            <path d={line.path} markerEnd={`url(#arrow-${kind(line)})`} />
          </g>
        ))}
        {boxes.map((box) => (
          <Box
            key={box.state.code}
            box={box}
            isChosen={box.state.code === chosen}
            onChoose={props.onChoose}
          />
        ))}
        {ordered
          .filter((line) => !chosen || isNear(line))
          .map((line) => (
            <g key={key(line)} className={`law-line law-line-${kind(line)}`} aria-hidden>
              <text x={line.label_x} y={line.label_y + 4}>
                {line.steps}
              </text>
            </g>
          ))}
      </svg>
    </div>
  );
}

const key = (line: StateLine) => `${line.from} ${line.to}`;

function Box(props: { box: StateBox; isChosen: boolean; onChoose: (code: string) => void }) {
  const { box, isChosen, onChoose } = props;
  const { code, name } = box.state;
  const kind = box.is_start ? 'is-start' : box.is_final ? 'is-final' : '';
  const what = box.is_start ? t('lawbook.is_start') : box.is_final ? t('lawbook.is_final') : '';
  return (
    // biome-ignore lint/a11y/useSemanticElements: a button cannot stand inside a drawing
    <g
      role="button"
      tabIndex={0}
      aria-pressed={isChosen}
      aria-label={what ? t('lawbook.state_what', { name, what }) : name}
      className={`law-state ${kind} ${isChosen ? 'is-chosen' : ''}`}
      onClick={() => onChoose(code)}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' && event.key !== ' ') return;
        event.preventDefault();
        onChoose(code);
      }}
    >
      <rect
        x={box.x}
        y={box.y}
        width={box.width}
        height={box.height}
        rx={box.is_final ? box.height / 2 : 5}
      />
      <text x={box.x + box.width / 2} y={box.y + box.height / 2 + 5}>
        {name}
      </text>
    </g>
  );
}
