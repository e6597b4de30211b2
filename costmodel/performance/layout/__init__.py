"""How a model is split over accelerators, and the search for a layout."""
