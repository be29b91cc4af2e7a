"""Scripts that a maintainer runs; none is part of the package."""
