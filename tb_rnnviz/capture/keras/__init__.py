"""Runs Keras models and records their recurrent layers, on every backend of Keras."""
