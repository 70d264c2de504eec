import { expect, it } from 'vitest';
import { testText } from '../../state/test-store.ts';
import { placeInLine, selectedText, trueText } from './copy.ts';
import { Typesetter } from '../../ui/text/typesetter.ts';

function read(words: string[]) {
  const text = testText(words);
  return [new Typesetter().set(text, 100), text] as const;
}

const [typeset, text] = read([...'one two\tthree four\nfive']);

/** The lines as elements. */
function lines(): HTMLElement[] {
  return Array.from({ length: typeset.layout.lines }, (_, i) => {
    const line = document.createElement('div');
    line.className = 'line';
    line.dataset.line = String(i);
    line.textContent = [...text.tokens.subarray(typeset.layout.starts[i], typeset.layout.starts[i + 1])]
      .map((id) => text.table[id].replace(/\s/, ' '))
      .join('');
    return line;
  });
}

it('what is copied has its tabs and line ends, and none where a line was broken', () => {
  expect(typeset.layout.lines).toBeGreaterThan(2);
  const all = lines();
  const range = document.createRange();
  document.body.append(...all);
  range.setStart(all[0].firstChild!, 4);
  range.setEnd(all.at(-1)!.firstChild!, 2);
  expect(selectedText(typeset, text, range)).toBe('two\tthree four\nfi');
});

it('words are copied with spaces, and in part', () => {
  const [set, words] = read(['we', 'go', ',', 'far']);
  expect(trueText(words, set, [0, 4])).toBe('we go, far');
  expect([0, 1, 2, 3, 4, 5, 6, 7, 99].map((character) => placeInLine(set, words, 0, character))).toEqual([
    [0, 0],
    [0, 1],
    [1, 0],
    [1, 0],
    [1, 1],
    [2, 0],
    [3, 0],
    [3, 0],
    [4, 0],
  ]);
});
