"""`python -m sundial` is the same as `sundial`."""

from sundial.cli import main

main()
