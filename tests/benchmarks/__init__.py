"""How fast the library decides, beside the same rules written by hand and beside another rules engine. `README.md` says what is measured."""
