import { expect, it } from 'vitest';
import { DigestHistory } from './digest-history.ts';

const digest = (step: number) => ({ step, wall_time: step, tokens: 3, sequences: 1 });

function answer(steps: number[], cursor: string, continues: boolean): Response {
  return new Response(JSON.stringify({ version: 1, steps: steps.map(digest), cursor, continues }));
}

const ask = async (history: DigestHistory, response: Response) => (await history.request().decode(response)).value;

it('asks for all steps first, and then for those after the last answer', async () => {
  const history = new DigestHistory('a b', 'novel');
  const request = history.request();
  expect([request.url, request.suffix!()]).toEqual(['digest?run=a%20b&probe=novel', '&since=none&whole=100']);
  await ask(history, answer([0, 1], 'x:1', false));
  expect(request.suffix!()).toBe('&since=x%3A1&whole=100');
});

it('appends what is new, and replaces everything when the run was written again', async () => {
  const history = new DigestHistory('run', 'novel');
  await ask(history, answer([0, 1], 'x:1', false));
  const more = await ask(history, answer([2], 'x:2', true));
  expect(more.digests.map(({ step }) => step)).toEqual([0, 1, 2]);
  const again = await ask(history, answer([0], 'y:0', false));
  expect(again.digests.map(({ step }) => step)).toEqual([0]);
});

it('returns the same object while there is nothing new', async () => {
  const history = new DigestHistory('run', 'novel');
  const first = await ask(history, answer([0, 1], 'x:1', false));
  expect(await ask(history, answer([], 'x:1', true))).toBe(first);
});

it('keeps the last hundred digests whole, and of earlier ones what curves are drawn from', async () => {
  const history = new DigestHistory('run', 'novel');
  const steps = Array.from({ length: 101 }, (_, step) => step);
  await ask(history, answer(steps.slice(0, 100), 'x:99', false));
  const { digests } = await ask(history, answer([100], 'x:100', true));
  expect(digests.map(({ brief }) => brief)).toEqual(steps.map((step) => step === 0));
});

it('reads the findings of brief digests from the table of the answer', async () => {
  const findings = [
    ['space', 'lstm', 'hidden_state', 3],
    ['comma', 'lstm', 'hidden_state', 4],
  ];
  const step = { ...digest(0), brief: true, listed: [1] };
  const body = { version: 1, steps: [step], findings, cursor: 'x:0', continues: false };
  const { digests } = await ask(new DigestHistory('run', 'novel'), new Response(JSON.stringify(body)));
  expect(digests[0].listed).toEqual([JSON.stringify(findings[1])]);
});
