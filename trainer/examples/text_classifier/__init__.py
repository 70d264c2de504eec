"""Example `text_classifier`: an LSTM that classifies lines of text."""
