"""What hpo answers where something is wrong."""


class HpoError(Exception):
    """It names the input, its value and the remedy."""
