/** Pages of a list that is read whole; a longer one is not what this is for. */
const PAGES_MAX = 50;

/** 一页一页读完一个列表：要全的才用（树、名称对照），给人翻的用列表页。 */
export async function everyPage<T>(
  page: (cursor: { cursor?: string }) => Promise<{ items: T[]; next?: string | null | undefined }>,
): Promise<T[]> {
  const all: T[] = [];
  let cursor: { cursor?: string } = {};
  for (let n = 0; n < PAGES_MAX; n += 1) {
    const { items, next } = await page(cursor);
    all.push(...items);
    if (!next) break;
    cursor = { cursor: next };
  }
  return all;
}
