"""SQLAlchemy 1.x in a SQLAlchemy 2.0 project."""
