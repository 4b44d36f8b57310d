"""The scope of a place in a file, for analyses that ask for few of a file's nodes."""

from __future__ import annotations

from stackcheck import Outline, Span


def scope_at(place: Span, outline: Outline) -> str:
    """The qualname of the innermost definition around a place; what its signature evaluates counts as inside."""
    scopes = (scope for scope in reversed(outline.scopes.values()) if scope.qualname)
    return next((scope.qualname for scope in scopes if scope.span[:2] <= place[:2] < scope.span[2:]), "")
