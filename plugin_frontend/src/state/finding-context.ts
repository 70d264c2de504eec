import type { Digest, Finding } from '../data/types.ts';
import { type Wording } from './wording.ts';

/** True for states, which a cell passes on to its next step, by their name. */
export const isState = (quantity: string) => quantity.endsWith('_state');

/** The rate of false discoveries up to which something stands. */
export const SIGNIFICANT = 0.05;

/** Only these are held while the model reads again. */
const HELD = 'hidden_state';

/** Verdict of an ablation: used for the feature, not used, or used more elsewhere. */
export type Use = 'used' | 'not used' | 'used elsewhere';

export function useOf({ ablation }: Finding): Use | null {
  if (!ablation) return null;
  if (ablation.low > 0) return 'used';
  return ablation.high < 0 ? 'used elsewhere' : 'not used';
}

/** Context of a finding that decides which evidence could be measured. */
export interface FindingContext {
  readonly digest: Digest | null;
  readonly gate: boolean;
  /** True if the feature was typed, not recorded. */
  readonly typed: boolean;
  /** Nouns of the steps that the recording has. */
  readonly wording: Wording;
}

const isNumber = ({ auc, prominence }: Finding) => Number.isNaN(auc) && Number.isNaN(prominence);

/** Reason for a missing ablation effect. */
export function whyNoAblationEffect(h: Finding, { digest, gate, typed }: FindingContext): string {
  if (typed) return 'only features of the recording are tested for this';
  if (gate) return 'it is a gate, and only hidden states are ablated';
  if (h.quantity !== HELD) return 'only hidden states are ablated';
  if (!(h.q <= SIGNIFICANT)) return 'it is not above chance';
  if (digest?.ablationNote) return digest.ablationNote;
  if (digest?.generated) return 'the model wrote this text itself';
  if (digest?.loss === null) return digest.lossNote ?? 'the probe has no targets';
  if (isNumber(h)) return 'the feature is a number';
  return digest?.findings.some(({ ablation }) => ablation)
    ? 'it is not among the strongest units'
    : 'no unit was ablated in this recording';
}

/** Reason for a missing response. */
export function whyNoResponse(h: Finding, { gate }: FindingContext): string {
  if (isNumber(h)) return 'the feature is a number';
  if (gate) return 'it is a gate';
  return isState(h.quantity) ? 'it is not in this log' : 'it is no state';
}
