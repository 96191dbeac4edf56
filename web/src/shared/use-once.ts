import { useRef } from 'react';
import { newIdempotencyKey } from '@/api/client';

/** 幂等键：同样的请求再送一次用同一个，只做一次；内容变了的换一个。 */
export function useOnce(): (request: unknown) => string {
  const sent = useRef({ request: '', key: '' });
  return (request) => {
    const text = JSON.stringify(request);
    if (sent.current.request !== text) sent.current = { request: text, key: newIdempotencyKey() };
    return sent.current.key;
  };
}
