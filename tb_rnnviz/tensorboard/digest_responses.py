"""Responses with the digests of a probe as JSON."""

from __future__ import annotations

import json
import zlib
from typing import NamedTuple

from tb_rnnviz.log_format.damaged_record import DamagedRecordError
from tb_rnnviz.log_format.digest import (
    DecodedDigest,
    brief_digest,
    decode_digest,
    digest_with_step,
)
from tb_rnnviz.tensorboard.answer_cursors import continued_step, first_of_last, page
from tb_rnnviz.tensorboard.cached_data_provider import CachedDataProvider
from tb_rnnviz.tensorboard.cached_response import cached_response, gzipped, location
from tb_rnnviz.tensorboard.notice import Notice, skipped_entry
from tb_rnnviz.tensorboard.query import NO_CURSOR
from tb_rnnviz.tensorboard.references import ANSWER_VERSION, ProbeRef, RecordingRef, Scope, TagRef

FINDING_BYTES = 150
"""Approximate size of the name of a finding in a cache."""

FindingKey = tuple[str, str, str, int]
"""Feature, layer, quantity and unit of a finding."""


class CheckedDigest(NamedTuple):
    """JSON of a digest with its step, and notices of damage.

    Attributes:
        json: The JSON, `None` if the digest is damaged.
        notices: The notices.
        findings: The findings of a brief digest, which its JSON does not have.
    """

    json: str | None
    notices: list[Notice]
    findings: list[FindingKey] | None = None


class DigestResponses:
    """Responses with digests; safe to share between threads.

    Args:
        data: Reads of the data provider.
    """

    def __init__(self, data: CachedDataProvider):
        self._data = data

    def of_probe(
        self,
        scope: Scope,
        probe: ProbeRef,
        since: str | None = None,
        whole: int | None = None,
        most: int | None = None,
        before: str = NO_CURSOR,
    ) -> bytes:
        """Returns the digests of a probe as JSON in gzip.

        Args:
            scope: Scope of the request.
            probe: The probe.
            since: Cursor of an earlier answer, whose steps are left out if they are unchanged, or
                `"none"`. Defaults to every step and an answer without a cursor.
            whole: Number of last steps whose digests are whole; the others are brief. Defaults to
                all.
            most: Number of steps at most, the last ones, of those that are not newer than `since`.
                Defaults to all.
            before: Cursor of an earlier answer: steps before its own are sent, too, if they are
                unchanged. Defaults to none.
        """
        ref = probe.tag("digest")
        series = self._data.tensors(scope, ref)
        last = None if since is None else continued_step(since, series.generation)
        end = None if last is None else continued_step(before, series.generation)
        earlier, sent = page(series.steps, last, end, most if series.generation else None)

        def make() -> bytes:
            notices = [
                Notice.of_damage(ref.run, ref.tag, step, error)
                for step, error in series.damage.items()
            ]
            digests = []
            first_whole = first_of_last(series.steps, whole)
            findings: dict[FindingKey, int] = {}
            for step in sent:
                try:
                    value = series.at(step).item()
                except DamagedRecordError as error:
                    notices.append(Notice.of_damage(ref.run, ref.tag, step, error))
                    continue
                digest = self._digest(
                    scope, ref, step, series.wall_time(step), value, step < first_whole
                )
                notices += digest.notices
                if digest.json is not None and digest.findings is not None:
                    numbers = [findings.setdefault(key, len(findings)) for key in digest.findings]
                    digests.append(f'{digest.json[:-1]}, "listed": {json.dumps(numbers)}}}')
                elif digest.json is not None:
                    digests.append(digest.json)
            answer = f'{{"version": {ANSWER_VERSION}, "steps": [{", ".join(digests)}]'
            if findings:
                answer += f', "findings": {json.dumps(list(findings))}'
            answer += skipped_entry(notices)
            if since is not None:
                answer += f', "cursor": "{series.cursor}"'
                answer += f', "continues": {json.dumps(last is not None)}'
            if most is not None:
                first = f"{series.generation}:{sent[0]}" if earlier else NO_CURSOR
                answer += f', "earlier": {earlier}, "before": "{first}"'
            return gzipped(answer + "}")

        key = "digests", series.key, since is None, last, whole, end, most
        return cached_response(self._data.cache, key, make)

    def of_step(self, scope: Scope, recording: RecordingRef) -> bytes:
        """Returns the digest of a step as JSON in gzip, in an answer as of `of_probe`."""
        ref = recording.tag("digest")
        series = self._data.tensors(scope, ref, recording.step)
        step = series.resolve(recording.step)

        def make() -> bytes:
            with location(ref, step).added():
                value = series.at(step).item()
            time = series.wall_time(step)
            digest = self._digest(scope, ref, step, time, value)
            answer = f'{{"version": {ANSWER_VERSION}, "steps": [{digest.json or ""}]'
            return gzipped(answer + skipped_entry(digest.notices) + "}")

        return cached_response(self._data.cache, ("digest", series.key, step), make)

    def _digest(
        self,
        scope: Scope,
        ref: TagRef,
        step: int,
        wall_time: float | None,
        value: bytes | str,
        is_brief: bool = False,
    ) -> CheckedDigest:
        def check() -> tuple[CheckedDigest, int]:
            findings = None
            try:
                decoded = decode_digest(value)
                if is_brief:
                    content, findings = brief_digest(decoded)
                    decoded = DecodedDigest({**content, "brief": True}, decoded.left_out)
                text = json.dumps(digest_with_step(decoded, step, wall_time), allow_nan=False)
            except DamagedRecordError as error:
                return CheckedDigest(None, [Notice.of_damage(ref.run, ref.tag, step, error)]), 1
            notices = [
                Notice.of_damage(ref.run, ref.tag, step, DamagedRecordError(reason))
                for reason in decoded.left_out
            ]
            size = len(text) + FINDING_BYTES * len(findings or ())
            return CheckedDigest(text, notices, findings), size

        return self._data.cache.get_or_make(
            (
                "brief digest" if is_brief else "digest",
                scope.experiment,
                ref,
                step,
                wall_time,
                len(value),
                zlib.crc32(_bytes(value)),
            ),
            check,
        )


def _bytes(value: bytes | str) -> bytes:
    return value if isinstance(value, bytes) else value.encode("utf-8", "surrogatepass")
