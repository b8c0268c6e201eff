"""Guards of the house: what is written about the project is true, and its rooms stay livable."""
