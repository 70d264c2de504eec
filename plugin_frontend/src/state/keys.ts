export type Command =
  | 'play'
  | 'help'
  | 'escape'
  | 'earlier'
  | 'later'
  | 'unit-before'
  | 'unit-after'
  | 'match-before'
  | 'next-match'
  | 'view'
  | 'enlarge'
  | 'mode'
  | 'go';

const COMMANDS: Readonly<Record<string, Command>> = {
  ' ': 'play',
  '?': 'help',
  Escape: 'escape',
  ArrowLeft: 'earlier',
  ArrowRight: 'later',
  ArrowUp: 'unit-before',
  ArrowDown: 'unit-after',
  p: 'match-before',
  n: 'next-match',
  e: 'enlarge',
  m: 'mode',
  g: 'go',
  ...Object.fromEntries([...'123456789'].map((digit) => [digit, 'view' as const])),
};

/** Milliseconds within which the letter of a view follows `g`. */
const SEQUENCE_MS = 2000;

/** Elements that take all keys themselves. */
const TAKES_ALL = 'input:not([type=range]):not([type=checkbox]), select, textarea, dialog[open], [role=listbox]';
const TAKES_ARROWS = 'input[type=range], [data-scrolls], canvas[tabindex]';
const TAKES_SPACE = 'button, a, summary, input[type=checkbox], canvas[tabindex]';

/**
 * Command of a key pressed anywhere in the tab.
 * Null if the element in focus has its own use for the key.
 */
export function commandOf(
  event: KeyboardEvent,
  commands: Readonly<Record<string, Command>> = COMMANDS,
): Command | null {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return null;
  const command = commands[event.key];
  if (!command) return null;
  if (command === 'escape') return command;
  const within = event.composedPath().filter((target): target is Element => target instanceof Element);
  const inside = (selector: string) => within.some((element) => element.matches(selector));
  if (inside(TAKES_ALL)) return null;
  if (event.key.startsWith('Arrow') && inside(TAKES_ARROWS)) return null;
  if (command === 'play' && inside(TAKES_SPACE)) return null;
  return command;
}

/** Commands of single keys, and of `g` with the letter of a view. */
export class KeySequence {
  private readonly views: Readonly<Record<string, Command>>;
  private start = -Infinity;

  constructor(letters: readonly string[]) {
    this.views = Object.fromEntries(letters.map((letter) => [letter, 'view']));
  }

  /** Command of the next key; null if it has none or is the leading `g`. */
  commandOf(event: KeyboardEvent): Command | null {
    const follows = event.timeStamp - this.start < SEQUENCE_MS;
    this.start = -Infinity;
    const command = (follows && commandOf(event, this.views)) || commandOf(event);
    if (command !== 'go') return command;
    this.start = event.timeStamp;
    return null;
  }
}
