// @vitest-environment node
import { describe, expect, it } from 'vitest';
import { container, deflate } from './test-container.ts';
import { Missing } from './types.ts';
import { decodeFeatureQueryResult } from './wire-findings.ts';
import * as wire from './wire.ts';

const utf8 = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
const bytes = (array: ArrayBufferView) => new Uint8Array(array.buffer, array.byteOffset, array.byteLength);

function join(...parts: Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    all.set(part, offset);
    offset += part.length;
  }
  return all;
}

const header = (more: object) => utf8({ version: 1, ...more });

describe('a container', () => {
  it('is cut into its blobs, the empty one too', () => {
    const blobs = wire.splitContainer(container(Uint8Array.of(1, 2), new Uint8Array(), Uint8Array.of(3)));
    expect(blobs.map((blob) => [...blob])).toEqual([[1, 2], [], [3]]);
  });

  it.each([[new ArrayBuffer(0)], [container(Uint8Array.of(1, 2, 3)).slice(0, -1)], [Uint32Array.of(9).buffer]])(
    'that is cut off is refused',
    (buffer) => {
      expect(() => wire.splitContainer(buffer)).toThrow(wire.WireError);
    },
  );
});

describe('activity of int8', () => {
  const chunks = [
    { units: [0, 1], tokens: [0, 6] },
    { units: [1, 2], tokens: [0, 6] },
  ];
  const activity = { kind: 'activity', units: 2, tokens: 6, lengths: [4, 2], encoding: 'int8', chunks };
  const first = join(bytes(Float32Array.of(0.5)), bytes(Int8Array.of(-124, 0, 124, 1, -1, 62)));
  const second = join(bytes(Float32Array.of(2)), bytes(Int8Array.of(-128, -127, -126, -125, 3, 0)));

  it('is code times scale', async () => {
    const { matrix, lengths } = await wire.decodeActivity(
      container(header(activity), await deflate(first), await deflate(second)),
    );
    expect(lengths).toEqual([4, 2]);
    expect([...matrix.row(0)]).toEqual([-62, 0, 62, 0.5, -0.5, 31]);
    expect([...matrix.scale]).toEqual([0.5, 2]);
  });

  it('keeps why a value is missing', async () => {
    const { matrix } = await wire.decodeActivity(
      container(header(activity), await deflate(first), await deflate(second)),
    );
    expect([...matrix.row(1)]).toEqual([NaN, NaN, NaN, NaN, 6, 0]);
    expect([0, 1, 2, 3, 4].map((c) => matrix.missing(1, c))).toEqual([
      Missing.Masked,
      Missing.NaN,
      Missing.NegativeInfinity,
      Missing.Infinity,
      Missing.No,
    ]);
  });

  it('gives all codes at once when no row is cut', async () => {
    const { matrix } = await wire.decodeActivity(
      container(header(activity), await deflate(first), await deflate(second)),
    );
    expect([...matrix.codes!]).toEqual([-124, 0, 124, 1, -1, 62, -128, -127, -126, -125, 3, 0]);
  });

  it('comes for one unit with that unit’s chunks alone', async () => {
    const { matrix } = await wire.decodeActivity(container(header(activity), await deflate(second)), 1);
    expect(matrix.row(1)[4]).toBe(6);
    expect(matrix.row(0).every(Number.isNaN)).toBe(true);
    expect(matrix.codes).toBeNull();
  });

  it('is put together from blocks of time with scales of their own', async () => {
    const cut = {
      ...activity,
      units: 1,
      tokens: 4,
      lengths: [4],
      chunks: [
        { units: [0, 1], tokens: [0, 2] },
        { units: [0, 1], tokens: [2, 4] },
      ],
    };
    const parts = [
      [1, 10, 20],
      [3, 1, -128],
    ].map(([scale, ...codes]) => join(bytes(Float32Array.of(scale)), bytes(Int8Array.from(codes))));
    const { matrix } = await wire.decodeActivity(container(header(cut), ...(await Promise.all(parts.map(deflate)))));
    expect([...matrix.row(0)]).toEqual([10, 20, 3, NaN]);
    expect([matrix.missing(0, 1), matrix.missing(0, 3)]).toEqual([Missing.No, Missing.Masked]);
    expect(matrix.codes).toBeNull();
  });

  it.each([
    [
      'too few chunks',
      async () => container(header(activity), await deflate(first)),
      /2 chunks were announced, 1 came/,
    ],
    [
      'a chunk of the wrong size',
      async () => container(header(activity), await deflate(first), await deflate(first.subarray(1))),
      /holds 9 bytes instead of 10/,
    ],
    ['a newer format', async () => container(utf8({ ...activity, version: 2 })), /format 2; this tab reads up to 1/],
    [
      'an unknown encoding',
      async () => container(header({ ...activity, encoding: 'int4' }), await deflate(first), await deflate(second)),
      /Unknown encoding int4/,
    ],
    ['something else', async () => container(header({ ...activity, kind: 'text' })), /Asked for activity, came text/],
    [
      'a blob that inflates to more than its header announces',
      async () => container(header(activity), await deflate(new Uint8Array(2 ** 26)), await deflate(second)),
      /inflates to more than the 10 bytes/,
    ],
    ['a blob that is no zlib stream', async () => container(header(activity), first, second), /cannot be inflated/],
    ['units without end', async () => container(header({ ...activity, units: 1e12 })), /from 0 to 16777216/],
    [
      'units as text',
      async () => container(header({ ...activity, units: '2' })),
      /Expected an integer, received a text/,
    ],
    [
      'other lengths',
      async () => container(header({ ...activity, lengths: [1e9] })),
      /1000000000 tokens came with 6 tokens/,
    ],
    [
      'a chunk outside',
      async () => container(header({ ...activity, chunks: [{ units: [0, 3], tokens: [0, 6] }] }), first),
      /outside of 2 units x 6 tokens/,
    ],
    ['a header that is no JSON', async () => container(first), /is no JSON/],
  ])('says what is wrong with %s', async (_, make, message) => {
    await expect(make().then((buffer) => wire.decodeActivity(buffer))).rejects.toThrow(message);
  });
});

