import { json, lastingJson, recordingQuery, type Request } from './request.ts';
import type { RecordingRef } from './types.ts';

export const POINT_KINDS = ['stable', 'unstable', 'slow'] as const;
export type PointKind = (typeof POINT_KINDS)[number];

/** Fixed or slow point of a layer. */
export interface FixedPoint {
  readonly kind: PointKind;
  /** Position on the axes of the projection; null if the quantity is no state. */
  readonly at: readonly number[] | null;
  /** Ends of a line along each unstable direction. */
  readonly ends: readonly (readonly [from: readonly number[], to: readonly number[]])[];
  readonly speed: number;
  /** The largest eigenvalues, real and imaginary part; none of a slow point. */
  readonly eigenvalues: readonly (readonly [real: number, imaginary: number])[];
  /** Steps in which each mode decays to 1/e; infinite if it does not. */
  readonly timeConstants: readonly number[];
}

/** Fixed points and Lyapunov exponents of a layer at one step of the training. */
export interface LayerDynamics {
  readonly layer: string;
  /** Numbers of a state. */
  readonly size: number;
  readonly constant: string;
  /** All points by kind, of which `points` may be a part. */
  readonly counts: Readonly<Record<PointKind, number>>;
  readonly points: readonly FixedPoint[];
  /** In nats per step, the largest first. */
  readonly lyapunov: readonly number[];
  /** Share of the steps at which a difference may grow. */
  readonly growth: number;
  /** Reason why nothing was measured. */
  readonly note: string | null;
}

/** Dynamics of layers over the steps of the training; NaN if not known. */
export interface DynamicsHistory {
  readonly steps: readonly number[];
  readonly layers: readonly {
    readonly layer: string;
    readonly counts: Readonly<Record<PointKind, readonly number[]>>;
    readonly lyapunov: readonly number[];
    readonly timeConstant: readonly number[];
  }[];
}

const decoders = () => import('./dynamics-wire.ts');

/** `fitted` is JSON: runs with their steps. */
export const requestDynamics = (
  ref: RecordingRef,
  layer: string,
  quantity: string,
  fitted: string,
): Request<LayerDynamics> =>
  lastingJson('dynamics', { ...recordingQuery(ref), layer, quantity, fitted }, async (answer) =>
    (await decoders()).decodeDynamics(answer),
  );

export const requestDynamicsHistory = ({ run, probe }: Pick<RecordingRef, 'run' | 'probe'>): Request<DynamicsHistory> =>
  json('dynamics_history', { run, probe }, async (answer) => (await decoders()).decodeDynamicsHistory(answer));
