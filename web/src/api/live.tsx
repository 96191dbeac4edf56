import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useSyncExternalStore } from 'react';
import type { components } from './schema';
import { type ServerEvent, serverEvents } from './server-events';

type ChangeEvent = components['schemas']['ChangeEvent'];

/** 变动来得密时，合在一起取一次。 */
const GATHER_MS = 150;
const AGAIN_MS_MIN = 1_000;
const AGAIN_MS_MAX = 30_000;
/** One stream for all tabs: a browser opens only six connections to a host, and officers open many tabs. */
const LOCK = 'mingjing-live';

let isLive: boolean | null = null;
const watchers = new Set<() => void>();

function setLive(next: boolean | null) {
  isLive = next;
  for (const watcher of watchers) watcher();
}

/** 实时更新连着没有；这一页用不着的为 null。 */
export function useIsLive(): boolean | null {
  return useSyncExternalStore(watch, () => isLive);
}

function watch(watcher: () => void): () => void {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}

/** 接着收变动：哪一案变了，那一案的各份数据与各列表就重新取；断过的，连上之后都重新取一次。 */
export function LiveChanges() {
  const client = useQueryClient();
  useEffect(() => {
    const changed = new Set<string>();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const flush = () => {
      timer = undefined;
      for (const id of changed) void client.invalidateQueries({ queryKey: ['case', id] });
      changed.clear();
      void client.invalidateQueries({ queryKey: ['lists'] });
    };
    const stop = follow((change) => {
      changed.add(change.case);
      timer ??= setTimeout(flush, GATHER_MS);
    });
    // What changed during a break may have been told to nobody: before the first event there is no place to go on from.
    let wasBroken = false;
    const unwatch = watch(() => {
      if (isLive && wasBroken) {
        void client.invalidateQueries({ queryKey: ['case'] });
        void client.invalidateQueries({ queryKey: ['lists'] });
      }
      wasBroken = isLive === false;
    });
    return () => {
      clearTimeout(timer);
      unwatch();
      stop();
      setLive(null);
    };
  }, [client]);
  return null;
}

type Told = { live: boolean } | { change: ChangeEvent } | { asked: true };

/** Holds the stream if no other tab does, else listens to the tab that holds it. */
function follow(onChange: (change: ChangeEvent) => void): () => void {
  const stopping = new AbortController();
  const others = new BroadcastChannel(LOCK);
  let isHolding = false;
  const hear = (told: Told) => {
    if ('live' in told) setLive(told.live);
    else if ('change' in told) onChange(told.change);
    else if (isHolding && isLive !== null) others.postMessage({ live: isLive } satisfies Told);
  };
  others.onmessage = ({ data }: MessageEvent<Told>) => hear(data);
  const tell = (told: Told) => {
    if (stopping.signal.aborted) return;
    hear(told);
    others.postMessage(told);
  };
  const hold = () => {
    isHolding = true;
    return holdStream(stopping.signal, tell);
  };
  // A tab opened later learns whether the stream stands, without waiting until that changes.
  others.postMessage({ asked: true } satisfies Told);
  // Locks exist on secure origins only; elsewhere each tab has a stream of its own.
  if (navigator.locks) {
    void navigator.locks.request(LOCK, { signal: stopping.signal }, hold).catch(() => undefined);
  } else {
    void hold();
  }
  return () => {
    stopping.abort();
    others.close();
  };
}

/** Reads the stream until told to stop; after a break it goes on behind the last event that was seen. */
async function holdStream(signal: AbortSignal, tell: (told: Told) => void) {
  let lastId: string | null = null;
  let wait = AGAIN_MS_MIN;
  while (!signal.aborted) {
    try {
      const headers: HeadersInit = lastId === null ? {} : { 'Last-Event-ID': lastId };
      const response: Response = await fetch('/api/v1/stream', { headers, signal });
      if (response.status === 401 || response.status === 403) return;
      if (!response.ok || !response.body) throw new Error(`HTTP ${response.status}`);
      tell({ live: true });
      wait = AGAIN_MS_MIN;
      const events: AsyncGenerator<ServerEvent> = serverEvents(response.body);
      for await (const event of events) {
        lastId = event.id ?? lastId;
        const change = changeOf(event);
        if (change) tell({ change });
      }
    } catch {
      // Broken off or refused for now: told below, tried again.
    }
    if (signal.aborted) return;
    tell({ live: false });
    await new Promise((resolve) => setTimeout(resolve, wait));
    wait = Math.min(wait * 2, AGAIN_MS_MAX);
  }
}

function changeOf(event: ServerEvent): ChangeEvent | null {
  const isChange = event.name === 'case_changed' || event.name === 'finding_changed';
  return isChange ? (JSON.parse(event.data) as ChangeEvent) : null;
}
