import { NYQUIST, type BandLimits } from '../../ui/draw/spectrum.ts';
import { HOME, type Camera } from '../../ui/draw/camera.ts';
import type { ViewContext } from '../../state/store.ts';

/** Display settings of the Fourier view. */
export interface FourierOptions {
  readonly drawing: 'surface' | 'flat' | 'epochs';
  readonly units: 'suggested' | 'all';
  /** Of all units, drawn flat. */
  readonly order: 'number' | 'peak';
  readonly band: BandLimits;
  readonly camera: Camera;
}

type Words = Pick<ViewContext, 'option'>;

const signals = (store: Words) => ({
  drawing: store.option('fourier'),
  units: store.option('fourierunits'),
  order: store.option('fourierorder'),
  band: store.option('band'),
  camera: store.option('camera'),
});

export function readOptions(store: Words): FourierOptions {
  const { drawing, units, order, band, camera } = signals(store);
  return {
    drawing: drawing.value,
    units: units.value,
    order: order.value,
    band: parseBand(band.value),
    camera: parseCamera(camera.value),
  };
}

export function writeOptions(store: Words, change: Partial<FourierOptions>): void {
  const words = signals(store);
  const { band, camera, ...plain } = change;
  if (band) words.band.value = formatBand(band);
  if (camera) words.camera.value = formatCamera(camera);
  if (plain.drawing) words.drawing.value = plain.drawing;
  if (plain.units) words.units.value = plain.units;
  if (plain.order) words.order.value = plain.order;
}

export function parseBand(word: string): BandLimits {
  const [low, high] = word.split(' ').map(Number);
  return low >= 0 && low <= high && high <= NYQUIST ? { low, high } : { low: 0, high: NYQUIST };
}

export const formatBand = ({ low, high }: BandLimits) => `${round(low, 4)} ${round(high, 4)}`;

/** Degrees, zoom and shift in a few digits. */
export function formatCamera(camera: Camera): string {
  if (camera === HOME) return 'home';
  const degrees = (radians: number) => Math.round((radians * 180) / Math.PI);
  return [
    degrees(camera.yaw),
    degrees(camera.pitch),
    round(camera.zoom, 2),
    round(camera.x, 3),
    round(camera.y, 3),
  ].join(' ');
}

export function parseCamera(word: string): Camera {
  const numbers = word.split(' ').map(Number);
  const [yaw, pitch, zoom, x, y] = numbers;
  if (
    numbers.length !== 5 ||
    numbers.some((n) => !Number.isFinite(n)) ||
    pitch < 0 ||
    pitch > 90 ||
    zoom < 1 ||
    zoom > 20
  )
    return HOME;
  return { yaw: (yaw * Math.PI) / 180, pitch: (pitch * Math.PI) / 180, zoom, x, y };
}

const round = (value: number, digits: number) => Number(value.toFixed(digits));
