import { describe, expect, it } from 'vitest';
import {
  envelopeColumns,
  isEnvelope,
  linePoints,
  panWindow,
  readWindow,
  SampledSeries,
  stepsOfPixel,
  writeWindow,
  zoomWindow,
} from './sampled-series.ts';
import { MinMaxPyramid } from './min-max-pyramid.ts';

/** Numbers from 0 to 1 that are the same at every run. */
function random(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 16807) % 2147483647) / 2147483647;
}

function noise(length: number, seed: number, missing = 0): Float32Array {
  const next = random(seed);
  return Float32Array.from({ length }, () => (next() < missing ? NaN : next() - 0.5));
}

function bruteForce(values: Float32Array, first: number, end: number) {
  const present = [...values.subarray(first, end)].filter((value) => !Number.isNaN(value));
  return present.length ? { low: Math.min(...present), high: Math.max(...present) } : null;
}

describe('a min-max pyramid', () => {
  it.each([1, 2, 3, 7, 64, 100, 1001])('has the extremes of every range of %i steps', (length) => {
    const values = noise(length, length, 0.3);
    const pyramid = new MinMaxPyramid(values);
    const next = random(7);
    for (let trial = 0; trial < 200; trial++) {
      const [a, b] = [Math.floor(next() * (length + 1)), Math.floor(next() * (length + 1))];
      const [first, end] = [Math.min(a, b), Math.max(a, b)];
      expect(pyramid.extent(first, end)).toEqual(bruteForce(values, first, end));
    }
  });

  it('has none where everything is missing', () => {
    expect(new MinMaxPyramid(new Float32Array(9).fill(NaN)).extent(0, 9)).toBeNull();
    expect(new MinMaxPyramid(new Float32Array(0)).extent(0, 0)).toBeNull();
  });
});

describe('the line of a series', () => {
  it('touches the lowest and the highest value of every pixel', () => {
    const values = noise(10_000, 3, 0.2);
    values.fill(NaN, 4000, 4600);
    const [series, view, width] = [new SampledSeries(values), { first: 123.4, end: 9876.5 }, 300];
    const points = linePoints(series, view, width);
    for (let pixel = 0; pixel < width; pixel++) {
      const drawn = [...points.keys()]
        .filter((i) => i % 2 === 0 && points[i] === pixel + 0.5)
        .map((i) => points[i + 1]);
      const expected = bruteForce(values, ...stepsOfPixel(view, width, pixel, values.length));
      expect(drawn.length ? { low: Math.min(...drawn), high: Math.max(...drawn) } : null).toEqual(expected);
    }
  });

  it.each([1, 10, 100, 1000, 1_000_000])('of a million steps has at most four numbers a pixel at zoom %i', (zoom) => {
    const series = new SampledSeries(noise(1_000_000, 5));
    const width = 1200;
    const view = zoomWindow({ first: 0, end: series.length }, zoom, 0.37, series.length);
    expect(linePoints(series, view, width).length).toBeLessThanOrEqual(4 * width + 8);
  });

  it('reads every pixel column from the steps that it covers, none twice', () => {
    const view = { first: 10, end: 4010 };
    const columns = Array.from({ length: 700 }, (_, pixel) => stepsOfPixel(view, 700, pixel, 5000));
    expect(columns[0][0]).toBe(10);
    columns.slice(1).forEach(([from], i) => expect(from).toBe(columns[i][1]));
    expect(columns.at(-1)![1]).toBe(4010);
  });

  it('has a gap where a value is missing', () => {
    const points = linePoints(new SampledSeries(Float32Array.of(1, NaN, 3)), { first: 0, end: 3 }, 30);
    expect([...points]).toEqual([5, 1, NaN, NaN, 25, 3]);
  });

  it('has a few points for each pixel, whatever the number of steps', () => {
    const series = new SampledSeries(noise(1_000_000, 9));
    for (const end of [10_000, 100_000, 1_000_000]) {
      expect(linePoints(series, { first: 0, end }, 1500).length / 2).toBeLessThanOrEqual(4 * 1500);
    }
  });
});

describe('the mean of steps', () => {
  it('leaves out what is missing', () => {
    const series = new SampledSeries(Float32Array.of(1, NaN, 3, NaN));
    expect([series.mean(0, 4), series.mean(1, 2), series.mean(2, 3), series.mean(1, 3)]).toEqual([2, NaN, 3, 3]);
  });
});

describe('a window of steps', () => {
  it('keeps the step under the pointer in its place when it zooms', () => {
    const view = zoomWindow({ first: 100, end: 300 }, 2, 0.25, 1000);
    expect(view).toEqual({ first: 125, end: 225 });
  });

  it('ends at the ends of the signal', () => {
    expect(panWindow({ first: 10, end: 30 }, -50, 100)).toEqual({ first: 0, end: 20 });
    expect(panWindow({ first: 10, end: 30 }, 500, 100)).toEqual({ first: 80, end: 100 });
    expect(zoomWindow({ first: 0, end: 100 }, 0.5, 0.5, 100)).toEqual({ first: 0, end: 100 });
    expect(zoomWindow({ first: 0, end: 100 }, 1e9, 0, 100)).toEqual({ first: 0, end: 4 });
  });

  it('is a word of the link, empty for all steps', () => {
    expect(writeWindow({ first: 12.34, end: 56 }, 100)).toBe('12.3 56');
    expect(writeWindow({ first: 0, end: 100 }, 100)).toBe('');
    expect(readWindow('12.3 56', 100)).toEqual({ first: 12.3, end: 56 });
    for (const word of ['', 'nonsense', '90 10', '-4 7', '200 300']) {
      expect(readWindow(word, 100)).toEqual({ first: 0, end: 100 });
    }
  });
});

describe('the envelope of a line', () => {
  const series = new SampledSeries(Float32Array.of(0, 1, 5, 6, NaN, NaN, NaN, NaN, 2, 3));

  it('has the extremes of every pixel, each as far as its neighbour', () => {
    expect([...envelopeColumns(series, { first: 0, end: 10 }, 5)]).toEqual([0, 1, 1, 6, NaN, NaN, NaN, NaN, 2, 3]);
  });

  it('is drawn once a pixel has more than two steps', () => {
    expect([2, 4].map((width) => isEnvelope({ first: 0, end: 10 }, width))).toEqual([true, true]);
    expect([5, 10].map((width) => isEnvelope({ first: 0, end: 10 }, width))).toEqual([false, false]);
  });
});
