import { boolean, object, parseJson, string } from './json.ts';
import { address, lastingJson, recordingQuery, type Request } from './request.ts';
import type { Digest, Digests, RecordingRef } from './types.ts';
import { decodeDigests } from './wire.ts';

/** Number of last steps whose digests are whole. */
const WHOLE = 100;

/** Digests of a probe; each answer brings the steps that are new. */
export class DigestHistory {
  private cursor = 'none';
  private digests: Digests = { digests: [], notices: [] };

  constructor(
    readonly run: string,
    readonly probe: string,
  ) {}

  /** The answer is the same object as before if there is no new step. */
  request(): Request<Digests> {
    const { run, probe } = this;
    return {
      url: address('digest', { run, probe }),
      suffix: () => `&since=${encodeURIComponent(this.cursor)}&whole=${WHOLE}`,
      lasting: false,
      decode: async (response) => ({ value: this.merge(await response.text()), bytes: 0 }),
    };
  }

  private merge(text: string): Digests {
    const answer = object(parseJson(text));
    const { digests, notices } = decodeDigests(answer, this.run);
    const isNew = digests.length > 0 || notices.length > 0;
    if (!boolean(answer.continues)) this.digests = { digests, notices };
    else if (isNew)
      this.digests = {
        digests: [...this.digests.digests, ...digests].map((digest, i, { length }) =>
          i < length - WHOLE && !digest.brief ? shorten(digest) : digest,
        ),
        notices: [...this.digests.notices, ...notices],
      };
    this.cursor = string(answer.cursor);
    return this.digests;
  }
}

/** Whole digest of a step; null if the log has none that can be read. */
export const requestDigest = (ref: RecordingRef): Request<Digest | null> =>
  lastingJson('digest', recordingQuery(ref), (json) => decodeDigests(json, ref.run).digests[0] ?? null);

/** Digest without what is shown of one step alone. */
function shorten(digest: Digest): Digest {
  return {
    ...digest,
    brief: true,
    content: null,
    features: [],
    findings: [],
    doctor: [],
    gallery: [],
    absent: [],
    memory: {},
    matching: {},
    emergence: [],
    errors: digest.errors && { ...digest.errors, slices: [], gain: [], closing: [] },
  };
}
