"""From a recipe to a trained, checked, bundled model."""
