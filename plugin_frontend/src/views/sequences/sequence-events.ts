import type { SequenceSteps } from '../../data/sequence-decisions.ts';

/** Step at which the state jumps, or a probability or the prediction changes. */
export interface SequenceEvent {
  readonly step: number;
  readonly jump: boolean;
  /** Largest change of a probability, if it is large enough. */
  readonly change: number | null;
  /** Class before and after, if the prediction changes. */
  readonly from: number | null;
  readonly to: number | null;
}

/** Most probable class after each step; -1 where it is not known. */
export const predictions = ({ probability }: Pick<SequenceSteps, 'probability'>): number[] =>
  probability.map((row) => (row.some(Number.isNaN) ? -1 : row.indexOf(Math.max(...row))));

/**
 * Events of a sequence, as in Garcia, Munz and Weiskopf (2021).
 * A jump is a step of the state of at least `jump` times the longest one of the probe.
 */
export function sequenceEvents(
  steps: Pick<SequenceSteps, 'probability' | 'distance'>,
  { jump, change }: { readonly jump: number; readonly change: number },
): SequenceEvent[] {
  const classes = predictions(steps);
  return steps.distance.flatMap((distance, step) => {
    const row = steps.probability[step] ?? [];
    const before = steps.probability[step - 1];
    const largest = before ? Math.max(...row.map((value, k) => Math.abs(value - before[k]))) : NaN;
    const turns = step > 0 && classes[step] >= 0 && classes[step - 1] >= 0 && classes[step] !== classes[step - 1];
    const event: SequenceEvent = {
      step,
      jump: distance >= jump,
      change: largest >= change ? largest : null,
      from: turns ? classes[step - 1] : null,
      to: turns ? classes[step] : null,
    };
    return event.jump || event.change !== null || turns ? [event] : [];
  });
}
