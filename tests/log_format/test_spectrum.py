"""Spectrum in the log: amplitudes and frequencies are decoded as encoded."""

from __future__ import annotations

import numpy as np
import pytest

from tb_rnnviz.log_format import codec
from tb_rnnviz.log_format.spectrum import PooledSpectrum, decode_spectrum, encode_spectrum


@pytest.mark.parametrize("encoding", codec.ENCODINGS)
def test_a_spectrum_is_decoded_within_the_error_of_the_codec(encoding):
    amplitude = np.random.default_rng(0).random((128, 5)).astype(np.float32)
    spectrum = PooledSpectrum(np.linspace(0, 0.5, 128), amplitude, bins=1000)
    decoded = decode_spectrum(encode_spectrum(spectrum, encoding).strings())
    np.testing.assert_array_equal(decoded.frequency, spectrum.frequency)
    np.testing.assert_allclose(decoded.amplitude, amplitude, atol=0.5 / codec.LEVELS)
    assert decoded.bins == 1000
