"""Looking for what is wrong with a data set: what was found, and what a person decided."""
