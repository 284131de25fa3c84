"""A person's own models: encoded with what is there, trained here, mapped, taken along and brought."""
