import type { Mesh } from './surface-mesh.ts';
import { STRIDE } from './surface-mesh.ts';

export interface SurfaceLook {
  readonly matrix: Float32Array;
  /** 256 colours, red, green, blue, alpha. */
  readonly rgba: Uint8ClampedArray;
  readonly page: readonly [number, number, number];
  readonly ground: readonly [number, number, number];
  readonly stripe: readonly [number, number, number];
  /** x of the box where the band begins and ends. */
  readonly band: readonly [number, number];
  /** A thin line along each row. */
  readonly lines: boolean;
  readonly ratio: number;
}

const VERTEX = `#version 300 es
layout(location = 0) in vec3 position;
layout(location = 1) in vec3 normal;
layout(location = 2) in vec2 datum;
uniform mat4 matrix;
out vec3 facing;
out vec2 value;
out float across;
void main() {
  gl_Position = matrix * vec4(position, 1.0);
  facing = normal;
  value = datum;
  across = position.x;
}`;

const FRAGMENT = `#version 300 es
precision highp float;
in vec3 facing;
in vec2 value;
in float across;
uniform sampler2D colors;
uniform vec3 page, ground, stripe;
uniform vec2 band;
uniform float ink, ratio;
out vec4 color;
void main() {
  vec3 here = texture(colors, vec2(clamp(value.x, 0.0, 1.0) * 255.0 / 256.0 + 0.5 / 256.0, 0.5)).rgb;
  float light = 0.8 + 0.2 * abs(dot(normalize(facing), normalize(vec3(0.35, 0.8, 0.5))));
  here *= light;
  if (value.y > 0.5) {
    vec2 pixel = gl_FragCoord.xy / ratio;
    here = mod(pixel.x + pixel.y, 6.0) < 2.0 ? stripe : ground;
  }
  here = mix(here, vec3(0.0), ink);
  if (across < band.x || across > band.y) here = mix(here, page, 0.78);
  color = vec4(here, 1.0);
}`;

/** The surface in WebGL2. Throws where WebGL2 is missing. */
export class SurfaceRenderer {
  private readonly gl: WebGL2RenderingContext;
  private readonly program: WebGLProgram;
  private readonly uniforms: Record<string, WebGLUniformLocation | null> = {};
  private mesh: Mesh | null = null;
  private rgba: Uint8ClampedArray | null = null;

  constructor(readonly canvas: HTMLCanvasElement) {
    const gl = canvas.getContext('webgl2', { antialias: !drawsInSoftware() });
    if (!gl) throw new Error('This browser offers no WebGL2.');
    this.gl = gl;
    this.program = link(gl);
    for (const name of ['matrix', 'colors', 'page', 'ground', 'stripe', 'band', 'ink', 'ratio']) {
      this.uniforms[name] = gl.getUniformLocation(this.program, name);
    }
    gl.bindBuffer(gl.ARRAY_BUFFER, gl.createBuffer());
    gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, gl.createBuffer());
    const bytes = Float32Array.BYTES_PER_ELEMENT;
    [3, 3, 2].forEach((size, location) => {
      gl.enableVertexAttribArray(location);
      gl.vertexAttribPointer(location, size, gl.FLOAT, false, STRIDE * bytes, 3 * location * bytes);
    });
    gl.bindTexture(gl.TEXTURE_2D, gl.createTexture());
    for (const filter of [gl.TEXTURE_MIN_FILTER, gl.TEXTURE_MAG_FILTER])
      gl.texParameteri(gl.TEXTURE_2D, filter, gl.LINEAR);
    for (const wrap of [gl.TEXTURE_WRAP_S, gl.TEXTURE_WRAP_T]) gl.texParameteri(gl.TEXTURE_2D, wrap, gl.CLAMP_TO_EDGE);
    gl.enable(gl.DEPTH_TEST);
    gl.enable(gl.POLYGON_OFFSET_FILL);
    gl.polygonOffset(2, 4);
  }

  draw(mesh: Mesh, look: SurfaceLook): void {
    const { gl, uniforms } = this;
    if (gl.isContextLost()) return;
    if (mesh !== this.mesh) {
      gl.bufferData(gl.ARRAY_BUFFER, mesh.vertices, gl.DYNAMIC_DRAW);
      gl.bufferData(gl.ELEMENT_ARRAY_BUFFER, mesh.triangles, gl.DYNAMIC_DRAW);
      this.mesh = mesh;
    }
    if (look.rgba !== this.rgba) {
      gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, 256, 1, 0, gl.RGBA, gl.UNSIGNED_BYTE, new Uint8Array(look.rgba.buffer));
      this.rgba = look.rgba;
    }
    gl.viewport(0, 0, this.canvas.width, this.canvas.height);
    gl.clearColor(0, 0, 0, 0);
    gl.clear(gl.COLOR_BUFFER_BIT | gl.DEPTH_BUFFER_BIT);
    gl.useProgram(this.program);
    gl.uniformMatrix4fv(uniforms['matrix'], false, look.matrix);
    for (const name of ['page', 'ground', 'stripe'] as const) {
      const [r, g, b] = look[name];
      gl.uniform3f(uniforms[name], r / 255, g / 255, b / 255);
    }
    gl.uniform2f(uniforms['band'], ...look.band);
    gl.uniform1f(uniforms['ratio'], look.ratio);
    gl.uniform1f(uniforms['ink'], 0);
    gl.drawElements(gl.TRIANGLES, mesh.triangles.length, gl.UNSIGNED_INT, 0);
    if (look.lines) {
      gl.uniform1f(uniforms['ink'], 0.35);
      for (const { vertex } of mesh.rows) gl.drawArrays(gl.LINE_STRIP, vertex, mesh.bins === 1 ? 3 : mesh.bins);
    }
  }

  dispose(): void {
    this.gl.getExtension('WEBGL_lose_context')?.loseContext();
  }
}

let software: boolean | undefined;

/** Smooth edges double the time where no graphics card helps. */
function drawsInSoftware(): boolean {
  if (software === undefined) {
    const gl = document.createElement('canvas').getContext('webgl2');
    const names = gl?.getExtension('WEBGL_debug_renderer_info');
    software = Boolean(
      gl &&
      names &&
      /swiftshader|llvmpipe|softpipe|software|basic render/i.test(
        String(gl.getParameter(names.UNMASKED_RENDERER_WEBGL)),
      ),
    );
    gl?.getExtension('WEBGL_lose_context')?.loseContext();
  }
  return software;
}

function link(gl: WebGL2RenderingContext): WebGLProgram {
  const program = gl.createProgram();
  for (const [kind, source] of [
    [gl.VERTEX_SHADER, VERTEX],
    [gl.FRAGMENT_SHADER, FRAGMENT],
  ] as const) {
    const shader = gl.createShader(kind)!;
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
  }
  gl.linkProgram(program);
  if (!gl.getProgramParameter(program, gl.LINK_STATUS) && !gl.isContextLost()) {
    throw new Error(`The surface cannot be drawn: ${gl.getProgramInfoLog(program)}`);
  }
  return program;
}
