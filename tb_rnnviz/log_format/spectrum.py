"""Amplitude spectrum of one quantity in the log."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from tb_rnnviz.log_format import codec
from tb_rnnviz.log_format.blob_sequence import BlobSequence, parse_header


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

    Example:
        >>> spectrum = PooledSpectrum(np.array([0.25, 0.5]), np.ones((2, 1)), 8)
        >>> decode_spectrum(encode_spectrum(spectrum).strings()).amplitude.tolist()
        [[1.0], [1.0]]
    """
    header = parse_header(strings[0])
    amplitude, _ = codec.decode(header, strings[1:])
    return PooledSpectrum(np.array(header["frequency"]), amplitude, header["bins"])
