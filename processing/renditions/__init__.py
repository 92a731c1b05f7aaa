"""Renditions: the smaller copies of each picture, made once and read back in cells."""
