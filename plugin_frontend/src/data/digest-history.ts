import { boolean, integer, object, parseJson, string } from './json.ts';
import { address, lastingJson, recordingQuery, type Request } from './request.ts';
import type { Digest, Digests, Notice, RecordingRef } from './types.ts';
import { decodeDigests } from './wire.ts';

/** Number of last steps whose digests are whole. */
const WHOLE = 100;

/** Number of earlier steps that an answer brings at most. */
const PAGE = 400;

/**
 * Digests of a probe.
 * The first answer brings the last steps; each further one those that are new, and a page of earlier ones.
 */
export class DigestHistory {
  private cursor = 'none';
  private before = 'none';
  private digests: Digests = { digests: [], notices: [], earlier: 0 };

  /** `onEarlier` is called after an answer that leaves earlier steps to be read. */
  constructor(
    readonly run: string,
    readonly probe: string,
    private readonly onEarlier: () => void = () => undefined,
  ) {}

  /** The answer is the same object as before if there is no new step. */
  request(): Request<Digests> {
    const { run, probe } = this;
    return {
      url: address('digest', { run, probe }),
      suffix: () => {
        const [since, before] = [this.cursor, this.before].map(encodeURIComponent);
        return `&since=${since}&whole=${WHOLE}&most=${this.cursor === 'none' ? WHOLE : PAGE}&before=${before}`;
      },
      lasting: false,
      decode: async (response) => ({ value: this.merge(await response.text()), bytes: 0 }),
    };
  }

  private merge(text: string): Digests {
    const answer = object(parseJson(text));
    const { digests, notices } = decodeDigests(answer, this.run);
    const earlier = integer(answer.earlier);
    const isNew = digests.length > 0 || notices.length > 0 || earlier !== this.digests.earlier;
    if (!boolean(answer.continues)) this.digests = { digests, notices, earlier };
    else if (isNew)
      this.digests = {
        digests: [...this.digests.digests, ...digests]
          .sort((a, b) => a.step - b.step)
          .map((digest, i, { length }) => (i < length - WHOLE && !digest.brief ? shorten(digest) : digest)),
        notices: distinct([...this.digests.notices, ...notices]),
        earlier,
      };
    this.cursor = string(answer.cursor);
    this.before = string(answer.before);
    if (earlier > 0) this.onEarlier();
    return this.digests;
  }
}

/** Damage is named in every answer. */
const distinct = (notices: readonly Notice[]): Notice[] => [
  ...new Map(notices.map((notice) => [JSON.stringify(notice), notice])).values(),
];

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
