import { WireError } from './json.ts';

export type Bytes = Uint8Array<ArrayBuffer>;

/**
 * Inflates a zlib stream with the browser's decoder.
 * It stops above `limit` bytes, the most that the header of the answer announces, so that a small stream cannot
 * fill the memory.
 */
export async function inflate(bytes: Bytes, limit: number): Promise<ArrayBuffer> {
  // Not through a Blob, which the browser first hands to another process.
  const inflater = new DecompressionStream('deflate');
  const writer = inflater.writable.getWriter();
  void writer.write(bytes).catch(() => undefined);
  void writer.close().catch(() => undefined);
  const reader = inflater.readable.getReader();
  const parts: Bytes[] = [];
  let size = 0;
  for (;;) {
    const part = await nextPart(reader);
    if (!part) break;
    size += part.length;
    if (size > limit) {
      void reader.cancel().catch(() => undefined);
      throw new WireError(`A blob inflates to more than the ${limit} bytes that its header announces.`);
    }
    parts.push(part);
  }
  const all = new Uint8Array(size);
  let offset = 0;
  for (const part of parts) {
    all.set(part, offset);
    offset += part.length;
  }
  return all.buffer;
}

async function nextPart(reader: ReadableStreamDefaultReader<Bytes>): Promise<Bytes | undefined> {
  try {
    return (await reader.read()).value;
  } catch {
    throw new WireError('A blob is damaged and cannot be inflated.');
  }
}
