import { expect, it } from 'vitest';
import { parseSetting, SETTINGS, settingsPage, type Setting, type SettingName } from './settings.ts';
import { UrlSettings } from './url-settings.ts';

const names = Object.keys(SETTINGS) as SettingName[];

it.each(names)('%s has a default among its values', (name) => {
  const { default: word, values }: Setting = SETTINGS[name];
  expect(parseSetting(name, word)).toBe(word);
  if (values) expect(values).toContain(word);
});

it('a word that a setting does not know is read as its default', () => {
  expect(parseSetting('mode', 'upside-down')).toBe('side');
  expect(parseSetting('pins', 'anything')).toBe('anything');
  expect(parseSetting('runs', undefined, 'from the host')).toBe('from the host');
});

it('the link holds what differs from the defaults, and reads it back', () => {
  const settings = new UrlSettings({ runs: 'lstm' });
  settings.get('mode').value = 'overlay';
  settings.get('colors');
  settings.get('runs');
  expect(settings.write()).toEqual({ mode: 'overlay' });
  const other = new UrlSettings();
  other.read({ mode: 'overlay', colors: 'green' });
  expect([other.get('mode').value, other.get('colors').value, other.get('runs').value]).toEqual(['overlay', 'red', '']);
});

// `npx vitest run src/state/settings.test.ts -u` writes the page.
it('the page of the docs is made from the registry', async () => {
  await expect(settingsPage()).toMatchFileSnapshot('../../../docs/link-settings.md');
});
