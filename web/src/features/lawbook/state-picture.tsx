import { useMemo } from 'react';
import { t } from '@/messages/text';
import { picture, type StateBox, type StateLine, stepsText } from './layout';
import type { ProcedureTable } from './queries';

const BOX_W = 128;
const BOX_H = 38;
const GAP_X = 34;
const GAP_Y = 62;
const MARGIN = 24;

/** 状态图：自上而下；线旁的数是表里的序号。选一个状态，它的出入突出。 */
export function StatePicture(props: {
  table: ProcedureTable;
  chosen: string | undefined;
  onChoose: (code: string) => void;
}) {
  const { table, chosen } = props;
  const drawn = useMemo(() => picture(table), [table]);
  const at = new Map(drawn.boxes.map((box) => [box.code, box]));
  const width = drawn.width * (BOX_W + GAP_X) - GAP_X + MARGIN * 4;
  const height = drawn.layers * (BOX_H + GAP_Y) - GAP_Y + MARGIN * 2;
  const isNear = (line: StateLine) => line.from === chosen || line.to === chosen;
  const lines = [...drawn.lines].sort((a, b) => Number(isNear(a)) - Number(isNear(b)));
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
              orient="auto-start-reverse"
            >
              <path d="M0 0 8 4 0 8z" className={`law-arrow-${kind}`} />
            </marker>
          ))}
        </defs>
        {lines.map((line) => {
          const from = at.get(line.from);
          const to = at.get(line.to);
          if (!from || !to) return null;
          const kind = isNear(line) ? 'near' : 'far';
          const shape = curve(from, to);
          return (
            <g key={`${line.from} ${line.to}`} className={`law-line law-line-${kind}`} aria-hidden>
              <path d={shape.path} markerEnd={`url(#arrow-${kind})`} />
              {(kind === 'near' || !chosen) && (
                <text x={shape.x} y={shape.y}>
                  {stepsText(line.steps)}
                </text>
              )}
            </g>
          );
        })}
        {drawn.boxes.map((box) => (
          <Box key={box.code} box={box} isChosen={box.code === chosen} onChoose={props.onChoose} />
        ))}
      </svg>
    </div>
  );
}

const left = (box: StateBox) => MARGIN * 2 + box.place * (BOX_W + GAP_X);
const top = (box: StateBox) => MARGIN + box.layer * (BOX_H + GAP_Y);

function Box(props: { box: StateBox; isChosen: boolean; onChoose: (code: string) => void }) {
  const { box, isChosen, onChoose } = props;
  const kind = box.isStart ? 'is-start' : box.isFinal ? 'is-final' : '';
  const what = box.isStart ? t('lawbook.is_start') : box.isFinal ? t('lawbook.is_final') : '';
  return (
    // biome-ignore lint/a11y/useSemanticElements: a button cannot stand inside a drawing
    <g
      role="button"
      tabIndex={0}
      aria-pressed={isChosen}
      aria-label={what ? t('lawbook.state_what', { name: box.name, what }) : box.name}
      className={`law-state ${kind} ${isChosen ? 'is-chosen' : ''}`}
      onClick={() => onChoose(box.code)}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' && event.key !== ' ') return;
        event.preventDefault();
        onChoose(box.code);
      }}
    >
      <rect x={left(box)} y={top(box)} width={BOX_W} height={BOX_H} rx={box.isFinal ? 19 : 5} />
      <text x={left(box) + BOX_W / 2} y={top(box) + BOX_H / 2 + 5}>
        {box.name}
      </text>
    </g>
  );
}

/** 往下的线从下边到上边；往回、同层的从侧边绕。数字写在线的中间。 */
function curve(from: StateBox, to: StateBox): { path: string; x: number; y: number } {
  if (to.layer > from.layer) {
    const [x1, y1] = [left(from) + BOX_W / 2, top(from) + BOX_H];
    const [x2, y2] = [left(to) + BOX_W / 2, top(to) - 2];
    const isLong = to.layer - from.layer > 1;
    // A line over several layers leans aside, off the states that stand between.
    const lean = isLong ? (BOX_W / 2 + 14) * (to.place >= from.place ? 1 : -1) : 0;
    const bend = (y2 - y1) / 2;
    const path = `M${x1} ${y1} C${x1 + lean} ${y1 + bend} ${x2 + lean} ${y2 - bend} ${x2} ${y2}`;
    return { path, x: (x1 + x2) / 2 + lean * 0.75, y: (y1 + y2) / 2 };
  }
  const side = to.place >= from.place ? 1 : -1;
  const x1 = left(from) + (side > 0 ? BOX_W : 0);
  const x2 = left(to) + (side > 0 ? BOX_W : 0) + (side > 0 ? 2 : -2);
  const [y1, y2] = [top(from) + BOX_H / 2, top(to) + BOX_H / 2];
  if (from.layer === to.layer) {
    const near = left(to) + (side > 0 ? -2 : BOX_W + 2);
    const dip = y1 + (Math.abs(to.place - from.place) > 1 ? BOX_H : 0);
    return {
      path: `M${x1} ${y1} C${x1 + side * 14} ${dip} ${near - side * 14} ${dip} ${near} ${y2}`,
      x: (x1 + near) / 2,
      y: dip - 5,
    };
  }
  const out = side * (24 + 10 * (from.layer - to.layer));
  const far = side > 0 ? Math.max(x1, x2) + out : Math.min(x1, x2) + out;
  return {
    path: `M${x1} ${y1} C${far} ${y1} ${far} ${y2} ${x2} ${y2}`,
    x: (far * 3 + (x1 + x2) / 2) / 4,
    y: (y1 + y2) / 2,
  };
}
