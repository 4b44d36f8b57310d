"""Synchronous database calls where the server is asynchronous."""
