import type { ComparedStep, Wish, WishedStep } from './settle.ts';

/** The state of the tab as words for a link. */
export type Link = Readonly<Record<string, string>>;

const readStep = (word: string | undefined): WishedStep | undefined => {
  if (word === undefined || word === 'last') return word;
  return /^-?\d+$/.test(word) ? Number(word) : undefined;
};

const readCompared = (word: string | undefined): ComparedStep => (word === 'same' ? word : readStep(word) ?? 'last');

export function writeWish(wish: Wish): Record<string, string> {
  const words: Record<string, string | number | undefined> = {
    run: wish.run,
    step: wish.step,
    compare: wish.compare?.run,
    comparestep: wish.compare?.step,
    probe: wish.probe,
    layer: wish.layer,
    quantity: wish.quantity,
    unit: wish.unit,
    feature: wish.feature,
  };
  return Object.fromEntries(Object.entries(words).filter(([, word]) => word !== undefined).map(([key, word]) => [key, String(word)]));
}

export function readWish(link: Link): Wish {
  const { run, step, compare, comparestep, probe, layer, quantity, unit, feature } = link;
  return {
    run,
    step: readStep(step),
    compare: compare === undefined ? null : { run: compare, step: readCompared(comparestep) },
    probe,
    layer,
    quantity,
    unit: unit !== undefined && /^\d+$/.test(unit) ? Number(unit) : undefined,
    feature,
  };
}
