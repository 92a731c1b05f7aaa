"""Who gets what of every address: the table, and the tests that ask each cell of it."""
