/** 服务器推来的一个事件（SSE）。 */
export interface ServerEvent {
  id: string | null;
  name: string;
  data: string;
}

/** 把字节流读成事件；注释（心跳）跳过，没有收全的等下一段。 */
export async function* serverEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<ServerEvent> {
  const reader = body
    .pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>)
    .getReader();
  let held = '';
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      held = (held + value).replaceAll('\r\n', '\n');
      let end = held.indexOf('\n\n');
      while (end >= 0) {
        const event = parse(held.slice(0, end));
        held = held.slice(end + 2);
        if (event) yield event;
        end = held.indexOf('\n\n');
      }
    }
  } finally {
    void reader.cancel().catch(() => undefined);
  }
}

function parse(block: string): ServerEvent | null {
  let id: string | null = null;
  let name = 'message';
  const data: string[] = [];
  for (const line of block.split('\n')) {
    const colon = line.indexOf(':');
    if (colon <= 0) continue;
    const value = line.slice(colon + 1).replace(/^ /, '');
    const field = line.slice(0, colon);
    if (field === 'id') id = value;
    else if (field === 'event') name = value;
    else if (field === 'data') data.push(value);
  }
  return data.length > 0 ? { id, name, data: data.join('\n') } : null;
}
