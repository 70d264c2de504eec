"""Example `dates`: attention from written dates to ISO dates, augmented pairs."""
