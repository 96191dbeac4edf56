import type { components } from './schema';

type Schemas = components['schemas'];

export type Label = Schemas['Label'];
export type Severity = Schemas['Severity'];
export type CaseSummary = Schemas['CaseSummary'];
export type Case = Schemas['Case'];
export type Duty = Schemas['Duty'];
export type MatterSummary = Schemas['MatterSummary'];
export type SupervisedFinding = Schemas['SupervisedFinding'];
export type Finding = Schemas['Finding'];
export type CaseEvent = Schemas['Event'];
export type EventKind = Schemas['EventKind'];
export type EventProof = Schemas['EventProof'];
export type NextAction = Schemas['NextAction'];
export type Recordable = Schemas['Recordable'];
export type ActionField = Schemas['ActionField'];
export type FactScope = Schemas['FactScope'];
export type Session = Schemas['SignedInSession'];
export type ListMeta = Schemas['ListMeta'];
export type ScoreSheet = Schemas['ScoreSheet'];
export type ScoreRow = Schemas['ScoreRow'];
export type Disclosure = Schemas['Disclosure'];
export type DisclosureDraft = Schemas['DisclosureDraft'];
export type CasePublicRecord = Schemas['CasePublicRecord'];
export type PublishableDecision = Schemas['PublishableDecision'];
