import { boolean, finiteOrNull, list, number, type JsonObject } from './json.ts';
import { lastingJson, recordingQuery, type Request } from './request.ts';
import type { RecordingRef } from './types.ts';

/** Matching of units between two recordings. */
export interface Matching {
  readonly partner: readonly (number | null)[];
  readonly correlation: readonly (number | null)[];
  readonly margin: readonly (number | null)[];
  readonly quality: number;
  /** True if signs count. Between runs, magnitudes are matched. */
  readonly signed: boolean;
  readonly tokens: number;
  readonly otherUnits: number;
}

export const decodeMatching = (json: JsonObject): Matching => ({
  partner: list(json.partner).map(finiteOrNull),
  correlation: list(json.correlation).map(finiteOrNull),
  margin: list(json.margin).map(finiteOrNull),
  quality: number(json.quality),
  signed: boolean(json.signed),
  tokens: number(json.tokens),
  otherUnits: number(json.other_units),
});

export const requestMatching = (a: RecordingRef, b: RecordingRef, layer: string, quantity: string): Request<Matching> =>
  lastingJson(
    'matching',
    {
      ...recordingQuery(a),
      other_run: b.run,
      other_step: b.step,
      ...(b.written === undefined ? {} : { other_written: b.written }),
      layer,
      quantity,
    },
    decodeMatching,
  );
