"""One condition, decided exactly: its normal form, walked over the facts known or turned into generated code."""
