import { expect, test } from 'vitest';
import { linesOf, picture, stepsText } from './layout';
import type { ProcedureStep, ProcedureTable } from './queries';

const label = (code: string) => ({ code, name: code });
const step = (from: string[], to: string | null): ProcedureStep => ({
  from: from.map(label),
  on: label('e'),
  to: to ? label(to) : null,
  basis: [],
  condition: null,
  documents: [],
  guards: [],
  records: [],
  requires: [],
  who: [],
});
const table: ProcedureTable = {
  procedure: 'p',
  name: 'p',
  is_main: true,
  start: label('a'),
  finals: [label('d')],
  states: ['a', 'b', 'c', 'd', 'z'].map(label),
  transitions: [
    step(['a'], 'b'),
    step(['a'], 'c'),
    step(['b', 'c'], 'd'),
    step(['d'], 'a'),
    step(['b'], null),
    step(['a'], 'b'),
  ],
};

test('a state stands as many layers down as steps from the start', () => {
  const found = picture(table);
  expect(Object.fromEntries(found.boxes.map((box) => [box.code, box.layer]))).toEqual({
    a: 0,
    b: 1,
    c: 1,
    d: 2,
    z: 3,
  });
  expect(found.boxes.filter((box) => box.isFinal).map((box) => box.code)).toEqual(['d']);
  expect(found.width).toBe(2);
  expect(found.layers).toBe(4);
});

test('no two states of a layer stand in one place', () => {
  const places = picture(table).boxes.map((box) => `${box.layer}/${box.place}`);
  expect(new Set(places).size).toBe(places.length);
});

test('steps between the same states are one line, steps that stay are none', () => {
  expect(linesOf(table.transitions).map((line) => [line.from, line.to, line.steps])).toEqual([
    ['a', 'b', [1, 6]],
    ['a', 'c', [2]],
    ['b', 'd', [3]],
    ['c', 'd', [3]],
    ['d', 'a', [4]],
  ]);
});

test('steps in a row are written as from and to', () => {
  expect(stepsText([6, 7, 8, 10, 12, 13])).toBe('6–8,10,12–13');
  expect(stepsText([])).toBe('');
});
