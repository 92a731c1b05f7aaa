"""Operators: small pure files, picture and parameters in, picture or measurements out."""
