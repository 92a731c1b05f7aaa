"""Whether the files are what they were: verification, and the doctor's quick look."""
