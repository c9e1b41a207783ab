"""A small model that really reads pages and really learns from answers."""
