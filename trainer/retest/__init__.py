"""Whether a finding that was exported from the tab stands in another recording."""
