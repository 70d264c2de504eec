"""Retest of a finding card on another recording."""
