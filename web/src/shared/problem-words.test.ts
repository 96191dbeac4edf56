import { expect, test } from 'vitest';
import { Problem, type ProblemBody } from '@/api/problem';
import { problemDetail } from './problem-words';

const problem = (code: string, detail: string) =>
  new Problem(409, { code, title: '题', detail, status: 409 } as unknown as ProblemBody);

test('words for programs are put in words for people, others stay', () => {
  expect(problemDetail(problem('rate-limited', '请按 Retry-After 稍后再试。'))).not.toContain('Retry-After');
  expect(problemDetail(problem('decision-blocked', '请逐条处理 findings。'))).not.toContain('findings');
  expect(problemDetail(problem('invalid-request', '请按 errors 列出的位置逐处改正后重发。'))).not.toContain(
    'errors',
  );
  expect(problemDetail(problem('not-found', '请核对地址与标识。'))).toBe('请核对地址与标识。');
});
