import { expect, test } from 'vitest';
import { type ServerEvent, serverEvents } from './server-events';

async function read(chunks: string[]): Promise<ServerEvent[]> {
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(encoder.encode(chunk));
      controller.close();
    },
  });
  const events: ServerEvent[] = [];
  for await (const event of serverEvents(body)) events.push(event);
  return events;
}

test('events are read across chunks, heartbeats are passed over', async () => {
  const events = await read([
    ': still here\n\nid: 7\nevent: case_cha',
    'nged\ndata: {"a":1}\n',
    '\nid: 8\r\ndata: x\r\n\r\nid: 9\ndata: cut',
  ]);
  expect(events).toEqual([
    { id: '7', name: 'case_changed', data: '{"a":1}' },
    { id: '8', name: 'message', data: 'x' },
  ]);
});
