import type { DynamicsHistory, LayerDynamics } from '../../data/dynamics.ts';
import type { LinearProbe, Projection, StateGeometry } from '../../data/states.ts';

/** Points of eight tokens on three axes: the token, its square, its sign. */
export const PROJECTION: Projection = {
  method: 'pca',
  units: 12,
  states: 8,
  components: 3,
  missing: 0,
  fitted: [{ run: 'r', steps: [0, 5] }],
  fittedStates: 16,
  explained: [0.6, 0.3, 0.05],
  explainedHere: [0.5, 0.2, 0.1],
  low: [0, 0, -1],
  high: [7, 49, 1],
  tokens: Uint32Array.from({ length: 8 }, (_, i) => i),
  points: Float32Array.from({ length: 24 }, (_, k) => [k / 3, ((k - 1) / 3) ** 2, k % 2 ? 1 : -1][k % 3]),
  classes: null,
  prediction: null,
};

export const GEOMETRY: StateGeometry = {
  layer: 'lstm',
  quantity: 'hidden_state',
  units: 12,
  states: 8,
  allStates: 8,
  dimension: 3.25,
  components: 4,
  spread: 2,
  speed: 1,
};

export const PROBE: LinearProbe = {
  target: 'digit',
  states: 8,
  groups: 'blocks',
  classes: ['False', 'True'],
  chance: 0.5,
  score: 0.95,
  control: 0.55,
  selectivity: 0.4,
  unit: 7,
  unitScore: 0.7,
};

/** A stable point, one that is unstable along the second axis, and a slow one. */
export const DYNAMICS: LayerDynamics = {
  layer: 'lstm',
  size: 24,
  constant: 'zero',
  counts: { stable: 1, unstable: 1, slow: 1 },
  lyapunov: [-0.1, -0.5],
  growth: 0.25,
  note: null,
  points: [
    { kind: 'stable', at: [1, 2, 0], ends: [], speed: 0, eigenvalues: [[0.9, 0]], timeConstants: [9.49] },
    {
      kind: 'unstable',
      at: [3, 20, 0],
      ends: [
        [
          [3, 10, 0],
          [3, 30, 0],
        ],
      ],
      speed: 0,
      eigenvalues: [[1.2, 0.5]],
      timeConstants: [Infinity],
    },
    { kind: 'slow', at: [5, 5, 0], ends: [], speed: 1e-4, eigenvalues: [], timeConstants: [] },
  ],
};

export const DYNAMICS_HISTORY: DynamicsHistory = {
  steps: [0, 5],
  layers: [
    {
      layer: 'lstm',
      counts: { stable: [0, 1], unstable: [0, 1], slow: [2, 1] },
      lyapunov: [-0.5, -0.1],
      timeConstant: [NaN, 9.49],
    },
  ],
};
