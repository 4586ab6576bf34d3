"""How wrong a transcript is: counts, rates, an interval, confusions, and the settings a score travels with."""
