"""The demo library: photographs that Python packages ship, and cases made from them for review."""
