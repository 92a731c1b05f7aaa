"""What is measured of pictures: facts, fingerprints, palettes, and the checks on them."""
