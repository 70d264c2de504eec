"""Example `flip_flop`: three bits that a network stores as eight fixed points."""
