import { expect, test } from 'vitest';
import { fieldFaults, Problem, taken } from './problem';

const body = {
  type: 'x',
  title: '不合要求',
  status: 422,
  detail: '',
  code: 'invalid-request',
  errors: [
    { pointer: '/fields/fine', code: 'wrong-type', message: '“罚款”应为金额' },
    { pointer: '/actors/1/role', code: 'not-a-choice', message: '没有这个角色' },
    { pointer: '/a~1b/~0', code: 'x', message: '转义' },
    { pointer: 'header:If-Match', code: 'missing', message: '没有写版本' },
  ],
};

test('places of a problem become places of a form', () => {
  const { fields, rest } = fieldFaults(new Problem(422, body));
  expect(fields.map((fault) => fault.path)).toEqual([
    ['fields', 'fine'],
    ['actors', 1, 'role'],
    ['a/b', '~'],
  ]);
  expect(rest).toEqual(['没有写版本']);
});

test('a refusal, an answer that is none of ours and a broken line are told apart', async () => {
  const refused = taken(Promise.resolve({ error: body, response: new Response(null, { status: 422 }) }));
  await expect(refused).rejects.toMatchObject({ status: 422, code: 'invalid-request' });
  const strange = taken(Promise.resolve({ error: '<html>', response: new Response(null, { status: 502 }) }));
  await expect(strange).rejects.toMatchObject({ status: 502, code: 'unexplained' });
  const broken = taken(Promise.reject(new TypeError('fetch failed')));
  await expect(broken).rejects.toMatchObject({ status: 0, code: 'unreachable' });
});
