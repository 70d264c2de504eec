import { expect, it } from 'vitest';
import type { SettingName } from '../../state/settings.ts';
import { UrlSettings } from '../../state/url-settings.ts';
import { HOME } from '../../ui/draw/camera.ts';
import { formatCamera, parseBand, parseCamera, readOptions, writeOptions } from './fourier-options.ts';

function wordsOf(link: Record<string, string> = {}) {
  const settings = new UrlSettings();
  settings.read(link);
  return { settings, option: <K extends SettingName>(name: K) => settings.get(name) };
}

it('options are what was written', () => {
  const words = wordsOf();
  writeOptions(words, { drawing: 'flat', units: 'all', band: { low: 0.1, high: 0.25 } });
  expect(readOptions(words)).toEqual({
    drawing: 'flat',
    units: 'all',
    order: 'number',
    camera: HOME,
    band: { low: 0.1, high: 0.25 },
  });
});

it('words of a link that mean nothing give the usual', () => {
  const nonsense = { fourier: 'cube', fourierunits: '', band: '0.4 0.1', camera: '1 2 NaN' };
  expect(readOptions(wordsOf(nonsense))).toEqual(readOptions(wordsOf()));
  for (const band of ['', '0.1', '-1 0.5', '0 0.6', 'a b']) expect(parseBand(band)).toEqual({ low: 0, high: 0.5 });
});

it('a camera comes back as it was, in a few digits', () => {
  const camera = { yaw: -1.2, pitch: 0.3, zoom: 2.5, x: 0.125, y: -0.25 };
  const back = parseCamera(formatCamera(camera));
  for (const name of ['yaw', 'pitch', 'zoom', 'x', 'y'] as const) expect(back[name]).toBeCloseTo(camera[name], 1);
  expect(formatCamera(back)).toBe(formatCamera(camera));
  expect(parseCamera(formatCamera(HOME))).toBe(HOME);
});
