import type { WordClusters, Words } from '../../data/words.ts';

/** Words that can be chosen at once, and words of a cloud. */
export const MOST_CHOSEN = 3;
export const MOST_IN_CLOUD = 36;
/** Clusters that can be asked for. */
export const [FEWEST_CLUSTERS, MOST_CLUSTERS] = [2, 20];

/** Sizes of the smallest and the largest word, and of a square, in CSS pixels. */
const [SMALL, LARGE] = [11, 20];
const CHIP = 13;
/** Width of a monospaced character, in sizes of its font. */
const CHARACTER = 0.61;
const [HEAD, GAP, INSET] = [16, 12, 6];

/** Number of clusters in a link. */
export function parseClusters(word: string): number {
  const number = Number(word);
  return Number.isInteger(number) ? Math.min(MOST_CLUSTERS, Math.max(FEWEST_CLUSTERS, number)) : 6;
}

/** Weakest and strongest link in a link's setting, as shares of the strongest. */
export function parseRange(word: string): readonly [number, number] {
  const [from, to] = word.split('-').map(Number);
  return from >= 0 && to <= 100 && from <= to ? [from / 100, to / 100] : [0.25, 1];
}

/** Rows of the words in a link that are there, in their order. */
export function chosenRows(setting: string, { words }: Pick<Words, 'words'>): number[] {
  let names: unknown;
  try {
    names = JSON.parse(setting || '[]');
  } catch {
    return [];
  }
  if (!Array.isArray(names)) return [];
  const rows = names.map((name) => words.indexOf(name as string)).filter((row) => row >= 0);
  return [...new Set(rows)].slice(0, MOST_CHOSEN);
}

/** Setting with a word added, as the last one, or taken out. */
export function toggled(rows: readonly number[], row: number, { words }: Pick<Words, 'words'>): string {
  const left = rows.filter((one) => one !== row);
  const next = left.length < rows.length ? left : [...left.slice(-(MOST_CHOSEN - 1)), row];
  return next.length ? JSON.stringify(next.map((one) => words[one])) : '';
}

/** Width of a word in a cloud, which is monospaced. */
export const textWidth = (name: string, size: number) => name.length * size * CHARACTER;

export interface PlacedUnit {
  readonly unit: number;
  readonly x: number;
  readonly y: number;
}

export interface PlacedWord {
  readonly row: number;
  readonly x: number;
  /** The baseline. */
  readonly y: number;
  readonly size: number;
}

/** Block of one cluster: its units, or its words. */
export interface Block<T> {
  readonly cluster: number;
  readonly total: number;
  readonly top: number;
  readonly height: number;
  readonly items: readonly T[];
}

export interface ClusterLayout {
  readonly units: readonly Block<PlacedUnit>[];
  readonly words: readonly Block<PlacedWord>[];
  /** Edges of the columns of units and words. */
  readonly unitsEnd: number;
  readonly wordsBegin: number;
  readonly height: number;
}

const members = (labels: readonly number[], cluster: number) =>
  labels.flatMap((label, index) => (label === cluster ? [index] : []));

/** Mean magnitude of the responses of some units to a word. */
function responseOf({ mean, units }: Words, row: number, some: readonly number[]): number {
  let sum = 0;
  for (const unit of some) sum += Math.abs(mean[row * units + unit]);
  return some.length ? sum / some.length : 0;
}

/** Words of a cluster with the response of its units, the strongest first. */
export function cloud(words: Words, clusters: WordClusters, cluster: number): { row: number; response: number }[] {
  const units = members(clusters.units, cluster);
  return members(clusters.words, cluster)
    .map((row) => ({ row, response: responseOf(words, row, units) }))
    .sort((a, b) => b.response - a.response || a.row - b.row);
}

