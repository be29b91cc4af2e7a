"""A local page over kept answers, and a small API: thin, no formula of the model lives here."""

from roadworthy.web.app import create_app

__all__ = ["create_app"]
