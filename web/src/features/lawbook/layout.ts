import type { ProcedureStep, ProcedureTable } from './queries';

/** 图上的一个状态。 */
export interface StateBox {
  code: string;
  name: string;
  isStart: boolean;
  isFinal: boolean;
  /** 第几层、层里第几个，都从 0 起。 */
  layer: number;
  place: number;
}

/** 图上的一条线：从一个状态到另一个，几步合成一条。 */
export interface StateLine {
  from: string;
  to: string;
  /** 各步在表里的序号，从 1 起。 */
  steps: number[];
}

export interface Picture {
  boxes: StateBox[];
  lines: StateLine[];
  layers: number;
  width: number;
}

/** 状态图的布局：离起始几步就在第几层；层里按上一层的位置排，线少交叉。走不到的放在最后一层。 */
export function picture(table: ProcedureTable): Picture {
  const lines = linesOf(table.transitions);
  const depth = depths(table.start.code, lines);
  const deepest = Math.max(0, ...depth.values());
  const finals = new Set(table.finals.map((it) => it.code));
  const layers = new Map<number, string[]>();
  for (const state of table.states) {
    const layer = depth.get(state.code) ?? deepest + 1;
    layers.set(layer, [...(layers.get(layer) ?? []), state.code]);
  }
  const place = new Map<string, number>();
  const ordered = [...layers].sort(([a], [b]) => a - b);
  for (const [, codes] of ordered) {
    const middle = (code: string) => {
      const before = lines.filter((line) => line.to === code).flatMap((line) => place.get(line.from) ?? []);
      return before.length === 0 ? 0 : before.reduce((sum, at) => sum + at, 0) / before.length;
    };
    const sorted = codes
      .map((code) => ({ code, at: middle(code) }))
      .sort((a, b) => a.at - b.at || a.code.localeCompare(b.code));
    sorted.forEach(({ code }, at) => {
      // Centred, so that a layer of one stands in the middle.
      place.set(code, at - (sorted.length - 1) / 2);
    });
  }
  const width = Math.max(1, ...ordered.map(([, codes]) => codes.length));
  const boxes = table.states.map((state) => ({
    code: state.code,
    name: state.name,
    isStart: state.code === table.start.code,
    isFinal: finals.has(state.code),
    layer: depth.get(state.code) ?? deepest + 1,
    place: (place.get(state.code) ?? 0) + (width - 1) / 2,
  }));
  return { boxes, lines, layers: Math.max(...boxes.map((box) => box.layer)) + 1, width };
}

/** 改变状态的各步合成线；不改变状态的不画，只在表里。 */
export function linesOf(transitions: ProcedureStep[]): StateLine[] {
  const lines = new Map<string, StateLine>();
  transitions.forEach((step, at) => {
    const to = step.to?.code;
    if (!to) return;
    for (const from of step.from) {
      if (from.code === to) continue;
      const key = `${from.code} ${to}`;
      const line = lines.get(key) ?? { from: from.code, to, steps: [] };
      line.steps.push(at + 1);
      lines.set(key, line);
    }
  });
  return [...lines.values()];
}

function depths(start: string, lines: StateLine[]): Map<string, number> {
  const depth = new Map([[start, 0]]);
  const waiting = [start];
  for (let code = waiting.shift(); code !== undefined; code = waiting.shift()) {
    const next = (depth.get(code) ?? 0) + 1;
    for (const line of lines) {
      if (line.from !== code || depth.has(line.to)) continue;
      depth.set(line.to, next);
      waiting.push(line.to);
    }
  }
  return depth;
}

/** 几步的序号写短：连着的写成起止。 */
export function stepsText(steps: number[]): string {
  const runs: [number, number][] = [];
  for (const step of steps) {
    const last = runs.at(-1);
    if (last && step === last[1] + 1) last[1] = step;
    else runs.push([step, step]);
  }
  return runs.map(([from, to]) => (from === to ? `${from}` : `${from}–${to}`)).join(',');
}
