"""novadoc."""
