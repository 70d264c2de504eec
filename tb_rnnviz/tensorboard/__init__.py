"""What the tab asks for and the log does not hold: typed features, emergence, matched units.

Importing the room is free, for the process that looks for typed features needs little of it.
"""
