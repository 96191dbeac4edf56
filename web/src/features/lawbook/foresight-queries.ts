import { queryOptions } from '@tanstack/react-query';
import { api } from '@/api/client';
import { taken } from '@/api/problem';
import type { components } from '@/api/schema';

type Schemas = components['schemas'];
export type Candidate = Schemas['CandidateSummary'];
export type CandidateDetail = Schemas['CandidateDetail'];
export type CandidateDifference = Schemas['CandidateDifference'];
export type ForesightRun = Schemas['ForesightRunSummary'];
export type ForesightRunDetail = Schemas['ForesightRunDetail'];
export type ForesightRule = Schemas['ForesightRule'];
export type ForesightBody = Schemas['ForesightBody'];
export type ForesightTrial = Schemas['ForesightTrial'];
export type ForesightExample = Schemas['ForesightExample'];
export type TurnCount = Schemas['TurnCount'];

/** Folders are edited while the page is open. */
const CANDIDATES_MS = 15_000;
/** How often a run that is going on is looked at. */
const PROGRESS_MS = 1_500;

/** 候选的法典。 */
export const candidatesQuery = queryOptions({
  queryKey: ['lawbook_candidates', 'all'],
  queryFn: () => taken(api.GET('/api/v1/lawbook_candidates')),
  refetchInterval: CANDIDATES_MS,
});

/** 一部候选的法典改了什么。 */
export const candidateQuery = (name: string) =>
  queryOptions({
    queryKey: ['lawbook_candidates', 'one', name],
    queryFn: async () =>
      (await taken(api.GET('/api/v1/lawbook_candidates/{name}', { params: { path: { name } } })))
        .lawbook_candidate,
    refetchInterval: CANDIDATES_MS,
  });

/** 各次试算；有正在算的，隔一会儿再取。 */
export const runsQuery = queryOptions({
  queryKey: ['foresight_runs', 'all'],
  queryFn: async () => (await taken(api.GET('/api/v1/foresight_runs'))).foresight_runs,
  refetchInterval: (query) =>
    query.state.data?.some((run) => run.state === 'running') ? PROGRESS_MS : false,
});

/** 一次试算。 */
export const runQuery = (id: string) =>
  queryOptions({
    queryKey: ['foresight_runs', 'one', id],
    queryFn: async () =>
      (await taken(api.GET('/api/v1/foresight_runs/{id}', { params: { path: { id } } }))).foresight_run,
    refetchInterval: (query) => (query.state.data?.state === 'running' ? PROGRESS_MS : false),
  });
