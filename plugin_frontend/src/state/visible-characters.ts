/** White space and controls as signs, so that a token can be named: a space as ␣. */
const SIGNS: Readonly<Record<string, string>> = {
  ' ': '␣',
  '\n': '⏎',
  '\u0085': '␤',
  '\u2028': '⏎',
  '\u2029': '¶',
  '\r': '␍',
  '\t': '→',
  '\u00a0': '⍽',
  '\u200b': '∅',
};

export function visible(token: string): string {
  if (token === '') return '∅';
  return token.replace(
    /[\s\u200b\p{Cc}]/gu,
    (sign) => SIGNS[sign] ?? (sign < ' ' ? String.fromCharCode(0x2400 + sign.charCodeAt(0)) : '␣'),
  );
}

/** Line ends: LF, VT, FF, CR, NEL, line and paragraph separator. */
export const LINE_END = /[\n\v\f\r\u0085\u2028\u2029]/;

/** Name in quotation marks, unless it has them already, as what was typed has. */
export const quoted = (name: string) => (/^“.*”$/su.test(name) ? name : `“${name}”`);

/** Token as painted in the text: control characters leave blank space. */
export const printed = (token: string) => token.replace(/[\n\r\t\u2028\u2029\p{Cc}]/gu, ' ');
