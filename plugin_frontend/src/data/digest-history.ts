import { boolean, object, parseJson, string } from './json.ts';
import { address, type Request } from './request.ts';
import type { Digests } from './types.ts';
import { decodeDigests } from './wire.ts';

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
      suffix: () => `&since=${encodeURIComponent(this.cursor)}`,
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
        digests: [...this.digests.digests, ...digests],
        notices: [...this.digests.notices, ...notices],
      };
    this.cursor = string(answer.cursor);
    return this.digests;
  }
}
