"""What an item is to an audit: what its states are called, and how maps and galleries mark them."""

STATES = ("no issue", "to review", "reviewed", "dropped")
NONE, WAITS, REVIEWED, DROPPED = range(len(STATES))
TINTS = (10, 1, 0, 8)  # places on the palette: grey, orange, teal, red
MARKS = ("", "issue", "reviewed", "drop")  # of a gallery, in the colour that the map has for the state
TOLD = ("", "an issue to review", "its issues are reviewed", "dropped in the audit")
SPOKEN = dict(zip(MARKS, TOLD, strict=True))  # to those who cannot see a mark
WORDS = dict(zip(MARKS, ("", *STATES[1:]), strict=True))  # in place of a mark, under a picture on a slide
PLACES = dict(zip(MARKS[1:], TINTS[1:], strict=True))  # of the colours, by mark