it('activity of float16 is code times scale, and its NaNs differ', async () => {
  const bits = Uint16Array.of(0x3c00, 0xb800, 0x0001, 0x7c00, 0xfc00, 0x7e01, 0x7e00);
  const shape = {
    kind: 'activity',
    units: 1,
    tokens: 7,
    lengths: [7],
    encoding: 'float16',
    chunks: [{ units: [0, 1], tokens: [0, 7] }],
  };
  const { matrix } = await wire.decodeActivity(
    container(header(shape), await deflate(join(bytes(Float32Array.of(2)), bytes(bits)))),
  );
  expect([...matrix.row(0)]).toEqual([2, -1, 2 ** -23, NaN, NaN, NaN, NaN]);
  expect([3, 4, 5, 6].map((c) => matrix.missing(0, c))).toEqual([
    Missing.Infinity,
    Missing.NegativeInfinity,
    Missing.Masked,
    Missing.NaN,
  ]);
  expect(matrix.codes).toBeNull();
});

it('a spectrum has its frequencies', async () => {
  const shape = {
    kind: 'spectrum',
    units: 1,
    tokens: 3,
    encoding: 'int8',
    chunks: [{ units: [0, 1], tokens: [0, 3] }],
    frequency: [0, 0.25, 0.5],
    bins: 300,
  };
  const spectrum = await wire.decodeSpectrum(
    container(header(shape), await deflate(join(bytes(Float32Array.of(1)), Uint8Array.of(1, 2, 3)))),
  );
  expect([...spectrum.frequency, spectrum.bins]).toEqual([0, 0.25, 0.5, 300]);
  expect([...spectrum.matrix.row(0)]).toEqual([1, 2, 3]);
});

it('relevance is found by feature and statistic', async () => {
  const shape = { kind: 'relevance', features: ['space', 'verb'], statistics: ['score', 'effect'], units: 2 };
  const values = Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8);
  const relevance = await wire.decodeRelevance(container(header(shape), await deflate(bytes(values))));
  expect([...relevance.get('verb', 'score')]).toEqual([5, 6]);
  expect([...relevance.get('space', 'effect')]).toEqual([3, 4]);
  expect(relevance.get('noun', 'score')).toHaveLength(0);
});

