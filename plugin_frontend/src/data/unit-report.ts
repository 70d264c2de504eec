import { count, number, objects, type JsonObject } from './json.ts';
import { lastingJson, recordingQuery, type Request } from './request.ts';
import type { Finding, RecordingRef } from './types.ts';
import { decodeFinding } from './wire-findings.ts';

/** One unit held against every feature. */
export interface UnitReport {
  readonly unit: number;
  readonly tests: number;
  /** Strongest first, those of chance too. */
  readonly findings: readonly Finding[];
}

export const decodeUnitReport = ({ unit, tests, hypotheses }: JsonObject): UnitReport => ({
  unit: count(unit),
  tests: number(tests ?? 0),
  findings: objects(hypotheses).map(decodeFinding),
});

export const requestUnitReport = (
  ref: RecordingRef,
  layer: string,
  quantity: string,
  unit: number,
): Request<UnitReport> => lastingJson('unit', { ...recordingQuery(ref), layer, quantity, unit }, decodeUnitReport);
