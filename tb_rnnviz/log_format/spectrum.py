"""Amplitude spectrum of one quantity in the log."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from tb_rnnviz.core.json_schema import COUNT, Numbers, Object
from tb_rnnviz.log_format import codec
from tb_rnnviz.log_format.blob_sequence import BlobSequence, parse_header, split_header
from tb_rnnviz.log_format.damaged_record import DamagedRecordError

_SCHEMA = Object({**codec.HEADER_SCHEMA, "frequency": Numbers(), "bins": COUNT})


class PooledSpectrum(NamedTuple):
    """Amplitude spectrum of all units of a quantity, neighbouring bins pooled.

    Bins are pooled by their maximum.

    Attributes:
        frequency: Centres of the pooled bins in cycles per token, (pooled bins,).
        amplitude: Amplitudes, (pooled bins, units).
        bins: Number of bins before pooling.
    """

    frequency: np.ndarray
    amplitude: np.ndarray
    bins: int


def encode_spectrum(spectrum: PooledSpectrum, encoding: str = "int8") -> BlobSequence:
    """Encodes a spectrum with the codec of the activity.

    Raises:
        ValueError: if the encoding is unknown.
    """
    header, blobs = codec.encode(spectrum.amplitude, None, encoding)
    header["frequency"] = np.asarray(spectrum.frequency, float).tolist()
    header["bins"] = int(spectrum.bins)
    return BlobSequence("spectrum", header, blobs)


def decode_spectrum(strings: Sequence[bytes]) -> PooledSpectrum:
    """Decodes the strings of a blob sequence, header first.

    Raises:
        DamagedRecordError: if the header or a chunk is damaged.

    Example:
        >>> spectrum = PooledSpectrum(np.array([0.25, 0.5]), np.ones((2, 1)), 8)
        >>> decode_spectrum(encode_spectrum(spectrum).strings()).amplitude.tolist()
        [[1.0], [1.0]]
    """
    string, blobs = split_header(strings)
    header = parse_header(string, _SCHEMA)
    codec.check_chunks(header)
    frequency = np.array(header["frequency"], float)
    if len(frequency) != header["tokens"]:
        raise DamagedRecordError(
            f"It has {len(frequency)} frequencies, its header {header['tokens']} bins."
        )
    amplitude, _ = codec.decode(header, blobs)
    return PooledSpectrum(frequency, amplitude, header["bins"])
