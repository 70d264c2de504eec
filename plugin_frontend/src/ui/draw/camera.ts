/**
 * Camera of the surface.
 * The projection has no perspective, so that equal heights look equal.
 */
export interface Camera {
  /** Turn around the vertical, radians. 0: frequency runs to the right. */
  readonly yaw: number;
  /** Angle from above, radians: 0 from the side, π/2 from straight above. */
  readonly pitch: number;
  readonly zoom: number;
  /** Position of the middle of the box, as shares of the panel from its middle. */
  readonly x: number;
  readonly y: number;
}

export const HOME: Camera = { yaw: -0.42, pitch: 0.5, zoom: 1, x: 0, y: 0 };
