"""Example `text_classifier`: an LSTM that tells lines of text apart by their class."""
