import { css, html, LitElement, nothing } from 'lit';
import { sheet } from '../../ui/draw/axes-canvas.ts';
import { palette } from '../../ui/draw/axes.ts';
import { HOME, type Camera } from '../../ui/draw/camera.ts';
import type { Colormap } from '../../state/colormap.ts';
import { paintAxes, type Scene } from '../../ui/draw/surface-axes.ts';
import { project, shift, turn, zoomCamera } from '../../ui/draw/surface-camera.ts';
import { SurfaceRenderer } from '../../ui/draw/surface-gl.ts';
import { markedRows, paintMarks } from '../../ui/draw/surface-marks.ts';
import { buildMesh, nearestPoint, xOfFrequency, type Mesh, type Nearest } from '../../ui/draw/surface-mesh.ts';
import type { SurfaceGroup, SurfaceRow } from '../../ui/draw/surface-rows.ts';
import { binAt, peakInBand, type BandLimits, type BandPeak } from '../../ui/draw/spectrum.ts';
import type { Marked } from '../../ui/draw/heatmap-picture.ts';
import { Drag } from '../../ui/drag.ts';

export interface SurfaceModel {
  readonly groups: readonly SurfaceGroup[];
  readonly frequency: Float32Array;
  readonly limit: number;
  readonly colors: Colormap;
  /** True if values are differences: height shows their size, colour their sign. */
  readonly signed: boolean;
  /** Amplitudes of a unit, also where it shares its line with others. */
  values(unit: number): Float32Array;
}

export interface SurfacePoint {
  readonly unit: number;
  readonly frequency: number | null;
}

type UnitPeak = BandPeak & Marked;

const STEP = 24;
const SETTLED_MS = 400;
const MOST_LINES = 40;
const KEYS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-STEP, 0],
  ArrowRight: [STEP, 0],
  ArrowUp: [0, -STEP],
  ArrowDown: [0, STEP],
};
const LIGHT_PAGE = [255, 255, 255] as const;
const DARK_PAGE = [48, 48, 48] as const;

/**
 * Amplitudes as a surface that can be turned, drawn with WebGL.
 * Fires `rv-point`, `rv-pick`, `rv-camera` after a turn or zoom, and `rv-no-webgl` if it cannot draw.
 */
export class Surface extends LitElement {
  static override properties = {
    model: { attribute: false },
    band: { attribute: false },
    selectedUnit: { attribute: false },
    dark: { attribute: false },
    camera: { attribute: false },
    frequencyTitle: {},
    pointed: { attribute: false },
    peak: { attribute: false },
  };
  declare model: SurfaceModel | null;
  declare band: BandLimits;
  declare selectedUnit: number;
  declare dark: boolean;
  declare camera: Camera;
  declare frequencyTitle: string;
  declare pointed: SurfacePoint | null;
  /** The peak of a unit inside the band. */
  declare peak: (unit: number) => UnitPeak | null;
  private mesh: Mesh | null = null;
  private renderer: SurfaceRenderer | null = null;
  private scene: Scene | null = null;
  private frame = 0;
  private settling: ReturnType<typeof setTimeout> | undefined;
  private readonly drag = new Drag<{ camera: Camera; shifts: boolean }>();
  private observer = new ResizeObserver(() => this.schedule());

  static override styles = css`
    :host {
      display: block;
      position: absolute;
      inset: 0;
      overflow: hidden;
      cursor: grab;
      outline: none;
      touch-action: none;
    }
    :host(:focus-visible) {
      outline: 2px solid var(--rv-accent, #f57c00);
      outline-offset: -2px;
    }
    :host(.dragged) {
      cursor: grabbing;
    }
    canvas {
      position: absolute;
      inset: 0;
      display: block;
      pointer-events: none;
    }
    .note {
      position: absolute;
      left: 8px;
      bottom: 4px;
      color: var(--rv-muted, #616161);
      pointer-events: none;
    }
  `;

