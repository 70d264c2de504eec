/** Most pixels of a picture, below the limits of browsers. */
const MOST_PIXELS = 60e6;
/** Length of the signature and of the first chunk, IHDR, of a PNG file. */
const HEAD = 33;

/**
 * PNG of a drawing at `ratio` pixels per CSS pixel.
 * The description of the drawing is a text chunk of the file.
 */
export async function pngOf(drawing: SVGSVGElement, ratio: number): Promise<Blob> {
  const [width, height] = [Number(drawing.getAttribute('width')), Number(drawing.getAttribute('height'))];
  const scale = Math.min(ratio, Math.sqrt(MOST_PIXELS / (width * height)));
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(scale * width);
  canvas.height = Math.round(scale * height);
  const large = drawing.cloneNode(true) as SVGSVGElement;
  large.setAttribute('width', String(canvas.width));
  large.setAttribute('height', String(canvas.height));
  // Strokes that do not scale are as wide as pixels of the picture.
  for (const shape of large.querySelectorAll<SVGElement>('[style*="non-scaling-stroke"]')) {
    const { style } = shape;
    const scaled = (lengths: string) => lengths.replace(/[\d.]+/g, (length) => String(scale * Number(length)));
    style.setProperty('stroke-width', scaled(style.strokeWidth));
    style.setProperty('stroke-dasharray', scaled(style.strokeDasharray));
  }
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(new XMLSerializer().serializeToString(large))}`;
  await image.decode();
  canvas.getContext('2d')!.drawImage(image, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise<Blob>((resolve, reject) =>
    canvas.toBlob((file) => (file ? resolve(file) : reject(new Error('The browser made no picture.'))), 'image/png'),
  );
  return withDescription(blob, drawing.querySelector('desc')?.textContent ?? '');
}

async function withDescription(png: Blob, description: string): Promise<Blob> {
  const bytes = new Uint8Array(await png.arrayBuffer());
  const chunk = textChunk('Description', description);
  return new Blob([bytes.subarray(0, HEAD), chunk, bytes.subarray(HEAD)], { type: 'image/png' });
}

/** International text chunk, iTXt, of a PNG file (ISO/IEC 15948, 11.3.4.5). */
export function textChunk(keyword: string, text: string): Uint8Array<ArrayBuffer> {
  const content = new TextEncoder().encode(`iTXt${keyword}\0\0\0\0\0${text}`);
  const chunk = new Uint8Array(content.length + 8);
  const view = new DataView(chunk.buffer);
  view.setUint32(0, content.length - 4);
  chunk.set(content, 4);
  view.setUint32(content.length + 4, crc32(content));
  return chunk;
}

/** CRC-32 of bytes (ISO/IEC 15948, annex D). */
function crc32(bytes: Uint8Array): number {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let k = 0; k < 8; k++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}
