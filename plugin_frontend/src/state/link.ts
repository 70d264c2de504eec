import type { ComparedStep, SelectionRequest, WishedCompared, WishedStep } from './resolve-selection.ts';

/** The state of the tab as words for a link. */
export type Link = Readonly<Record<string, string>>;

const readStep = (word: string | undefined): WishedStep | undefined => {
  if (word === undefined || word === 'last') return word;
  return /^-?\d+$/.test(word) ? Number(word) : undefined;
};

/** The recording C is `compare2`. */
const SECOND = 2;

const readCompared = (word: string | undefined): ComparedStep => (word === 'same' ? word : (readStep(word) ?? 'last'));

export function writeSelectionRequest(wish: SelectionRequest): Record<string, string> {
  const words: Record<string, string | number | undefined> = {
    run: wish.run,
    step: wish.step,
    compare: wish.compare?.run,
    comparestep: wish.compare?.step,
    probe: wish.probe,
    layer: wish.layer,
    quantity: wish.quantity,
    unit: wish.unit,
    units: wish.units?.length ? wish.units.join(',') : undefined,
    feature: wish.feature,
    tokens: wish.tokens ? wish.tokens.join('-') : undefined,
  };
  wish.more?.forEach(({ run, step }, i) =>
    Object.assign(words, { [`compare${i + SECOND}`]: run, [`comparestep${i + SECOND}`]: step }),
  );
  return Object.fromEntries(
    Object.entries(words)
      .filter(([, word]) => word !== undefined)
      .map(([key, word]) => [key, String(word)]),
  );
}

export function readSelectionRequest(link: Link): SelectionRequest {
  const { run, step, compare, comparestep, probe, layer, quantity, unit, units, feature, tokens } = link;
  const more: WishedCompared[] = [];
  for (let i = SECOND; link[`compare${i}`] !== undefined; i++)
    more.push({ run: link[`compare${i}`], step: readCompared(link[`comparestep${i}`]) });
  const stretch = /^(\d+)-(\d+)$/.exec(tokens ?? '');
  return {
    run,
    step: readStep(step),
    compare: compare === undefined ? null : { run: compare, step: readCompared(comparestep) },
    more,
    probe,
    layer,
    quantity,
    unit: unit !== undefined && /^\d+$/.test(unit) ? Number(unit) : undefined,
    units: (units ?? '')
      .split(',')
      .filter((word) => /^\d+$/.test(word))
      .map(Number),
    feature,
    tokens: stretch && Number(stretch[1]) < Number(stretch[2]) ? [Number(stretch[1]), Number(stretch[2])] : null,
  };
}
