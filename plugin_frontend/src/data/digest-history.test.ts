import { expect, it } from 'vitest';
import { DigestHistory } from './digest-history.ts';

const digest = (step: number) => ({ step, wall_time: step, tokens: 3, sequences: 1 });

function answer(steps: number[], cursor: string, continues: boolean, earlier = 0, before = 'none'): Response {
  return new Response(JSON.stringify({ version: 1, steps: steps.map(digest), cursor, continues, earlier, before }));
}

const ask = async (history: DigestHistory, response: Response) => (await history.request().decode(response)).value;

it('asks for the last steps first, and then for those after the last answer', async () => {
  const history = new DigestHistory('a b', 'novel');
  const request = history.request();
  expect(request.url).toBe('digest?run=a%20b&probe=novel');
  expect(request.suffix!()).toBe('&since=none&whole=100&most=100&before=none');
  await ask(history, answer([0, 1], 'x:1', false));
  expect(request.suffix!()).toBe('&since=x%3A1&whole=100&most=400&before=none');
});

it('appends what is new, and replaces everything when the run was written again', async () => {
  const history = new DigestHistory('run', 'novel');
  await ask(history, answer([0, 1], 'x:1', false));
  const more = await ask(history, answer([2], 'x:2', true));
  expect(more.digests.map(({ step }) => step)).toEqual([0, 1, 2]);
  const again = await ask(history, answer([0], 'y:0', false));
  expect(again.digests.map(({ step }) => step)).toEqual([0]);
});

it('reads earlier steps page by page, until there are none', async () => {
  let further = 0;
  const history = new DigestHistory('run', 'novel', () => further++);
  const last = await ask(history, answer([4, 5], 'x:5', false, 4, 'x:4'));
  expect([last.earlier, further]).toEqual([4, 1]);
  expect(history.request().suffix!()).toBe('&since=x%3A5&whole=100&most=400&before=x%3A4');
  const more = await ask(history, answer([2, 3, 6], 'x:6', true, 2, 'x:2'));
  expect([more.digests.map(({ step }) => step), more.earlier, further]).toEqual([[2, 3, 4, 5, 6], 2, 2]);
  const all = await ask(history, answer([0, 1], 'x:6', true));
  expect([all.digests.map(({ step }) => step), all.earlier, further]).toEqual([[0, 1, 2, 3, 4, 5, 6], 0, 2]);
});

it('names damage once, however often it is answered', async () => {
  const skipped = [{ run: 'run', tag: 'digest/novel', step: 1, text: 'Its checksum is wrong.' }];
  const damaged = (continues: boolean) =>
    new Response(
      JSON.stringify({ version: 1, steps: [], skipped, cursor: 'x:1', continues, earlier: 0, before: 'none' }),
    );
  const history = new DigestHistory('run', 'novel');
  await ask(history, damaged(false));
  expect((await ask(history, damaged(true))).notices).toHaveLength(1);
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
  const body = { version: 1, steps: [step], findings, cursor: 'x:0', continues: false, earlier: 0, before: 'none' };
  const { digests } = await ask(new DigestHistory('run', 'novel'), new Response(JSON.stringify(body)));
  expect(digests[0].listed).toEqual([JSON.stringify(findings[1])]);
});
