"""The reference application: train recurrent models on text and watch them with RNN-Viz."""
