"""Sessions that outlive a request."""
