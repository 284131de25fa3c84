"""Models, latent operations and measurements; no interface."""
