import type { GalleryUnit } from '../../data/gallery.ts';

/** Switch of the gallery, for tests. */
export const galleryUnit = (more: Partial<GalleryUnit> = {}): GalleryUnit => ({
  layer: 'lstm',
  quantity: 'cell_state',
  unit: 3,
  kind: 'switch',
  numbers: { separation: 0.92, dwell: 48.4, on_share: 0.426, onsets: 31, explained: 0.2 },
  stretches: [
    [4, 400],
    [10, 20],
  ],
  on: [{ token: '(', count: 31, occurrences: 47 }],
  off: [{ token: '\n', count: 29, occurrences: 46 }],
  names: [{ feature: 'brackets', overlap: 0.73 }],
  ...more,
});
