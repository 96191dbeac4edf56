import { expect, test } from 'vitest';
import type { ParameterSetting } from './queries';
import { settingsShown } from './settings';

const setting = (over: Partial<ParameterSetting>): ParameterSetting => ({
  citations: [],
  effective_on: '2021-07-15',
  expires_on: null,
  department: null,
  region: null,
  item: null,
  marks: [],
  scope_text: '',
  value: '',
  value_text: '',
  ...over,
});
const general = setting({});
const customs = setting({ department: { code: 'customs', name: 'c' } });
const old = setting({ department: { code: 'ecology', name: 'e' }, expires_on: '2023-07-01' });
const city = setting({ region: { code: '950100', name: 'r' } });

test('a department sees the general setting and its own', () => {
  expect(settingsShown([general, customs, old], { department: 'customs' })).toEqual([general, customs]);
});

test('a setting ends on the day it expires', () => {
  expect(settingsShown([old], { on: '2023-06-30' })).toEqual([old]);
  expect(settingsShown([old], { on: '2023-07-01' })).toEqual([]);
  expect(settingsShown([general], { on: '2021-07-14' })).toEqual([]);
});

test('a district lies within its city', () => {
  expect(settingsShown([city], { region: '950102' })).toEqual([city]);
  expect(settingsShown([city], { region: '950200' })).toEqual([]);
});