  constructor() {
    super();
    this.model = this.pointed = null;
    this.band = { low: 0, high: 0.5 };
    this.selectedUnit = 0;
    this.dark = false;
    this.camera = HOME;
    this.peak = () => null;
    this.addEventListener('pointerdown', (event) => this.onDown(event));
    this.addEventListener('pointermove', (event) => this.onMove(event));
    this.addEventListener('pointerup', (event) => this.onUp(event));
    this.addEventListener('pointercancel', () => this.endDrag());
    this.addEventListener('pointerleave', () => this.drag.going || this.fire('rv-point', null));
    this.addEventListener('wheel', (event) => this.onWheel(event), { passive: false });
    this.addEventListener('keydown', (event) => this.onKey(event));
  }

  override render() {
    const shared = Math.max(
      1,
      ...(this.model?.groups.flatMap((rows) => rows.map(({ units }) => units[1] - units[0])) ?? []),
    );
    return html`<canvas class="axes"></canvas>
      <div class="middle"></div>
      <canvas class="marks"></canvas>
      <span class="note"
        >${
          this.model?.signed ? 'Height: how far B and A are apart; colour: which way. ' : nothing
        }${shared > 1 ? `${shared} units share a line: the largest of them` : nothing}</span
      >`;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.tabIndex = 0;
    this.setAttribute('role', 'img');
    this.setAttribute(
      'aria-label',
      'Amplitude by frequency and unit, a surface. ' +
        'Shift and the arrow keys turn it, plus and minus zoom, zero goes back.',
    );
    this.observer.observe(this);
    this.schedule();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.observer.disconnect();
    clearTimeout(this.settling);
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    this.renderer?.canvas.remove();
    this.renderer?.dispose();
    this.renderer = null;
  }

  override updated(changed: Map<string, unknown>): void {
    if (changed.has('model')) this.mesh = null;
    if (changed.size === 1 && changed.has('pointed')) this.paintMarks();
    else this.schedule();
  }

  private schedule(): void {
    this.frame ||= requestAnimationFrame(() => {
      this.frame = 0;
      this.repaint();
    });
  }

  /**
   * Mesh of a model, longer in a wide panel.
   * Its length changes in steps, so that a resize does not rebuild it at every pixel.
   */
  private build(model: SurfaceModel): Mesh {
    const wide = Math.round(4 * Math.max(1, Math.min(2.25, (0.9 * this.clientWidth) / this.clientHeight))) / 4;
    if (this.mesh?.box.x !== wide)
      this.mesh = buildMesh(model.groups, model.frequency, model.limit, wide, model.signed);
    return this.mesh;
  }

  private get size() {
    return { width: this.clientWidth, height: this.clientHeight };
  }

  /** On a canvas of its own: a context that was given up cannot be had again. */
  private start(): SurfaceRenderer | null {
    if (this.renderer) return this.renderer;
    const canvas = document.createElement('canvas');
    try {
      this.renderer = new SurfaceRenderer(canvas);
    } catch (error) {
      this.fire('rv-no-webgl', (error as Error).message);
      return null;
    }
    canvas.addEventListener('webglcontextlost', () => {
      if (this.renderer?.canvas !== canvas) return;
      canvas.remove();
      this.renderer = null;
      setTimeout(() => this.isConnected && this.schedule(), 500);
    });
    this.renderRoot.querySelector('.middle')!.append(canvas);
    return this.renderer;
  }

  repaint(ratio?: number): void {
    const { model, size, band } = this;
    if (!model || size.width < 60 || size.height < 60) return;
    const mesh = this.build(model);
    const renderer = this.start();
    const axes = sheet(this.renderRoot.querySelector<HTMLCanvasElement>('.axes')!, size.width, size.height, ratio);
    if (!renderer || !axes) return;
    const projection = project(this.camera, mesh.box, size);
    this.scene = {
      frequencyTitle: this.frequencyTitle,
      mesh,
      projection,
      frequency: model.frequency,
      limit: model.limit,
      band,
      selectedUnit: this.selectedUnit,
      values: model.values,
      what: model.signed ? 'size of B − A' : 'amplitude',
      peak: (row) => this.peakOf(row),
    };
    paintAxes(axes, this.scene, palette(this.dark));
    const { canvas } = renderer;
    if (canvas.width !== axes.context.canvas.width || canvas.height !== axes.context.canvas.height) {
      canvas.width = axes.context.canvas.width;
      canvas.height = axes.context.canvas.height;
    }
    canvas.style.width = `${size.width}px`;
    canvas.style.height = `${size.height}px`;
    renderer.draw(mesh, {
      matrix: projection.matrix,
      rgba: model.colors.rgba,
      page: this.dark ? DARK_PAGE : LIGHT_PAGE,
      ...model.colors.hatch,
      band: [
        band.low > 0 ? xOfFrequency(band.low, mesh.box) : -Infinity,
        band.high < 0.5 ? xOfFrequency(band.high, mesh.box) : Infinity,
      ],
      lines: mesh.rows.length <= MOST_LINES,
      ratio: axes.ratio,
    });
    this.paintMarks(ratio);
  }

