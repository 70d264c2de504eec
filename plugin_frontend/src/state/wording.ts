import type { ProbeInfo } from '../data/types.ts';
import { findProbe } from './resolve-selection.ts';
import { valueOrStale } from './loadable.ts';
import type { ViewContext } from './view-context.ts';

/** Sentence about tokens in the noun of the axis: steps of a signal are no tokens. */
export type Wording = (sentence: string) => string;

export const asTokens: Wording = (sentence) => sentence;

export const asSteps: Wording = (sentence) =>
  sentence.replace(/\b([Tt])oken(s?)\b/g, (_, first: string, end: string) => (first === 't' ? 's' : 'S') + `tep${end}`);

/** Wording for the chosen probe. */
export function wordingOf({ index, selection }: Pick<ViewContext, 'index' | 'selection'>): Wording {
  const [runs, chosen] = [valueOrStale(index.value), selection.value];
  const probe = runs && chosen && findProbe(runs, chosen.run, chosen.probe);
  return probe ? wordingOfProbe(probe) : asTokens;
}

/** Wording for a probe. */
export const wordingOfProbe = ({ signal }: Pick<ProbeInfo, 'signal'>): Wording => (signal ? asSteps : asTokens);
