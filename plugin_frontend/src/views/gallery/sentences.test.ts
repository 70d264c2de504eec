import { expect, it } from 'vitest';
import { causal, finding } from '../../state/fixtures.ts';
import { galleryUnit } from './gallery-fixtures.ts';
import { ablationOf, evidenceOf, namesOf } from './sentences.ts';

it('each kind has its evidence in words', () => {
  expect(evidenceOf(galleryUnit())).toBe(
    'two states, 92 % of its variance between them; stays 48 tokens on average; on 31 times, 43 % of the tokens; ' +
      'the last two tokens explain 20 %',
  );
  const numbers = { ramp: 0.9, ramp_length: 23.4, resets: 1, explained: -0.1 };
  expect(evidenceOf({ kind: 'counter', numbers })).toBe(
    'ramps that reset: the tokens since a reset explain 90 % of its variance; a ramp takes 23 tokens; reset once; ' +
      'the last two tokens explain 0 %',
  );
  expect(evidenceOf({ kind: 'rhythm', numbers: { period: 7.31, peak_share: 0.46, peak_q: 1e-9 } })).toBe(
    'repeats every 7.3 tokens; 46 % of its variance near that period, q < 0.001',
  );
  expect(evidenceOf({ kind: 'detector', numbers: { on_share: 0.024, on_length: 1.74, onsets: 2, kurtosis: 52 } })).toBe(
    'rare and sharp: on at 2.4 % of the tokens, 1.7 tokens at a time; on twice; excess kurtosis 52.0',
  );
});

it('a kind that is not known here has its numbers', () => {
  expect(evidenceOf({ kind: 'gauge', numbers: { on_share: 0.5 } })).toBe('on share 0.500');
});

it('a unit without a name is unknown', () => {
  expect(namesOf(galleryUnit())).toBe('brackets, overlap 0.73');
  expect(namesOf(galleryUnit({ names: [] }))).toBe('unknown switch');
});

it('the ablation effect says of which state it is', () => {
  const ablated = finding({ quantity: 'hidden_state', feature: ' ', ablation: causal() });
  expect(ablationOf(ablated, 'hidden_state')).toBe(
    'used for ␣: without it +0.310 nats [0.200, 0.440] on its 160 tokens against the rest',
  );
  expect(ablationOf(ablated, 'cell_state')).toContain('without its hidden state +0.310 nats');
});