  /** Of units that share a line nobody tested what is highest. */
  private peakOf({ units: [first, end], values }: SurfaceRow): UnitPeak | null {
    if (end - first === 1) return this.peak(first);
    const highest = peakInBand(values, this.model!.frequency, this.band);
    return highest && { ...highest, stands: null };
  }

  private paintMarks(ratio?: number): void {
    const { scene, size, pointed } = this;
    if (!scene) return;
    const marks = sheet(this.renderRoot.querySelector<HTMLCanvasElement>('.marks')!, size.width, size.height, ratio);
    if (!marks) return;
    const hover = pointed && {
      unit: pointed.unit,
      bin: pointed.frequency === null ? null : binAt(scene.frequency, pointed.frequency),
    };
    paintMarks(marks, scene, markedRows(scene), hover, palette(this.dark));
  }

  private look(camera: Camera): void {
    this.camera = camera;
    clearTimeout(this.settling);
    this.settling = setTimeout(() => this.fire('rv-camera', this.camera), SETTLED_MS);
  }

  private fire(name: string, detail: unknown): void {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }

  private hit(event: MouseEvent): SurfacePoint | null {
    const { mesh, scene, model } = this;
    if (!mesh || !scene || !model) return null;
    const box = this.getBoundingClientRect();
    const point = nearestPoint(mesh, scene.projection, event.clientX - box.left, event.clientY - box.top);
    return point && { unit: this.unitAt(point), frequency: model.frequency[point.bin] };
  }

  /** Of the units that share a line, the one whose amplitude the line shows. */
  private unitAt({ row, bin }: Nearest): number {
    const { units, values } = this.mesh!.rows[row];
    let [unit] = units;
    while (unit + 1 < units[1] && this.model!.values(unit)[bin] !== values[bin]) unit++;
    return unit;
  }

  private onDown(event: PointerEvent): void {
    if (event.button === 0) this.drag.begin(event, { camera: this.camera, shifts: event.shiftKey });
  }

  private onMove(event: PointerEvent): void {
    if (!this.drag.going) return this.fire('rv-point', this.hit(event));
    const moved = this.drag.move(event);
    if (!moved) return;
    this.classList.add('dragged');
    const { camera, shifts } = moved.start;
    this.look((shifts ? shift : turn)(camera, moved.dx, moved.dy, this.size));
  }

  private onUp(event: PointerEvent): void {
    const clicked = this.endDrag();
    const point = clicked && this.hit(event);
    if (point) this.fire('rv-pick', point.unit);
  }

  private endDrag(): boolean {
    this.classList.remove('dragged');
    return this.drag.end();
  }

  private onWheel(event: WheelEvent): void {
    event.preventDefault();
    const box = this.getBoundingClientRect();
    this.look(
      zoomCamera(
        this.camera,
        Math.exp(-event.deltaY / 500),
        event.clientX - box.left,
        event.clientY - box.top,
        this.size,
      ),
    );
  }

  private onKey(event: KeyboardEvent): void {
    const { size } = this;
    const arrow = event.shiftKey && KEYS[event.key];
    if (arrow) this.look(turn(this.camera, arrow[0], arrow[1], size));
    else if (event.key === '+' || event.key === '-')
      this.look(zoomCamera(this.camera, event.key === '+' ? 1.25 : 0.8, size.width / 2, size.height / 2, size));
    else if (event.key === '0') this.look(HOME);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}
customElements.define('rv-surface', Surface);
