"""No deadlines: the machine may be busy, and what is tested is not how fast it is."""

from hypothesis import settings

settings.register_profile("core", deadline=None)
settings.load_profile("core")
