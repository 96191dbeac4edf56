import type { components } from './schema';

export type ProblemBody = components['schemas']['Problem'];
export type ProblemFinding = components['schemas']['ProblemFinding'];

/** 没有办成：接口的问题答复；连不上的没有答复。程序只看 `code`。 */
export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly body: ProblemBody | null;

  constructor(status: number, body: ProblemBody | null) {
    super(body?.title ?? `HTTP ${status}`);
    this.name = 'Problem';
    this.status = status;
    this.code = body?.code ?? (status === 0 ? 'unreachable' : 'unexplained');
    this.body = body;
  }

  /** 追踪号：报给管理员查日志用。 */
  get traceId(): string | null {
    return this.body?.trace_id ?? null;
  }
}

export function asProblem(error: unknown): Problem {
  return error instanceof Problem ? error : new Problem(0, null);
}

const isProblemBody = (value: unknown): value is ProblemBody =>
  typeof value === 'object' && value !== null && 'code' in value && 'title' in value;

interface Fetched<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** 取出答复；没有办成的抛出 `Problem`。 */
export async function taken<T>(fetched: Promise<Fetched<T>>): Promise<T> {
  return (await takenWhole(fetched)).data;
}

/** 取出答复连同回答头（版本、文件名）。 */
export async function takenWhole<T>(fetched: Promise<Fetched<T>>): Promise<{ data: T; response: Response }> {
  let got: Fetched<T>;
  try {
    got = await fetched;
  } catch {
    throw new Problem(0, null);
  }
  if (!got.response.ok) {
    throw new Problem(got.response.status, isProblemBody(got.error) ? got.error : null);
  }
  return { data: got.data as T, response: got.response };
}

/** 一处不合要求：表单里的哪一项，与给人看的话。 */
export interface FieldFault {
  path: (string | number)[];
  message: string;
}

/**
 * 问题答复里的各处，按 JSON 指针对到表单的项；指不到正文的（查询、请求头）归到 `rest`。
 */
export function fieldFaults(problem: Problem): { fields: FieldFault[]; rest: string[] } {
  const fields: FieldFault[] = [];
  const rest: string[] = [];
  for (const error of problem.body?.errors ?? []) {
    if (error.pointer.startsWith('/')) {
      fields.push({ path: pointerPath(error.pointer), message: error.message });
    } else {
      rest.push(error.message);
    }
  }
  return { fields, rest };
}

function pointerPath(pointer: string): (string | number)[] {
  return pointer
    .slice(1)
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part));
}