/** Places the units of each cluster on the left and its words on the right. */
export function layoutClusters(
  words: Words,
  clusters: WordClusters,
  names: readonly string[],
  width: number,
): ClusterLayout {
  const unitsEnd = Math.round(Math.max(96, width * 0.32));
  const wordsBegin = Math.round(unitsEnd + Math.max(40, width * 0.14));
  const columns = Math.max(1, Math.floor((unitsEnd - 2 * INSET) / CHIP));
  const ofUnits: Block<PlacedUnit>[] = [];
  const ofWords: Block<PlacedWord>[] = [];
  let [left, right] = [0, 0];
  for (let cluster = 0; cluster < clusters.clusters; cluster++) {
    const units = members(clusters.units, cluster);
    if (units.length) {
      const height = HEAD + Math.ceil(units.length / columns) * CHIP + INSET;
      const items = units.map((unit, k) => ({
        unit,
        x: INSET + (k % columns) * CHIP,
        y: left + HEAD + Math.floor(k / columns) * CHIP,
      }));
      ofUnits.push({ cluster, total: units.length, top: left, height, items });
      left += height + GAP;
    }
    const all = cloud(words, clusters, cluster);
    if (!all.length) continue;
    const most = all[0].response || 1;
    const items: PlacedWord[] = [];
    let [x, y] = [wordsBegin + INSET, right + HEAD + LARGE];
    for (const { row, response } of all.slice(0, MOST_IN_CLOUD)) {
      const size = SMALL + (LARGE - SMALL) * (response / most);
      const wide = textWidth(names[row], size);
      if (x + wide > width - INSET && x > wordsBegin + INSET) [x, y] = [wordsBegin + INSET, y + LARGE + 2];
      items.push({ row, x, y, size });
      x += wide + 9;
    }
    const height = y + INSET + 2 - right;
    ofWords.push({ cluster, total: all.length, top: right, height, items });
    right += height + GAP;
  }
  return { units: ofUnits, words: ofWords, unitsEnd, wordsBegin, height: Math.max(left, right) - GAP + 2 };
}

export interface ClusterLink {
  readonly words: number;
  readonly units: number;
  readonly strength: number;
  /** Share of the strongest. */
  readonly share: number;
}

/** Links between two shares of the strongest, the weakest first. */
export function links({ strength }: WordClusters, [from, to]: readonly [number, number]): ClusterLink[] {
  const most = Math.max(...strength.flat().map((value) => (Number.isNaN(value) ? 0 : Math.abs(value)))) || 1;
  return strength
    .flatMap((row, words) =>
      row.map((value, units) => ({ words, units, strength: value, share: Math.abs(value) / most })),
    )
    .filter(({ share }) => share > 0 && share >= from && share <= to)
    .sort((a, b) => a.share - b.share);
}

/** Rows and columns in the order of their clusters; those without one come last. */
export function sortedByCluster(words: Words, clusters: WordClusters): { rows: number[]; columns: number[] } {
  const rank = (label: number) => (label < 0 ? Infinity : label);
  const order = (labels: readonly number[], size: (index: number) => number) =>
    labels
      .map((label, index) => ({ index, label: rank(label), size: size(index) }))
      .sort((a, b) => (a.label === b.label ? b.size - a.size : a.label - b.label))
      .map(({ index }) => index);
  const ofCluster = Array.from({ length: clusters.clusters }, (_, k) => members(clusters.units, k));
  const wordsOf = Array.from({ length: clusters.clusters }, (_, k) => members(clusters.words, k));
  const { mean, units } = words;
  return {
    rows: order(clusters.words, (row) => responseOf(words, row, ofCluster[clusters.words[row]] ?? [])),
    columns: order(clusters.units, (unit) => {
      const rows = wordsOf[clusters.units[unit]] ?? [];
      return rows.reduce((sum, row) => sum + Math.abs(mean[row * units + unit]), 0) / (rows.length || 1);
    }),
  };
}

/** Units in the order of their mean response to a word. */
export const unitsByResponse = (mean: readonly number[]): number[] =>
  mean.map((_, unit) => unit).sort((a, b) => mean[b] - mean[a] || a - b);

/** Words to which a unit responds most, either way, the strongest first. */
export const strongestWords = (mean: readonly number[], most: number): number[] =>
  mean
    .map((_, row) => row)
    .filter((row) => Number.isFinite(mean[row]))
    .sort((a, b) => Math.abs(mean[b]) - Math.abs(mean[a]) || a - b)
    .slice(0, most);

/** Share of the units whose change is outside the 9 to 91 % of its word. */
export function shareOutside(actual: readonly number[], quantiles: readonly (readonly number[])[]): number {
  const [low, high] = [quantiles[0], quantiles[quantiles.length - 1]];
  const known = actual.flatMap((value, unit) =>
    [value, low[unit], high[unit]].every(Number.isFinite) ? [value < low[unit] || value > high[unit]] : [],
  );
  return known.filter(Boolean).length / (known.length || 1);
}

/** Sentence on how far the clusters are to be believed. */
export function stabilityOf({ stability, chance, clusters, units }: WordClusters): string {
  const used = new Set(units.filter((label) => label >= 0)).size;
  const many = `${clusters} clusters`;
  const empty = used < clusters ? `, ${clusters - used} of them without units` : '';
  if (Number.isNaN(stability)) return `${many}${empty}`;
  const numbers = `stability ${stability.toFixed(2)}, of shuffled responses ${chance.toFixed(2)}`;
  const verdict = stability > chance + 0.1 ? '' : ': no better than chance, take another number';
  return `${many}${empty} · ${numbers}${verdict}`;
}
