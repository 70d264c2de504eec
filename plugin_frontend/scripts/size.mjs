// Size of the script that the browser loads before the first picture: frame, findings and text. Fails over the budget.
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const BUDGET_KB = 120;
const FIRST = ['index.js', 'first-views.js'];
const folder = new URL('../../tb_rnnviz/static/', import.meta.url);
const loaded = new Set();
const load = (name) => {
  if (loaded.has(name)) return;
  loaded.add(name);
  const source = readFileSync(new URL(name, folder), 'utf8');
  for (const [, chunk] of source.matchAll(/(?:from|^import|;import)\s*["']\.\/([\w.-]+)["']/gm)) load(chunk);
};
FIRST.forEach(load);
const kb = [...loaded].reduce((sum, name) => sum + gzipSync(readFileSync(new URL(name, folder))).length, 0) / 1000;
console.log(`${[...loaded].join(', ')}: ${kb.toFixed(1)} kB gzipped, ${BUDGET_KB} allowed`);
if (kb > BUDGET_KB) process.exit(1);
