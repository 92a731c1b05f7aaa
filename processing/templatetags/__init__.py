"""Template helpers of processing's pages."""
