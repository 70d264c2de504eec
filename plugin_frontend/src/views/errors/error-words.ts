import { formatCount } from '../../ui/format.ts';

/** Remedies: context or data that would have avoided the errors of a category. */
const REMEDIES: Readonly<Record<string, string>> = {
  'n-gram': 'a table of n-grams of the training text knows it',
  memory: 'its word stands among the last tokens: longer memory',
  'rare word': 'its word is rare in the training text: more text',
  'word model': 'a word was to be chosen: better knowledge of words',
  punctuation: 'it is punctuation: better knowledge of clauses',
  boost: 'a little more probability: the model leant to it',
  rest: 'nothing of all this',
};

export const remedyOf = (category: string): string => REMEDIES[category] ?? 'the log does not say';

/** One level of a category: `3-gram`. Empty where there are none. */
export function levelName(category: string, level: number | string | null): string {
  if (level === null) return '';
  const text = typeof level === 'number' ? formatCount(level) : level;
  if (category === 'n-gram') return `${text}-gram`;
  if (category === 'memory') return `in the last ${text} tokens`;
  if (category === 'rare word')
    return level === 0
      ? 'never in the training text'
      : `${text}${level === 1 ? ' time' : ' times'} in the training text`;
  if (category === 'boost') return `+${text}`;
  return String(text);
}

export const percent = (share: number): string => (Number.isFinite(share) ? `${(100 * share).toFixed(1)} %` : '–');
