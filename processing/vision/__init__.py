"""Neural networks that look at pictures: masks, faces, super-resolution. No Django in it."""
