import { QueryClient } from '@tanstack/react-query';
import { Problem } from '@/api/problem';

/** Trying again helps where the server was not reached or was busy, never where it has said no. */
const RETRIES = 2;

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      // Whether the server is reached is found out by asking it, not by what the browser thinks of the network.
      networkMode: 'always',
      retry: (failures, error) => {
        const status = error instanceof Problem ? error.status : 0;
        return failures < RETRIES && (status === 0 || status === 503);
      },
    },
  },
});
