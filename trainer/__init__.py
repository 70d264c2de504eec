"""Reference trainer: recurrent language models with RNN-Viz attached."""
