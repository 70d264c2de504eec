"""Recorder for Keras models, on the backends TensorFlow, JAX and PyTorch."""