describe('a text', () => {
  const array = (name: string, dtype: string, ...shape: number[]) => ({ name, dtype, shape });
  const arrays = [
    array('tokens', 'uint32', 2),
    array('feature:a/b%', 'uint8', 2),
    array('probability', 'float32', 2),
    array('target', 'uint32', 2),
    array('expected', 'uint32', 2, 2),
    array('expected_probability', 'float32', 2, 2),
  ];
  const shape = { kind: 'text', lengths: [2], generated: true, prompt_tokens: 1, arrays };
  const data = [
    Uint32Array.of(1, 0),
    Uint8Array.of(0, 1),
    Float32Array.of(0.25, NaN),
    Uint32Array.of(0, 0xffffffff),
    Uint32Array.of(0, 1, 1, 0),
    Float32Array.of(0.5, 0.25, 0.75, 0.1),
  ];

  it('has tokens, features, and what the model expected', async () => {
    const blobs = await Promise.all([utf8(['⏎', '<b>']), ...data.map(bytes)].map(deflate));
    const text = await wire.decodeText(container(header(shape), ...blobs));
    expect(text.table).toEqual(['⏎', '<b>']);
    expect([...text.tokens]).toEqual([1, 0]);
    expect([...text.masks]).toEqual([['a/b%', Uint8Array.of(0, 1)]]);
    expect([text.generated, text.promptTokens, text.expectedCount]).toEqual([true, 1, 2]);
    expect([...text.target!, ...text.probability!]).toEqual([0, 0xffffffff, 0.25, NaN]);
    expect([...text.expected!]).toEqual([0, 1, 1, 0]);
  });

  const tokensAlone = { kind: 'text', lengths: [2], arrays: [array('tokens', 'uint32', 2)] };
  it.each([
    ['lengths without end', { lengths: [1e9] }, ['a', 'b'], /1000000000 tokens cannot be read/],
    ['lengths as a text', { lengths: '2' }, ['a', 'b'], /Expected a list, received a text/],
    ['other lengths', { lengths: [3] }, ['a', 'b'], /“tokens” is not as long as the text of 3 tokens/],
    ['a token that the table has not', {}, ['a'], /Token 1 is not among the 1 of the table/],
    ['a table of numbers', {}, [1, 2], /Expected a text, received a number/],
    ['labels of other sequences', { labels: ['a', 'b'] }, ['a', 'b'], /2 labels came with 1 sequences/],
    ['arrays as an object', { arrays: {} }, ['a', 'b'], /Expected a list, received an object/],
    ['a larger shape', { arrays: [array('tokens', 'uint32', 2, 2)] }, ['a', 'b'], /8 bytes instead of 16/],
    ['a smaller shape', { arrays: [array('tokens', 'uint32')] }, ['a', 'b'], /“tokens” is not as long/],
    ['an array without a blob', { arrays: [...arrays] }, ['a', 'b'], /6 arrays were announced, 1 came/],
  ])('with %s is refused with a sentence', async (_, damage, table, message) => {
    const blobs = await Promise.all([utf8(table), bytes(Uint32Array.of(1, 0))].map(deflate));
    const buffer = container(header({ ...tokensAlone, ...damage }), ...blobs);
    await expect(wire.decodeText(buffer)).rejects.toThrow(message);
  });

  it('without predictions says so', async () => {
    const blobs = await Promise.all([utf8(['a']), bytes(Uint32Array.of(0))].map(deflate));
    const text = await wire.decodeText(
      container(header({ ...shape, arrays: [array('tokens', 'uint32', 1)], lengths: [1] }), ...blobs),
    );
    expect([text.probability, text.target, text.expected, text.expectedCount]).toEqual([null, null, null, 0]);
  });
});

describe('what sequences and generated text have besides', () => {
  const arrays = [
    { name: 'tokens', dtype: 'uint32', shape: [4] },
    { name: 'probability', dtype: 'float32', shape: [4] },
  ];
  const read = async (more: object) => {
    const blobs = await Promise.all(
      [utf8(['a']), bytes(new Uint32Array(4)), bytes(Float32Array.of(0.1, 0.2, 0.5, NaN))].map(deflate),
    );
    return wire.decodeText(container(header({ kind: 'text', lengths: [3, 1], arrays, ...more }), ...blobs));
  };

  it('labels are one a sequence, where there are any', async () => {
    expect((await read({ labels: ['good', 'bad'] })).labels).toEqual(['good', 'bad']);
    expect((await read({})).labels).toBeNull();
    expect((await read({ labels: null })).labels).toBeNull();
  });

  it('what was given has no probability, what the model wrote first has', async () => {
    const { probability, promptTokens } = await read({ generated: true, prompt_tokens: 3 });
    expect([...probability!]).toEqual([NaN, NaN, 0.5, NaN]);
    expect(promptTokens).toBe(3);
  });
});

it('steps are epochs unless the index says batches', () => {
  const probes = [
    { probe: 'a', generated: false, steps: [1], layers: [] },
    { probe: 'b', generated: false, steps: [1], layers: [], axis: 'batch' },
  ];
  const index = wire.decodeIndex({ version: 1, runs: [{ run: 'r', name: 'r', wall_time: 1, probes }] });
  expect(index.runs[0].probes.map(({ axis }) => axis)).toEqual(['epoch', 'batch']);
});

