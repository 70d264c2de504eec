import type { SequenceDecisions, SequenceSteps } from '../../data/sequence-decisions.ts';
import type { SequenceHistory } from '../../data/sequence-history.ts';

/** Four sequences: one wrong, one without a label, one not read step by step. */
export const DECISIONS: SequenceDecisions = {
  classes: ['minus', 'plus'],
  method: 'head',
  lengths: [3, 2, 1, 2],
  labels: [0, 1, -1, 1],
  prediction: [0, 0, 1, 1],
  probability: [0.9, 0.6, 0.7, 0.8],
  decision: [1, 0, 0, -1],
  shares: [0.5, 1],
  accuracy: [0.25, 0.667],
};

export const HISTORY: SequenceHistory = {
  classes: DECISIONS.classes,
  steps: [0, 5],
  accuracy: [0.333, 0.667],
  decision: [0.4, 0.6],
  confusion: [
    [1, 0, 2, 0],
    [1, 0, 1, 1],
  ],
  firstLearned: [0, null, null, 5],
  forgotten: [2, 0, 0, 0],
};

export const STEPS: SequenceSteps = {
  sequence: 0,
  classes: DECISIONS.classes,
  probability: [
    [0.4, 0.6],
    [0.9, 0.1],
    [0.8, 0.2],
  ],
  distance: [0.2, 1, 0.1],
  largest: 2.5,
  units: [
    [3, 1],
    [7, 3],
    [1, 3],
  ],
  shares: [
    [0.5, 0.25],
    [0.75, 0.125],
    [0.5, 0.25],
  ],
};
