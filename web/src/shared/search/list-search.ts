/** 列表页地址里的状态：条件、次序、列、翻到哪里。都是短文字，空的不写。 */
export interface ListSearch {
  sort?: string;
  cols?: string;
  size?: number;
  cursor?: string;
  page?: number;
}

export const PAGE_SIZES = [20, 50, 100, 200];
export const PAGE_SIZE = 50;

const text = (value: unknown): string | undefined => {
  const written = typeof value === 'number' ? String(value) : value;
  return typeof written === 'string' && written.trim() !== '' ? written : undefined;
};

const whole = (value: unknown): number | undefined => {
  const n = Number(value);
  return Number.isInteger(n) && n > 0 ? n : undefined;
};

/** 由地址读出列表的状态：不认识的参数不要，写错的当作没有写。 */
export function listSearch<F extends string>(names: readonly F[]) {
  return (search: Record<string, unknown>): ListSearch & Partial<Record<F, string>> => {
    const found: Record<string, string | number> = {};
    for (const name of [...names, 'sort', 'cols', 'cursor']) {
      const value = text(search[name]);
      if (value !== undefined) found[name] = value;
    }
    const size = whole(search.size);
    if (size && PAGE_SIZES.includes(size)) found.size = size;
    const page = whole(search.page);
    if (page && page > 1 && found.cursor) found.page = page;
    return found as ListSearch & Partial<Record<F, string>>;
  };
}

/** 条件变了：从头翻起。 */
export function fromStart<S extends ListSearch>(search: S): S {
  const { cursor: _cursor, page: _page, ...rest } = search;
  return rest as S;
}
