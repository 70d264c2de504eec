"""Examples: networks on generated data, recorded on signals, pairs and matrices."""
