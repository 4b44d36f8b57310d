"""Which releases of other packages came with Pydantic 2 and SQLAlchemy 2.

A project that says nothing of Pydantic but pins FastAPI 0.88 has Pydantic 1 all the same.
Sources: the release notes of FastAPI (0.100.0: Pydantic 2), of SQLModel (0.0.12: SQLAlchemy 2, 0.0.14:
Pydantic 2) and of Flask-SQLAlchemy (3.0: SQLAlchemy 2).
"""

from __future__ import annotations

PYDANTIC_2 = {"fastapi": "0.100", "sqlmodel": "0.0.14"}
SQLALCHEMY_2 = {"sqlmodel": "0.0.12", "flask-sqlalchemy": "3"}
