"""What rules share: kinds, routes, scopes."""
