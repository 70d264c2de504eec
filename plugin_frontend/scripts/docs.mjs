// Copies the pages of docs/ and the pictures that they show into the built tab, where they are read offline.
// node scripts/docs.mjs [folder of the built tab]
import { copyFileSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';

const LARGEST_IMAGE = 300_000; // bytes; a page shows the words of a larger one instead
const FIRST = [
  'getting-started.md',
  'tab.md',
  'glossary.md',
  'findings.md',
  'recording.md',
  'matrices.md',
  'features.md',
  'budget.md',
  'remote.md',
  'trainer.md',
];
const IMAGE = /!\[[^\]]*\]\(([^)\s]+\.png)\)/g;

const docs = fileURLToPath(new URL('../../docs/', import.meta.url));
const built = process.argv[2] ?? fileURLToPath(new URL('../../tb_rnnviz/static/', import.meta.url));
const out = join(built, 'docs');

const pagesIn = (folder) =>
  readdirSync(join(docs, folder))
    .filter((name) => name.endsWith('.md'))
    .sort()
    .map((name) => posix.join(folder, name));
const all = pagesIn('.');
const first = FIRST.filter((page) => all.includes(page));
const pages = [...first, ...pagesIn('analysis'), ...all.filter((page) => !first.includes(page))];

const sizes = new Map();
const copy = (path) => {
  mkdirSync(dirname(join(out, path)), { recursive: true });
  copyFileSync(join(docs, path), join(out, path));
  sizes.set(path, statSync(join(docs, path)).size);
};

rmSync(out, { recursive: true, force: true });
const contents = pages.map((path) => {
  const text = readFileSync(join(docs, path), 'utf8');
  copy(path);
  for (const [, target] of text.matchAll(IMAGE)) {
    const image = posix.join(posix.dirname(path), target);
    if (sizes.has(image)) continue;
    if (statSync(join(docs, image)).size <= LARGEST_IMAGE) copy(image);
    else console.warn(`docs/${image} is larger than ${LARGEST_IMAGE / 1000} kB and is left out`);
  }
  return { path, title: /^# (.+)$/m.exec(text)?.[1] ?? path };
});
writeFileSync(join(out, 'index.json'), `${JSON.stringify(contents, null, 1)}\n`);

const kb = [...sizes.values()].reduce((sum, size) => sum + size, 0) / 1000;
console.log(`docs: ${pages.length} pages, ${sizes.size - pages.length} pictures, ${kb.toFixed(0)} kB`);