describe('a digest', () => {
  const step = {
    step: -1,
    wall_time: 5,
    tokens: 10,
    loss: 'NaN',
    tagger: null,
    features: [{ name: 'space', kind: 'literal', count: 3, note: null }],
    hypotheses: [
      {
        feature: 'space',
        layer: 'l',
        quantity: 'q',
        unit: 4,
        neighbours: [3],
        count: 3,
        prominence: 1,
        difference: null,
        score: 'Infinity',
        relevance: 0,
        effect: -2,
        peak: null,
      },
    ],
    ranges: { l: { q: { low: -1, high: 1, limit: 0.9, missing: 0 } } },
    absent: [],
  };

  it('reads numbers that JSON cannot write', () => {
    const [digest] = wire.decodeDigests({ version: 1, steps: [step] }, 'r').digests;
    expect([digest.step, digest.wallTime, digest.loss]).toEqual([-1, 5, null]);
    expect([digest.findings[0].difference, digest.findings[0].score]).toEqual([NaN, Infinity]);
    expect(digest.ranges['l']['q'].limit).toBe(0.9);
  });

  it('says what was left out, and the first value lost; older ones say neither', () => {
    const left_out = [
      { what: 'activity', steps: [3], quantities: null, reason: 'no room' },
      { what: 'reading', steps: [1, 2], quantities: null, reason: 'no time' },
    ];
    const first_nan = { step: 3, layer: 'l', quantity: 'q', unit: 4, token: 17, text: 'e' };
    const answer = { version: 1, steps: [{ ...step, left_out, first_nan }, step] };
    const [digest, older] = wire.decodeDigests(answer, 'r').digests;
    expect([digest.leftOut, digest.firstNan]).toEqual([left_out, first_nan]);
    expect([older.leftOut, older.firstNan]).toEqual([[], null]);
  });
});

it('a digest has what speaks for its findings, and what the doctor found; older ones have neither', () => {
  const causal = { effect: 0.31, low: 0.2, high: 0.44, on: 0.33, off: 0.02, count: 160, how: 'mean', tokens: 1000 };
  const finding = { feature: 'f', layer: 'l', quantity: 'q', unit: 1, count: 1, effect: 1 };
  const full = {
    ...finding,
    peak: { frequency: 0.2, q: 0.01, coherence: null },
    response: { label: 'holding', p: 0.1, mean: [1, null], low: -1, high: 1 },
    causal,
  };
  const doctor = [
    {
      code: 'RNV001',
      severity: 'odd',
      title: 't',
      layer: 'l',
      quantity: null,
      units: [],
      concerned: 4,
      evidence: 'e',
      why: 'w',
      advice: 'a',
    },
  ];
  const step = { step: 0, features: [], hypotheses: [full, finding], doctor, causal_note: 'why' };
  const answer = { version: 1, steps: [step, { step: 1, features: [], hypotheses: [] }] };
  const [digest, older] = wire.decodeDigests(answer, 'r').digests;
  const [first, second] = digest.findings;
  expect([first.ablation, first.response!.mean, first.peak!.coherence]).toEqual([causal, [1, NaN], NaN]);
  expect([second.ablation, second.response, second.peak]).toEqual([null, null, null]);
  expect([digest.ablationNote, digest.doctor[0].severity, digest.doctor[0].concerned]).toEqual(['why', 'note', 4]);
  expect([older.ablationNote, older.doctor]).toEqual([null, []]);
});

it('a typed feature has bits where it matches', () => {
  const answer = { version: 1, name: 'x', kind: 'literal', count: 3, note: null, tagger: null, tests: 9, units: [] };
  const bits = { type: 'bits', tokens: 10, data: btoa(String.fromCharCode(0b10000001, 0b01000000)) };
  expect([...decodeFeatureQueryResult({ ...answer, values: bits }).mask!]).toEqual([1, 0, 0, 0, 0, 0, 0, 1, 0, 1]);
  expect(decodeFeatureQueryResult({ ...answer, values: { type: 'float32', tokens: 1, data: '' } }).mask).toBeNull();
  expect(decodeFeatureQueryResult({ ...answer, values: null }).mask).toBeNull();
});

it('a typed feature has notices about the quantities that were not tested', () => {
  const answer = { name: 'x', kind: 'literal', count: 3, tests: 9, units: [] };
  const notice = { run: 'r', tag: 'activity/p/lstm/cell_state', step: 2, text: 'Run r: cell_state is damaged.' };
  expect(decodeFeatureQueryResult(answer).notices).toEqual([]);
  expect(decodeFeatureQueryResult({ ...answer, skipped: [notice] }).notices).toEqual([
    { run: 'r', step: 2, text: 'Run r: cell_state is damaged.' },
  ]);
});
