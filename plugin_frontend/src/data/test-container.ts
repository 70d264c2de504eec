/** An array as a zlib stream, as the server sends it. */
export async function deflate(array: ArrayBufferView): Promise<Uint8Array> {
  const stream = new Blob([array as BlobPart]).stream().pipeThrough(new CompressionStream('deflate'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** Blobs behind their number and lengths, as the server sends them. */
export function container(...blobs: readonly Uint8Array[]): ArrayBuffer {
  const head = new Uint32Array([blobs.length, ...blobs.map(({ length }) => length)]);
  return new Uint8Array([...new Uint8Array(head.buffer), ...blobs.flatMap((blob) => [...blob])]).buffer;
}
