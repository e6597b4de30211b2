"""How the constants of the model come from measurements, and how far predictions lie from them."""
