// @vitest-environment jsdom
import { act, cleanup, render, screen } from '@testing-library/react';
import { afterEach, expect, test, vi } from 'vitest';
import { Problem, type ProblemBody } from '@/api/problem';
import { PageCrash, PageWait, ProblemPage, StaleNote } from './page-states';

afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

const body = (status: number): ProblemBody => ({
  type: 'x',
  title: '不能办',
  status,
  detail: '',
  code: 'x',
  trace_id: '0af7651916cd43dd8448eb211c80319c',
});

test('a long wait says that it is long, and what to do', () => {
  vi.useFakeTimers();
  render(<PageWait />);
  expect(screen.getByRole('status').textContent).not.toContain('比平常慢');
  act(() => {
    vi.advanceTimersByTime(10_000);
  });
  expect(screen.getByRole('status').textContent).toContain('比平常慢');
});

test('a trace number is given where the log says more, not where a right is wanting', () => {
  const { unmount } = render(<ProblemPage problem={new Problem(500, body(500))} />);
  expect(screen.getByText(/追踪号/)).toBeTruthy();
  unmount();
  render(<ProblemPage problem={new Problem(403, body(403))} />);
  expect(screen.queryByText(/追踪号/)).toBeNull();
});

test('a cut line while a page is opened is told as one, in no English', () => {
  render(<PageCrash error={new Problem(0, null)} reset={() => {}} />);
  expect(screen.getByText('连不上服务器')).toBeTruthy();
  expect(screen.queryByText(/HTTP/)).toBeNull();
});

test('what is shown after a failed refresh is said to be old, and can be fetched again', () => {
  const retry = vi.fn();
  render(<StaleNote error={new Problem(0, null)} onRetry={retry} />);
  expect(screen.getByRole('alert').textContent).toContain('先前取到的');
  screen.getByRole('button', { name: '再试一次' }).click();
  expect(retry).toHaveBeenCalledOnce();
});
