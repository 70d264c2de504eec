/** Characters that are not printable, or line breaks, to YAML or PyYAML. */
const UNPRINTABLE = /[\u007f-\u00a0\u2028\u2029\ufeff\ufffe\uffff]/g;

const escaped = (sign: string) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** Always between quotes, so that no word is taken for a number, a key or a tag. */
const text = (word: string) => JSON.stringify(word).replace(UNPRINTABLE, escaped);

/** With a point wherever there is an exponent: without one, YAML 1.1 reads a word. */
function number(value: number): string {
  if (!Number.isFinite(value)) return 'null';
  const text = String(value);
  return text.includes('e') && !text.includes('.') ? text.replace('e', '.0e') : text;
}

const PLAIN = /^[a-z_]+$/;
/** Plain words that YAML 1.1 does not read as words. */
const RESERVED = /^(y|n|yes|no|on|off|true|false|null)$/;
const key = (word: string) => (PLAIN.test(word) && !RESERVED.test(word) ? word : text(word));

/** A value on one line, as YAML's flow style. What is no number is null. */
export function flow(value: unknown): string {
  if (typeof value === 'string') return text(value);
  if (typeof value === 'number') return number(value);
  if (typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) return `[${value.map(flow).join(', ')}]`;
  if (value && typeof value === 'object')
    return `{${Object.entries(value)
      .map(([name, inner]) => `${key(name)}: ${flow(inner)}`)
      .join(', ')}}`;
  return 'null';
}

/** A mapping, one entry a line. */
export const mapping = (entries: Readonly<Record<string, unknown>>): string =>
  Object.entries(entries)
    .map(([name, value]) => `${key(name)}: ${flow(value)}\n`)
    .join('');
