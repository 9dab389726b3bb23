"""Documents on paper: a dossier laid out as PDF by typst, with a font of its own."""
